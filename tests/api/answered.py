"""Whether every operation of the API's document answered well at least once under schemathesis: one that only
ever refuses is not tested, however clean its refusals are. Takes the file that hooks.py left."""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).parents[2]


def main(counts):
    answered = json.loads(pathlib.Path(counts).read_text())
    document = json.loads((ROOT / "hub/openapi.json").read_text())
    # The document itself is where schemathesis begins, and no operation to it.
    paths = {path: methods for path, methods in document["paths"].items() if path != "/api/openapi.json"}
    names = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    refused = [name for name in names if not answered.get(name)]
    for name in refused:
        print(f"{name} never answered well")
    print(f"{len(names) - len(refused)} passed, {len(refused)} failed")
    return len(refused)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

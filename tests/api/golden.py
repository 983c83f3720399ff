"""The messages in core/tests/golden/wire against the schemas of the API's document: what a phone and the
hub really send must be what the document says, and a field more or less must not."""

import copy
import json
import pathlib
import sys

import jsonschema_rs

ROOT = pathlib.Path(__file__).parents[2]
GOLDEN = ROOT / "core/tests/golden/wire"
SCHEMAS = {
    "record-inspection": "Record",
    "record-check-in": "Record",
    "record-every-reason": "Record",
    "receipt": "Receipt",
    "photo-receipt": "PhotoReceipt",
    "tree-head": "TreeHead",
    "self-report": "SelfReport",
    "self-report-request": "SelfReportRequest",
    "self-report-answer": "SelfReportAnswer",
    "former-device": "FormerDevice",
    "former-devices": "FormerDevices",
    "former-devices-answer": "FormerDevicesAnswer",
    "review-approve": "ReviewRequest",
    "review-return": "ReviewRequest",
    "push": "Push",
    "push-answer": "PushAnswer",
    "enrol-request": "EnrolRequest",
    "enrol-answer": "EnrolAnswer",
    "changes-page": "ChangesPage",
    "log-consistency": "LogConsistency",
    "log-inclusion": "LogInclusion",
    "problem": "Problem",
    "told-record": "ToldRecord",
}
# What is part of a message above, travels as a file or is no message.
OTHERS = {
    "answer-cover", "changes-follow-ups", "changes-found-good", "changes-of-a-later-hub", "changes-people",
    "changes-rules", "erasure-content", "erasure-photo", "erasure-positions", "outbox-cover", "photo-answers",
    "photo-head", "sealed-blob", "values", "verifying-key", "wrapped-key",
}


def main():
    document = json.loads((ROOT / "hub/openapi.json").read_text())
    passed = failed = 0
    for name, schema in SCHEMAS.items():
        if schema not in document["components"]["schemas"]:
            wrong = [f"the document has no schema {schema}"]
        else:
            wrong = list(faults(document, schema, json.loads((GOLDEN / f"{name}.json").read_text())))
        for fault in wrong:
            print(f"{name}: {fault}")
        passed, failed = (passed, failed + 1) if wrong else (passed + 1, failed)
    for name in sorted({path.stem for path in GOLDEN.glob("*.json")} - SCHEMAS.keys() - OTHERS):
        print(f"{name}: held against no schema")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed


def faults(document, schema, message):
    """What does not fit; also where the schema would let through what no reader takes."""
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    )
    yield from (error.message for error in validator.iter_errors(message))
    if validator.is_valid({**message, "strange": 1}):
        yield "a field that nobody knows is let through"
    told = document["components"]["schemas"][schema]
    needed = {field for one in [told, *told.get("oneOf", [])] for field in one.get("required", [])}
    for field in needed & message.keys():
        less = copy.deepcopy(message)
        less.pop(field, None)
        if validator.is_valid(less):
            yield f"{field} may be missing"


if __name__ == "__main__":
    sys.exit(main())

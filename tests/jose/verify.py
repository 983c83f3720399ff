#!/usr/bin/env python3
"""Holds xuncha's signed messages against a JOSE library that is not ours (joserfc), both ways.

Set up once, in a virtual environment:

    pip install -r tests/jose/requirements.txt

Ours, and the golden files beside them, judged by joserfc:

    cargo run -q -p xuncha-core --no-default-features --example jose_vectors | python tests/jose/verify.py

joserfc's, judged by ours:

    python tests/jose/verify.py --make |
        cargo run -q -p xuncha-core --no-default-features --example jose_vectors -- --check

A line is `{name, jws, jwk, typ, expect}`. `expect` is `ok`, `bad`, or `ours`: sound or tolerable to
others, refused by us alone, so not judged here. Either way the last line is `N passed, N failed`, and
the exit code is 1 if any failed. Run both with `set -o pipefail`: the Rust side judges its own lines too.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import warnings

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey

# RFC 9864 prefers the name Ed25519; EdDSA is what JOSE libraries of every age understand.
warnings.filterwarnings("ignore", category=SecurityWarning, message="EdDSA is deprecated")
ALGORITHMS = ["EdDSA"]
KINDS = [
    "record",
    "receipt",
    "photo-receipt",
    "head",
    "outbox",
    "answer",
    "erasure",
    "self-report",
    "former-device",
]
GOLDEN = pathlib.Path(__file__).parents[2] / "core/tests/golden/wire"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def accepted(vector):
    """Whether joserfc takes the message, and names the key as its header does."""
    try:
        key = OKPKey.import_key(vector["jwk"])
        message = jws.deserialize_compact(vector["jws"], key, algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        return False
    return vector["expect"] != "ok" or key.thumbprint() == message.headers()["kid"]


def judge(lines):
    vectors = [json.loads(line) for line in lines] + list(golden())
    judged = [vector for vector in vectors if vector["expect"] in ("ok", "bad")]
    failed = [vector for vector in judged if accepted(vector) != (vector["expect"] == "ok")]
    for vector in failed:
        print(f"{vector['name']}: expected {vector['expect']}, judged otherwise", file=sys.stderr)
    print(f"{len(judged) - len(failed)} passed, {len(failed)} failed")
    both_kinds = {vector["expect"] for vector in judged} == {"ok", "bad"}
    return 0 if both_kinds and not failed else 1


def golden():
    """The messages that later versions must still read: a stranger must be able to read them too."""
    jwk = json.loads((GOLDEN / "verifying-key.json").read_text())
    for path in sorted(GOLDEN.glob("*.jws")):
        yield {"name": path.name, "jws": path.read_text().strip(), "jwk": jwk, "expect": "ok"}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key_of(name):
    """A key that is the same each time, so that a failure can be repeated."""
    seed = hashlib.sha256(name.encode()).digest()
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": base64url(public), "d": base64url(seed)})


def make():
    key, other = key_of("one"), key_of("other")
    kid = key.thumbprint()

    def vector(name, text, expect, kind="record", public=key):
        return {
            "name": name,
            "jws": text,
            "jwk": public.as_dict(private=False),
            "typ": f"xuncha-{kind}+jws",
            "expect": expect,
        }

    def signed(payload, kind="record", by=key, **changes):
        header = {"alg": "EdDSA", "kid": kid, "typ": f"xuncha-{kind}+jws"} | changes
        header = {name: value for name, value in header.items() if value is not None}
        return jws.serialize_compact(header, payload, by, algorithms=ALGORITHMS)

    for kind in KINDS:
        yield vector(f"a {kind}", signed(json.dumps({"v": 1, "kind": kind}), kind), "ok", kind)
        for wrong in KINDS:
            if wrong != kind:
                yield vector(f"a {wrong} as {kind}", signed("{}", wrong), "ours", kind)

    good = signed('{"v":1,"note":"\\u7f51\\u5427"}')
    reordered = {"typ": "xuncha-record+jws", "alg": "EdDSA", "kid": kid}
    yield vector("escaped text", good, "ok")
    yield vector("text in UTF-8", signed('{"note":"网吧"}'), "ok")
    yield vector("a payload with line ends", signed(json.dumps([{"a": 1.5e3}, None], indent=2)), "ok")
    yield vector("header in another order", jws.serialize_compact(reordered, "{}", key, ALGORITHMS), "ok")
    for number in range(8):
        signer = key_of(f"signer {number}")
        text = signed(str(number), by=signer, kid=signer.thumbprint())
        yield vector(f"signer {number}", text, "ok", public=signer)
        yield vector(f"signer {number} under our name", signed(str(number), by=signer), "bad")

    for at in range(0, len(good), 7):
        if good[at] != ".":
            letter = LETTERS[(LETTERS.index(good[at]) + 16) % 64]
            yield vector(f"letter {at} altered", good[:at] + letter + good[at + 1 :], "bad")
        yield vector(f"letter {at} left out", good[:at] + good[at + 1 :], "bad")
    header, payload, signature = good.split(".")
    unsigned = base64url(json.dumps({"alg": "none", "kid": kid, "typ": "xuncha-record+jws"}).encode())
    yield vector("alg none", f"{unsigned}.{payload}.", "bad")
    yield vector("alg none, signature kept", f"{unsigned}.{payload}.{signature}", "bad")
    yield vector("checked against another key", good, "bad", public=other)
    yield vector("a shared secret in place of a signature", hmac_signed(key, kid, payload), "bad")

    yield vector("no kid", signed("{}", kid=None), "ours")
    yield vector("no typ", signed("{}", typ=None), "ours")
    yield vector("another kid", signed("{}", kid=other.thumbprint()), "ours")
    yield vector("an unknown header member", signed("{}", cty="json"), "ours")
    yield vector("a key in the header", signed("{}", jwk=key.as_dict(private=False)), "ours")
    yield vector("a payload that is no JSON", signed("巡查"), "ours")
    yield vector("a payload too deep", signed("[" * 17 + "]" * 17), "ours")


def hmac_signed(key, kid, payload):
    """The old trick: HS256 with the public key as the secret."""
    header = base64url(json.dumps({"alg": "HS256", "kid": kid, "typ": "xuncha-record+jws"}).encode())
    secret = base64.urlsafe_b64decode(key.as_dict(private=False)["x"] + "=")
    signed = f"{header}.{payload}"
    return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), 'sha256'))}"


if __name__ == "__main__":
    if sys.argv[1:] == ["--make"]:
        for made in make():
            print(json.dumps(made, ensure_ascii=False))
    else:
        sys.exit(judge(sys.stdin))

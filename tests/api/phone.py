"""A phone in a few lines, on a JOSE library that is not ours: what it takes to reach the good answers of the API.

It is the phone that schemathesis asks as. Its key is the one of RFC 8037, appendix A, so anybody can sign as it.
"""

import base64
import hashlib
import json
import os
import pathlib
import time
import uuid
import warnings

import requests
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey

# RFC 9864 prefers the name Ed25519; the API says EdDSA.
warnings.filterwarnings("ignore", category=SecurityWarning, message="EdDSA is deprecated")

KEY = OKPKey.import_key(
    {
        "kty": "OKP",
        "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }
)
ROOT = pathlib.Path(__file__).parents[2]
CHECKLIST = json.loads((ROOT / "core/checklists/internet_cafe.v1.json").read_text())
REPORT = json.loads((ROOT / "core/tests/golden/wire/self-report.json").read_text())


def uuid7():
    """A UUID of version 7 (RFC 9562): milliseconds, then chance."""
    chance = int.from_bytes(os.urandom(10))
    head = (int(time.time() * 1000) << 80) | (7 << 76) | (2 << 62)
    return str(uuid.UUID(int=head | (chance >> 4 & 0xFFF) << 64 | chance & ((1 << 62) - 1)))


def moment(ago=0):
    """RFC 3339 in UTC, so many seconds ago."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - ago))


class Phone:
    """An enrolled phone, by the hub's answer to its enrolment."""

    def __init__(self, hub, enrolled):
        self.hub = hub
        self.enrolled = enrolled
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {enrolled['token']}"
        self.seq, self.prev = 0, None

    def ask(self, method, path, **what):
        answer = self.session.request(method, f"{self.hub}/api/v1{path}", timeout=30, **what)
        answer.raise_for_status()
        return answer

    def sign(self, kind, payload, key=KEY):
        header = {"alg": "EdDSA", "kid": key.thumbprint(), "typ": f"xuncha-{kind}+jws"}
        return jws.serialize_compact(header, json.dumps(payload), key, algorithms=["EdDSA"])

    def card(self):
        """A new enrolment code for the phone's own member."""
        member = self.enrolled["member"]["id"]
        return self.ask("POST", "/enrolments", json={"member": member}).json()["code"]

    def other_device(self):
        """The id of another phone of the same member, enrolled just now."""
        request = {"code": self.card(), "key": OKPKey.generate_key("Ed25519").as_dict(private=False)["x"]}
        answer = requests.post(
            f"{self.hub}/api/v1/enrol", json=request | {"platform": "cli", "label": "another"}, timeout=30
        )
        answer.raise_for_status()
        return answer.json()["device"]

    def venue(self):
        """An internet café of the station."""
        pages = self.ask("GET", "/changes").json()["changes"]
        venues = (change["venue"] for change in pages if "venue" in change)
        return next(venue["id"] for venue in venues if venue["kind"] == "internet_cafe")

    def seal(self, photos=()):
        """The id of a new inspection that found an exit locked, and its JWS; the next in the phone's chain."""
        answers = [{"item": item["id"], "answer": {"kind": "not_looked"}} for item in CHECKLIST["items"]]
        for answer in answers:
            if answer["item"] == "wb_exit":
                answer["answer"] = {"kind": "choice", "choice": "no"}
        inspection = {
            "venue": self.venue(),
            "checklist": {"code": CHECKLIST["code"], "version": CHECKLIST["version"]},
            "started_at": moment(60),
            "finished_at": moment(30),
            "day_type": "ordinary",
            "answers": answers,
            "findings": [{"item": "wb_exit", "severity": "S"}],
            "evidence": {"grade": "unlocated", "reasons": [{"reason": "no_fix"}]},
        }
        if photos:
            inspection["photos"] = [
                {"id": photo, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                for photo, content in photos
            ]
        record = {
            "v": 1,
            "id": uuid7(),
            "station": self.enrolled["station"]["id"],
            "member": self.enrolled["member"]["id"],
            "device": self.enrolled["device"],
            "seq": self.seq + 1,
            "sealed_at": moment(),
            "fact": {"inspection": inspection},
        }
        if self.prev:
            record["prev"] = self.prev
        sealed = self.sign("record", record)
        self.seq, self.prev = record["seq"], hashlib.sha256(sealed.encode()).hexdigest()
        return record["id"], sealed

    def push(self, photos=()):
        """The id of a new inspection that the hub accepted."""
        record, sealed = self.seal(photos)
        answer = self.ask("POST", "/records", json={"parcels": [{"sealed": sealed}]}).json()["answers"][0]
        assert "accepted" in json.dumps(answer), answer
        return record

    def photo(self):
        """A photo that an accepted record names, its bytes, the headers that announce it, and the record."""
        photo, content = uuid7(), b"\xff\xd8 no picture, but the hub keeps what was sealed \xff\xd9" + os.urandom(8)
        record = self.push([(photo, content)])
        said = {"photo": photo, "record": record, "sha256": hashlib.sha256(content).hexdigest()}
        pairs = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
        return photo, content, {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": pairs,
        }, record

    def upload(self):
        """A photo whose upload was begun, and its bytes."""
        photo, content, headers, _ = self.photo()
        self.ask("POST", "/photos", headers=headers)
        return photo, content

    def whole_photo(self):
        """A record and a photo of it that has come."""
        photo, content, headers, record = self.photo()
        self.ask("POST", "/photos", headers=headers)
        piece = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        self.ask("PATCH", f"/photos/{photo}", headers=piece, data=content)
        return record, photo

    def self_report(self):
        payload = REPORT | {"device": self.enrolled["device"], "at": moment()}
        return self.sign("self-report", payload)

    def former_device(self):
        """What this phone was before: a device that the hub never heard of."""
        key = OKPKey.generate_key("Ed25519")
        payload = {
            "v": 1,
            "device": uuid7(),
            "key": key.as_dict(private=False)["x"],
            "station": self.enrolled["station"]["id"],
            "member": self.enrolled["member"]["id"],
            "enrolled_at": moment(60),
            "became": self.enrolled["device"],
        }
        return self.sign("former-device", payload, key)

"""A catalogue in which every fact that a rule reads decides somewhere: for the live tests of the national bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, object]

OPEN, SPECIAL = "open-archive", "special-archive"
SELF, HEIRS, RELATIVE, ADOPTER = "person:self", ("person:h1", "person:h2", "person:h3"), "person:rel", "person:adopter"
CLAIMANT, FRIEND = "person:claimant", "person:friend"
PLAIN: Row = {"private_life": "no"}

# What is noted of a document beside the usual: a closed letter about p-self, private life appraised, nothing special.
DOCUMENTS: dict[str, Row] = {
    "usual": {},
    "plain": {"private_life": "no"},
    "old": {"created_from": "1930-05-01", "created_to": "1930-05-01"},
    "undated": {"created_from": None, "created_to": None, "certainty": "unknown"},
    "secret": {"secrecy": "secret"},
    "of-owner": {"ownership": "private", "owner_catalogue": True},
    "restricted": {"private_life": "no", "transfer_date": "2000-02-01", "owner_restricted_until": "2069-12-31"},
    "new": {"private_life": "no", "accession_date": "2099-06-01"},
    "blocked": {"blocked": True},
    "bank": {"private_life": "no", "secret_kinds": ["bank"]},
    "sick-letter": {"private_life": "no", "secret_kinds": ["medical"]},
    "sick": {"kind": "medical_record"},
    "adopted": {"kind": "adoption_record", "persons": ["p-self", "p-mother"]},
    "unseen": {"private_life": "unknown"},
    "seen": {"private_life": "unknown", "secret_kinds": "none"},
    "of-the-dead": {"persons": ["p-dead", "p-self"]},
    "of-the-dead-all": {"persons": ["p-dead", "p-self"]},
    "in-system": {"in_state_system": True},
    "narrow": {},
    "ended": {},
    "withdrawn": {},
    "repressed": {"repression": True, "procedural": False, "children": False, "persons": ["p-dead", "p-self"]},
    "interrogation": {"repression": True, "procedural": True, "persons": ["p-dead", "p-self"]},
    "unsorted": {"repression": True, "persons": ["p-dead", "p-self"]},
    "children": {"children": True},
    "beside-private": {"private_life": "no", "item": "mixed"},
    "private-beside": {"item": "mixed"},
    "in-fonds": {"private_life": "no", "fonds": "7"},
    "in-opis": {"private_life": "no", "opis": "7"},
    "in-item": {"private_life": "no"},
}
PERMISSIONS: tuple[Row, ...] = (
    {"person": "p-self", "signer": "p-self", "document": "fact-usual"},
    {"person": "p-self", "signer": "p-self", "document": "fact-unseen"},
    {"person": "p-dead", "signer": HEIRS[0], "document": "fact-of-the-dead"},
    *(dict[str, object](person="p-dead", signer=heir, document="fact-of-the-dead-all") for heir in HEIRS),
    {"person": "p-self", "signer": "p-self", "document": "fact-in-system"},
    {"person": "p-self", "signer": "p-self", "document": "fact-narrow", "third_party": False},
    {"person": "p-self", "signer": "p-self", "document": "fact-ended", "valid_to": "2020-01-31"},
    {"person": "p-self", "signer": "p-self", "document": "fact-withdrawn", "revoked_at": "2020-01-31T10:00:00+00:00"},
)
CONFIRMED: Row = {
    "person": "p-self", "signer": "p-self", "document": "fact-in-system", "grantee": "person:confirmed",
    "kdp_token": "kdp-1", "kdp_valid_to": "2098-12-31", "cross_border": True, "notice": True,
}  # fmt: skip
EXPIRED: Row = {**CONFIRMED, "grantee": "person:expired", "kdp_valid_to": "2020-12-31"}


def catalogue_of_facts(folder: Path) -> Path:
    """Write the catalogue and its masters; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*DOCUMENTS, "in-special"):
        (folder / f"{name}.pdf").write_bytes(b"%PDF-1.7\n% master of " + name.encode() + b"\n%%EOF\n")
    file = folder / "catalogue.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in _rows()), encoding="utf-8")
    return file


def _rows() -> Iterator[Row]:
    for archive, kind in ((OPEN, "regional"), (SPECIAL, "special")):
        yield {"type": "archive", "id": archive, "title": "A", "kind": kind}
        yield {"type": "fonds", "archive": archive, "number": "1", "title": "F"}
        yield {"type": "opis", "archive": archive, "fonds": "1", "number": "1", "title": "O"}
    for fonds, opis in (("1", "7"), ("7", "1")):
        if fonds != "1":
            yield {"type": "fonds", "archive": OPEN, "number": fonds, "title": "F"}
        yield {"type": "opis", "archive": OPEN, "fonds": fonds, "number": opis, "title": "O"}
    places = dict.fromkeys((_place(name, OPEN, unusual) for name, unusual in DOCUMENTS.items()))
    for archive, fonds, opis, item in (*places, _place("in-special", SPECIAL, {})):
        yield {"type": "item", "archive": archive, "fonds": fonds, "opis": opis, "number": item, "title": "I"}
    for person, life in (("p-self", "alive"), ("p-mother", "alive"), ("p-dead", "deceased")):
        yield {"type": "person", "id": person, "names": ["Иесов Тест Тестович"], "life": life}
    yield from _ties()
    for name, unusual in DOCUMENTS.items():
        yield _document(name, OPEN, unusual)
    yield _document("in-special", SPECIAL, PLAIN)
    for given in PERMISSIONS:
        yield {"type": "permission", "grantee": FRIEND, **given}
    yield from ({"type": "permission", **given} for given in (CONFIRMED, EXPIRED))


def _ties() -> Iterator[Row]:
    proven = [("p-self", SELF, "self"), ("p-dead", RELATIVE, "relative"), ("p-mother", ADOPTER, "self")]
    proven += [("p-self", ADOPTER, "adopter")] + [("p-dead", heir, "heir") for heir in HEIRS]
    for person, relative, relation in proven:
        yield {"type": "kinship", "person": person, "relative": relative, "relation": relation, "proven": True}
    yield {"type": "kinship", "person": "p-dead", "relative": CLAIMANT, "relation": "heir", "proven": False}


def _place(name: str, archive: str, unusual: Row) -> tuple[str, str, str, str]:
    return archive, str(unusual.get("fonds", "1")), str(unusual.get("opis", "1")), str(unusual.get("item", name))


def _document(name: str, archive: str, unusual: Row) -> Row:
    usual: Row = {
        "type": "document", "id": f"fact-{name}", "archive": archive, "fonds": "1", "opis": "1", "item": name,
        "sheets": "1", "kind": "letter", "form": "electronic_copy", "title": "T", "created_from": "1990-01-01",
        "created_to": "1990-12-31", "certainty": "exact", "secrecy": "none", "ownership": "state",
        "private_life": "yes", "persons": ["p-self"], "file": f"{name}.pdf",
    }  # fmt: skip
    return {name: value for name, value in (usual | unusual).items() if value is not None}

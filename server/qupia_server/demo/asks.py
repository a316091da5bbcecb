"""The demo's requests: who asks for what, read from data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

OWN_ARCHIVE = "your-archive"
OWN_DOCUMENT = "your-document"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of the demo.

    Attributes:
        ask_id: short name; also the name of the files it leaves.
        title: who asks, by language.
        caller: `person` with an own token, or `service` on behalf of the subject.
        expect: allowed, refused, not_found or invalid_argument.
    """

    ask_id: str
    title: Mapping[str, str]
    caller: str
    subject: str
    role: str
    purpose: str
    ground: str
    document: str
    expect: str
    case_number: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_asks(file: Path) -> tuple[Ask, ...]:
    """Return the requests of a YAML file."""
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))["requests"]
    return tuple(
        Ask(
            ask_id=row["id"],
            title=row["title"],
            caller=row["caller"],
            subject=row["subject"],
            role=row["role"],
            purpose=row["purpose"],
            ground=row["ground"],
            document=row["document"],
            expect=row["expect"],
            case_number=row.get("case_number", ""),
            attributes=row.get("attributes", {}),
        )
        for row in rows
    )


def own_asks() -> tuple[Ask, ...]:
    """Return the requests for a file of the user's own: four callers, from nothing to everything."""
    return (
        _own("stranger", ("Бөтен адам", "Посторонний", "Stranger"), ("citizen", "other", "public"), "refused"),
        _own("researcher", ("Зерттеуші", "Исследователь", "Researcher"), ("researcher", "research", "research")),
        _own("archivist", ("Архивші", "Архивист", "Archivist"), ("archivist", "official_duty", "staff")),
        _own("court", ("Сот", "Суд", "Court"), ("court", "court_case", "court"), case_number="1234-26-00-2/56"),
    )


def _own(
    name: str, titles: tuple[str, str, str], who: tuple[str, str, str], expect: str = "allowed", case_number: str = ""
) -> Ask:
    role, purpose, ground = who
    return Ask(
        ask_id=name,
        title=dict(zip(("kk", "ru", "en"), titles, strict=True)),
        caller="person",
        subject=f"person:{name}",
        role=role,
        purpose=purpose,
        ground=ground,
        document=OWN_DOCUMENT,
        expect=expect,
        case_number=case_number,
        attributes={"archive": OWN_ARCHIVE} if role == "archivist" else {},
    )


def write_own_catalogue(document: Path, folder: Path) -> Path:
    """Write a catalogue of one document, the user's file, and return it.

    Nothing is known of the file, so the strictest is assumed: private life, unknown date.
    """
    place = {"archive": OWN_ARCHIVE, "fonds": "1", "opis": "1"}
    rows: list[dict[str, object]] = [
        {"type": "archive", "id": OWN_ARCHIVE, "title": "Demo", "kind": "private"},
        {"type": "fonds", "archive": OWN_ARCHIVE, "number": "1", "title": "-"},
        {"type": "opis", "archive": OWN_ARCHIVE, "fonds": "1", "number": "1", "title": "-"},
        {"type": "item", **place, "number": "1", "title": "-"},
        {
            "type": "document",
            "id": OWN_DOCUMENT,
            **place,
            "item": "1",
            "sheets": "1",
            "kind": "other",
            "form": "electronic_copy",
            "title": "-",
            "created_from": None,
            "created_to": None,
            "certainty": "unknown",
            "secrecy": "none",
            "ownership": "state",
            "owner_consent": False,
            "private_life": "yes",
            "persons": [],
            "file": document.name,
        },
    ]
    target = folder / "catalogue.jsonl"
    target.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return target

"""JSON Schemas of the bundle's files, for editors.

They are made from the same vocabularies that admission reads, and committed under `schemas/`; a test holds the two
together. Editors see form: unknown keys, wrong words, missing texts. Admission sees more (types of conditions,
targets, duties, rules that never match) and alone decides.

    python -m qupia_policies.json_schema     # writes schemas/*.json anew
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from .equal_access import HARMLESS, Meaning
from .model import Action, Effect, Ground, OpenScope, Outcome, PersonScope, Profile, Reason
from .places import LEVELS
from .schema import SIDES, AttributeType
from .vocabulary import CATEGORIES, CLASSES
from .words import LANGUAGES

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, Any]

FILES: Final[Mapping[str, str]] = {
    "bundle": "bundle.yaml",
    "schema": "schema.yaml",
    "obligations": "obligations.yaml",
    "rules": "rules/*.yaml",
    "overlay": "overlays/*.yaml",
    "cases": "cases/*.yaml",
}
"""Files that each schema is for."""


def _words(values: Iterable[str]) -> Json:
    return {"enum": sorted(values)}


def _listed(values: Iterable[str]) -> Json:
    one = _words(values)
    return {"oneOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}


def _closed(properties: Json, required: Iterable[str] = ()) -> Json:
    found: Json = {"type": "object", "additionalProperties": False, "properties": properties}
    needed = sorted(required)
    return found | ({"required": needed} if needed else {})


_TEXT: Final[Json] = {"type": "string", "minLength": 1}
_TEXTS: Final[Json] = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_DAY: Final[Json] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_BOTH: Final = _closed(dict.fromkeys(LANGUAGES, _TEXT), LANGUAGES)
_VOICES: Final[Json] = {"oneOf": [_BOTH, _closed({"officer": _BOTH, "requester": _BOTH}, ("officer", "requester"))]}
_PERSONS: Final = _closed({scope.value: _words(Profile) for scope in PersonScope})
_PLACE: Final = _closed(dict.fromkeys(LEVELS, _TEXT), ("fonds",))
_OBLIGATIONS: Final = _closed(
    {"profile": _words(Profile), "open": _listed(OpenScope), "persons": _PERSONS, "duties": _TEXTS}
)


def _rule(effects: Iterable[str], more: Json, required: tuple[str, ...]) -> Json:
    return _closed(
        {
            "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,79}$"},
            "effect": _words(effects),
            "actions": _listed(Action),
            "kinds": _TEXTS,
            "grounds": _listed(Ground),
            "when": {
                "type": "string",
                "minLength": 1,
                "maxLength": 2000,
                "description": "A condition; see the format.",
            },
            "obligations": _OBLIGATIONS,
            "valid": _closed({"from": _DAY, "to": _DAY}),
            "opens_on": _TEXT,
            "owner_term": _closed({"transferred_on": _DAY, "until": _DAY}, ("transferred_on", "until")),
            "legal_basis": _TEXT,
            "title": _VOICES,
            "reason": _VOICES,
            **more,
        },
        ("id", "effect", "actions", "kinds", "legal_basis", "title", "reason", *required),
    )


def _schema_file() -> Json:
    keys = {
        "type": _words(AttributeType),
        "values": _TEXTS,
        "required": {"type": "boolean"},
        "meaning": _words(Meaning),
    }
    held = _closed({**keys, "contents": {"type": "boolean"}}, ("type",))
    asked = _closed({**keys, "meaning": _words(HARMLESS)}, ("type", "meaning"))
    attributes = {side: _closed(keys, ("type",)) for side in SIDES} | {"subject": asked, "resource": held}
    term = _closed(
        {
            "from": _TEXT,
            "to": _TEXT,
            "certainty": _TEXT,
            "opens_on": _TEXT,
            "years": {"type": "integer", "minimum": 1, "maximum": 1000},
            "set_by": _words(("law", "owner")),
        },
        ("to",),
    )
    sides = {side: {"type": "object", "additionalProperties": attributes[side]} for side in SIDES}
    terms = {"terms": {"type": "object", "additionalProperties": term}}
    return _closed({"kinds": _TEXTS, **sides, **terms}, ("kinds",))


def _obligations_file() -> Json:
    flag = {"type": "boolean"}
    hide = {"type": "array", "items": _words(CATEGORIES), "uniqueItems": True}
    profile = _closed({"hide": hide, "extract_only": flag, "metadata_only": flag})
    days = {"type": "integer", "minimum": 1, "maximum": 3650}
    duty = _closed({**dict.fromkeys(LANGUAGES, _TEXT), "days": days, "working_days": days}, LANGUAGES)
    profiles = _closed({name.value: profile for name in Profile}, [name.value for name in Profile])
    return _closed({"profiles": profiles, "duties": {"type": "object", "additionalProperties": duty}}, ("profiles",))


def _cases_file() -> Json:
    expect = _closed(
        {
            "outcome": _words(Outcome),
            "reason": _words(Reason),
            "rules": {"type": "array", "items": _TEXT},
            "profile": _words(Profile),
            "open": _listed(OpenScope),
            "duties": _TEXTS,
            "missing": {"type": "array", "items": _TEXT},
            "persons": _closed({name.value: _words(Profile) for name in CLASSES}),
            "opens_on": {"type": "string"},
        },
        ("outcome",),
    )
    facts = {"type": "object"}
    case = _closed(
        {
            "id": _TEXT,
            "subject": _TEXT,
            "document": _TEXT,
            "purpose": _TEXT,
            "env": facts,
            "action": _words(Action),
            "ground": _words(Ground),
            "archive": _TEXT,
            "today": _DAY,
            "with": facts,
            "switches": facts,
            "expect": expect,
        },
        ("id", "subject", "document", "action", "expect"),
    )
    named = {"type": "object", "additionalProperties": facts}
    whole = {"subjects": named, "documents": named, "purposes": named, "cases": {"type": "array", "items": case}}
    return _closed(whole)


def schemas() -> dict[str, Json]:
    """Return the schema of each kind of file, by name."""
    switch = _closed({"values": _TEXTS, "value": _TEXT}, ("values", "value"))
    switches = {"type": "object", "additionalProperties": switch}
    national = _rule(Effect, {"archives": _TEXTS}, ("archives",))
    own = _rule((Effect.DENY, Effect.TIGHTEN), {"place": _PLACE}, ())
    bodies: dict[str, Json] = {
        "bundle": _closed(
            {"format": _words(("qupia-bundle-1",)), "title": _TEXT, "switches": switches}, ("format", "title")
        ),
        "schema": _schema_file(),
        "obligations": _obligations_file(),
        "rules": {"type": "array", "items": national, "minItems": 1},
        "overlay": _closed({"archive": _TEXT, "rules": {"type": "array", "items": own}}, ("archive", "rules")),
        "cases": _cases_file(),
    }
    return {name: {"$schema": _DIALECT, "title": f"Qupia: {FILES[name]}", **body} for name, body in bodies.items()}


def schemas_dir() -> Path:
    """Return the folder of the published schemas."""
    return Path(__file__).parent / "schemas"


def _write() -> None:
    schemas_dir().mkdir(exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        (schemas_dir() / f"{name}.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write()

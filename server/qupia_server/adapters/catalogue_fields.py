"""Read the fields of import rows. Each reader takes the raw text and returns a value or raises `BadField`.

Rows come from outside: wrong types, stray columns, control characters, huge values. No problem ever quotes a value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qupia_policies.places import can_be_named
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.records import (
    ID_CHARS,
    ID_SENTENCE,
    ArchiveKind,
    Certainty,
    DocumentForm,
    DocumentKind,
    Life,
    Ownership,
    PrivateLife,
    RelationKind,
    Secrecy,
    SecretKind,
)

Raw = str | tuple[str, ...]
Reader = Callable[[Raw], Any]

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_IIN = re.compile(r"[0-9]{12}")
_MAX_TEXT = 2_000
_MAX_LIST = 1_000
_LAST_CONTROL = 0x1F


class BadField(ValueError):
    """A field's value cannot be used. The message says what is expected and never what was there."""


def text(raw: Raw) -> str:
    """Return one line of text, at most 2000 characters."""
    if not isinstance(raw, str):
        raise BadField("must be one text, not a list")
    if len(raw) > _MAX_TEXT:
        raise BadField("is longer than 2000 characters")
    if any(ord(char) <= _LAST_CONTROL or 0xD800 <= ord(char) <= 0xDFFF for char in raw):
        raise BadField("holds control characters")
    return raw.strip()


def slug(raw: Raw) -> str:
    """Return an id."""
    value = text(raw)
    if not _SLUG.fullmatch(value):
        raise BadField("must be 1 to 63 characters a-z, 0-9 or -, and not begin with -")
    return value


def level(raw: Raw) -> str:
    """Return the id of a fonds, an opis or an item; facts with one that the rules do not read would be refused."""
    value = text(raw)
    if len(value) > ID_CHARS:
        raise BadField(f"is longer than {ID_CHARS} characters")
    if not can_be_named(value):
        raise BadField(f"must {ID_SENTENCE}")
    return value


def slugs(raw: Raw) -> tuple[str, ...]:
    """Return a list of ids."""
    return tuple(slug(part) for part in _parts(raw))


def private(raw: Raw) -> PrivateText:
    """Return text that may name people."""
    return PrivateText(text(raw))


def privates(raw: Raw) -> tuple[PrivateText, ...]:
    """Return a list of texts that name people."""
    return tuple(private(part) for part in _parts(raw))


def iin(raw: Raw) -> PrivateText:
    """Return 12 digits; the checksum is not judged (old numbers fail it)."""
    value = text(raw)
    if not _IIN.fullmatch(value):
        raise BadField("must be 12 digits")
    return PrivateText(value)


def day(raw: Raw) -> dt.date:
    """Return a day."""
    try:
        return dt.date.fromisoformat(text(raw))
    except ValueError as error:
        raise BadField("must be a day written YYYY-MM-DD") from error


def instant(raw: Raw) -> dt.datetime:
    """Return an instant in UTC."""
    try:
        value = dt.datetime.fromisoformat(text(raw))
    except ValueError as error:
        raise BadField("must be an instant written YYYY-MM-DDTHH:MM:SS+00:00") from error
    if value.tzinfo is None:
        raise BadField("must name its offset from UTC")
    return value.astimezone(dt.UTC)


def flag(raw: Raw) -> bool:
    """Return a truth value."""
    value = text(raw)
    if value not in {"true", "false"}:
        raise BadField("must be true or false")
    return value == "true"


def secrets(raw: Raw) -> frozenset[SecretKind]:
    """Return kinds of secrets; the word `none` alone says that somebody looked and found none."""
    parts = tuple(text(part) for part in _parts(raw))
    if parts == ("none",):
        return frozenset()
    try:
        return frozenset(map(SecretKind, parts))
    except ValueError as error:
        raise BadField(f"must be none, or a list of {', '.join(SecretKind)}") from error


def word(vocabulary: type[StrEnum]) -> Reader:
    """Return a reader for a closed vocabulary."""

    def read(raw: Raw) -> StrEnum:
        try:
            return vocabulary(text(raw))
        except ValueError as error:
            raise BadField(f"must be one of {', '.join(vocabulary)}") from error

    return read


def _parts(raw: Raw) -> tuple[str, ...]:
    parts = raw if isinstance(raw, tuple) else tuple(part for part in raw.split("|") if part.strip())
    if len(parts) > _MAX_LIST:
        raise BadField("lists more than 1000 values")
    return parts


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row type: how it is read, and what stands for an empty one (`...`: it must be there)."""

    read: Reader
    default: object = ...


_PLACE = {"archive": Field(slug), "fonds": Field(level), "opis": Field(level)}
_TITLE = Field(private, PrivateText(""))

ROW_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "archive": {"id": Field(slug), "title": Field(text), "kind": Field(word(ArchiveKind))},
    "fonds": {"archive": Field(slug), "number": Field(level), "title": _TITLE},
    "opis": {"archive": Field(slug), "fonds": Field(level), "number": Field(level), "title": _TITLE},
    "item": {**_PLACE, "number": Field(level), "title": _TITLE},
    "person": {
        "id": Field(slug),
        "names": Field(privates, ()),
        "iin": Field(iin, None),
        "life": Field(word(Life), Life.UNKNOWN),
    },
    "document": {
        "id": Field(slug),
        **_PLACE,
        "item": Field(level),
        "sheets": Field(text, ""),
        "kind": Field(word(DocumentKind)),
        "form": Field(word(DocumentForm)),
        "title": _TITLE,
        "created_from": Field(day, None),
        "created_to": Field(day, None),
        "certainty": Field(word(Certainty), Certainty.UNKNOWN),
        "accession_date": Field(day, None),
        "secrecy": Field(word(Secrecy)),
        "ownership": Field(word(Ownership)),
        "owner_consent": Field(flag, False),
        "private_life": Field(word(PrivateLife), PrivateLife.UNKNOWN),
        "persons": Field(slugs, ()),
        "file": Field(text, ""),
        "secret_kinds": Field(secrets, None),
        "owner_catalogue": Field(flag, False),
        "owner_restricted_until": Field(day, None),
        "transfer_date": Field(day, None),
        "blocked": Field(flag, False),
        "repression": Field(flag, False),
        "procedural": Field(flag, None),
        "children": Field(flag, None),
        "in_state_system": Field(flag, None),
    },
    "kinship": {
        "person": Field(slug),
        "relative": Field(text),
        "relation": Field(word(RelationKind)),
        "proven": Field(flag, False),
        "proof": Field(text, ""),
    },
    "permission": {
        "person": Field(slug),
        "signer": Field(text),
        "grantee": Field(text),
        "document": Field(slug),
        "valid_from": Field(day, None),
        "valid_to": Field(day, None),
        "revoked_at": Field(instant, None),
        "third_party": Field(flag, None),
        "cross_border": Field(flag, False),
        "notice": Field(flag, False),
        "kdp_token": Field(text, ""),
        "kdp_valid_to": Field(day, None),
    },
}
"""Row types and their fields. What decides about secrecy must be stated; the other defaults are the stricter value."""

KNOWN_FIELDS = frozenset(name for fields in ROW_FIELDS.values() for name in fields)


def read_fields(raw: Mapping[str, Raw]) -> tuple[str, dict[str, Any], list[str]]:
    """Read one row.

    Args:
        raw: field name to text; `type` says which row it is.

    Returns:
        The row's type (empty when unknown), its values by field name, and a sentence for each problem.
    """
    kind = raw.get("type", "")
    fields = ROW_FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        return "", {}, [f"Field type must be one of {', '.join(ROW_FIELDS)}."]
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, field in fields.items():
        given = raw.get(name, "")
        try:
            values[name] = field.read(given) if given else _default(field)
        except BadField as error:
            problems.append(f"Field {name} {error}.")
    for name, given in raw.items():
        if given and name != "type" and name not in fields:
            problems.append(f"Field {name} is not one of this type." if name in KNOWN_FIELDS else "A field is unknown.")
    return str(kind), values, problems


def _default(field: Field) -> object:
    if field.default is ...:
        raise BadField("must not be empty")
    return field.default

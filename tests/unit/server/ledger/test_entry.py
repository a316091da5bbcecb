"""Entries: one canonical form, and a leaf hash that covers all of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import Any

import pytest

from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome, Event, entry_from_canonical

TIME = dt.datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=dt.UTC)
DRAFT = EntryDraft(
    Event.TRANSFER,
    EntryOutcome.ALLOWED,
    "ALLOWED.RULE",
    document="d-1",
    cipher="Ф. 12 Оп. 3 Д. 45 Л. 6",
    rules=("a", "b"),
    hidden={"person": 3, "iin": 1},
)
ENTRY = Entry("e-1", 7, TIME, "ab" * 16, DRAFT)


def test_the_canonical_form_is_sorted_compact_and_complete() -> None:
    assert ENTRY.canonical().decode() == (
        '{"cipher":"Ф. 12 Оп. 3 Д. 45 Л. 6","document":"d-1","entry_id":"e-1","event":"transfer",'
        '"hidden":{"iin":1,"person":3},"outcome":"allowed","reason":"ALLOWED.RULE","retention":"permanent",'
        '"rules":["a","b"],"salt":"abababababababababababababababab","sequence":7,'
        '"time":"2026-11-22T09:00:00.123456+00:00"}'
    )


def test_the_leaf_hash_is_that_of_rfc_9162() -> None:
    assert ENTRY.leaf_hash() == hashlib.sha256(b"\x00" + ENTRY.canonical()).digest()


def test_an_entry_comes_back_from_its_canonical_form() -> None:
    assert entry_from_canonical(ENTRY.canonical()) == ENTRY


def test_another_time_zone_is_the_same_entry() -> None:
    almaty = dataclasses.replace(ENTRY, time=TIME.astimezone(dt.timezone(dt.timedelta(hours=5))))
    assert almaty.canonical() == ENTRY.canonical()


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(EntryDraft)])
def test_the_leaf_hash_covers_every_field(field: str) -> None:
    value = getattr(DRAFT, field)
    other: Any = {"x": 1} if field == "hidden" else (("x",) if isinstance(value, tuple) else "x")
    if isinstance(value, int):
        other = 99
    if field in ("event", "outcome"):
        other = Event.DENIAL if field == "event" else EntryOutcome.REFUSED
    changed = dataclasses.replace(ENTRY, draft=dataclasses.replace(DRAFT, **{field: other}))
    assert changed.leaf_hash() != ENTRY.leaf_hash()


@pytest.mark.parametrize("data", [b"{}", b"[]", b"nonsense", ENTRY.canonical() + b" "])
def test_other_bytes_are_no_entry(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, AttributeError, TypeError)):
        entry_from_canonical(data)

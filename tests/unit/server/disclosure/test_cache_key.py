"""Whatever shapes the bytes of a rendition is in its cache key."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from qupia_policies.model import Decision, Outcome, Reason
from qupia_redaction.model import (
    Category,
    KnownPerson,
    Language,
    ListKind,
    Method,
    PrivateText,
    RedactionOrder,
    RenditionKind,
    WordList,
)
from qupia_server.disclosure.order import cache_key
from tests.support.fakes import FakePseudonyms

ORDER = RedactionOrder(frozenset({Category.PERSON}))
OTHERS: dict[str, Any] = {
    "hide": frozenset({Category.IIN}),
    "persons": (KnownPerson("person-1", (PrivateText("Серік Болатов"),)),),
    "open_persons": frozenset({"person-1"}),
    "extract_only": True,
    "metadata_only": True,
    "cipher": "Ф. 1",
    "request": "6b0f0f5e-3b1c-4f7e-9d55-0a4c2f1d7e90",
    "language": Language.KK,
    "password": PrivateText("word"),
    "keeps": (PrivateText("Болатов"),),
    "lists": (WordList(ListKind.HIDE, "/lists/hide.txt", "e" * 64),),
    "terms": (PrivateText("Болатов"),),
    "terms_only": True,
    "plain": True,
    "rendition": RenditionKind.TEXT,
    "methods": ((Category.PERSON, Method.REMOVE),),
    "project_key": PrivateText("project"),
}
DECISION = Decision(Outcome.ALLOW, Reason.NONE, ("r-1",), None, "b" * 64, 1)


def key(order: RedactionOrder, master: str = "a" * 64, decision: Decision = DECISION, engines: str = "e1") -> str:
    return cache_key(FakePseudonyms(), master, order, decision, engines)


@pytest.mark.parametrize("name", [field.name for field in fields(RedactionOrder)])
def test_every_field_of_an_order_makes_another_key(name: str) -> None:
    assert key(replace(ORDER, **{name: OTHERS[name]})) != key(ORDER) == key(replace(ORDER))


def test_master_bundle_and_engines_make_another_key() -> None:
    others = {
        key(ORDER, master="c" * 64),
        key(ORDER, decision=replace(DECISION, bundle_version="d" * 64)),
        key(ORDER, engines="e2"),
    }
    assert len(others | {key(ORDER)}) == 4

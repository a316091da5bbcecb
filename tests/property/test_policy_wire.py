"""Any line gets an answer, and only whole and valid facts can be allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qupia_policies.engine import PolicyEngine
from qupia_policies.wire import MAX_LINE, decide_line, facts_json, read_facts, read_line
from tests.support.policy_bundles import bundle, rule

# Allows whatever is valid: what this engine denies was refused by the reading.
OPEN = PolicyEngine(
    bundle(rule("r", actions="[read, discover]", grounds="[public, heir]", obligations="{profile: R0}"))
)
GOOD: dict[str, Any] = {
    "action": "read",
    "subject": {"role": "a", "n": 3, "names": ["x"]},
    "resource": {"kind": "letter", "archive": "one", "day": "2026-11-22", "sealed": False},
    "purpose": {"ground": "public"},
    "env": {"today": "2026-11-22"},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def answer(facts: Any) -> dict[str, Any]:
    return decide_line(OPEN, json.dumps({"id": "1", "facts": facts}))


def changed(path: str, value: Any) -> dict[str, Any]:
    whole = json.loads(json.dumps(GOOD))
    side, _, name = path.partition(".")
    if name:
        whole[side][name] = value
    else:
        whole[side] = value
    return dict(whole)


def test_good_facts_are_allowed_and_written_as_they_were_read() -> None:
    assert answer(GOOD)["effect"] == "allow"
    assert facts_json(read_facts(GOOD)) == GOOD


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("action", "write", "action"),
        ("action", None, "action"),
        ("action", ["read"], "action"),
        ("purpose.ground", "fun", "purpose.ground"),
        ("purpose.ground", None, "purpose.ground"),
        ("resource.kind", "*", "resource.kind"),
        ("resource.kind", 1, "resource.kind"),
        ("resource.archive", "*", "resource.archive"),
        ("resource.archive", "оne", "resource.archive"),
        ("resource.archive", "one\u200b", "resource.archive"),
        ("resource.archive", "ONE", "resource.archive"),
        ("resource.day", "2026-02-30", "resource.day"),
        ("resource.day", "2026-1-1", "resource.day"),
        ("resource.sealed", "false", "resource.sealed"),
        ("resource.sealed", 0, "resource.sealed"),
        ("subject.n", 1.5, "subject.n"),
        ("subject.n", True, "subject.n"),
        ("subject.n", 2**63, "subject.n"),
        ("subject.names", ["x", 1], "subject.names"),
        ("subject.names", "x", "subject.names"),
        ("subject.role", None, "subject.role"),
        ("subject.role", "c", "subject.role"),
        ("subject.rank", "a", "subject.?"),
        ("subject", [], "subject"),
        ("env.today", "tomorrow", "env.today"),
        ("more", {}, "facts"),
    ],
)
def test_facts_that_are_not_valid_are_refused_by_name(path: str, value: Any, named: str) -> None:
    found = answer(changed(path, value))
    assert (found["effect"], found["reason"]) == ("deny", "BAD_FACTS")
    assert found["missing"] == [named]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "null",
        "{",
        '{"id": "1", "facts": {"action": "read", "action": "read"}}',
        '{"id": "1", "id": "2", "facts": {}}',
        '{"id": "1", "facts": NaN}',
        "[" * 100_000,
        " " * (MAX_LINE + 1),
        json.dumps({"id": "1", "facts": GOOD}) + "x",
    ],
)
def test_a_line_that_cannot_be_read_is_denied(line: str) -> None:
    found = decide_line(OPEN, line)
    assert (found["effect"], found["reason"], found["obligations"]) == ("deny", "BAD_FACTS", {})


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60) | json_values.map(json.dumps) | json_values.map(lambda v: json.dumps({"facts": v})))
def test_no_line_breaks_anything_and_none_is_allowed_by_accident(line: str) -> None:
    assert decide_line(OPEN, line)["effect"] == "deny"
    read_line(line)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["subject", "resource", "purpose", "env"]), st.text(max_size=6), json_values)
def test_a_stray_fact_never_allows(side: str, name: str, value: Any) -> None:
    whole = json.loads(json.dumps(GOOD))
    if name not in whole[side] and name not in {"fonds", "opis", "item", "term"}:
        whole[side][name] = value
        assert answer(whole)["effect"] == "deny"

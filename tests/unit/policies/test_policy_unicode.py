"""Tricks with letters in every fact that names something: each is refused, or read as exactly what it stands for."""

from __future__ import annotations

import json

import pytest

from qupia_policies.bundle import load_bundle, parse_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.model import Action, Facts, Ground, Reason
from qupia_policies.places import LEVELS, folded
from qupia_policies.starter import starter_dir
from qupia_policies.wire import decide_line
from tests.support.policy_bundles import bundle, facts, files, rule

REFUSED = {
    "Greek capital": "Α-12",
    "Greek small": "ο-12",
    "Cherokee": "Ꭱ-12",
    "Armenian": "Р-1օ",
    "Cyrillic of other languages": "Ԝ-12",
    "Macedonian dze": "ѕ-12",
    "combining accent": "Р-1\u03012",
    "combining slash": "Р-12\u0338",
    "precomposed accent": "Ŕ-12",
    "zero width space": "Р-12\u200b",
    "zero width joiner": "Р\u200d-12",
    "word joiner": "Р-\u206012",
    "byte order mark": "\ufeffР-12",
    "soft hyphen": "Р\u00ad-12",
    "bidi override": "\u202eР-12",
    "bidi isolate": "\u2067Р-12\u2069",
    "variation selector": "Р-12\ufe0f",
    "tag letter": "Р-12\U000e0041",
    "line end": "Р-12\n",
    "null": "Р-12\x00",
    "line separator": "Р-12\u2028",
    "Arabic-Indic digits": "Р-١٢",
    "Eastern Arabic digits": "Р-۱۲",
    "Devanagari digits": "Р-१२",
    "Ethiopic number": "Р-፲",
    "modifier letter": "Р-12ʼ",
    "fraction slash": "12⁄3",
    "division slash": "12∕3",
    "dotless i": "ı-12",
    "dotted capital i": "İ-12",
    "overline": "Р‾12",
    "Hangul filler": "Р-12\u3164",
    "lone surrogate": "Р-12\ud800",
    "emoji": "Р-12\U0001f4c1",
    "bullet": "•",
}
"""Tricks that no archive's numbering needs."""
SAME = {
    "fullwidth": "Ｐ－１２",
    "Latin P": "P-12",
    "small": "р-12",
    "mathematical": "𝐏-𝟏𝟐",
    "double-struck": "ℙ-12",
    "circled": "Ⓟ-①2",
    "hyphen": "Р‐12",
    "no-break hyphen": "Р\u201112",
    "en dash": "Р–12",
    "minus": "Р−12",
    "blanks": " Р - 12 ",
    "no-break blank": "Р\u00a0-12",
    "number sign": "№ Р-12",
    "quotes": "«Р-12»",
}
"""Other ways to write Р-12 (a Cyrillic letter), read as Р-12."""


def _overlay(name: str) -> dict[str, bytes]:
    own = rule("own", "deny", archives="", place=f'{{fonds: "{name}"}}')
    own = own.replace("\n", "\n  ").replace("- id", "  - id", 1)
    return files(rule("open"), overlays__one=f"archive: one\nrules:\n{own}\n")


def _at(level: str, name: str) -> Facts:
    return Facts(Action.READ, "letter", "one", Ground.PUBLIC, {"subject": {"role": "a"}, "resource": {level: name}})


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED.keys())
def test_a_trick_in_the_id_of_a_place_is_refused(level: str, name: str) -> None:
    engine = PolicyEngine(bundle(rule("open")))
    decision = engine.decide(_at(level, name))
    assert (decision.allowed, decision.reason) == (False, Reason.BAD_FACTS)
    assert engine.decide(_at(level, "Р-12")).allowed


@pytest.mark.parametrize("name", [name for name in REFUSED.values() if name.isprintable()])
def test_a_trick_in_an_archives_own_rule_or_in_a_constant_is_a_finding(name: str) -> None:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(_overlay(name))
    assert {"BAD_NAME", "HIDDEN_CHARACTER"} & {found.code for found in caught.value.findings}
    with pytest.raises(BundleRefused) as caught:
        bundle(rule("open", when=f"\"has(resource.fonds) && resource.fonds == '{name}'\""))
    assert {found.code for found in caught.value.findings} in ({"UNKNOWN_VALUE"}, {"HIDDEN_CHARACTER"})


@pytest.mark.parametrize("name", SAME.values(), ids=SAME.keys())
def test_another_way_to_write_an_id_is_the_same_id(name: str) -> None:
    engine = PolicyEngine(parse_bundle(_overlay("Р-12")))
    assert folded(name) == folded("Р-12")
    assert engine.decide(facts(resource_fonds=name)).reason is Reason.DENY_RULE
    assert engine.decide(facts(resource_fonds="Р-13")).allowed
    assert PolicyEngine(parse_bundle(_overlay(name))).decide(facts(resource_fonds="Р-12")).reason is Reason.DENY_RULE


GOOD = {
    "action": "read",
    "subject": {"role": "citizen", "assurance": "low"},
    "resource": {"kind": "order", "archive": "demo", "private_life": "no", "term": "open"},
    "purpose": {"ground": "public"},
    "env": {"today": "2026-11-22"},
}
TWISTED = {
    "Cyrillic": str.maketrans("aecopxy", "аесорху"),
    "Greek": str.maketrans("oavk", "οανκ"),
    "fullwidth": {n: n + 0xFEE0 for n in range(0x21, 0x7F)},
    "mathematical": {n: 0x1D41A + n - ord("a") for n in range(ord("a"), ord("z") + 1)},
    "capitals": {n: n - 32 for n in range(ord("a"), ord("z") + 1)},
    "digits": {n: 0x0660 + n - ord("0") for n in range(ord("0"), ord("9") + 1)},
}
ENDS = ["\u200b", "\u0301", "\u202e", " ", "\n", "\x00", "\ufeff", "*"]
NAMED = [
    ("action",),
    ("subject", "role"),
    ("subject", "assurance"),
    ("resource", "kind"),
    ("resource", "archive"),
    ("resource", "term"),
    ("purpose", "ground"),
    ("env", "today"),
]


@pytest.mark.parametrize("path", NAMED, ids="-".join)
def test_a_trick_in_a_word_that_names_something_is_refused(path: tuple[str, ...]) -> None:
    engine = PolicyEngine(load_bundle(starter_dir()))

    def answer(value: str) -> tuple[str, str]:
        twisted = json.loads(json.dumps(GOOD))
        inner = twisted[path[0]] if len(path) > 1 else twisted
        inner[path[-1]] = value
        found = decide_line(engine, json.dumps({"id": "", "facts": twisted}))
        return found["effect"], str(found["reason"])

    good: str = GOOD[path[0]][path[1]] if len(path) > 1 else GOOD[path[0]]  # type: ignore[index,assignment]
    assert answer(good) == ("allow", "NONE")
    tricks = {good.translate(table) for table in TWISTED.values()} | {good + end for end in ENDS}
    for trick in sorted(tricks - {good}):
        assert answer(trick) == ("deny", "BAD_FACTS"), ascii(trick)


@pytest.mark.parametrize("name", ["rоle", "ｒole", "role\u200b", "ROLE", "rolе"])
def test_a_trick_in_the_name_of_a_fact_is_refused(name: str) -> None:
    twisted = json.loads(json.dumps(GOOD))
    twisted["subject"][name] = "archivist"
    found = decide_line(PolicyEngine(load_bundle(starter_dir())), json.dumps({"id": "", "facts": twisted}))
    assert (found["effect"], found["missing"]) == ("deny", ["subject.?"])

"""Bundles and facts made to get an allow by deceit, to crash or to burn time: each is named or refused."""

from __future__ import annotations

import itertools
import pickle
import random
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from qupia_policies import loader, rule_reader
from qupia_policies.bundle import parse_bundle
from qupia_policies.cases import run_bundle_cases
from qupia_policies.cel_check import check_condition
from qupia_policies.cel_tree import walk
from qupia_policies.conditions import compile_condition
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.loader import read_folder
from qupia_policies.model import Action, Facts, Ground, PersonScope, Profile, Reason
from qupia_policies.vocabulary import CLASSES, ProfileSpec, RuleObligations, Vocabulary
from qupia_policies.words import Words
from qupia_policies.yamldoc import YamlRefused, read_list
from tests.support.policy_bundles import BASE, bundle, facts, files, rule

GOOD: dict[str, Any] = {
    "action": Action.READ,
    "kind": "letter",
    "archive": "one",
    "ground": Ground.PUBLIC,
    "attributes": {"subject": {"role": "a"}},
}


def found(data: dict[str, bytes]) -> set[tuple[str, int]]:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(data)
    return {(one.code, one.line) for one in caught.value.findings}


def schema(values: str = "[a, b]", more: str = "") -> str:
    return (
        BASE["schema.yaml"]
        .replace("[a, b]", values)
        .replace("n: {type: int, ", f"n: {{type: int}}{more}, m: {{type: int, ")
    )


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\r"])
def test_no_line_end_hides_a_rule_inside_a_comment(end: str) -> None:
    text = f"{rule('open', when='subject.n == 1')}# a note{end}{rule('evil')}"
    assert found({**files(), "rules/r.yaml": text.encode()}) == {("HIDDEN_CHARACTER", 12)}


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff", "\U000e0041", "\ufe0f", "\u3164"]
)
def test_a_character_that_readers_do_not_see_is_named_where_it_stands(character: str) -> None:
    text = rule("open", legal_basis=f"la{character}w")
    assert found(files(text)) == {("HIDDEN_CHARACTER", 7)}
    escaped = rule("open", legal_basis=f'"la\\U{ord(character):08x}w"')
    assert found(files(escaped)) == {("HIDDEN_CHARACTER", 7)}


def test_a_mark_at_the_beginning_and_windows_lines_hide_nothing() -> None:
    text = "\ufeff" + rule("open").replace("\n", "\r\n")
    assert parse_bundle({**files(), "rules/r.yaml": text.encode()}).rules


def test_no_title_steers_a_terminal() -> None:
    assert found(files(rule("open", title='{kk: "a\\e[2K", ru: b, en: c}'))) == {("HIDDEN_CHARACTER", 8)}


@pytest.mark.parametrize(
    "values", ['[a, b, "\u0430"]', '["\u0441ourt"]', "[court, COURT]", '["a\u00a0b"]', '["e\u0301"]', '["\uff41"]']
)
def test_a_value_is_what_it_looks_like(values: str) -> None:
    assert found(files(rule("open"), schema=schema(values))) == {("LOOKS_ALIKE", 2)}


@pytest.mark.parametrize("values", ["[сот, өкіл]", "[PD9, pd-10]", '["№ 12", "МВД-2a"]'])
def test_words_of_one_alphabet_are_values(values: str) -> None:
    assert parse_bundle(files(rule("open"), schema=schema(values))).rules


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("has(subject.org) && subject.org == '\u0410korda'", "LOOKS_ALIKE"),
        ("has(subject.org) && subject.org in ['x', '\u0410korda']", "LOOKS_ALIKE"),
        ("has(subject.org) && subject.org.startsWith('\u0410k')", "LOOKS_ALIKE"),
        ("resource.archive == 'ONE'", "UNKNOWN_VALUE"),
        ("resource.archive in ['one', '\u043ene']", "UNKNOWN_VALUE"),
    ],
)
def test_a_deny_cannot_be_made_to_miss_by_a_letter(when: str, code: str) -> None:
    text = schema(more=", org: {type: string}")
    assert found(files(rule("closed", "deny", when=f'"{when}"'), schema=text)) == {(code, 6)}


@pytest.mark.parametrize("name", ["in", "true", "false", "null"])
def test_a_name_that_no_condition_can_read_is_named_at_once(name: str) -> None:
    text = schema(more=f", {name}: {{type: string}}")
    assert found(files(rule("open"), schema=text)) == {("BAD_NAME", 3)}


@pytest.mark.parametrize("name", ["owner_end", "transferred_on", "donor"])
@pytest.mark.parametrize("setter", ["", ", set_by: law"])
def test_an_owners_term_is_one_whoever_is_said_to_have_set_it(name: str, setter: str) -> None:
    days = f"term: {{type: string, values: [open, closed, unknown]}}, {name}: {{type: date}}"
    text = BASE["schema.yaml"].replace("term: {type: string, values: [open, closed]}", days)

    def of(years: int) -> dict[str, bytes]:
        term = f"terms: {{resource.term: {{to: resource.{name}, years: {years}{setter}}}}}\n"
        return files(rule("open"), schema=text + term)

    assert found(of(71)) == {("OWNER_TERM_TOO_LONG", 5)}
    assert parse_bundle(of(70)).schema.terms


class Hostile:
    """A value that cannot be compared or hashed."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")


STRANGE = [None, 1, 1.5, float("nan"), [], {}, "x", b"x", Hostile(), object()]


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: type(value).__name__)
def test_facts_of_any_shape_are_answered_and_never_allowed(value: Any) -> None:
    engine = PolicyEngine(bundle(rule("open")))
    assert engine.decide(Facts(**GOOD)).allowed
    shapes = [{**GOOD, field: value} for field in ("action", "kind", "ground", "attributes")]
    shapes += [] if isinstance(value, str) else [{**GOOD, "archive": value}]
    sides: list[Any] = [
        {"subject": value},
        {"subject": {"role": value}},
        {"subject": {"role": "a", "n": value}} if type(value) is not int else {},
        {"subject": {"role": "a", "names": (value,)}} if type(value) is not str else {},
        {"subject": {"role": "a"}, "more": value},
        {"subject": {"role": "a", 1: value}},
    ]
    shapes += [{**GOOD, "attributes": side} for side in sides]
    for shape in shapes:
        if shape["ground"] is None:
            continue
        assert engine.decide(Facts(**shape)).reason is Reason.BAD_FACTS, shape


def _brute(vocabulary: Vocabulary, allows: tuple[RuleObligations, ...], more: tuple[RuleObligations, ...]) -> bool:
    """Try each choice of tighten rules."""
    choices = (chosen for n in range(len(more) + 1) for chosen in itertools.combinations(more, n))
    return any(vocabulary._nobody(vocabulary._persons(allows, chosen)) for chosen in choices)


def _vocabulary(rng: random.Random) -> Vocabulary:
    hide, only, extract, specs = frozenset[str](), False, False, {}
    for profile in Profile:
        hide |= {word for word in ("iin", "health", "person") if rng.random() < 0.25}
        only = only or rng.random() < 0.2
        extract = rng.random() < 0.4 or (extract and not only)
        specs[profile] = ProfileSpec(profile, hide, extract, only)
    return Vocabulary(specs, {})


def _asks(rng: random.Random, *, allow: bool) -> RuleObligations:
    if rng.random() < 0.25:
        return RuleObligations({PersonScope.EVERYONE: rng.choice(list(Profile))})
    persons = {name: rng.choice(list(Profile)) for name in CLASSES if rng.random() < 0.5}
    return RuleObligations({PersonScope.REST: rng.choice(list(Profile)), **persons} if allow else persons)


def test_what_is_asked_of_tighten_rules_is_what_each_choice_of_them_would_tell() -> None:
    rng, answers = random.Random(5), set()
    for _ in range(400):
        vocabulary = _vocabulary(rng)
        allows = tuple(_asks(rng, allow=True) for _ in range(rng.randrange(1, 3)))
        more = tuple(_asks(rng, allow=False) for _ in range(rng.randrange(5)))
        answers.add(vocabulary._about_nobody(allows, more))
        assert vocabulary._about_nobody(allows, more) == _brute(vocabulary, allows, more)
    assert answers == {True, False}


def test_tighten_rules_in_all_their_forms_do_not_burn_time() -> None:
    forms = itertools.product([*Profile, None], repeat=4)
    more = [RuleObligations({n: p for n, p in zip(CLASSES, form, strict=True) if p}) for form in forms]
    vocabulary = PolicyEngine(bundle(rule("open"))).bundle.vocabulary
    allow = RuleObligations({PersonScope.REST: Profile.R4, PersonScope.REQUESTER: Profile.R0})
    with mock.patch.object(Vocabulary, "_persons", autospec=True, side_effect=Vocabulary._persons) as persons:
        assert vocabulary._about_nobody((allow,), tuple(more))
    assert persons.call_count <= len(more) + 2 * len(CLASSES)


def test_a_list_is_read_an_element_at_a_time_and_its_end_is_read_too() -> None:
    elements = read_list(b"- {a: 1}\n- [b]\n- c\n- {a: 1, a: 2}\n")
    assert [next(elements) for _ in range(3)] == [({"a": 1}, 1), (["b"], 2), ("c", 3)]
    with pytest.raises(YamlRefused, match="DUPLICATE_KEY"):
        next(elements)
    assert list(read_list(b"[]")) == []
    for nothing, code in ((b"", "EMPTY_FILE"), (b"a: b", "WRONG_TYPE"), (b"x", "WRONG_TYPE")):
        with pytest.raises(YamlRefused, match=code):
            list(read_list(nothing))
    assert found(files(rule("open") + "- &a x\n")) == {("ALIAS", 12)}


def test_words_are_read_by_language_like_the_dict_that_they_stand_for() -> None:
    said = {"kk": "сөз", "ru": "слово", "en": "word"}
    words = Words(**said)
    assert words == said
    assert said == words
    assert dict(words) == said
    assert (len(words), words.get("de"), repr(words)) == (3, None, repr(said))
    with pytest.raises(KeyError):
        words["de"]
    assert pickle.loads(pickle.dumps(words)) == words  # noqa: S301 - our own bytes


def test_equal_numbers_and_booleans_are_not_shared() -> None:
    attributes = bundle(rule("open")).schema.attributes
    texts = ["has(subject.n) && subject.n == 1", "has(resource.sealed) && resource.sealed == true", "true"]
    constants = [
        node.args[0] for t in texts for node in walk(check_condition(t, attributes).tree) if node.op == "const"
    ]
    assert [type(one) for one in constants] == [int, bool, bool]


def test_targets_are_counted_over_all_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [rule(f"r{n}", actions="[read, discover]", kinds="[letter, photo]") for n in range(3)]
    whole = parse_bundle(files(*rules))
    monkeypatch.setattr(rule_reader, "MAX_ROWS", 11)
    assert found(files(*rules)) == {("BUNDLE_TOO_LARGE", 0)}
    with pytest.raises(BundleRefused):
        parse_bundle({**files(*rules), "cases/c.yaml": b"cases: []\n"}, previous=whole)


def test_more_rules_than_allowed_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_reader, "MAX_RULES", 3)
    with mock.patch("qupia_policies.rule_reader.compile_condition", wraps=compile_condition) as compiled:
        assert found(files(*(rule(f"r{n}") for n in range(9)))) == {("BUNDLE_TOO_LARGE", 0)}
    assert compiled.call_count == 4


def test_a_folder_of_very_many_files_is_not_listed_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cases").mkdir()
    for number in range(4):
        (tmp_path / "cases" / f"{number}.yaml").touch()
    monkeypatch.setattr(loader, "MAX_FILES", 3)
    with pytest.raises(BundleRefused) as caught:
        read_folder(tmp_path)
    assert [(one.code, one.file) for one in caught.value.findings] == [("BUNDLE_TOO_LARGE", "cases/")]


def test_cases_that_try_all_answers_of_switches_share_the_rules() -> None:
    answers = list(itertools.product(["x", "y"], repeat=4))
    switches = ", ".join(f"s{n}: {{values: [x, y], value: x}}" for n in range(4))
    cases = [
        f"  - {{id: c{number}, subject: one, document: one, action: read, ground: public, "
        f"switches: {{{', '.join(f's{n}: {word}' for n, word in enumerate(words))}}}, expect: "
        f"{'{outcome: allow, profile: R1}' if words[0] == 'y' else '{outcome: refuse}'}}}"
        for number, words in enumerate(answers)
    ]
    head = "subjects: {one: {role: a}}\ndocuments: {one: {kind: letter, archive: one}}\ncases:\n"
    title = f"format: qupia-bundle-1\ntitle: t\nswitches: {{{switches}}}\n"
    made = bundle(rule("open", when="\"env.switch_s0 == 'y'\""), bundle=title, cases__c=head + "\n".join(cases) + "\n")
    engine = PolicyEngine(made)
    with mock.patch("qupia_policies.engine.Pdp") as filled:
        report = run_bundle_cases(engine)
    assert report.passed
    assert (len(report.results), filled.call_count) == (16, 0)
    assert not engine.decide(facts()).allowed

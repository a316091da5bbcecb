"""The shipped bundle, its cases, the runner and the built engine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qupia_policies.build import build_engine
from qupia_policies.bundle import Bundle, default_bundle_dir, load_bundle
from qupia_policies.cases import run_bundle_cases, run_cases
from qupia_policies.conditions import compile_condition
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.explain import Explainer
from qupia_policies.model import Action, Effect, Facts, Ground, Outcome, Reason
from qupia_policies.report import junit, pretty
from qupia_policies.rules import Rule
from tests.support.policy_bundles import bundle, facts, rule

DEFAULT = load_bundle(default_bundle_dir())
CASES = """
subjects: {one: {role: a}}
documents: {letter: {kind: letter, archive: x}}
cases:
  - {id: good, subject: one, document: letter, action: read, ground: public, expect: {outcome: allow, profile: R1}}
"""


def without(part: Rule) -> Bundle:
    return replace(DEFAULT, rules=tuple(item for item in DEFAULT.rules if item is not part))


def test_every_case_of_the_shipped_bundle_passes() -> None:
    report = run_cases(default_bundle_dir())
    assert report.passed, pretty(report)
    assert len(report.results) >= 100


@pytest.mark.parametrize("part", DEFAULT.rules, ids=lambda item: item.rule_id)
def test_removing_any_rule_turns_a_case_red(part: Rule) -> None:
    assert not run_bundle_cases(PolicyEngine(without(part))).passed


@pytest.mark.parametrize("part", DEFAULT.rules, ids=lambda item: item.rule_id)
def test_dropping_any_condition_turns_a_case_red(part: Rule) -> None:
    parts = part.condition.conjuncts
    for index in range(len(parts)):
        text = " && ".join("true" if n == index else one for n, one in enumerate(parts))
        if parts[index].startswith("has("):
            continue  # what it guards would be refused at admission
        changed = replace(part, condition=compile_condition(text, DEFAULT.schema.attributes))
        rules = tuple(changed if item is part else item for item in DEFAULT.rules)
        assert not run_bundle_cases(PolicyEngine(replace(DEFAULT, rules=rules))).passed, parts[index]


def test_each_rule_is_decided_by_a_case_and_each_allow_has_a_near_miss() -> None:
    text = "\n".join(data.decode() for name, data in DEFAULT.files.items() if name.startswith("cases/"))
    assert all(f"rules: [{item.rule_id}]" in text for item in DEFAULT.rules)


def test_the_requesters_words_tell_nothing_of_the_content() -> None:
    """The two secrets that a third party must not tell apart have the same words."""
    words = {item.rule_id: item.text.reason for item in DEFAULT.rules}
    assert words["deny-medical"] == words["deny-adoption"]
    telling = ("медицин", "усынов", "асырап", "medical", "adopt", "diagnos", "диагноз")
    for reason in words.values():
        assert not any(word in text.lower() for text in reason.values() for word in telling)


def stranger(action: Action, kind: str, **resource: str) -> Facts:
    sides = {
        "subject": {"role": "citizen", "kind": "person", "assurance": "low", "relation": "none"},
        "resource": {"secrecy": "none", "ownership": "state", "private_life": "yes", "term": "closed", **resource},
    }
    return Facts(action, kind, "any-archive", Ground.PUBLIC if action is Action.READ else None, sides)


@pytest.mark.parametrize("kind", sorted(DEFAULT.schema.kinds))
def test_no_stranger_reads_private_life_inside_the_term_whatever_the_kind(kind: str) -> None:
    engine = PolicyEngine(DEFAULT)
    for term in ("closed", "unknown"):
        for private_life in ("yes", "unknown"):
            assert not engine.decide(stranger(Action.READ, kind, term=term, private_life=private_life)).allowed


def test_explains_in_three_languages() -> None:
    engine, explainer = PolicyEngine(DEFAULT), Explainer(DEFAULT)
    refusal = engine.decide(stranger(Action.READ, "letter"))
    said = {code: explainer.explain(refusal, code) for code in ("kk", "ru", "en")}
    assert len({words.reasons for words in said.values()}) == 3
    assert said["en"].legal_bases == ("NAF Art. 16(1-1)",)
    assert explainer.explain(refusal, "de") == said["en"]
    granted = explainer.explain(engine.decide(stranger(Action.READ, "letter", term="open")), "ru")
    assert granted.duties == ("При публикации указать место хранения и собственника документа.",)


@pytest.mark.parametrize("reason", [item for item in Reason if item not in {Reason.NONE, Reason.DENY_RULE}])
def test_every_refusal_without_a_deny_rule_has_words(reason: Reason) -> None:
    refusal = replace(PolicyEngine(DEFAULT).decide(stranger(Action.READ, "letter")), reason=reason, rules=())
    assert all(Explainer(DEFAULT).explain(refusal, code).reasons[0] for code in ("kk", "ru", "en"))


def test_does_not_explain_another_bundles_decision() -> None:
    decision = PolicyEngine(bundle(rule("r"))).decide(facts())
    with pytest.raises(ValueError, match="another bundle"):
        Explainer(DEFAULT).explain(decision)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("outcome: allow, profile: R1", "outcome: refuse", "outcome: expected refuse, got allow"),
        ("profile: R1", "profile: R2", "profile: expected R2, got R1"),
        ("profile: R1", "profile: R1, open: [requester]", "open: expected requester, got nothing"),
        ("profile: R1", "profile: R1, duties: [cite_source]", "duties: expected cite_source, got nothing"),
        ("profile: R1", "profile: R1, rules: [other]", "rules: expected other, got r"),
        ("profile: R1", "profile: R1, missing: [subject.n]", "missing: expected subject.n, got nothing"),
    ],
)
def test_a_case_that_differs_says_how(before: str, after: str, message: str) -> None:
    report = run_bundle_cases(PolicyEngine(bundle(rule("r"), cases__c=CASES.replace(before, after))))
    assert not report.passed
    assert (report.results[0].message, report.results[0].line) == (message, 5)
    assert f"FAIL cases/c.yaml:5 good: {message}" in pretty(report)
    assert ET.fromstring(junit(report)).find("testcase/failure") is not None  # noqa: S314 - our own output


def test_an_allow_hides_no_obligation_that_the_case_does_not_name() -> None:
    text = rule("r", obligations="{profile: R1, open: [requester]}")
    assert not run_bundle_cases(PolicyEngine(bundle(text, cases__c=CASES))).passed


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("subject: one", "subject: two", "UNKNOWN_NAME"),
        ("document: letter,", "document: book,", "UNKNOWN_NAME"),
        ("action: read", "action: write", "UNKNOWN_ACTION"),
        ("ground: public", "ground: fun", "UNKNOWN_GROUND"),
        ("profile: R1", "profile: R9", "UNKNOWN_PROFILE"),
        (", profile: R1", "", "MISSING_PROFILE"),
        ("outcome: allow", "outcome: yes", "UNKNOWN_OUTCOME"),
        ("id: good", "id: good, with: {nobody: 1}", "UNKNOWN_ATTRIBUTE"),
        ("id: good", "id: good, extra: 1", "UNKNOWN_KEY"),
    ],
)
def test_a_fault_of_a_case_file_is_a_finding_and_fails_the_run(before: str, after: str, code: str) -> None:
    report = run_bundle_cases(PolicyEngine(bundle(rule("r"), cases__c=CASES.replace(before, after))))
    assert code in {item.code for item in report.findings}
    assert not report.passed
    assert ET.fromstring(junit(report)).find("testcase/error") is not None  # noqa: S314 - our own output


def test_the_filter_selects_cases() -> None:
    report = run_cases(default_bundle_dir(), "leap-day")
    assert len(report.results) == 3
    assert not run_cases(default_bundle_dir(), "no such case").passed


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_bundle_dir(), tmp_path / "bundle"))


@pytest.mark.parametrize("fault", ["removed rule", "no cases", "broken case"])
def test_an_engine_is_built_only_when_the_cases_of_its_bundle_pass(tmp_path: Path, fault: str) -> None:
    folder = copied(tmp_path)
    assert build_engine(load_bundle(folder)).decide(stranger(Action.READ, "letter")).outcome is Outcome.REFUSE
    if fault == "removed rule":
        (folder / "rules" / "40-other-secrets.yaml").unlink()
    elif fault == "no cases":
        shutil.rmtree(folder / "cases")
    else:
        (folder / "cases" / "99.yaml").write_text("cases: [{id: x}]")
    with pytest.raises(BundleRefused):
        build_engine(load_bundle(folder))


def test_no_deny_rule_of_the_shipped_bundle_is_guarded_by_an_optional_fact_alone() -> None:
    """A deny rule that only asks for what may be absent fails open: the exceptions are named here."""
    required = {path for path, item in DEFAULT.schema.attributes.items() if item.required}
    denies = [item for item in DEFAULT.rules if item.effect is Effect.DENY]
    lonely = {item.rule_id for item in denies if not item.condition.paths & required}
    assert lonely == {"deny-first-year", "deny-medical", "deny-adoption"}

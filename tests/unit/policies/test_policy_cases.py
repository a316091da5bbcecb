"""The shipped bundle, its cases, the runner and the built engine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qupia_policies.build import build_engine
from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.cases import run_bundle_cases, run_cases
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.explain import Explainer
from qupia_policies.model import Action, Effect, Facts, Ground, Outcome, Reason
from qupia_policies.mutation import Mutant, MutationCount, coverage, mutants
from qupia_policies.report import junit, pretty
from qupia_policies.starter import starter_dir
from tests.support.policy_bundles import bundle, facts, rule

DEFAULT = load_bundle(default_bundle_dir())
CASES = """
subjects: {one: {role: a}}
documents: {letter: {kind: letter, archive: x}}
cases:
  - {id: good, subject: one, document: letter, action: read, ground: public, expect: {outcome: allow, profile: R1}}
"""


def test_every_case_of_the_shipped_bundle_passes() -> None:
    report = run_cases(default_bundle_dir())
    assert report.passed, pretty(report)
    assert len(report.results) >= 150


@pytest.mark.parametrize("folder", [default_bundle_dir(), starter_dir()], ids=lambda path: path.name)
def test_a_case_notices_every_rule_removed_and_every_condition_negated(folder: Path) -> None:
    whole = load_bundle(folder)
    found = list(mutants(whole))
    assert [f"{mutant.rule_id}: {mutant.change}" for mutant in found if mutant.survived] == []
    assert {mutant.rule_id for mutant in found if mutant.change == "removed"} == {item.rule_id for item in whole.rules}
    assert len(found) > 3 * len(whole.rules)


def test_each_rule_decides_a_case_and_each_condition_is_seen_both_ways() -> None:
    report = coverage(DEFAULT)
    assert (report.unused_rules, report.one_sided) == ((), ())


def test_what_no_case_uses_is_told() -> None:
    text = CASES.replace("subject: one", "subject: two").replace("one: {role: a}", "two: {role: b}")
    lonely = rule("lonely", when="\"subject.role == 'a'\"")
    report = coverage(bundle(rule("r"), lonely, cases__c=text))
    assert (report.unused_rules, report.one_sided) == (("lonely",), ("lonely: subject.role == 'a'",))
    found = [mutant for mutant in mutants(bundle(rule("r"), lonely, cases__c=text)) if mutant.survived]
    assert {(mutant.rule_id, mutant.change) for mutant in found} == {
        ("lonely", "removed"),
        ("lonely", "negated: subject.role == 'a'"),
    }


def test_a_change_that_cannot_be_admitted_is_counted_apart() -> None:
    found = [Mutant("r", "removed", "c"), Mutant("r", "a", stillborn=True), Mutant("r", "b")]
    assert MutationCount.of(found) == MutationCount(noticed=1, survived=1, stillborn=1)
    assert str(MutationCount.of(found)).startswith("1 of 2 mutants noticed; 1 more ")
    told = ET.fromstring(junit(run_cases(starter_dir()), found))  # noqa: S314 - our own output
    assert (told.get("failures"), told.get("skipped")) == ("1", "1")
    mutants_told = {case.get("name"): [part.tag for part in case] for case in told.findall("testcase")[-3:]}
    assert mutants_told == {"removed": [], "a": ["skipped"], "b": ["failure"]}


def test_the_requesters_words_tell_nothing_of_the_content() -> None:
    """Secrets that a third party must not tell apart have the same words; no title, reason, article or id names any."""
    said = {item.rule_id: (item.text.title, item.text.reason, item.text.legal_basis) for item in DEFAULT.rules}
    assert said["deny-medical"] == said["deny-adoption"] == said["deny-other-secret"]
    telling: tuple[str, ...] = (
        "медицин",
        "усынов",
        "асырап",
        "medical",
        "adopt",
        "diagnos",
        "диагноз",
        "банк",
        "bank",
        "репресс",
    )
    telling += (
        "secre",
        "тайн",
        "секрет",
        "құпия",
        "child",
        "детей",
        "детск",
        "балалар",
        "procedur",
        "процессуал",
        "тергеу",
    )
    for title, reason, article in said.values():
        texts = [*title.values(), *reason.values(), article]
        assert not any(word in text.lower() for text in texts for word in telling)


def test_both_voices_speak_in_every_language_and_the_officers_say_more() -> None:
    for item in DEFAULT.rules:
        text = item.text
        assert all(set(words) == {"kk", "ru", "en"} for words in (text.officer_title, text.officer_reason))
        assert text.officer_reason != text.reason


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
    assert {"letter-of-a-leap-day-on-2027-02-27", "leap-day-to-leap-year"} <= {one.case_id for one in report.results}
    assert all("leap-day" in result.case_id for result in report.results)
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
    # What these deny is known only when somebody said so; the rest of each is a matter of the ground.
    said_so = {"deny-special-archive", "deny-blocked", "deny-other-secret", "deny-terms-refused", "deny-first-year"}
    narrow = {"deny-permission-third-party", "deny-without-kdp", "deny-no-purpose"}
    assert lonely == said_so | narrow

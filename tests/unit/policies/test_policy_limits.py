"""Days, places, owners' terms, terms that the engine counts, overlays, voices."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qupia_policies.bundle import Bundle, parse_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.model import Deadline, Decision, Facts, Outcome, PersonScope, Reason, RuleText
from qupia_policies.places import folded
from tests.support.policy_bundles import BASE, WORDS, bundle, facts, files, rule

SCHEMA = BASE["schema.yaml"].replace("term: {type: string, values: [open, closed]}", "") + (
    "terms: {resource.term: {from: resource.made_from, to: resource.made_to, certainty: resource.sure,\n"
    "  years: 75, opens_on: resource.opens_on, set_by: law}}\n"
)
SCHEMA = SCHEMA.replace(
    "resource: {day",
    "resource: {made_from: {type: date}, made_to: {type: date}, opens_on: {type: date},\n"
    "  sure: {type: string, values: [exact, range, unknown]},\n"
    "  term: {type: string, required: true, values: [open, closed, unknown]}, day",
)
CLOSED = rule("closed", "deny", when="\"resource.term != 'open'\"", opens_on="resource.opens_on")


def overlay(*rules: str, archive: str = "one") -> str:
    body = "".join("  " + line + "\n" for text in rules for line in text.splitlines() if "archives:" not in line)
    return f"archive: {archive}\nrules:\n{body}"


def codes(**others: str) -> set[str]:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(files(rule("r"), **others))
    return {item.code for item in caught.value.findings}


def decide(whole: Bundle, today: str = "2026-11-22", **fact: object) -> Decision:
    return PolicyEngine(whole, lambda: dt.date.fromisoformat(today)).decide(facts(**fact))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "rules"),
    [("2026-01-31", ()), ("2026-02-01", ("r",)), ("2026-03-31", ("r",)), ("2026-04-01", ())],
)
def test_a_rule_is_in_force_from_its_first_to_its_last_day(today: str, rules: tuple[str, ...]) -> None:
    whole = bundle(rule("r", valid="{from: 2026-02-01, to: 2026-03-31}"))
    assert decide(whole, today).rules == rules
    assert decide(whole, "2099-01-01", env_today=today).rules == rules, "the facts' own day counts"


@pytest.mark.parametrize(("today", "reason"), [("2026-04-01", Reason.NONE), ("2026-03-31", Reason.DENY_RULE)])
def test_a_deny_ends_with_its_validity(today: str, reason: Reason) -> None:
    assert decide(bundle(rule("r"), rule("no", "deny", valid="{to: 2026-03-31}")), today).reason is reason


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("{from: 2026-02-30}", "WRONG_TYPE"),
        ("{from: soon}", "WRONG_TYPE"),
        ("{from: 2026-03-01, to: 2026-02-01}", "NEVER_VALID"),
        ("{since: 2026-03-01}", "UNKNOWN_KEY"),
    ],
)
def test_faults_of_validity_are_named(field: str, code: str) -> None:
    assert code in codes(rules__s=rule("s", valid=field))


def test_the_day_is_the_one_in_almaty_by_default() -> None:
    decision = PolicyEngine(bundle(rule("r", when="\"env.today > '2020-01-01'\""))).decide(facts())
    assert decision.allowed


@pytest.mark.parametrize(
    ("today", "outcome"),
    [("2026-11-21", Outcome.REFUSE), ("2026-11-22", Outcome.REFUSE), ("2026-11-23", Outcome.ALLOW)],
)
def test_the_engine_counts_the_term_and_tells_when_it_opens(today: str, outcome: Outcome) -> None:
    whole = bundle(rule("r"), CLOSED, schema=SCHEMA)
    day = {"resource_made_from": "1951-01-01", "resource_made_to": "1951-11-22", "resource_sure": "range"}
    decision = decide(whole, today, **day)
    assert decision.outcome is outcome
    assert decision.opens_on == (dt.date(2026, 11, 23) if outcome is Outcome.REFUSE else None)


@pytest.mark.parametrize(
    "day",
    [
        {"resource_sure": "unknown"},
        {"resource_made_from": "1900-01-01"},
        {"resource_made_to": "1900-01-01", "resource_sure": "unknown"},
        {"resource_made_from": "1901-01-01", "resource_made_to": "1900-01-01", "resource_sure": "range"},
    ],
)
def test_an_unknown_date_is_inside_the_term_and_opens_on_no_day(day: dict[str, str]) -> None:
    decision = decide(bundle(rule("r"), CLOSED, schema=SCHEMA), **day)
    assert (decision.reason, decision.opens_on) == (Reason.DENY_RULE, None)


def test_a_state_beside_a_date_is_two_truths_and_neither_is_a_missing_fact() -> None:
    whole = bundle(rule("r"), CLOSED, schema=SCHEMA)
    both = decide(whole, resource_made_to="1900-01-01", resource_sure="exact", resource_term="open")
    assert (both.reason, both.missing_facts) == (Reason.BAD_FACTS, ("resource.opens_on", "resource.term"))
    assert decide(whole).missing_facts == ("resource.term",)
    assert decide(whole, resource_term="open").allowed


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("years: 75", "years: 71, set_by: owner", "OWNER_TERM_TOO_LONG"),
        ("years: 75", "years: 0", "WRONG_TYPE"),
        ("set_by: law", "set_by: chance", "UNKNOWN_WORD"),
        ("to: resource.made_to", "to: resource.sealed", "BAD_TERM"),
        ("to: resource.made_to", "start: resource.made_to", "MISSING_TEXT"),
        ("certainty: resource.sure", "certainty: subject.role", "BAD_TERM"),
        ("resource.term: {from", "subject.role: {from", "BAD_TERM"),
    ],
)
def test_faults_of_a_term_are_named(before: str, after: str, code: str) -> None:
    text = SCHEMA.replace(before, after).replace(", set_by: law}}", "}}" if "set_by" in after else ", set_by: law}}")
    assert code in codes(schema=text)


def test_an_owner_may_close_for_seventy_years_and_not_a_day_longer() -> None:
    term = "{{transferred_on: 1990-05-01, until: {}}}"
    assert "OWNER_TERM_TOO_LONG" in codes(rules__s=rule("s", "deny", owner_term=term.format("2060-05-02")))
    whole = bundle(rule("r"), rule("s", "deny", owner_term=term.format("2060-05-01")))
    refusal = decide(whole, "2060-05-01")
    assert (refusal.rules, refusal.opens_on) == (("s",), dt.date(2060, 5, 2))
    assert decide(whole, "2060-05-02").allowed
    assert "WRONG_TYPE" in codes(rules__s=rule("s", owner_term=term.format("2060-05-01")))


def test_a_refusal_names_the_day_on_which_the_last_deny_ends_or_none() -> None:
    def term(until: str) -> str:
        return f"{{transferred_on: 1990-05-01, until: {until}}}"

    soon, late = rule("s", "deny", owner_term=term("2030-01-01")), rule("t", "deny", owner_term=term("2040-01-01"))
    for denies in ((soon, late), (late, soon)):
        assert decide(bundle(rule("r"), *denies)).opens_on == dt.date(2040, 1, 2)
    assert decide(bundle(rule("r"), soon, rule("u", "deny"))).opens_on is None
    assert decide(bundle(rule("r"), soon, rule("u", "deny", when="'false'"))).opens_on == dt.date(2030, 1, 2)


PLACE = "{fonds: 'Р-12', opis: '1'}"


@pytest.mark.parametrize(
    ("where", "inside"),
    [
        ({"resource_fonds": "Р-12", "resource_opis": "1", "resource_item": "45"}, True),
        ({"resource_fonds": "Р-12", "resource_opis": "1"}, True),
        ({"resource_fonds": "Р-12", "resource_opis": "2"}, False),
        ({"resource_fonds": "Р-13", "resource_opis": "1"}, False),
        ({"resource_fonds": "P-12", "resource_opis": "1"}, True),
        ({"resource_fonds": " р-１２\u200b", "resource_opis": "1"}, True),
        ({"resource_fonds": "Р-12"}, True),
        ({}, True),
        ({"resource_fonds": "\u200b"}, True),
        ({"archive": "two"}, False),
    ],
)
def test_a_place_holds_all_below_it_and_what_is_not_known_to_be_elsewhere(where: dict[str, str], inside: bool) -> None:
    whole = bundle(rule("r"), overlays__one=overlay(rule("no", "deny", place=PLACE)))
    assert decide(whole, **where).allowed is not inside


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (overlay(rule("s")), "OVERLAY_LOOSENS"),
        (overlay(rule("s", "deny", place="{opis: '1'}")), "BAD_PLACE"),
        (overlay(rule("s", "deny", place="{fonds: '1', item: '2'}")), "BAD_PLACE"),
        (overlay(rule("s", "deny", place="{fonds: '***'}")), "BAD_NAME"),
        (overlay(rule("s", "deny", place="{shelf: '1'}")), "UNKNOWN_KEY"),
        (overlay(rule("r", "deny")), "DUPLICATE_ID"),
        (overlay(rule("s", "deny"), archive="'*'"), "BAD_NAME"),
        (overlay(rule("s", "deny")) + "obligations: {}\n", "UNKNOWN_KEY"),
        ("archive: one\nrules:\n- " + rule("s", "deny")[2:], "UNKNOWN_KEY"),
        ("archive: one\n", "WRONG_TYPE"),
    ],
)
def test_an_overlay_has_no_words_for_anything_looser(text: str, code: str) -> None:
    assert code in codes(overlays__one=text)


def test_a_place_stands_in_overlays_only() -> None:
    assert "UNKNOWN_KEY" in codes(rules__s=rule("s", "deny", place="{fonds: '1'}"))


CONDITIONS = ["true", "subject.role == 'a'", "has(subject.n) && subject.n > 3", "resource.kind == 'photo'"]
extra = st.lists(
    st.tuples(
        st.sampled_from(["deny", "tighten"]),
        st.sampled_from(CONDITIONS),
        st.sampled_from(["", "{fonds: '1'}", "{fonds: '1', opis: '2'}"]),
        st.sampled_from(["{profile: R1}", "{profile: R3, open: [requester]}", "{duties: [cite_source]}"]),
    ),
    max_size=5,
)
national = st.lists(
    st.tuples(
        st.sampled_from(["allow", "allow", "deny"]),
        st.sampled_from(CONDITIONS),
        st.sampled_from(["{profile: R0}", "{profile: R2, open: [requester]}", "{persons: {rest: R3, permitted: R1}}"]),
    ),
    min_size=1,
    max_size=4,
)
requests = st.builds(
    lambda kind, archive, role, n, fonds: facts(
        kind=kind, archive=archive, subject_role=role, subject_n=n, **({"resource_fonds": fonds} if fonds else {})
    ),
    st.sampled_from(["letter", "photo"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from("ab"),
    st.integers(0, 6),
    st.sampled_from(["", "1", "2"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(national, extra, requests)
def test_an_overlay_never_loosens(rules: list[tuple[str, ...]], more: list[tuple[str, ...]], f: Facts) -> None:
    base = [
        rule(f"n{i}", effect, when=f'"{when}"', **({} if effect == "deny" else {"obligations": asked}))
        for i, (effect, when, asked) in enumerate(rules)
    ]
    own = [
        rule(f"o{i}", effect, when=f'"{when}"', place=place, **({} if effect == "deny" else {"obligations": asked}))
        for i, (effect, when, place, asked) in enumerate(more)
    ]
    before = PolicyEngine(bundle(*base)).decide(f)
    after = PolicyEngine(bundle(*base, **({"overlays__one": overlay(*own)} if own else {}))).decide(f)
    if f.archive != "one":
        assert (after.outcome, after.obligations) == (before.outcome, before.obligations)
    if after.obligations is None:
        return
    assert before.obligations is not None, "an overlay allowed what the nation refuses"
    assert before.obligations.hide <= after.obligations.hide
    assert before.obligations.duties <= after.obligations.duties
    assert all(before.obligations.persons[who] <= after.obligations.persons[who] for who in after.obligations.persons)


def test_an_overlay_that_speaks_of_one_class_does_not_take_it_out_of_the_rest() -> None:
    national = rule("r", obligations="{persons: {rest: R3, permitted: R1}}")
    own = overlay(rule("o", "tighten", obligations="{persons: {requester: R1}}"))
    got = decide(bundle(national, overlays__one=own)).obligations
    assert got is not None
    assert got.persons[PersonScope.REQUESTER] is got.persons[PersonScope.REST]


def test_duties_carry_their_deadlines() -> None:
    text = BASE["obligations.yaml"].replace(
        f"notify_subject: {WORDS}", "notify_subject: {kk: а, ru: б, en: c, working_days: 10}"
    )
    whole = bundle(rule("r", obligations="{profile: R1, duties: [notify_subject, cite_source]}"), obligations=text)
    got = decide(whole).obligations
    assert got is not None
    assert got.deadlines == {"notify_subject": Deadline(10, working=True)}
    assert "WRONG_TYPE" in codes(obligations=text.replace("working_days: 10", "working_days: 0"))
    assert "WRONG_TYPE" in codes(obligations=text.replace("working_days: 10", "working_days: 10, days: 3"))


@pytest.mark.parametrize(
    "asked",
    ["{persons: {everyone: R1, requester: R0}}", "{persons: {requester: R0}}", "{profile: R1, persons: {rest: R1}}"],
)
def test_scopes_that_contradict_each_other_are_a_fault(asked: str) -> None:
    assert "SCOPE_CONFLICT" in codes(rules__s=rule("s", obligations=asked))


def test_a_rule_speaks_in_two_voices() -> None:
    two = "{officer: {kk: o1, ru: o2, en: o3}, requester: {kk: r1, ru: r2, en: r3}}"
    text = bundle(rule("r", title=two, reason=two)).rules[0].text
    assert (text.title["en"], text.officer_title["en"]) == ("r3", "o3")
    assert (text.reason["kk"], text.officer_reason["kk"]) == ("r1", "o1")
    one = two.replace(", en: r3", "")
    assert "MISSING_TRANSLATION" in codes(rules__s=rule("s", title=one))
    assert "MISSING_TRANSLATION" in codes(rules__s=rule("s", title="{officer: {kk: o1, ru: o2, en: o3}}"))


@pytest.mark.parametrize("name", ["Р-12", "P-12", "ｐ-12", "р -12", "P-12\u200d"])
def test_ids_that_look_alike_are_one_place(name: str) -> None:
    assert folded(name) == folded("Р-12")


def test_a_class_without_words_of_its_own_follows_the_rest() -> None:
    got = decide(bundle(rule("r", obligations="{persons: {rest: R2}}"))).obligations
    assert got is not None
    assert set(got.persons.values()) == {got.profile}
    assert PersonScope.EVERYONE not in got.persons


def test_officers_read_their_own_voice_where_there_is_one() -> None:
    two = "{officer: {kk: o1, ru: o2, en: o3}, requester: {kk: r1, ru: r2, en: r3}}"
    text = bundle(rule("r", title=two, reason=two)).rules[0].text
    assert (text.for_officers().title["en"], text.for_officers().reason["ru"]) == ("o3", "o2")
    bare = RuleText("r", {"en": "t"}, {"en": "w"}, "law")
    assert (bare.for_officers().title, bare.for_officers().reason) == (bare.title, bare.reason)

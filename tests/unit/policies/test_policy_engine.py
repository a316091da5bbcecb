"""The engine: grounds, overrides, obligations, refusals, casbin's traps."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from typing import Any
from unittest import mock

import pytest

from qupia_policies import engine as engine_module
from qupia_policies.conditions import Condition, ConditionError
from qupia_policies.engine import (
    MODEL_TEXT,
    CompiledMatcher,
    EngineRefused,
    Pdp,
    PolicyEngine,
    Request,
    Trace,
    compile_matcher,
)
from qupia_policies.model import Action, Decision, Facts, Ground, OpenScope, Outcome, PersonScope, Profile, Reason
from qupia_policies.rules import Rule
from tests.support.policy_bundles import bundle, facts, rule


def decide(*rules: str, **fact: object) -> Decision:
    return PolicyEngine(bundle(*rules)).decide(facts(**fact))  # type: ignore[arg-type]


def test_refuses_when_no_rule_names_the_target() -> None:
    decision = decide(rule("r", kinds="[photo]"))
    assert (decision.outcome, decision.reason, decision.candidates) == (Outcome.REFUSE, Reason.NO_RULE, 0)
    assert decision.obligations is None


def test_refuses_when_no_candidate_matches() -> None:
    decision = decide(rule("r", when="subject.role == 'b'"))
    assert (decision.reason, decision.rules, decision.candidates) == (Reason.NO_RULE, (), 1)


@pytest.mark.parametrize("order", [0, 1])
def test_deny_overrides_in_any_order(order: int) -> None:
    rules = [rule("yes"), rule("no", "deny")]
    decision = decide(*(reversed(rules) if order else rules))
    assert (decision.outcome, decision.reason, decision.rules) == (Outcome.REFUSE, Reason.DENY_RULE, ("no",))


def test_only_rules_of_the_stated_ground_allow() -> None:
    rules = rule("weak", obligations="{profile: R0}"), rule("heir", grounds="[heir]", obligations="{profile: R3}")
    assert decide(*rules).rules == ("weak",)
    granted = decide(*rules, ground=Ground.HEIR)
    assert granted.rules == ("heir",)
    assert granted.obligations is not None
    assert granted.obligations.profile is Profile.R3
    assert decide(*rules, ground=Ground.COURT).reason is Reason.NO_RULE
    assert decide(*rules, ground=None).reason is Reason.NO_RULE


def test_deny_rules_apply_on_every_ground() -> None:
    rules = rule("heir", grounds="[heir]"), rule("no", "deny")
    assert decide(*rules, ground=Ground.HEIR).reason is Reason.DENY_RULE


def test_discover_needs_no_ground() -> None:
    open_rule = rule("d", actions="[discover]", grounds="")
    assert decide(open_rule, action=Action.DISCOVER, ground=None).allowed
    assert not decide(open_rule, ground=None).allowed


def test_unites_obligations_of_all_matching_rules() -> None:
    decision = decide(
        rule("one", obligations="{profile: R2, open: [requester], duties: [cite_source]}"),
        rule("two", obligations="{profile: R1, open: [permitted, nobody], duties: [notify_subject]}"),
        rule("three", when="subject.role == 'b'", obligations="{profile: R5}"),
    )
    assert decision.rules == ("one", "two")
    got = decision.obligations
    assert got is not None
    assert (got.profile, got.hide) == (Profile.R2, frozenset({"iin", "health"}))
    assert got.open_scopes == frozenset(), "what one rule asks of a class is not lost because another opens it"
    assert got.persons == {
        PersonScope.REQUESTER: Profile.R1,
        PersonScope.PERMITTED: Profile.R2,
        PersonScope.INHERITED: Profile.R2,
        PersonScope.REST: Profile.R2,
    }
    assert got.duties == {"cite_source", "notify_subject"}
    assert not got.metadata_only


def test_a_class_is_open_when_every_rule_that_speaks_of_it_leaves_it_open() -> None:
    decision = decide(
        rule("mine", obligations="{profile: R3, open: [requester, permitted]}"),
        rule("rest", obligations="{persons: {rest: R2, permitted: R1}}"),
    )
    got = decision.obligations
    assert got is not None
    assert got.open_scopes == {OpenScope.REQUESTER}
    assert got.persons[PersonScope.PERMITTED] is Profile.R1
    assert got.persons[PersonScope.INHERITED] is got.persons[PersonScope.REST] is got.profile is Profile.R3


def test_permission_of_one_opens_that_persons_details_and_no_others() -> None:
    got = decide(rule("r", obligations="{persons: {permitted: R0, rest: R3}}")).obligations
    assert got is not None
    assert got.open_scopes == {OpenScope.PERMITTED}
    assert got.persons[PersonScope.REQUESTER] is Profile.R3


def test_a_tighten_rule_adds_obligations_and_never_allows() -> None:
    more = rule("more", "tighten", obligations="{persons: {requester: R1}, duties: [notify_subject]}")
    alone = decide(more)
    assert (alone.outcome, alone.reason, alone.rules) == (Outcome.REFUSE, Reason.NO_RULE, ())
    both = decide(more, rule("yes", obligations="{profile: R2, open: [requester]}"))
    assert both.rules == ("more", "yes")
    assert both.obligations is not None
    assert both.obligations.persons[PersonScope.REQUESTER] is Profile.R1
    assert both.obligations.duties == {"notify_subject"}
    elsewhere = decide(rule("more", "tighten", grounds="[heir]", obligations="{duties: [cite_source]}"), rule("yes"))
    assert elsewhere.rules == ("yes",)


def test_strictest_profile_follows_the_declared_order_not_the_last_rule() -> None:
    decision = decide(rule("strict", obligations="{profile: R5}"), rule("weak", obligations="{profile: R0}"))
    assert decision.obligations is not None
    assert decision.obligations.profile is Profile.R5
    assert decision.obligations.metadata_only


def test_an_obligation_that_became_unknown_refuses() -> None:
    whole = bundle(rule("r"))
    object.__setattr__(whole.vocabulary, "profiles", {})
    decision = PolicyEngine(whole).decide(facts())
    assert (decision.outcome, decision.reason, decision.rules) == (Outcome.REFUSE, Reason.OBLIGATION_CONFLICT, ("r",))


@pytest.mark.parametrize("effect", ["allow", "deny"])
def test_a_rule_that_fails_refuses_also_beside_an_allow(effect: str) -> None:
    engine = PolicyEngine(bundle(rule("good"), rule("bad", effect, when="subject.role == 'a'")))

    def fail(condition: Condition, _: object) -> bool:
        if condition.text != "true":
            raise ConditionError("boom")
        return True

    with mock.patch.object(Condition, "holds", fail):
        decision = engine.decide(facts())
    assert (decision.outcome, decision.reason, decision.rules) == (Outcome.REFUSE, Reason.RULE_ERROR, ("bad",))


def test_any_failure_inside_casbin_refuses() -> None:
    engine = PolicyEngine(bundle(rule("r")))
    with mock.patch.object(Pdp, "enforce_ex", side_effect=RuntimeError("x")):
        assert engine.decide(facts()).reason is Reason.RULE_ERROR


@pytest.mark.parametrize(
    ("fact", "named"),
    [
        ({"kind": "*"}, "resource.kind"),
        ({"kind": "nothing"}, "resource.kind"),
        ({"archive": "*"}, "resource.archive"),
        ({"archive": ""}, "resource.archive"),
        ({"subject_role": "c"}, "subject.role"),
        ({"subject_n": True}, "subject.n"),
        ({"subject_n": "1"}, "subject.n"),
        ({"subject_n": 2**63}, "subject.n"),
        ({"resource_day": "2026-13-01"}, "resource.day"),
        ({"resource_day": "20260101"}, "resource.day"),
        ({"subject_names": ("x", 1)}, "subject.names"),
        ({"subject_strange": "Мысалова"}, "subject.?"),
        ({"resource_kind": "photo"}, "resource.kind"),
        ({"purpose_ground": "court"}, "purpose.ground"),
    ],
)
def test_bad_facts_refuse_and_name_only_the_fact(fact: dict[str, object], named: str) -> None:
    decision = decide(rule("r"), **fact)
    assert (decision.outcome, decision.reason, decision.missing_facts) == (Outcome.REFUSE, Reason.BAD_FACTS, (named,))


def test_a_required_fact_that_is_absent_refuses() -> None:
    engine = PolicyEngine(bundle(rule("r")))
    decision = engine.decide(Facts(Action.READ, "letter", "one", Ground.PUBLIC, {}))
    assert (decision.reason, decision.missing_facts) == (Reason.BAD_FACTS, ("subject.role",))


def test_names_missing_facts_of_the_nearest_rule_only() -> None:
    near = rule("near", when="subject.role == 'a' && has(subject.n) && subject.n > 3")
    far = rule(
        "far", when="subject.role == 'b' && has(resource.day) && resource.day > '2000-01-01' && has(resource.sealed)"
    )
    other = rule("other", grounds="[heir]", when="has(resource.term)")
    assert decide(near, far, other).missing_facts == ("subject.n",)
    assert decide(near, far, other, subject_n=1).missing_facts == ()


def test_the_engine_fills_kind_archive_and_ground() -> None:
    text = "resource.kind == 'letter' && resource.archive == 'one' && has(purpose.ground) && purpose.ground == 'public'"
    assert decide(rule("r", when=text)).allowed
    assert not decide(rule("r", when=text, grounds="[public, heir]"), ground=Ground.HEIR).allowed


def test_nothing_of_a_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    engine = PolicyEngine(bundle(rule("r")))
    for name in ("casbin", "casbin.enforcer", "casbin.policy", "casbin.role"):
        assert logging.getLogger(name).disabled
        assert not logging.getLogger(name).propagate
    request = Request(facts(subject_names=("Мысалова",)))
    assert "Мысалова" not in f"{request} {request!r} {request.activation} {request.activation!r} {Trace(['x'])}"
    with caplog.at_level(logging.DEBUG):
        engine.decide(facts(subject_names=("Мысалова",)))
    assert caplog.text == ""


def test_refuses_to_start_beside_pycasbin() -> None:
    with mock.patch.object(metadata, "version", return_value="2.8.0"), pytest.raises(EngineRefused):
        PolicyEngine(bundle(rule("r")))


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "r_req.__class__",
        "cond.__globals__",
        "(lambda: True)()",
        "[x for x in ()]",
        "1 + 1 == 2",
        "note(r_trace, p_id) if True else False",
        "open('x')",
        "p_act ==",
    ],
)
def test_the_matcher_compiles_only_what_is_listed(text: str) -> None:
    with pytest.raises(EngineRefused):
        compile_matcher(text, {"cond": bool, "note": bool})


def test_the_matcher_must_give_a_boolean() -> None:
    with pytest.raises(TypeError):
        compile_matcher("p_act", {}).eval({"p_act": "read"})


def rules_of(*texts: str) -> dict[str, Rule]:
    return {item.rule_id: item for item in bundle(*texts).rules}


MUTANTS: list[tuple[str, str, str, dict[str, object]]] = [
    (" && !some(where (p.eft == deny))", "", rule("yes") + rule("no", "deny"), {}),
    ('(p.act == "*" || p.act == r.req.act) && ', "", rule("r", actions="[discover]"), {}),
    ('(p.kind == "*" || p.kind == r.req.kind) && ', "", rule("r", kinds="[photo]"), {}),
    ('(p.arch == "*" || p.arch == r.req.archive) && ', "", rule("r", archives="[two]"), {}),
    ("serves(p.id, r.req) && ", "", rule("r", grounds="[heir]"), {}),
    ("cond(p.id, r.req) && ", "", rule("r", when="subject.role == 'b'"), {}),
]


@pytest.mark.parametrize(("part", "instead", "texts", "fact"), MUTANTS)
def test_each_part_of_the_model_is_needed(part: str, instead: str, texts: str, fact: dict[str, object]) -> None:
    """A plain scan refuses; the same model without one part grants: no part is idle."""
    model = MODEL_TEXT
    assert part in model
    rules = rules_of(texts)
    request = Request(facts(**fact))  # type: ignore[arg-type]
    assert Pdp(rules, model).run(request, None)[0] is False
    assert Pdp(rules, model.replace(part, instead)).run(request, None)[0] is True


def test_threads_do_not_disturb_each_other() -> None:
    texts = [rule(f"k{n}", archives=f"[a{n}]", when=f"has(subject.n) && subject.n == {n}") for n in range(50)]
    engine = PolicyEngine(bundle(*texts))

    def one(n: int) -> bool:
        right = engine.decide(facts(archive=f"a{n}", subject_n=n))
        wrong = engine.decide(facts(archive=f"a{n}", subject_n=n + 1))
        return right.rules == (f"k{n}",) and not wrong.allowed

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, [n % 50 for n in range(800)]))


def test_two_threads_in_the_middle_of_a_decision_each_see_their_own_rows() -> None:
    engine = PolicyEngine(bundle(rule("one", archives="[one]"), rule("two", archives="[two]")))
    meeting = threading.Barrier(2, timeout=20)
    compiled, enforced = Pdp._get_expression, Pdp.enforce_ex

    def after_setting_rows(self: Pdp, *args: Any) -> CompiledMatcher:
        meeting.wait()
        return compiled(self, *args)

    def before_resetting_rows(self: Pdp, *args: Any) -> Any:
        result = enforced(self, *args)
        meeting.wait()
        return result

    with (
        mock.patch.object(Pdp, "_get_expression", after_setting_rows),
        mock.patch.object(Pdp, "enforce_ex", before_resetting_rows),
        ThreadPoolExecutor(2) as pool,
    ):
        answers = list(pool.map(lambda archive: engine.decide(facts(archive=archive)).rules, ["one", "two"]))
    assert answers == [("one",), ("two",)]


async def test_tasks_do_not_disturb_each_other() -> None:
    engine = PolicyEngine(bundle(*(rule(f"k{n}", archives=f"[a{n}]") for n in range(20))))

    async def one(n: int) -> tuple[str, ...]:
        await asyncio.sleep(0)
        return engine.decide(facts(archive=f"a{n}")).rules

    assert await asyncio.gather(*(one(n) for n in range(20))) == [(f"k{n}",) for n in range(20)]


def test_what_is_shown_is_reset_also_after_a_failure() -> None:
    engine = PolicyEngine(bundle(rule("r")))
    with mock.patch.object(Pdp, "enforce_ex", side_effect=RuntimeError("x")):
        engine.decide(facts())
    assert engine_module._shown.get() is None

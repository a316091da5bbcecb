"""Decide with casbin; the only user of casbin.

casbin keeps its model, rows, effect expression and enforcement loop. Three things are put in through points it
has: a target index in place of its list of rows, conditions compiled once and called by rule id, and a
matcher compiled once. Condition text never reaches casbin's `eval`. A filled enforcer is immutable.
"""

from __future__ import annotations

import ast
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from copy import copy
from dataclasses import replace
from importlib import metadata
from itertools import product
from types import CodeType
from typing import Any, Final

import casbin

from .bundle import Bundle
from .conditions import Activation, ConditionError
from .errors import PolicyError
from .model import Decision, Effect, Facts, Obligations, Outcome, Reason
from .places import LEVELS, place_of
from .rules import WILDCARD, Rule
from .schema import FactFaults
from .terms import almaty_day
from .vocabulary import ObligationConflict, RuleObligations

MODEL_TEXT: Final = """
[request_definition]
r = req, trace
[policy_definition]
p = id, act, kind, arch, cond, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.act == "*" || p.act == r.req.act) && (p.kind == "*" || p.kind == r.req.kind) \
&& (p.arch == "*" || p.arch == r.req.archive) && serves(p.id, r.req) && cond(p.id, r.req) && note(r.trace, p.id)
"""

Row = tuple[str, str, str, str, str, str]
Key = tuple[str, str, str]

MAX_TARGETS: Final = 4_096
"""Targets whose candidates are remembered."""

_shown: ContextVar[list[Row] | None] = ContextVar("qupia_shown_rows", default=None)

_MATCHER_NODES: Final = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.Compare,
    ast.Eq,
    ast.Name,
    ast.Load,
    ast.Attribute,
    ast.Constant,
    ast.Call,
)


class EngineRefused(PolicyError):
    """The engine must not start: another casbin is installed, or the matcher is not what it should be."""


class RuleFailed(Exception):
    """The condition of a rule failed while it ran."""

    def __init__(self, rule_id: str) -> None:
        """Keep the rule's id."""
        super().__init__(rule_id)
        self.rule_id = rule_id


class Request:
    """What casbin sees of a request. Says nothing: casbin formats request values into log lines."""

    __slots__ = ("act", "activation", "archive", "facts", "ground", "kind", "place", "today")

    def __init__(self, facts: Facts, needed: frozenset[str] | None = None) -> None:
        """Convert the facts once, those that conditions read."""
        self.facts = facts
        self.act, self.kind, self.archive = facts.action.value, facts.kind, facts.archive
        self.ground = facts.ground
        self.place = place_of(facts.attributes.get("resource", {}))
        self.today = str(facts.attributes.get("env", {}).get("today", ""))
        self.activation = Activation(facts, needed)

    def __str__(self) -> str:
        """Say nothing."""
        return "Request(…)"

    __repr__ = __str__


class Trace(list[str]):
    """Ids of the rules that matched, in order of evaluation."""

    def __str__(self) -> str:
        """Say nothing."""
        return "Trace(…)"


class TargetIndex:
    """Stands where casbin keeps its list of rows; shows only the rows of one target while a request runs."""

    def __init__(self) -> None:
        """Start empty."""
        self.rows: list[Row] = []
        self._by: dict[Key, list[tuple[int, Row]]] = {}

    def append(self, row: Row) -> None:
        """File a row under its target."""
        self.rows.append(row)
        self._by.setdefault((row[1], row[2], row[3]), []).append((len(self.rows) - 1, row))

    def candidates(self, act: str, kind: str, archive: str) -> list[Row]:
        """Return the rows of the eight keys of a target, in load order."""
        found: list[tuple[int, Row]] = []
        for key in product((act, WILDCARD), (kind, WILDCARD), (archive, WILDCARD)):
            found += self._by.get(key, ())
        found.sort()
        return [row for _, row in found]

    def _visible(self) -> list[Row]:
        shown = _shown.get()
        return self.rows if shown is None else shown

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows shown."""
        return iter(self._visible())

    def __len__(self) -> int:
        """Count the rows shown."""
        return len(self._visible())

    def __getitem__(self, index: int) -> Row:
        """Return one of the rows shown."""
        return self._visible()[index]


class PolicyModel(casbin.Model):  # type: ignore[misc]
    """casbin's model with the target index as its container of rows."""

    def add_def(self, sec: str, key: str, value: str) -> bool | None:
        """Add a definition; the policy definition gets the index."""
        done: bool | None = super().add_def(sec, key, value)
        if (sec, key) == ("p", "p"):
            self.model[sec][key].policy = TargetIndex()
        return done

    def clear_policy(self) -> None:
        """Clear rows; the container stays an index."""
        super().clear_policy()
        self.model["p"]["p"].policy = TargetIndex()


class CompiledMatcher:
    """A matcher as a code object; stands where casbin expects its evaluator."""

    __slots__ = ("_code", "_scope")

    def __init__(self, code: CodeType, functions: Mapping[str, Callable[..., bool]]) -> None:
        """Keep code and the only functions it may call."""
        self._code = code
        self._scope = {"__builtins__": {}, **functions}

    def eval(self, parameters: dict[str, Any]) -> bool:
        """Evaluate for one row; the result must be a real boolean."""
        result = eval(self._code, self._scope, parameters)  # noqa: S307 - our own checked model text
        if result is not True and result is not False:
            raise TypeError("matcher did not give a boolean")
        return bool(result)


def compile_matcher(text: str, functions: Mapping[str, Callable[..., bool]]) -> CompiledMatcher:
    """Compile the model's matcher once, after a check of every node against an allow-list.

    Raises:
        EngineRefused: something else than and, or, `==`, names, attributes, text and listed calls.
    """
    try:
        tree = ast.parse(text.replace("&&", " and ").replace("||", " or ").strip(), mode="eval")
    except SyntaxError as error:
        raise EngineRefused("the matcher does not parse") from error
    for node in ast.walk(tree):
        if not isinstance(node, _MATCHER_NODES):
            raise EngineRefused(f"the matcher holds {type(node).__name__}")
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise EngineRefused("the matcher reads a private attribute")
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in functions):
            raise EngineRefused("the matcher calls a function that is not registered")
    return CompiledMatcher(compile(tree, "<matcher>", "eval"), functions)


def _note(trace: Trace, rule_id: str) -> bool:
    trace.append(rule_id)
    return True


def _holds(rule: Rule, request: Request) -> bool:
    try:
        return rule.condition.holds(request.activation)
    except ConditionError as error:
        raise RuleFailed(rule.rule_id) from error


def _takes_part(rule: Rule, request: Request) -> bool:
    return rule.serves(request.ground) and rule.in_force(request.today, request.place)


def refuse_two_casbins() -> None:
    """Refuse when `pycasbin` is installed too: it fills the same folder as `casbin`.

    Raises:
        EngineRefused: both distributions are present.
    """
    try:
        metadata.version("pycasbin")
    except metadata.PackageNotFoundError:
        return
    raise EngineRefused("uninstall 'pycasbin': it overwrites the files of 'casbin'")


def _quiet_casbin() -> None:
    for name in ("casbin", "casbin.enforcer", "casbin.policy", "casbin.role"):
        logger = logging.getLogger(name)
        logger.disabled, logger.propagate = True, False


class Pdp(casbin.Enforcer):  # type: ignore[misc]
    """casbin's enforcer over one immutable set of rules."""

    def __init__(self, rules: Mapping[str, Rule], model_text: str = MODEL_TEXT) -> None:
        """Fill the model with one row for each target of each rule."""
        model = PolicyModel()
        model.load_model_from_text(model_text)
        super().__init__(model)
        self._compiled: dict[str, CompiledMatcher] = {}
        self.index: TargetIndex = model["p"]["p"].policy
        for rule in rules.values():
            for act, kind, arch in product(rule.actions, rule.kinds, rule.archives):
                self.index.append((rule.rule_id, act.value, kind, arch, rule.condition.text, rule.effect.value))
        self.add_function("cond", lambda rule_id, req: _holds(rules[rule_id], req))
        self.add_function("serves", lambda rule_id, req: _takes_part(rules[rule_id], req))
        self.add_function("note", _note)

    def _get_expression(self, expr: str, functions: Mapping[str, Callable[..., bool]] | None = None) -> CompiledMatcher:
        """Answer casbin's request for an evaluator from a cache."""
        if expr not in self._compiled:
            self._compiled[expr] = compile_matcher(expr, functions or {})
        return self._compiled[expr]

    def run(self, request: Request, rows: list[Row] | None) -> tuple[bool, Trace]:
        """Enforce over the given rows; None means all rows of the model (a plain scan)."""
        trace = Trace()
        token = _shown.set(rows)
        try:
            allowed, _ = self.enforce_ex(request, trace)
        finally:
            _shown.reset(token)
        return allowed is True, trace


def _opening(rule: Rule, facts: Facts) -> dt.date | None:
    """Return the first day on which a deny rule would not apply any more, as far as rule and facts tell."""
    if isinstance(rule.opens, dt.date):
        return rule.opens
    side, _, name = rule.opens.partition(".")
    value = facts.attributes.get(side, {}).get(name)
    return dt.date.fromisoformat(value) if isinstance(value, str) else None


def _almaty_today() -> dt.date:
    return almaty_day(dt.datetime.now(dt.UTC))


class PolicyEngine:
    """Decide requests over one bundle. Immutable; safe for threads and tasks.

    Args:
        bundle: an admitted bundle.
        today: gives the day in Asia/Almaty for facts that name none.

    Raises:
        EngineRefused: `pycasbin` is installed beside `casbin`.
    """

    def __init__(self, bundle: Bundle, today: Callable[[], dt.date] = _almaty_today) -> None:
        """Fill casbin with the bundle's rules."""
        refuse_two_casbins()
        self.bundle = bundle
        self.today = today
        self._rules = {rule.rule_id: rule for rule in bundle.rules}
        self._pdp = Pdp(self._rules)
        self._targets: dict[Key, tuple[list[Row], frozenset[str]]] = {}
        _quiet_casbin()

    def decide(self, facts: Facts) -> Decision:
        """Decide one request.

        Args:
            facts: what the server knows; checked against the bundle's schema first.

        Returns:
            An allow with obligations, or a refusal with its reason. Never raises for facts or rules: whatever
            goes wrong is a refusal.
        """
        whole, faults = self.completed(facts)
        if faults:
            return self._bad_facts(faults)
        rows, needed = self._aimed((whole.action.value, whole.kind, whole.archive))
        if not rows:
            return self._refusal(Reason.NO_RULE, 0)
        request = Request(whole, needed)
        try:
            allowed, trace = self._pdp.run(request, rows)
        except RuleFailed as failed:
            return self._refusal(Reason.RULE_ERROR, len(rows), (failed.rule_id,))
        except Exception:  # noqa: BLE001 - any failure inside casbin is a refusal, never a skipped rule
            return self._refusal(Reason.RULE_ERROR, len(rows))
        if not allowed:
            return self._refused(request, rows, trace)
        return self._granted(trace, len(rows))

    def answering(self, switches: Mapping[str, str]) -> PolicyEngine:
        """Return an engine over the same rules with other answers to switches; it shares all that the rules take up.

        Args:
            switches: answers by attribute (`switch_heirs`), of which each is one of the switch's values.
        """
        schema = replace(self.bundle.schema, switches={**self.bundle.schema.switches, **switches})
        other = copy(self)
        other.bundle = replace(self.bundle, schema=schema)
        return other

    def _aimed(self, target: Key) -> tuple[list[Row], frozenset[str]]:
        """Return the candidates of a target and the attributes that they read; few targets are asked for often."""
        known = self._targets.get(target)
        if known is None:
            rows = self._pdp.index.candidates(*target)
            paths = (self._rules[row[0]].condition.paths for row in rows)
            known = rows, frozenset().union(*paths)
            if len(self._targets) >= MAX_TARGETS:
                self._targets.clear()
            self._targets[target] = known
        return known

    @property
    def reads_places(self) -> bool:
        """Tell whether some rule asks where in the archive a document lies."""
        paths = {f"resource.{level}" for level in LEVELS}
        return any((rule.limits and rule.limits.place) or paths & rule.condition.paths for rule in self.bundle.rules)

    def parts_of(self, rule_id: str, facts: Facts) -> Mapping[str, bool]:
        """Tell which parts of a rule's condition hold; empty for facts that are not valid."""
        whole, faults = self.completed(facts)
        condition = self._rules[rule_id].condition
        if faults:
            return {}
        failed = condition.failed(Activation(whole))
        return {part: part not in failed for part in condition.conjuncts}

    def completed(self, facts: Facts) -> tuple[Facts, FactFaults]:
        """Return facts with the day and the terms, as they are decided, and what is wrong with them."""
        return self.bundle.schema.complete(facts, self.today)

    def rule(self, rule_id: str) -> Rule:
        """Return a rule by id.

        Raises:
            KeyError: no such rule in this bundle.
        """
        return self._rules[rule_id]

    def obligations_of(self, rules: Iterable[str]) -> Obligations:
        """Return what allow and tighten rules ask for together, as they do where they are the rules that match.

        Raises:
            ObligationConflict: no allow rule is among them, or what they ask for cannot be had together.
            KeyError: no such rule in this bundle.
        """
        return self._united(tuple(rules))

    def _granted(self, trace: Trace, candidates: int) -> Decision:
        rules = tuple(dict.fromkeys(trace))
        try:
            obligations = self._united(rules)
        except ObligationConflict:
            return self._refusal(Reason.OBLIGATION_CONFLICT, candidates, rules)
        return Decision(Outcome.ALLOW, Reason.NONE, rules, obligations, self.bundle.version, candidates)

    def _united(self, rules: tuple[str, ...]) -> Obligations:
        parts: dict[Effect, list[RuleObligations]] = {Effect.ALLOW: [], Effect.TIGHTEN: []}
        for rule_id in rules:
            rule = self._rules[rule_id]
            if rule.obligations is None:
                raise ObligationConflict("an allow without obligations")
            parts[rule.effect].append(rule.obligations)
        return self.bundle.vocabulary.unite(parts[Effect.ALLOW], parts[Effect.TIGHTEN])

    def _refused(self, request: Request, rows: list[Row], trace: Trace) -> Decision:
        last = self._rules[trace[-1]] if trace else None
        if last is not None and last.effect is Effect.DENY:
            missing = tuple(sorted(last.condition.paths - request.activation.flat.keys()))
            refusal = self._refusal(Reason.DENY_RULE, len(rows), (last.rule_id,), missing)
            return replace(refusal, opens_on=self._opens_on(request, rows)) if last.opens else refusal
        return self._refusal(Reason.NO_RULE, len(rows), (), self._nearest(request, rows))

    def _opens_on(self, request: Request, rows: list[Row]) -> dt.date | None:
        """Return the day on which the last of all matching deny rules ends; None when one of them tells no day."""
        latest = dt.date.min
        denies = (rule for row in rows if (rule := self._rules[row[0]]).effect is Effect.DENY)
        try:
            for rule in denies:
                if _takes_part(rule, request) and _holds(rule, request):
                    day = _opening(rule, request.facts) if rule.opens else None
                    if day is None:
                        return None
                    latest = max(latest, day)
        except RuleFailed:
            return None
        return latest

    def _nearest(self, request: Request, rows: list[Row]) -> tuple[str, ...]:
        """Name the absent facts that the allow rules nearest to matching asked for."""
        if request.activation.lacks_nothing:
            return ()
        asked = [rule for row in rows if (rule := self._rules[row[0]]).effect is Effect.ALLOW]
        allows = [rule.condition for rule in asked if _takes_part(rule, request)]
        if len(allows) == 1:
            return tuple(sorted(allows[0].lacking(request.activation)))
        near: dict[int, set[str]] = {}
        for condition in allows:
            distance, absent = condition.distance(request.activation)
            near.setdefault(distance, set()).update(absent)
        return tuple(sorted(near[min(near)])) if near else ()

    def _bad_facts(self, faults: FactFaults) -> Decision:
        return self._refusal(Reason.BAD_FACTS, 0, (), faults.missing + faults.bad)

    def _refusal(
        self, reason: Reason, candidates: int, rules: tuple[str, ...] = (), missing: tuple[str, ...] = ()
    ) -> Decision:
        return Decision(Outcome.REFUSE, reason, rules, None, self.bundle.version, candidates, missing)

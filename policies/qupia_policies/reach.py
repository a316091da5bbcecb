"""Look at all rules together: which can never match, which a deny always overrides, which target is too crowded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from .errors import Finding, Severity
from .model import Action, Effect
from .rules import WILDCARD, Rule
from .satisfy import Domain, Solver
from .schema import Schema

MAX_CANDIDATES: Final = 200
"""Candidates of one target beyond which decisions become slow."""

Target = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Reach:
    """What was learnt of all rules together.

    Attributes:
        dead: ids of rules that no facts can match.
        shadows: the deny that always overrides, by the allow's id.
    """

    dead: frozenset[str] = frozenset()
    shadows: Mapping[str, str] = field(default_factory=dict)


def reach(rules: tuple[Rule, ...], schema: Schema, before: Reach | None = None, fresh: Collection[str] = ()) -> Reach:
    """Work out what rules can reach.

    Args:
        rules: all rules.
        schema: the schema of both.
        before: what was learnt of other rules under the same schema; None: learn everything anew.
        fresh: ids of the rules that `before` did not know in this form.
    """
    solver = Solver(schema.attributes)
    there = {rule.rule_id for rule in rules}
    kept = frozenset(before.dead & there - set(fresh)) if before else frozenset()
    new = rules if before is None else [rule for rule in rules if rule.rule_id in fresh]
    dead = kept | {rule.rule_id for rule in _dead(new, solver)}
    alive = [rule for rule in rules if rule.rule_id not in dead]
    denies = [rule for rule in alive if rule.effect is Effect.DENY]
    allows = [rule for rule in alive if rule.effect is Effect.ALLOW]
    if before is None:
        return Reach(dead, _shadows(allows, denies, solver))
    stale = {*fresh, *dead} | (before.shadows.keys() | set(before.shadows.values())) - there
    shadows = {a: d for a, d in before.shadows.items() if a not in stale and d not in stale}
    uncovered = {allow for allow, deny in before.shadows.items() if deny in stale}
    again = [rule for rule in allows if rule.rule_id in fresh or rule.rule_id in uncovered]
    shadows |= _shadows(again, denies, solver)
    new_denies = [rule for rule in denies if rule.rule_id in fresh]
    shadows |= _shadows([rule for rule in allows if rule.rule_id not in shadows], new_denies, solver)
    return Reach(dead, shadows)


def findings_of(rules: tuple[Rule, ...], found: Reach) -> list[Finding]:
    """Return findings about rules as a whole.

    `NEVER_MATCHES` is an error: the rule's author meant something else. `SHADOWED` and `CROWDED_TARGET` are warnings:
    both can be meant, and a deny in a hurry must not be refused for what it overrides.
    """
    named = [rule for rule in rules if rule.rule_id in found.dead or rule.rule_id in found.shadows]
    dead = [_finding(rule, "NEVER_MATCHES", _NEVER, Severity.ERROR) for rule in named if rule.rule_id in found.dead]
    under = [rule for rule in named if rule.rule_id in found.shadows]
    shadowed = [
        _finding(rule, "SHADOWED", _UNDER.format(found.shadows[rule.rule_id]), Severity.WARNING) for rule in under
    ]
    return [*dead, *shadowed, *_crowded(rules)]


_NEVER: Final = "Correct 'when' or the targets: no facts fulfil them together."
_UNDER: Final = "Remove it or narrow '{}', which denies all that it allows."


def _finding(rule: Rule, code: str, advice: str, severity: Severity) -> Finding:
    return Finding(rule.file, rule.rule_id, rule.line, code, advice, severity)


def _dead(rules: Iterable[Rule], solver: Solver) -> Iterator[Rule]:
    return (rule for rule in rules if not solver.possible(rule.condition.tree, _domain(rule)))


def _domain(rule: Rule) -> Domain:
    domain: dict[str, frozenset[str]] = {}
    if WILDCARD not in rule.kinds:
        domain["resource.kind"] = frozenset(rule.kinds)
    if WILDCARD not in rule.archives:
        domain["resource.archive"] = frozenset(rule.archives)
    if rule.grounds:
        domain["purpose.ground"] = frozenset(ground.value for ground in rule.grounds)
    return domain


def _shadows(allows: Iterable[Rule], denies: list[Rule], solver: Solver) -> dict[str, str]:
    """Return the deny that always overrides, by the allow's id."""
    by_target: dict[Target, list[Rule]] = defaultdict(list)
    for deny in denies:
        for target in _targets(deny):
            by_target[target].append(deny)
    if not by_target:
        return {}
    over = ((rule.rule_id, _always_over(rule, by_target, solver)) for rule in allows)
    return {rule_id: deny.rule_id for rule_id, deny in over if deny is not None}


def _always_over(rule: Rule, denies: dict[Target, list[Rule]], solver: Solver) -> Rule | None:
    """Return a deny that matches wherever the rule does."""
    common: dict[str, Rule] | None = None
    for target in _targets(rule):
        here = {deny.rule_id: deny for key in _wider(target) for deny in denies.get(key, ())}
        common = here if common is None else {name: deny for name, deny in common.items() if name in here}
        if not common or solver.spent:
            return None
    domain = _domain(rule)
    for deny in (common or {}).values():
        if _covers(deny, rule) and solver.follows(rule.condition.tree, deny.condition.tree, domain):
            return deny
    return None


def _covers(deny: Rule, rule: Rule) -> bool:
    """Tell whether a deny is in force whenever and wherever the rule is."""
    if deny.limits is None:
        return True
    mine = rule.limits
    start, end = (mine.valid_from, mine.valid_to) if mine else ("", "")
    late = bool(deny.limits.valid_to) and (not end or end > deny.limits.valid_to)
    return not deny.limits.place and start >= deny.limits.valid_from and not late


def _targets(rule: Rule) -> Iterator[Target]:
    return product((action.value for action in rule.actions), rule.kinds, rule.archives)


def _wider(target: Target) -> Iterator[Target]:
    action, kind, archive = target
    return product((action,), {kind, WILDCARD}, {archive, WILDCARD})


def _crowded(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """Count what the index would show for each target that some rule names."""
    counted: Counter[Target] = Counter(target for rule in rules for target in _targets(rule))
    if sum(counted.values()) <= MAX_CANDIDATES:
        return
    kinds = {kind for _, kind, _ in counted}
    archives = {archive for _, _, archive in counted}
    everywhere = {action.value: counted[action.value, WILDCARD, WILDCARD] for action in Action}
    worst: dict[Target, int] = {}
    for action, kind, archive in _met(counted, kinds, archives):
        shown = {(action, kind, archive), (action, kind, WILDCARD), (action, WILDCARD, archive)}
        total = everywhere[action] + sum(counted[key] for key in shown - {(action, WILDCARD, WILDCARD)})
        if total > MAX_CANDIDATES:
            worst[action, kind, archive] = total
    for (action, kind, archive), total in sorted(worst.items(), key=lambda item: -item[1])[:1]:
        place = f"{action}, {kind}, {archive}"
        advice = f"Give rules narrower targets: {total} are looked at for ({place}), at most {MAX_CANDIDATES} are wise."
        yield _finding(_one_too_many(rules, (action, kind, archive)), "CROWDED_TARGET", advice, Severity.WARNING)


def _one_too_many(rules: tuple[Rule, ...], target: Target) -> Rule:
    """Return the rule with which a target becomes too crowded, in the order of files and lines."""
    action, kind, archive = target
    shown = {(action, k, a) for k in (kind, WILDCARD) for a in (archive, WILDCARD)}
    rows = [rule for rule in rules for row in _targets(rule) if row in shown]
    return rows[MAX_CANDIDATES]


def _met(counted: Counter[Target], kinds: set[str], archives: set[str]) -> Iterator[Target]:
    """Yield the targets that can be crowded: those that rules name, and crossings of crowded rows."""
    yield from counted
    many = MAX_CANDIDATES // 3
    by_kind = {(a, k) for (a, k, h), n in counted.items() if h == WILDCARD and k in kinds and n > many}
    by_archive = {(a, h) for (a, k, h), n in counted.items() if k == WILDCARD and h in archives and n > many}
    yield from ((a, k, h) for a, k in by_kind for b, h in by_archive if a == b)

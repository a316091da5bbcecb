"""Find the allow rules that denies always override, one deny alone or several together.

A deny overrides where its targets, its days and its condition hold. Its targets are read as part of its condition, so
that a deny for each kind, or one for `true` and one for `false`, are seen to leave nothing together. Archives are an
open set: a rule for all of them is only overridden by denies for all.

The rules may be hostile: at most `MAX_TOGETHER` denies are looked at for one rule, and the solver's bounds hold. What
was not looked at to the end is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from typing import Final

from .cel_tree import Node
from .rules import WILDCARD, Rule
from .satisfy import Domain, Solver

_ANY: Final = ""
"""Stands for whatever kind a deny is for."""
_Key = tuple[str, str, str]
MAX_TOGETHER: Final = 200
"""Denies of one target that are looked at together: as many as make a target crowded."""


def domain_of(rule: Rule) -> Domain:
    """Return the values that a rule's targets and grounds leave."""
    domain: dict[str, frozenset[str]] = {}
    if WILDCARD not in rule.kinds:
        domain["resource.kind"] = frozenset(rule.kinds)
    if WILDCARD not in rule.archives:
        domain["resource.archive"] = frozenset(rule.archives)
    if rule.grounds:
        domain["purpose.ground"] = frozenset(ground.value for ground in rule.grounds)
    return domain


class Denies:
    """The deny rules of a bundle, by what they are for.

    Args:
        rules: deny rules that can match.
        known: ids of rules that are not new.
    """

    def __init__(self, rules: Iterable[Rule], known: set[str]) -> None:
        """File the rules."""
        self._by: dict[_Key, list[Rule]] = defaultdict(list)
        self._new: set[_Key] = set()
        for rule in rules:
            keys = [(a.value, k, h) for a, k, h in product(rule.actions, (*rule.kinds, _ANY), rule.archives)]
            self._new.update(keys if rule.rule_id not in known else ())
            for key in keys:
                self._by[key].append(rule)

    def any_new(self, allow: Rule) -> bool:
        """Tell whether a deny whose targets meet an allow's is new."""
        return bool(self._new) and any(not self._new.isdisjoint(_near(allow, act.value)) for act in allow.actions)

    def over(self, allow: Rule, action: str, solver: Solver) -> list[Rule] | None:
        """Return the denies that are in force whenever and wherever an allow is; None when they are too many."""
        found: dict[str, Rule] = {}
        for key in _near(allow, action):
            here = self._by.get(key, ())
            if len(here) > MAX_TOGETHER:
                return None
            solver.charge(len(here))
            found.update((deny.rule_id, deny) for deny in here if _in_force_with(deny, allow))
        return list(found.values()) if len(found) <= MAX_TOGETHER else None


def _near(allow: Rule, action: str) -> list[_Key]:
    """Return where denies stand whose targets meet an allow's, for archives that it names or for all."""
    kinds = (_ANY,) if WILDCARD in allow.kinds else (*allow.kinds, WILDCARD)
    return [(action, kind, archive) for kind, archive in product(kinds, dict.fromkeys((*allow.archives, WILDCARD)))]


def _in_force_with(deny: Rule, allow: Rule) -> bool:
    if deny.limits is None:
        return True
    mine = allow.limits
    start, end = (mine.valid_from, mine.valid_to) if mine else ("", "")
    late = bool(deny.limits.valid_to) and (not end or end > deny.limits.valid_to)
    return not deny.limits.place and start >= deny.limits.valid_from and not late


def overriding(allow: Rule, denies: Denies, solver: Solver, untried: set[str]) -> tuple[str, ...]:
    """Return the ids of denies that always override an allow, for each of its actions; empty when they do not.

    Args:
        allow: the rule.
        denies: all denies.
        solver: what is asked, and what bounds it.
        untried: takes the allow's id when a bound kept from finding out.
    """
    untried.discard(allow.rule_id)
    found: list[str] = []
    for action in allow.actions:
        near = [] if solver.spent else denies.over(allow, action.value, solver)
        if near is None or solver.spent:
            untried.add(allow.rule_id)
            return ()
        solver.cut = False
        over = _together(allow, near, solver)
        if not over:
            if solver.cut:
                untried.add(allow.rule_id)
            return ()
        found += over
    return tuple(dict.fromkeys(found))


def _together(allow: Rule, near: list[Rule], solver: Solver) -> list[str]:
    """Return few denies that cover an allow; empty when all together are not known to."""
    domain, tree = domain_of(allow), allow.condition.tree
    asked = {deny.rule_id: _where(deny, allow) for deny in near}
    if not near or not solver.covered(tree, asked.values(), domain):
        return []
    single = next((name for name, node in asked.items() if solver.covered(tree, (node,), domain)), None)
    if single is not None:
        return [single]
    kept = dict(asked)
    for name in asked:
        fewer = {other: node for other, node in kept.items() if other != name}
        if solver.covered(tree, fewer.values(), domain):
            kept = fewer
    return list(kept)


def _where(deny: Rule, allow: Rule) -> Node:
    """Return a deny's condition with as much of its targets as an allow's do not already say."""
    parts = [
        Node("in", (Node("read", (path,)), Node("const", (tuple(mine),))))
        for path, mine, theirs in (
            ("resource.kind", deny.kinds, allow.kinds),
            ("resource.archive", deny.archives, allow.archives),
        )
        if WILDCARD not in mine and not set(theirs) <= set(mine)
    ]
    return Node("&&", (*parts, deny.condition.tree)) if parts else deny.condition.tree

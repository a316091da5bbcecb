"""Look at all rules together: which can never match, which a deny always overrides, which target is too crowded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from .errors import Finding, Severity
from .model import Action, Effect
from .rules import WILDCARD, Rule
from .satisfy import Solver
from .schema import Schema
from .shadow import Denies, domain_of, overriding

MAX_CANDIDATES: Final = 200
"""Candidates of one target beyond which decisions become slow."""

Target = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Reach:
    """What was learnt of all rules together.

    Attributes:
        dead: ids of rules that no facts can match.
        shadows: the denies that together always override, by the allow's id.
        untried: ids of rules of which a bound kept from finding out the one or the other.
    """

    dead: frozenset[str] = frozenset()
    shadows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    untried: frozenset[str] = frozenset()


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
    old = before or Reach()
    known = there - set(fresh) if before else set[str]()
    new = [rule for rule in rules if rule.rule_id not in known]
    untried = set(old.untried & known)
    dead = old.dead & known | {rule.rule_id for rule in new if not _possible(rule, solver, untried)}
    alive = [rule for rule in rules if rule.rule_id not in dead]
    denies = Denies((rule for rule in alive if rule.effect is Effect.DENY), known)
    gone = {name for name, over in old.shadows.items() if not known.issuperset((name, *over)) or dead & {name, *over}}
    shadows = {name: over for name, over in old.shadows.items() if name not in gone}
    same = known - gone
    for rule in alive:
        if rule.effect is Effect.ALLOW and (rule.rule_id not in same or denies.any_new(rule)):
            shadows.pop(rule.rule_id, None)
            found = overriding(rule, denies, solver, untried)
            if found:
                shadows[rule.rule_id] = found
    return Reach(frozenset(dead), shadows, frozenset(untried))


def _possible(rule: Rule, solver: Solver, untried: set[str]) -> bool:
    solver.cut = False
    found = solver.possible(rule.condition.tree, domain_of(rule))
    if solver.cut:
        untried.add(rule.rule_id)
    return found


def findings_of(rules: tuple[Rule, ...], found: Reach) -> list[Finding]:
    """Return findings about rules as a whole.

    `NEVER_MATCHES` is an error: the rule's author meant something else. `SHADOWED` and `CROWDED_TARGET` are warnings:
    both can be meant, and a deny in a hurry must not be refused for what it overrides.
    """
    dead = [_finding(rule, "NEVER_MATCHES", _NEVER, Severity.ERROR) for rule in rules if rule.rule_id in found.dead]
    under = [(rule, found.shadows[rule.rule_id]) for rule in rules if rule.rule_id in found.shadows]
    shadowed = [_finding(rule, "SHADOWED", _under(over), Severity.WARNING) for rule, over in under]
    untried = [rule for rule in rules if rule.rule_id in found.untried][:1]
    advice = _UNTRIED.format(len(found.untried))
    bounded = [_finding(rule, "NOT_TRIED", advice, Severity.WARNING) for rule in untried]
    return [*dead, *shadowed, *bounded, *_crowded(rules)]


_NEVER: Final = "Correct 'when' or the targets: no facts fulfil them together."
_UNTRIED: Final = (
    "Look at this rule yourself: there was too much to try to find out whether {} of the rules can match, or are "
    "always overridden; shorter conditions and narrower targets are tried to the end."
)
MAX_NAMED: Final = 5


def _under(over: tuple[str, ...]) -> str:
    named = ", ".join(f"'{name}'" for name in over[:MAX_NAMED])
    more = f" and {len(over) - MAX_NAMED} more" if len(over) > MAX_NAMED else ""
    many = "which together deny" if len(over) > 1 else "which denies"
    return f"Remove it or narrow {named}{more}, {many} all that it allows."


def _finding(rule: Rule, code: str, advice: str, severity: Severity) -> Finding:
    return Finding(rule.file, rule.rule_id, rule.line, code, advice, severity)


def _targets(rule: Rule) -> Iterator[Target]:
    return product((action.value for action in rule.actions), rule.kinds, rule.archives)


def _crowded(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """Count what the index would show, and name the request that is shown most if it is too much."""
    counted: Counter[Target] = Counter(target for rule in rules for target in _targets(rule))
    if sum(counted.values()) <= MAX_CANDIDATES:
        return
    worst = max(((_shown(counted, key), key) for key in _asked(counted)), default=(0, ("", "", "")))
    total, (action, kind, archive) = worst
    if total > MAX_CANDIDATES:
        place = f"{action}, {kind}, {archive}"
        advice = f"Give rules narrower targets: {total} are looked at for ({place}), at most {MAX_CANDIDATES} are wise."
        yield _finding(_one_too_many(rules, (action, kind, archive)), "CROWDED_TARGET", advice, Severity.WARNING)


def _shown(counted: Mapping[Target, int], key: Target) -> int:
    """Return how many rows a request finds; a wildcard in it stands for what no rule names."""
    action, kind, archive = key
    return sum(counted.get(shown, 0) for shown in product((action,), {kind, WILDCARD}, {archive, WILDCARD}))


def _asked(counted: Mapping[Target, int]) -> Iterator[Target]:
    """Yield requests among which is the one that is shown most, over all kinds and all archives.

    It is a crossing that some rule names, or else that of the kind and the archive with the most rules of their own.
    """
    for action in Action:
        here = [(kind, archive) for named, kind, archive in counted if named == action.value]
        kind = max((k for k, h in here if h == WILDCARD), key=lambda k: _own(counted, action, k, WILDCARD), default="")
        archive = max(
            (h for k, h in here if k == WILDCARD), key=lambda h: _own(counted, action, WILDCARD, h), default=""
        )
        yield from ((action.value, k, h) for k, h in {*here, (kind or WILDCARD, archive or WILDCARD)})


def _own(counted: Mapping[Target, int], action: Action, kind: str, archive: str) -> int:
    return 0 if kind == archive else counted[action.value, kind, archive]


def _one_too_many(rules: tuple[Rule, ...], target: Target) -> Rule:
    """Return the rule with which a target becomes too crowded, in the order of files and lines."""
    action, kind, archive = target
    shown = {(action, k, a) for k in (kind, WILDCARD) for a in (archive, WILDCARD)}
    rows = [rule for rule in rules for row in _targets(rule) if row in shown]
    return rows[MAX_CANDIDATES]

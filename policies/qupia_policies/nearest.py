"""Why not: the rules nearest to allowing a request, and what of each failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .conditions import Activation
from .engine import PolicyEngine
from .model import Effect, Facts, Ground
from .places import place_of
from .rules import WILDCARD, Rule

MAX_NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class NearRule:
    """A rule that might have allowed.

    Attributes:
        rule_id: its id.
        failed: parts of its condition that did not hold, as written.
        missing: facts that those parts asked for and that were absent.
        other_grounds: grounds it serves, when the stated one is not among them.
        not_in_force: True when its days or its place did not fit.
    """

    rule_id: str
    failed: tuple[str, ...]
    missing: tuple[str, ...]
    other_grounds: tuple[Ground, ...] = ()
    not_in_force: bool = False

    @property
    def distance(self) -> int:
        """Count what stands between the request and this rule."""
        return len(self.failed) + bool(self.other_grounds) + self.not_in_force


def nearest(engine: PolicyEngine, facts: Facts, count: int = MAX_NEAREST) -> tuple[NearRule, ...]:
    """Return the allow rules for the same target that are nearest to matching: those of the stated ground first.

    For officers only: conditions name facts about the document. Facts that are not valid have no nearest rule.
    """
    whole, faults = engine.completed(facts)
    if faults:
        return ()
    activation = Activation(whole)
    found = [_near(rule, whole, activation) for rule in engine.bundle.rules if _aims(rule, whole)]
    return tuple(sorted(found, key=lambda near: (bool(near.other_grounds), near.distance, near.rule_id))[:count])


def _aims(rule: Rule, facts: Facts) -> bool:
    return (
        rule.effect is Effect.ALLOW
        and facts.action in rule.actions
        and (WILDCARD in rule.kinds or facts.kind in rule.kinds)
        and (WILDCARD in rule.archives or facts.archive in rule.archives)
    )


def _near(rule: Rule, facts: Facts, activation: Activation) -> NearRule:
    today = str(facts.attributes["env"]["today"])
    in_force = rule.in_force(today, place_of(facts.attributes.get("resource", {})))
    return NearRule(
        rule.rule_id,
        rule.condition.failed(activation),
        tuple(sorted(rule.condition.distance(activation)[1])),
        () if rule.serves(facts.ground) else tuple(sorted(rule.grounds)),
        not in_force,
    )

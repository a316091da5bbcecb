"""Which further facts could open a ground: a sound shortcut for lists of who may read what."""

from __future__ import annotations

from .conditions import Activation
from .engine import PolicyEngine
from .model import Effect, Facts
from .rules import WILDCARD, Rule


def could_help(engine: PolicyEngine, facts: Facts, absent: frozenset[str]) -> frozenset[str]:
    """Return those of some absent attributes that rules of the request read, when facts about them could allow it.

    Args:
        engine: the bundle.
        facts: a request without these attributes.
        absent: attributes that further facts could fill.

    Returns:
        What rules that take part read of `absent`; empty where every allow rule fails by something else, or a deny
        rule matches by something else, so that no fact about `absent` can open anything. Also empty where no rule
        reads any of it.
    """
    rules = [rule for rule in engine.bundle.rules if _aims(rule, facts)]
    read = absent & frozenset[str]().union(*(rule.condition.paths for rule in rules))
    whole, faults = engine.completed(facts)
    if faults:
        # What the schema asks of every request can be among them; anything else stays wrong with whatever is added.
        needed = frozenset(faults.missing)
        return frozenset() if faults.bad or needed - absent else read | needed
    activation = Activation(whole)
    if any(_denies_whatever(rule, activation, absent) for rule in rules):
        return frozenset()
    allows = (rule for rule in rules if rule.effect is Effect.ALLOW)
    return read if any(_fillable(rule, activation, absent) for rule in allows) else frozenset()


def _aims(rule: Rule, facts: Facts) -> bool:
    here = facts.action in rule.actions and rule.serves(facts.ground)
    return (
        here and bool({WILDCARD, facts.archive} & set(rule.archives)) and bool({WILDCARD, facts.kind} & set(rule.kinds))
    )


def _fillable(rule: Rule, activation: Activation, absent: frozenset[str]) -> bool:
    """Tell whether every part of the condition that fails asks for something absent; true for a rule that holds."""
    return all(part & absent for part in rule.condition.failed_reading(activation))


def _denies_whatever(rule: Rule, activation: Activation, absent: frozenset[str]) -> bool:
    """Tell whether a deny rule that is always in force matches, and asks for nothing absent."""
    asks = rule.limits is not None or bool(rule.condition.paths & absent)
    return rule.effect is Effect.DENY and not asks and not rule.condition.failed_reading(activation)

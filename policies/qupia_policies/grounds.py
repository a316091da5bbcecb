"""Ask about all grounds at once: what each would open, and which would open most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .engine import PolicyEngine
from .model import Decision, Facts, Ground, Obligations, Profile


@dataclass(frozen=True, slots=True)
class AllGrounds:
    """The answers on every ground.

    Attributes:
        decisions: the decision by ground.
        best: the ground that would open most; None when every one refuses.
    """

    decisions: Mapping[Ground, Decision]
    best: Ground | None


def ask_all_grounds(engine: PolicyEngine, facts: Facts) -> AllGrounds:
    """Decide the same request on every ground, each alone.

    Nothing is united over grounds: a request rests on one, and another can never make its answer stricter.
    """
    decisions = {ground: engine.decide(replace(facts, ground=ground)) for ground in Ground}
    return AllGrounds(decisions, opens_most(decisions, tuple(engine.bundle.vocabulary.profiles)))


def opens_most(decisions: Mapping[Ground, Decision], profiles: Sequence[Profile]) -> Ground | None:
    """Return the ground that would open most, the first of equals; None when every one refuses.

    Args:
        decisions: by ground, of one request.
        profiles: the bundle's, least strict first.
    """
    order = list(profiles)
    granted = [
        (_closedness(found.obligations, order), ground) for ground, found in decisions.items() if found.obligations
    ]
    return min(granted, key=lambda item: item[0])[1] if granted else None


def _closedness(obligations: Obligations, order: list[Profile]) -> tuple[int, ...]:
    """Order obligations: what is hidden of the rest counts first, then of the own persons, then duties."""
    persons = sum(order.index(profile) for profile in obligations.persons.values())
    return (
        obligations.metadata_only,
        order.index(obligations.profile),
        obligations.extract_only,
        persons,
        len(obligations.duties),
    )

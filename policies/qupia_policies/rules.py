"""One rule of a bundle as a frozen value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from .conditions import Condition
from .model import Action, Effect, Ground, RuleText
from .places import Place, may_lie_in
from .vocabulary import RuleObligations

WILDCARD: Final = "*"


@dataclass(frozen=True, slots=True)
class Limits:
    """When and where a rule is in force; a rule without limits is in force always and everywhere.

    Attributes:
        valid_from: first day, `YYYY-MM-DD`; empty for since ever.
        valid_to: last day; empty for ever.
        place: fonds, opis, item of an overlay's rule; empty for the whole archive.
    """

    valid_from: str = ""
    valid_to: str = ""
    place: Place = ()

    def hold(self, today: str, place: Place) -> bool:
        """Tell whether the rule is in force on a day for a document at a place."""
        if today < self.valid_from or (self.valid_to and today > self.valid_to):
            return False
        return not self.place or may_lie_in(place, self.place)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        rule_id: unique in the bundle.
        effect: allow, deny or tighten.
        actions: actions it speaks about.
        kinds: document kinds, or `*`.
        archives: archive ids, or `*`.
        grounds: grounds it serves; empty for a deny rule, for an allow rule of `discover` that serves any, and for a
            tighten rule that concerns all.
        condition: when it matches.
        obligations: present exactly for allow and tighten rules.
        text: words for people.
        file: file of the bundle.
        line: line in the file.
        limits: days and place; None for always and everywhere.
        opens: attribute that tells the day on which a deny ends, or the day itself; empty when neither is known.
    """

    rule_id: str
    effect: Effect
    actions: tuple[Action, ...]
    kinds: tuple[str, ...]
    archives: tuple[str, ...]
    grounds: frozenset[Ground]
    condition: Condition
    obligations: RuleObligations | None
    text: RuleText
    file: str = ""
    line: int = 0
    limits: Limits | None = None
    opens: str | dt.date = ""

    def serves(self, ground: Ground | None) -> bool:
        """Tell whether the rule takes part in a request on this ground; a deny rule always does."""
        return self.effect is Effect.DENY or not self.grounds or ground in self.grounds

    def in_force(self, today: str, place: Place) -> bool:
        """Tell whether the rule is in force on a day (`YYYY-MM-DD`) for a document at a place."""
        return self.limits is None or self.limits.hold(today, place)

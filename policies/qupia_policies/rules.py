"""One rule of a bundle as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .conditions import Condition
from .model import Action, Effect, Ground, RuleText
from .vocabulary import RuleObligations

WILDCARD: Final = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        rule_id: unique in the bundle.
        effect: allow or deny.
        actions: actions it speaks about.
        kinds: document kinds, or `*`.
        archives: archive ids, or `*`.
        grounds: grounds it serves; empty for a deny rule, and for an allow rule of `discover` that serves any.
        condition: when it matches.
        obligations: present exactly for allow rules.
        text: words for people.
        file: file of the bundle.
        line: line in the file.
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

    def serves(self, ground: Ground | None) -> bool:
        """Tell whether the rule takes part in a request on this ground; a deny rule always does."""
        return self.effect is Effect.DENY or not self.grounds or ground in self.grounds

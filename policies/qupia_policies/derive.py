"""Facts that the engine works out itself: the day, and the terms that a schema declares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

from .model import Value
from .terms import TERM_YEARS, Certainty, closure

Sides = MutableMapping[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of years that runs from a document's date and closes it until then.

    Attributes:
        state: attribute that the engine fills with `open`, `closed` or `unknown`.
        start: attribute with the earliest possible day; empty when there is none.
        end: attribute with the latest possible day, from which the term counts.
        certainty: attribute with `exact`, `range` or `unknown`; empty when a given day is exact.
        opens_on: attribute that the engine fills with the first open day; empty when nobody wants it.
        years: length.
    """

    state: str
    start: str
    end: str
    certainty: str
    opens_on: str
    years: int = TERM_YEARS

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the attributes that the term is counted from."""
        return tuple(filter(None, (self.start, self.end, self.certainty)))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the attributes that the engine fills."""
        return tuple(filter(None, (self.state, self.opens_on)))

    def apply(self, sides: Sides, today: dt.date) -> tuple[str, ...]:
        """Fill state and first open day when a date is given.

        A caller may count by itself and give the state instead; then no date may be given, since two truths are none.

        Returns:
            Attributes that contradict each other; empty when all is well.
        """
        given = [path for path in self.inputs if _get(sides, path) is not None]
        if not given:
            return ()
        if any(_get(sides, path) is not None for path in self.outputs):
            return self.outputs
        found = closure(self._day(sides, self.start), self._day(sides, self.end), self._sure(sides), today, self.years)
        _set(sides, self.state, found.state.value)
        if self.opens_on and found.opens_on is not None:
            _set(sides, self.opens_on, found.opens_on.isoformat())
        return ()

    def _sure(self, sides: Mapping[str, Mapping[str, Value]]) -> Certainty:
        if not self.certainty:
            return Certainty.EXACT
        try:
            return Certainty(str(_get(sides, self.certainty)))
        except ValueError:
            return Certainty.UNKNOWN

    @staticmethod
    def _day(sides: Mapping[str, Mapping[str, Value]], path: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(str(_get(sides, path)))
        except ValueError:
            return None


def _get(sides: Mapping[str, Mapping[str, Value]], path: str) -> Value | None:
    side, _, name = path.partition(".")
    return sides.get(side, {}).get(name)


def _set(sides: Sides, path: str, value: Value) -> None:
    side, _, name = path.partition(".")
    sides.setdefault(side, {})[name] = value

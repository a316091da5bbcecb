"""The terms of the archive law, counted in days: 75 years for private life, one year after arrival.

The closure of documents with private life (NAF Art. 16(1-1)), product rules A4 and A4b: a date range counts from
its latest possible day; the document opens the day after the 75th anniversary; the anniversary of 29 February is
28 February in a common year; an unknown date is inside the term. Documents of state archives open one year after
they arrived (NAF Art. 15(2), A2), counted in the same way.
`today` is the day in Asia/Almaty; `almaty_day` gives it for an instant.

    >>> import datetime as dt
    >>> day = dt.date(1951, 11, 22)
    >>> closure(day, day, Certainty.EXACT, dt.date(2026, 11, 22)).state.value
    'closed'
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TERM_YEARS: Final = 75
ARRIVAL_YEARS: Final = 1


def _almaty() -> dt.tzinfo:
    """Return the zone; a machine without zone data gets today's fixed offset (UTC+5 since 1 March 2024)."""
    try:
        return ZoneInfo("Asia/Almaty")
    except ZoneInfoNotFoundError:
        return dt.timezone(dt.timedelta(hours=5), "Asia/Almaty")


ALMATY: Final = _almaty()


class Certainty(StrEnum):
    """How sure the creation date is."""

    EXACT = "exact"
    RANGE = "range"
    UNKNOWN = "unknown"


class TermState(StrEnum):
    """Whether the closure still runs; the words of `resource.term`."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClosureTerm:
    """The closure of one document on one day.

    Attributes:
        state: open, closed, or unknown (treated as inside the term).
        opens_on: first open day; None when the date is unknown or lies beyond the calendar.
    """

    state: TermState
    opens_on: dt.date | None


def almaty_day(instant: dt.datetime) -> dt.date:
    """Return the calendar day in Asia/Almaty.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(ALMATY).date()


def anniversary(day: dt.date, years: int = TERM_YEARS) -> dt.date:
    """Return the same day `years` later; 29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        if day.month == 2 and day.day == 29 and day.year + years <= dt.MAXYEAR:
            return dt.date(day.year + years, 2, 28)
        raise


def closure(
    created_from: dt.date | None,
    created_to: dt.date | None,
    certainty: Certainty,
    today: dt.date,
    years: int = TERM_YEARS,
) -> ClosureTerm:
    """Tell whether the term has passed.

    Args:
        created_from: earliest possible day of creation.
        created_to: latest possible day of creation; this one counts.
        certainty: `UNKNOWN` makes the term unknown whatever the days say.
        today: day in Asia/Almaty.
        years: length of the term.

    Returns:
        The state and the first open day. A missing end, or a range that runs backwards, is unknown.
    """
    unknown = ClosureTerm(TermState.UNKNOWN, None)
    if certainty is Certainty.UNKNOWN or created_to is None:
        return unknown
    if created_from is not None and created_from > created_to:
        return unknown
    return _counted(created_to, years, today)


def arrival(accessioned: dt.date | None, today: dt.date) -> ClosureTerm:
    """Tell whether the first year in the archive has passed.

    Args:
        accessioned: day on which the document came to the archive, the latest possible one; None: not known.
        today: day in Asia/Almaty.

    Returns:
        The state and the first open day; unknown when the day is not known.
    """
    return ClosureTerm(TermState.UNKNOWN, None) if accessioned is None else _counted(accessioned, ARRIVAL_YEARS, today)


def _counted(start: dt.date, years: int, today: dt.date) -> ClosureTerm:
    """Return the term of `years` from `start`, to its anniversary; what the calendar cannot hold is closed."""
    try:
        opens_on = anniversary(start, years) + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return ClosureTerm(TermState.CLOSED, None)
    return ClosureTerm(TermState.OPEN if today >= opens_on else TermState.CLOSED, opens_on)

"""By when duties must be done: from the deadlines of the bundle's duties, and from the day of the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from qupia_policies.model import Deadline, Obligations
from qupia_server.disclosure.order import NOTICES

NOTICE = Deadline(10, working=True)
"""How soon a data subject is told of a transfer (PD Art. 19), where the bundle's duty does not say."""


def due_dates(obligations: Obligations | None, today: dt.date) -> Mapping[str, dt.date]:
    """Return the last day of each duty that has one, by name; a notice always has one."""
    if obligations is None:
        return {}
    terms = dict.fromkeys(NOTICES & obligations.duties, NOTICE)
    terms |= {duty: term for duty, term in obligations.deadlines.items() if duty in obligations.duties}
    return {duty: _after(today, terms[duty]) for duty in sorted(terms)}


def notice_deadline(obligations: Obligations | None, today: dt.date) -> str:
    """Return the first day by which a notice is due; empty when none is owed."""
    due = [day for duty, day in due_dates(obligations, today).items() if duty in NOTICES]
    return min(due).isoformat() if due else ""


def _after(today: dt.date, term: Deadline) -> dt.date:
    return working_days_after(today, term.days) if term.working else today + dt.timedelta(days=term.days)


@lru_cache(64)
def working_days_after(day: dt.date, count: int) -> dt.date:
    """Return the day `count` working days after `day`; Saturdays and Sundays do not count, holidays do."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day

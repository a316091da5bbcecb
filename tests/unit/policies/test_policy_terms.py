"""The 75-year term on its boundaries."""

from __future__ import annotations

import datetime as dt

import pytest

from qupia_policies.terms import Certainty, ClosureTerm, TermState, almaty_day, anniversary, arrival, closure

D = dt.date


@pytest.mark.parametrize(
    ("created", "opens"),
    [
        (D(1951, 11, 22), D(2026, 11, 23)),
        (D(1951, 12, 31), D(2027, 1, 1)),
        (D(1952, 2, 28), D(2027, 3, 1)),
        (D(1952, 2, 29), D(2027, 3, 1)),
        (D(1953, 2, 28), D(2028, 2, 29)),
        (D(1949, 2, 28), D(2024, 2, 29)),
    ],
)
def test_opens_the_day_after_the_anniversary(created: dt.date, opens: dt.date) -> None:
    one = dt.timedelta(days=1)
    states = [closure(created, created, Certainty.EXACT, opens + one * n).state for n in (-2, -1, 0, 1)]
    assert states == [TermState.CLOSED, TermState.CLOSED, TermState.OPEN, TermState.OPEN]
    assert closure(created, created, Certainty.EXACT, opens).opens_on == opens


def test_a_range_counts_from_its_latest_day() -> None:
    term = closure(D(1948, 1, 1), D(1960, 12, 31), Certainty.RANGE, D(2030, 1, 1))
    assert term == ClosureTerm(TermState.CLOSED, D(2036, 1, 1))


@pytest.mark.parametrize(
    ("start", "end", "certainty"),
    [
        (D(1900, 1, 1), D(1900, 1, 1), Certainty.UNKNOWN),
        (None, None, Certainty.EXACT),
        (D(1900, 1, 1), None, Certainty.RANGE),
        (D(1901, 1, 1), D(1900, 1, 1), Certainty.RANGE),
    ],
)
def test_doubt_is_unknown(start: dt.date | None, end: dt.date | None, certainty: Certainty) -> None:
    assert closure(start, end, certainty, D(2026, 1, 1)) == ClosureTerm(TermState.UNKNOWN, None)


def test_an_open_start_does_not_matter() -> None:
    assert closure(None, D(1900, 1, 1), Certainty.RANGE, D(2026, 1, 1)).state is TermState.OPEN


@pytest.mark.parametrize("created", [D(9999, 12, 31), D(9924, 12, 31), D(9925, 1, 1)])
def test_the_end_of_the_calendar_stays_closed(created: dt.date) -> None:
    assert closure(created, created, Certainty.EXACT, D(9999, 12, 31)) == ClosureTerm(TermState.CLOSED, None)


def test_a_leap_day_keeps_its_day_in_a_leap_year() -> None:
    assert anniversary(D(1952, 2, 29), 76) == D(2028, 2, 29)


def test_the_day_changes_at_midnight_in_almaty() -> None:
    before = dt.datetime(2026, 11, 22, 18, 59, 59, tzinfo=dt.UTC)
    assert almaty_day(before) == D(2026, 11, 22)
    assert almaty_day(before + dt.timedelta(seconds=1)) == D(2026, 11, 23)
    with pytest.raises(ValueError, match="time zone"):
        almaty_day(dt.datetime(2026, 1, 1))  # noqa: DTZ001 - the fault that is tested


@pytest.mark.parametrize(
    ("arrived", "today", "state"),
    [
        (D(2025, 11, 22), D(2026, 11, 21), TermState.CLOSED),
        (D(2025, 11, 22), D(2026, 11, 22), TermState.CLOSED),
        (D(2025, 11, 22), D(2026, 11, 23), TermState.OPEN),
        (D(2024, 2, 29), D(2025, 2, 28), TermState.CLOSED),
        (D(2024, 2, 29), D(2025, 3, 1), TermState.OPEN),
        (D(2030, 1, 1), D(2026, 1, 1), TermState.CLOSED),
        (D(9999, 1, 1), D(9999, 12, 31), TermState.CLOSED),
        (None, D(2026, 1, 1), TermState.UNKNOWN),
    ],
)
def test_a_document_opens_the_day_after_its_first_year_in_the_archive(
    arrived: dt.date | None, today: dt.date, state: TermState
) -> None:
    assert arrival(arrived, today).state is state

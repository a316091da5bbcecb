"""Time and ids of the machine."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from qupia_server.adapters import clock


def test_now_is_aware_and_utc() -> None:
    assert clock.SystemClock().now().utcoffset() == dt.timedelta(0)


def test_today_is_the_day_in_almaty(monkeypatch: pytest.MonkeyPatch) -> None:
    class Evening(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC).astimezone(tz)

    monkeypatch.setattr("qupia_server.adapters.clock.dt.datetime", Evening)
    assert clock.SystemClock().today() == dt.date(2026, 3, 2)  # five hours ahead since March 2024


def test_ids_and_salts_are_fresh() -> None:
    ids = clock.RandomIds()
    many = {ids.entry_id() for _ in range(100)}
    assert len(many) == 100
    assert all(re.fullmatch(r"[a-z0-9-]{26,36}", one) for one in many)
    assert re.fullmatch(r"[0-9a-f]{32}", ids.salt())
    assert ids.salt() != ids.salt()

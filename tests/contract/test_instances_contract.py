"""Processes that share a database: who lives, and who is dead."""

from __future__ import annotations

import datetime as dt

from qupia_server.adapters.database import Database
from qupia_server.adapters.instances import LEASE, SqlInstances


class MovableClock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.time

    def today(self) -> dt.date:
        return self.time.date()


async def test_who_renews_lives_and_who_does_not_is_forgotten(database: Database) -> None:
    clock = MovableClock()
    one, two = SqlInstances(database, clock, "one"), SqlInstances(database, clock, "two")
    assert await one.renew() == {"one"}
    assert await two.renew() == {"one", "two"}
    clock.time += LEASE / 2
    assert await two.renew() == {"one", "two"}
    clock.time += LEASE / 2
    assert await two.renew() == {"two"}, "one did not renew in time"
    assert await one.renew() == {"one", "two"}, "and lives again when it does"


async def test_who_leaves_is_gone_at_once(database: Database) -> None:
    clock = MovableClock()
    one, two = SqlInstances(database, clock, "one"), SqlInstances(database, clock, "two")
    await one.renew()
    await one.leave()
    assert await two.renew() == {"two"}


async def test_each_process_says_what_it_serves_until_its_lease_runs_out(database: Database) -> None:
    clock = MovableClock()
    one, two = SqlInstances(database, clock, "one"), SqlInstances(database, clock, "two")
    await one.renew()
    await two.say("b" * 64)
    assert await one.serving() == {"one": "", "two": "b" * 64}
    await two.say("c" * 64)
    clock.time += LEASE / 2
    await two.renew()
    assert await one.serving() == {"one": "", "two": "c" * 64}
    clock.time += LEASE / 2
    assert await one.serving() == {"two": "c" * 64}

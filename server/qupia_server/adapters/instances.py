"""Processes that share one database: each renews its lease; whose lease ran out is dead.

The clocks of the machines must agree within a minute: the lease is long against that, and short against a working day
in which a dead process's deliveries would stand open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select, update
from sqlalchemy import insert as insert_into

from qupia_server.adapters.database import Database
from qupia_server.adapters.tables import instances
from qupia_server.disclosure.ports import Clock

LEASE = dt.timedelta(minutes=5)
RENEW_SECONDS = 60.0
"""How often a process renews: four times may fail before others take it for dead."""


class SqlInstances:
    """The processes that live on a database.

    Args:
        database: an open database with the newest schema.
        clock: by which leases run.
        instance: the name of this process, unique.
    """

    def __init__(self, database: Database, clock: Clock, instance: str) -> None:
        self._database = database
        self._clock = clock
        self.instance = instance
        self._bundle = ""

    async def renew(self) -> frozenset[str]:
        """Say that this process lives, forget the dead, and return all that live, this one among them.

        Raises:
            Unavailable: the database is away.
        """
        return await self._database.write("renew instance", self._renew)

    def _renew(self, connection: Connection) -> frozenset[str]:
        now, table = self._clock.now(), instances
        until = {"alive_until": now + LEASE, "bundle": self._bundle}
        mine = connection.execute(update(table).where(table.c.instance == self.instance).values(until))
        if not mine.rowcount:
            connection.execute(insert_into(table).values(instance=self.instance, **until))
        connection.execute(delete(table).where(table.c.alive_until <= now))
        return frozenset(connection.scalars(select(table.c.instance)))

    async def say(self, bundle: str) -> None:
        """Say which bundle this process serves; renews the lease.

        Raises:
            Unavailable: the database is away.
        """
        self._bundle = bundle
        await self.renew()

    async def serving(self) -> Mapping[str, str]:
        """Return which bundle each living process serves, by its name; empty where it has not said.

        Raises:
            Unavailable: the database is away.
        """
        table = instances
        query = select(table.c.instance, table.c.bundle).where(table.c.alive_until > self._clock.now())
        return await self._database.read(
            "serving", lambda connection: {row.instance: row.bundle for row in connection.execute(query)}
        )

    async def leave(self) -> None:
        """Say that this process ends, so that others need not wait for its lease.

        Raises:
            Unavailable: the database is away; the lease runs out by itself.
        """
        await self._database.write("leave", self._leave)

    def _leave(self, connection: Connection) -> None:
        connection.execute(delete(instances).where(instances.c.instance == self.instance))

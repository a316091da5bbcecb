"""Read the audit log from a database. Each entry that is read is checked against its leaf hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import structlog
from sqlalchemy import Connection, RowMapping, Select, literal_column, select

from qupia_server.adapters.catalogue_rows import Row
from qupia_server.adapters.database import Database
from qupia_server.adapters.ledger_batch import receipt_of
from qupia_server.adapters.tables import ledger_entries, ledger_head, open_deliveries
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.errors import LedgerCorrupt
from qupia_server.ledger.entry import Entry, Event, entry_from_canonical
from qupia_server.ledger.receipt import Receipt
from qupia_server.ledger.tree import Edge, leaf_hash

_LEAVES_A_QUERY = 5_000

_log = structlog.get_logger("qupia.audit")


class SqlAuditReader:
    """The audit log, read only.

    Args:
        database: an open database with the newest schema.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entry(self, entry_id: str) -> Entry | None:
        """Return the entry, or None.

        Raises:
            LedgerCorrupt: it does not match its leaf hash.
            Unavailable: the database is away.
        """
        found = await self._entries(select(ledger_entries).where(ledger_entries.c.entry_id == entry_id))
        return found[0] if found else None

    async def by_request(self, request_key: str) -> tuple[Entry, Receipt] | None:
        """Return the entry that answered a request id, with the receipt as it was first given, or None."""
        if not request_key:
            return None
        rows = await self._rows(select(ledger_entries).where(ledger_entries.c.request_key == request_key))
        return (_entry_of(rows[0]), receipt_of(dict(rows[0]))) if rows else None

    async def list_entries(self, only: EntryFilter, before: int | None, limit: int) -> tuple[Entry, ...]:
        """Return up to `limit` entries with a sequence below `before` (None: from the end), newest first."""
        table = ledger_entries.c
        conditions = [
            None if before is None else table.sequence < before,
            None if only.since is None else table.time >= only.since,
            None if only.until is None else table.time < only.until,
            table.document == only.document if only.document else None,
            table.requester == only.requester if only.requester else None,
            table.outcome == only.outcome.value if only.outcome else None,
        ]
        query = select(ledger_entries).where(*(condition for condition in conditions if condition is not None))
        return await self._entries(query.order_by(table.sequence.desc()).limit(limit))

    async def policy_steps(self) -> tuple[Entry, ...]:
        """Return every entry of a change of rules, oldest first; an index of their own finds them."""
        table = ledger_entries.c
        query = select(ledger_entries).where(table.event == literal_column(f"'{Event.POLICY_CHANGE.value}'"))
        return await self._entries(query.order_by(table.sequence))

    async def undelivered(self, older_than: dt.datetime, limit: int, alive: Collection[str] = ()) -> tuple[Entry, ...]:
        """Return allowed transfers recorded before `older_than` without a delivery entry, oldest first.

        Those of the processes in `alive` are left out. Costs as much as there are open deliveries, however long the
        log is.
        """
        table, still_open = ledger_entries.c, open_deliveries.c
        query = (
            select(ledger_entries)
            .join(open_deliveries, still_open.entry_id == table.entry_id)
            .where(table.time < older_than, still_open.instance.not_in(list(alive)))
        )
        return await self._entries(query.order_by(table.sequence).limit(limit))

    async def head(self) -> Edge:
        """Return the size and right edge of the tree as stored.

        Raises:
            LedgerCorrupt: the stored root is not that of the stored edge.
            Unavailable: the database is away.
        """
        row = await self._database.read("head", lambda connection: connection.execute(select(ledger_head)).one())
        edge = Edge(row.size, tuple(row.hashes[at : at + 32] for at in range(0, len(row.hashes), 32)))
        if edge.root() != row.root:
            raise _corrupt(edge.size)
        return edge

    async def verify(self) -> int:
        """Read the whole log, check every leaf and the root.

        Returns:
            The number of entries.

        Raises:
            LedgerCorrupt: an entry is changed or missing, or the head is not the root over all leaves.
            Unavailable: the database is away.
        """
        stored, edge = await self.head(), Edge()
        while edge.size < stored.size:
            edge = await self._grown(edge, min(edge.size + _LEAVES_A_QUERY, stored.size))
        if edge != stored:
            raise _corrupt(edge.size)
        return edge.size

    async def _grown(self, edge: Edge, size: int) -> Edge:
        """Return the edge after the checked entries up to `size`."""
        sequence = ledger_entries.c.sequence
        span = sequence.between(edge.size, size - 1)
        for row in await self._rows(select(ledger_entries).where(span).order_by(sequence)):
            if _entry_of(row).sequence != edge.size:
                raise _corrupt(edge.size)
            edge = edge.append(row["leaf_hash"])
        if edge.size != size:
            raise _corrupt(edge.size)
        return edge

    async def _entries(self, query: Select[Any]) -> tuple[Entry, ...]:
        return tuple(_entry_of(row) for row in await self._rows(query))

    async def _rows(self, query: Select[Any]) -> list[RowMapping]:
        def found(connection: Connection) -> list[RowMapping]:
            return list(connection.execute(query).mappings())

        return await self._database.read("audit", found)


def _entry_of(row: RowMapping) -> Entry:
    """Read an entry and compare it with the leaf hash and with the columns that lists filter by."""
    canonical = bytes(row["canonical"])
    if leaf_hash(canonical) != row["leaf_hash"]:
        raise _corrupt(row["sequence"])
    try:
        entry = entry_from_canonical(canonical)
    except (ValueError, KeyError, TypeError) as error:
        raise _corrupt(row["sequence"]) from error
    columns = _columns_of(entry)
    if columns != {name: row[name] for name in columns}:
        raise _corrupt(row["sequence"])
    return entry


def _columns_of(entry: Entry) -> Row:
    """Return what the columns that lists filter by must hold."""
    draft = entry.draft
    return {
        "sequence": entry.sequence,
        "entry_id": entry.entry_id,
        "time": entry.time,
        "event": draft.event.value,
        "outcome": draft.outcome.value,
        "document": draft.document,
        "requester": draft.requester,
        "request_key": draft.request_key,
        "previous": draft.previous,
        "body_digest": draft.body_digest,
    }


def _corrupt(sequence: int) -> LedgerCorrupt:
    _log.error("alarm", kind="ledger_corrupt", sequence=sequence)
    return LedgerCorrupt({"sequence": str(sequence)})

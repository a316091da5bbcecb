"""One batch of the ledger inside an open transaction: lock the head, number the entries, grow the tree, insert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from qupia_server.adapters.catalogue_rows import Row
from qupia_server.adapters.tables import ledger_entries, ledger_head
from qupia_server.disclosure.ports import Clock, DuplicateRequest, Ids
from qupia_server.errors import InvalidRequest
from qupia_server.ledger.entry import Entry, EntryDraft
from qupia_server.ledger.receipt import Receipt
from qupia_server.ledger.tree import Edge, leaf_hash

_HASH = 32

_LOCK_HEAD = select(ledger_head).with_for_update()
_MOVE_HEAD = update(ledger_head).values({name: bindparam(name) for name in ("size", "hashes", "root")})
_ADD = insert(ledger_entries)
_TAKEN = select(ledger_entries.c.request_key).where(
    ledger_entries.c.request_key.in_(bindparam("keys", expanding=True)), ledger_entries.c.request_key != ""
)

Answer = Receipt | DuplicateRequest | InvalidRequest
"""What one draft of a batch comes to."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where entries get their time, ids and salts from, and which process writes them."""

    clock: Clock
    ids: Ids
    instance: str = ""


def locked_edge(connection: Connection) -> Edge:
    """Read the right edge and keep other writers out until the transaction ends."""
    row = connection.execute(_LOCK_HEAD).one()
    hashes = tuple(row.hashes[at : at + _HASH] for at in range(0, len(row.hashes), _HASH))
    return Edge(row.size, hashes)


def store_batch(connection: Connection, drafts: Sequence[EntryDraft], sources: Sources) -> list[Answer]:
    """Store the drafts in order; a duplicate or unusable one fails alone.

    Args:
        connection: an open write transaction; the caller commits it.
        drafts: what to store.
        sources: time, ids, salts.

    Returns:
        One answer a draft, in order. Receipts hold only once the transaction is committed.
    """
    edge = locked_edge(connection)
    taken = _taken_keys(connection, drafts)
    rows: list[Row] = []
    answers: list[Answer | None] = []
    for draft in drafts:
        problem, row = _row_of(draft, edge, taken, sources)
        answers.append(problem)
        if row is not None:
            rows.append(row)
            edge = edge.append(row["leaf_hash"])
    if rows:
        _write(connection, rows, edge)
    receipts = iter(rows)
    return [answer or receipt_of(next(receipts)) for answer in answers]


def _row_of(
    draft: EntryDraft, edge: Edge, taken: set[str], sources: Sources
) -> tuple[DuplicateRequest | InvalidRequest | None, Row | None]:
    if draft.request_key and draft.request_key in taken:
        return DuplicateRequest(), None
    entry = Entry(sources.ids.entry_id(), edge.size, sources.clock.now(), sources.ids.salt(), draft)
    try:
        row = _row(entry) | {"instance": sources.instance}
    except (ValueError, TypeError):
        # Text that has no canonical form (a lone surrogate) must not take its neighbours of the batch down.
        return InvalidRequest({"entry": "A field holds text that cannot be recorded."}), None
    taken.add(draft.request_key)
    return None, row


def _row(entry: Entry) -> Row:
    draft, canonical = entry.draft, entry.canonical()
    columns = {
        "event": draft.event.value,
        "outcome": draft.outcome.value,
        "document": draft.document,
        "requester": draft.requester,
        "request_key": draft.request_key,
        "previous": draft.previous,
        "body_digest": draft.body_digest,
    }
    if any("\x00" in value for value in columns.values()):
        raise ValueError("PostgreSQL keeps no NUL")
    return columns | {
        "sequence": entry.sequence,
        "entry_id": entry.entry_id,
        "time": entry.time,
        "leaf_hash": leaf_hash(canonical),
        "salt": entry.salt,
        "canonical": canonical,
    }


def receipt_of(row: Row) -> Receipt:
    """Return the receipt of a stored row, the same as it was first given."""
    return Receipt(
        entry_id=row["entry_id"],
        sequence=row["sequence"],
        leaf_hash=row["leaf_hash"],
        time=row["time"],
        tree_size=row["tree_size"],
        root=row["root"],
    )


def _taken_keys(connection: Connection, drafts: Sequence[EntryDraft]) -> set[str]:
    """Return the request keys among `drafts` that stand in the log already; the head's lock makes this sure."""
    keys = {draft.request_key for draft in drafts if draft.request_key}
    if not keys:
        return set()
    return set(connection.scalars(_TAKEN, {"keys": list(keys)}))


def _write(connection: Connection, rows: list[Row], edge: Edge) -> None:
    root = edge.root()
    for row in rows:
        row |= {"tree_size": edge.size, "root": root}
    connection.execute(_ADD, rows)
    connection.execute(_MOVE_HEAD, {"size": edge.size, "hashes": b"".join(edge.hashes), "root": root})

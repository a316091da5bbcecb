"""The desk beside the ledger, in one database: what several machines share, with a step and its entries as one.

Nothing holds the desk while a step is decided: a line is appended to what was read, or the step is refused because
somebody else took one meanwhile. The line and both entries of its step are one transaction, so that no killed process
and no lost connection leaves one without the other. Bundles stand in the database, too; each machine keeps a copy in a
folder, which is compared with the version each time it is read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from qupia_policies.change import Entry as Taken
from qupia_policies.change import StepFault, StepRefused
from qupia_policies.desk_folder import store_bundle
from qupia_policies.desk_log import DeskStore
from qupia_policies.errors import BundleRefused
from qupia_policies.loader import content_version, read_folder
from qupia_server.adapters.database_bridge import Bridge
from qupia_server.adapters.ledger_batch import Sources, locked_edge, store_batch
from qupia_server.adapters.tables import policy_bundles, policy_desk, policy_desk_lines
from qupia_server.disclosure.policy_steps import StepDrafts, StepWitness, ended
from qupia_server.errors import Unavailable
from qupia_server.ledger.entry import EntryDraft
from qupia_server.ledger.receipt import Receipt

Recorder = Callable[[Connection], None]
"""Stores what must stand or fall with a line."""


def _nothing(connection: Connection) -> None:
    del connection


class SqlDeskStore:
    """Keep a desk in a database.

    Args:
        bridge: the database, for threads.
        copies: folder of this machine's copies of bundles.
        record: stores what must stand or fall with a line.
    """

    def __init__(self, bridge: Bridge, copies: Path, record: Recorder = _nothing) -> None:
        self._bridge, self._copies, self._record = bridge, copies, record

    def recording(self, record: Recorder) -> SqlDeskStore:
        """Return the same desk, for one step that is recorded with its line."""
        return SqlDeskStore(self._bridge, self._copies, record)

    def named(self) -> Any:
        """Return who the desk names.

        Raises:
            StepRefused: there is no desk. Unavailable: the database is away.
        """
        query = select(policy_desk.c.named)
        text = self._bridge.read("desk", lambda connection: connection.scalar(query))
        try:
            return json.loads(text or "")
        except (ValueError, RecursionError) as error:
            raise StepRefused("this database holds no desk", StepFault.NO_DESK) from error

    def furnish(self, named: Mapping[str, Any]) -> None:
        """Make an empty desk.

        Raises:
            StepRefused: there is one. Unavailable: the database is away.
        """

        def work(connection: Connection) -> None:
            locked_edge(connection)
            if connection.scalar(select(func.count()).select_from(policy_desk)):
                raise StepRefused("the database holds a desk already")
            connection.execute(insert(policy_desk).values(id=1, named=json.dumps(dict(named))))

        self._bridge.write("make desk", work)

    def log(self) -> bytes:
        """Return the whole log."""
        query = select(policy_desk_lines.c.line).order_by(policy_desk_lines.c.step)
        lines = self._bridge.read("desk log", lambda connection: connection.scalars(query).all())
        return b"".join(bytes(line) + b"\n" for line in lines)

    @contextmanager
    def holding(self) -> Iterator[HeldLines]:
        """Let one step have the log as it is now."""
        yield HeldLines(self.log(), self._append)

    def _append(self, step: int, line: str) -> None:
        def work(connection: Connection) -> None:
            # The ledger's head orders writers of all processes; what is read behind it is what is there.
            locked_edge(connection)
            if connection.scalar(select(func.count()).select_from(policy_desk_lines)) != step - 1:
                raise StepRefused("the desk has changed since: look again", StepFault.CHANGED_MEANWHILE)
            connection.execute(insert(policy_desk_lines).values(step=step, line=line.encode()))
            self._record(connection)

        self._bridge.write("take step", work)

    def bundle_dir(self, version: str) -> Path:
        """Return this machine's copy of a bundle, made anew when it is not there or was changed.

        Raises:
            Unavailable: the database is away, or the copy cannot be written.
        """
        copy = self._copies / version
        if not _is(copy, version):
            try:
                self._copy(copy, version)
            except OSError as error:
                raise Unavailable from error
        return copy

    def _copy(self, copy: Path, version: str) -> None:
        table = policy_bundles
        query = select(table.c.name, table.c.content).where(table.c.version == version)
        rows = self._bridge.read("read bundle", lambda connection: connection.execute(query).all())
        files = {row.name: bytes(row.content) for row in rows}
        if content_version(files) != version:
            raise StepRefused(f"bundle {version[:12]} is not there, or was changed")
        self._copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        if copy.exists():
            copy.rename(_free_name(copy))
        store_bundle(copy, files)

    def keep(self, version: str, files: Mapping[str, bytes]) -> None:
        """Store a bundle whole; one that is there stays as it is."""
        rows = [{"version": version, "name": name, "content": content} for name, content in files.items()]
        there = select(func.count()).select_from(policy_bundles).where(policy_bundles.c.version == version)

        def work(connection: Connection) -> None:
            locked_edge(connection)
            if not connection.scalar(there):
                connection.execute(insert(policy_bundles), rows)

        self._bridge.write("keep bundle", work)


class HeldLines:
    """The log as a step read it."""

    def __init__(self, data: bytes, append: Callable[[int, str], None]) -> None:
        self.data, self._add = data, append

    def append(self, line: str) -> None:
        """Append a line to what was read, or refuse.

        Raises:
            StepRefused: somebody else took a step meanwhile. Unavailable: the database is away.
        """
        self._add(self.data.count(b"\n") + 1, line)
        self.data += line.encode() + b"\n"


class SqlDesk:
    """A desk that shares a database with the ledger.

    Args:
        store: what keeps it.
        sources: time, ids, salts of entries.
    """

    def __init__(self, store: SqlDeskStore, sources: Sources) -> None:
        self._store, self._sources = store, sources

    @property
    def store(self) -> DeskStore:
        """What keeps it."""
        return self._store

    def taking(self, drafts: StepDrafts, loop: asyncio.AbstractEventLoop) -> tuple[DeskStore, StepWitness]:
        """Return what one step is taken on, and what records it."""
        del loop
        witness = OneTransaction(drafts, self._sources)
        return self._store.recording(witness.enter), witness


class OneTransaction:
    """Record a step and its end in the transaction that takes it.

    Args:
        drafts: makes the entries.
        sources: time, ids, salts of entries.
    """

    def __init__(self, drafts: StepDrafts, sources: Sources) -> None:
        self._drafts, self._sources = drafts, sources
        self._draft: EntryDraft | None = None
        self._entered: Receipt | None = None
        self.receipt: Receipt | None = None
        self.etag, self.doubt = "", False

    def __call__(self, taken: Taken, line_hash: str, take: Callable[[], None]) -> None:
        """Have the step taken and recorded at once.

        Raises:
            Unavailable: the database is away; the step stands with its entries, or there is nothing of it.
            StepRefused: somebody else took a step meanwhile.
        """
        self._draft = self._drafts.begun(taken, line_hash)
        take()
        self.receipt, self.etag = self._entered, line_hash

    def enter(self, connection: Connection) -> None:
        """Store both entries; called inside the transaction."""
        if self._draft is None:
            raise Unavailable
        self._entered = self._stored(connection, self._draft)
        self._stored(connection, ended(self._draft, self._entered.entry_id, taken=True))

    def _stored(self, connection: Connection, draft: EntryDraft) -> Receipt:
        (answer,) = store_batch(connection, [draft], self._sources)
        if not isinstance(answer, Receipt):
            raise answer
        return answer


def _is(folder: Path, version: str) -> bool:
    try:
        return folder.is_dir() and content_version(read_folder(folder)) == version
    except BundleRefused:
        return False


def _free_name(copy: Path) -> Path:
    """Return a name beside a copy that was changed; it is kept for whoever looks into it."""
    number = 1
    while (other := copy.with_name(f"{copy.name}.changed-{number}")).exists():
        number += 1
    return other

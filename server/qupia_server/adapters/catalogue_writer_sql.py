"""Change the catalogue in a database: each call is one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Table, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from qupia_server.adapters import catalogue_rows as shape
from qupia_server.adapters import tables
from qupia_server.adapters.catalogue_rows import Row
from qupia_server.adapters.catalogue_sql import chunks, load_documents
from qupia_server.adapters.database import writing
from qupia_server.disclosure.ports import Clock
from qupia_server.disclosure.records import CatalogueRows, Document
from qupia_server.errors import AlreadyExists, InvalidRequest, NotFound, RequestIdReused

_KEYS_A_QUERY = 200


class SqlCatalogueWriter:
    """The catalogue, for those who may change it.

    Args:
        engine: an open database with the newest schema.
        clock: gives new documents their time.
    """

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def add(self, rows: CatalogueRows) -> None:
        """Store all rows or none; rows that exist under the same id are replaced, documents keep their master.

        Raises:
            InvalidRequest: a row refers to something that does not exist; `facts` name it.
            Unavailable: the database is away.
        """
        async with writing(self._engine, "add") as connection:
            await _lock(connection)
            await _put(connection, tables.archives, map(shape.archive_row, rows.archives))
            await self._add_places(connection, rows)
            await _put(connection, tables.persons, map(shape.person_row, rows.persons))
            await self._add_documents(connection, rows.documents)
            people = [(tie.person,) for tie in rows.kinships] + [(given.person,) for given in rows.permissions]
            await _must_exist(connection, tables.persons, "person", people)
            await _must_exist(connection, tables.documents, "document", [(p.document,) for p in rows.permissions])
            await _put(connection, tables.kinships, map(shape.kinship_row, rows.kinships))
            await _put(connection, tables.permissions, map(shape.permission_row, rows.permissions))

    async def _add_places(self, connection: AsyncConnection, rows: CatalogueRows) -> None:
        await _must_exist(connection, tables.archives, "archive", [(one.archive,) for one in rows.fonds])
        await _put(
            connection,
            tables.fonds,
            ({"archive": one.archive, "number": one.number, "title": one.title.reveal()} for one in rows.fonds),
        )
        await _must_exist(connection, tables.fonds, "fonds", [(one.archive, one.fonds) for one in rows.opis])
        await _put(
            connection,
            tables.opis,
            (
                {"archive": one.archive, "fonds": one.fonds, "number": one.number, "title": one.title.reveal()}
                for one in rows.opis
            ),
        )
        places = [(one.archive, one.fonds, one.opis) for one in rows.items]
        await _must_exist(connection, tables.opis, "opis", places)
        await _put(
            connection,
            tables.items,
            (
                {
                    "archive": one.archive,
                    "fonds": one.fonds,
                    "opis": one.opis,
                    "number": one.number,
                    "title": one.title.reveal(),
                }
                for one in rows.items
            ),
        )

    async def _add_documents(self, connection: AsyncConnection, incoming: Sequence[Document]) -> None:
        fresh = {document.document_id: document for document in incoming}
        await _check_references(connection, fresh.values())
        stored, now = await connection.run_sync(load_documents, fresh), self._clock.now()
        settled = [shape.merged(document, stored.get(one), now) for one, document in fresh.items()]
        await _put(connection, tables.documents, map(shape.document_row, settled))
        for piece in chunks(fresh):
            await connection.execute(
                delete(tables.document_persons).where(tables.document_persons.c.document.in_(piece))
            )
        concerned = [row for document in settled for row in _concerned(document)]
        if concerned:
            await connection.execute(insert(tables.document_persons), concerned)

    async def create_document(self, document: Document, request_id: str = "") -> Document:
        """Store a new document; the same `request_id` and document again returns the stored one.

        Raises:
            AlreadyExists: the id is taken by another document.
            RequestIdReused: the request id was used with another document.
            InvalidRequest: the document refers to something that does not exist.
            Unavailable: the database is away.
        """
        digest = shape.body_digest(document)
        async with writing(self._engine, "create document") as connection:
            await _lock(connection)
            earlier = await _creation(connection, request_id, digest)
            if earlier is not None:
                return earlier
            if await connection.run_sync(load_documents, [document.document_id]):
                raise AlreadyExists({"document": document.document_id})
            created = replace(document, master_sha256="", master_size=0)
            await self._add_documents(connection, [created])
            if request_id:
                row = {"request_id": request_id, "document": document.document_id, "body_digest": digest}
                await connection.execute(insert(tables.creation_requests), [row])
            return (await connection.run_sync(load_documents, [document.document_id]))[document.document_id]

    async def attach_master(self, document_id: str, sha256: str, size: int) -> Document:
        """Set the master of a document.

        Raises:
            NotFound: there is no such document.
            Unavailable: the database is away.
        """
        table = tables.documents
        async with writing(self._engine, "attach master") as connection:
            await _lock(connection)
            changed = update(table).where(table.c.document_id == document_id, table.c.master_sha256 != sha256)
            await connection.execute(
                changed.values(master_sha256=sha256, master_size=size, revision=table.c.revision + 1)
            )
            document = (await connection.run_sync(load_documents, [document_id])).get(document_id)
        if document is None:
            raise NotFound
        return document


async def _creation(connection: AsyncConnection, request_id: str, digest: str) -> Document | None:
    """Return what an earlier call with this request id created, or None."""
    table = tables.creation_requests
    if not request_id:
        return None
    row = (await connection.execute(select(table).where(table.c.request_id == request_id))).one_or_none()
    if row is None:
        return None
    if row.body_digest != digest:
        raise RequestIdReused
    return (await connection.run_sync(load_documents, [row.document]))[row.document]


async def _lock(connection: AsyncConnection) -> None:
    """Order writers of several processes, who read before they write; SQLite's transaction has the lock already."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("LOCK TABLE documents IN SHARE ROW EXCLUSIVE MODE")


def _concerned(document: Document) -> list[Row]:
    people = dict.fromkeys(document.persons)
    return [
        {"document": document.document_id, "person": person, "position": position}
        for position, person in enumerate(people)
    ]


async def _check_references(connection: AsyncConnection, documents: Iterable[Document]) -> None:
    places: list[tuple[str, ...]] = []
    people: list[tuple[str, ...]] = []
    for document in documents:
        cipher = document.cipher
        places.append((cipher.archive, cipher.fonds, cipher.opis, cipher.item))
        people.extend((person,) for person in document.persons)
    await _must_exist(connection, tables.items, "item", places)
    await _must_exist(connection, tables.persons, "person", people)


async def _must_exist(connection: AsyncConnection, table: Table, kind: str, keys: Iterable[tuple[str, ...]]) -> None:
    """Raise InvalidRequest that names the first of `keys` without a row in `table`."""
    wanted, columns = list(dict.fromkeys(keys)), list(table.primary_key.columns)
    for start in range(0, len(wanted), _KEYS_A_QUERY):
        piece = wanted[start : start + _KEYS_A_QUERY]
        rows = await connection.execute(select(*columns).where(tuple_(*columns).in_(piece)))
        there = {tuple(row) for row in rows}
        for key in piece:
            if key not in there:
                raise InvalidRequest({kind: f"There is no {kind} {'/'.join(key)}."})


async def _put(connection: AsyncConnection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows, replacing those with the same primary key."""
    keys = [column.name for column in table.primary_key.columns]
    unique = {tuple(row[key] for key in keys): row for row in rows}
    if not unique:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    changes = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(unique.values()))

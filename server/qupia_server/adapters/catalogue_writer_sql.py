"""Change the catalogue in a database: each call is one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Table, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from qupia_server.adapters import catalogue_rows as shape
from qupia_server.adapters import tables
from qupia_server.adapters.catalogue_rows import Row
from qupia_server.adapters.catalogue_sql import chunks, load_documents
from qupia_server.adapters.database import Database
from qupia_server.adapters.ledger_batch import Sources, store_batch
from qupia_server.disclosure.records import CatalogueRows, Document
from qupia_server.errors import AlreadyExists, InvalidRequest, NotFound, RequestIdReused, StateChanged
from qupia_server.ledger.entry import EntryDraft
from qupia_server.ledger.receipt import Receipt

_KEYS_A_QUERY = 200


class SqlCatalogueWriter:
    """The catalogue, for those who may change it.

    Args:
        database: an open database with the newest schema.
        sources: time of new documents; and what their entries in the ledger are made with.
    """

    def __init__(self, database: Database, sources: Sources) -> None:
        self._database = database
        self._sources = sources

    async def add(self, rows: CatalogueRows, *, entry: EntryDraft) -> None:
        """Store all rows and the entry of them, or nothing; rows of an id that exists are replaced, masters stay.

        Raises:
            InvalidRequest: a row refers to something that does not exist; `facts` name it.
            Unavailable: the database is away.
        """

        def work(connection: Connection) -> None:
            self._add_all(connection, rows)
            self._enter(connection, entry)

        await self._database.write("add", work)

    def _add_all(self, connection: Connection, rows: CatalogueRows) -> None:
        _lock(connection)
        _put(connection, tables.archives, map(shape.archive_row, rows.archives))
        self._add_places(connection, rows)
        _put(connection, tables.persons, map(shape.person_row, rows.persons))
        self._add_documents(connection, rows.documents)
        people = [(tie.person,) for tie in rows.kinships] + [(given.person,) for given in rows.permissions]
        _must_exist(connection, tables.persons, "person", people)
        _must_exist(connection, tables.documents, "document", [(p.document,) for p in rows.permissions])
        _put(connection, tables.kinships, map(shape.kinship_row, rows.kinships))
        _put(connection, tables.permissions, map(shape.permission_row, rows.permissions))

    def _add_places(self, connection: Connection, rows: CatalogueRows) -> None:
        _must_exist(connection, tables.archives, "archive", [(one.archive,) for one in rows.fonds])
        _put(
            connection,
            tables.fonds,
            ({"archive": one.archive, "number": one.number, "title": one.title.reveal()} for one in rows.fonds),
        )
        _must_exist(connection, tables.fonds, "fonds", [(one.archive, one.fonds) for one in rows.opis])
        _put(
            connection,
            tables.opis,
            (
                {"archive": one.archive, "fonds": one.fonds, "number": one.number, "title": one.title.reveal()}
                for one in rows.opis
            ),
        )
        places = [(one.archive, one.fonds, one.opis) for one in rows.items]
        _must_exist(connection, tables.opis, "opis", places)
        _put(
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

    def _add_documents(self, connection: Connection, incoming: Sequence[Document]) -> None:
        fresh = {document.document_id: document for document in incoming}
        _check_references(connection, fresh.values())
        stored, now = load_documents(connection, fresh), self._sources.clock.now()
        settled = [shape.merged(document, stored.get(one), now) for one, document in fresh.items()]
        _put(connection, tables.documents, map(shape.document_row, settled))
        for piece in chunks(fresh):
            connection.execute(delete(tables.document_persons).where(tables.document_persons.c.document.in_(piece)))
        concerned = [row for document in settled for row in _concerned(document)]
        if concerned:
            connection.execute(insert(tables.document_persons), concerned)

    async def create_document(self, document: Document, request_id: str = "", *, entry: EntryDraft) -> Document:
        """Store a new document and its entry, both or none; the same `request_id` and document returns the stored one.

        Raises:
            AlreadyExists: the id is taken by another document.
            RequestIdReused: the request id was used with another document.
            InvalidRequest: the document refers to something that does not exist.
            Unavailable: the database is away.
        """

        def work(connection: Connection) -> Document:
            created = self._create(connection, document, request_id)
            self._enter(connection, entry)
            return created

        return await self._database.write("create document", work)

    def _enter(self, connection: Connection, entry: EntryDraft) -> None:
        """Add the entry to the ledger within this transaction, which then stands or falls as one."""
        (answer,) = store_batch(connection, [entry], self._sources)
        if not isinstance(answer, Receipt):
            raise answer

    def _create(self, connection: Connection, document: Document, request_id: str) -> Document:
        digest = shape.body_digest(document)
        _lock(connection)
        earlier = _creation(connection, request_id, digest)
        if earlier is not None:
            return earlier
        if load_documents(connection, [document.document_id]):
            raise AlreadyExists({"document": document.document_id})
        self._add_documents(connection, [replace(document, master_sha256="", master_size=0)])
        if request_id:
            row = {"request_id": request_id, "document": document.document_id, "body_digest": digest}
            connection.execute(insert(tables.creation_requests), [row])
        return load_documents(connection, [document.document_id])[document.document_id]

    async def update_document(self, document: Document, revision: int, *, entry: EntryDraft) -> Document:
        """Store a changed description over the one of `revision`, and the entry of it, both or none.

        Raises:
            NotFound: there is no such document.
            StateChanged: it is not of this revision any more.
            InvalidRequest: it refers to a person who does not exist.
            Unavailable: the database is away.
        """

        def work(connection: Connection) -> Document:
            _lock(connection)
            stored = load_documents(connection, [document.document_id]).get(document.document_id)
            if stored is None:
                raise NotFound
            if stored.revision != revision:
                raise StateChanged
            self._add_documents(connection, [document])
            self._enter(connection, entry)
            return load_documents(connection, [document.document_id])[document.document_id]

        return await self._database.write("update document", work)

    async def attach_master(self, document_id: str, sha256: str, size: int, *, entry: EntryDraft) -> Document:
        """Set the master of a document and store the entry of it, both or none.

        Raises:
            NotFound: there is no such document.
            Unavailable: the database is away.
        """

        def work(connection: Connection) -> Document:
            document = _attach(connection, document_id, sha256, size)
            if document is None:
                raise NotFound
            self._enter(connection, entry)
            return document

        return await self._database.write("attach master", work)


def _attach(connection: Connection, document_id: str, sha256: str, size: int) -> Document | None:
    table = tables.documents
    _lock(connection)
    changed = update(table).where(table.c.document_id == document_id, table.c.master_sha256 != sha256)
    connection.execute(changed.values(master_sha256=sha256, master_size=size, revision=table.c.revision + 1))
    return load_documents(connection, [document_id]).get(document_id)


def _creation(connection: Connection, request_id: str, digest: str) -> Document | None:
    """Return what an earlier call with this request id created, or None."""
    table = tables.creation_requests
    if not request_id:
        return None
    row = connection.execute(select(table).where(table.c.request_id == request_id)).one_or_none()
    if row is None:
        return None
    if row.body_digest != digest:
        raise RequestIdReused
    return load_documents(connection, [row.document])[row.document]


def _lock(connection: Connection) -> None:
    """Order writers of several processes, who read before they write; SQLite's transaction has the lock already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE documents IN SHARE ROW EXCLUSIVE MODE")


def _concerned(document: Document) -> list[Row]:
    people = dict.fromkeys(document.persons)
    return [
        {"document": document.document_id, "person": person, "position": position}
        for position, person in enumerate(people)
    ]


def _check_references(connection: Connection, documents: Iterable[Document]) -> None:
    places: list[tuple[str, ...]] = []
    people: list[tuple[str, ...]] = []
    for document in documents:
        cipher = document.cipher
        places.append((cipher.archive, cipher.fonds, cipher.opis, cipher.item))
        people.extend((person,) for person in document.persons)
    _must_exist(connection, tables.items, "item", places)
    _must_exist(connection, tables.persons, "person", people)


def _must_exist(connection: Connection, table: Table, kind: str, keys: Iterable[tuple[str, ...]]) -> None:
    """Raise InvalidRequest that names the first of `keys` without a row in `table`."""
    wanted, columns = list(dict.fromkeys(keys)), list(table.primary_key.columns)
    for start in range(0, len(wanted), _KEYS_A_QUERY):
        piece = wanted[start : start + _KEYS_A_QUERY]
        rows = connection.execute(select(*columns).where(tuple_(*columns).in_(piece)))
        there = {tuple(row) for row in rows}
        for key in piece:
            if key not in there:
                raise InvalidRequest({kind: f"There is no {kind} {'/'.join(key)}."})


def _put(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows, replacing those with the same primary key."""
    keys = [column.name for column in table.primary_key.columns]
    unique = {tuple(row[key] for key in keys): row for row in rows}
    if not unique:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    changes = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(unique.values()))

"""Read the catalogue from a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import BindParameter, Connection, bindparam, select, true, union

from qupia_server.adapters import catalogue_rows as shape
from qupia_server.adapters.catalogue_known import KNOWN, known_of
from qupia_server.adapters.database import Database
from qupia_server.adapters.tables import archives, document_persons, documents, kinships, permissions, persons
from qupia_server.disclosure.records import (
    Archive,
    Document,
    DocumentFilter,
    KnownRecords,
    Person,
    RelationKind,
    Ties,
)

_IN_CHUNK = 500

_ID: BindParameter[str] = bindparam("id")
_SUBJECT: BindParameter[str] = bindparam("subject")
_ARCHIVE = select(archives).where(archives.c.archive_id == _ID)
_KINSHIPS = (
    select(kinships)
    .join(document_persons, document_persons.c.person == kinships.c.person)
    .where(kinships.c.relative == _SUBJECT, document_persons.c.document == _ID)
    .order_by(kinships.c.person, kinships.c.relation)
)
_PERMISSIONS = (
    select(permissions)
    .where(permissions.c.grantee == _SUBJECT, permissions.c.document == _ID)
    .order_by(permissions.c.person, permissions.c.signer)
)
_PERMITTING = select(permissions.c.person).where(permissions.c.grantee == _SUBJECT, permissions.c.document == _ID)
_HEIRS = (
    select(kinships)
    .where(kinships.c.person.in_(_PERMITTING))
    .where(kinships.c.relation == RelationKind.HEIR.value, kinships.c.proven == true())
    .order_by(kinships.c.person, kinships.c.relative)
)


def chunks(values: Iterable[str], size: int = _IN_CHUNK) -> Iterator[list[str]]:
    """Cut ids into pieces that fit one IN list."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece


def load_documents(connection: Connection, ids: Iterable[str]) -> dict[str, Document]:
    """Return the documents that exist among `ids`, by id."""
    found: dict[str, Document] = {}
    for piece in chunks(dict.fromkeys(ids)):
        concerned: defaultdict[str, list[str]] = defaultdict(list)
        people = select(document_persons).where(document_persons.c.document.in_(piece))
        for person in connection.execute(people.order_by(document_persons.c.position)):
            concerned[person.document].append(person.person)
        rows = connection.execute(select(documents).where(documents.c.document_id.in_(piece)))
        for row in rows.mappings():
            found[row["document_id"]] = shape.document_of(row, concerned[row["document_id"]])
    return found


def load_ties(connection: Connection, subject_id: str, document_id: str) -> Ties:
    """Return what ties the requester to the document and to the persons it concerns."""
    keys = {"id": document_id, "subject": subject_id}
    return Ties(
        tuple(shape.kinship_of(row) for row in connection.execute(_KINSHIPS, keys).mappings()),
        tuple(shape.permission_of(row) for row in connection.execute(_PERMISSIONS, keys).mappings()),
        tuple(shape.kinship_of(row) for row in connection.execute(_HEIRS, keys).mappings()),
    )


class SqlCatalogueReader:
    """The catalogue, read only.

    Args:
        database: an open database with the newest schema.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, subject_id: str, document_id: str) -> KnownRecords:
        """Return everything the catalogue has to say about one request, of one moment."""
        return known_of(await self._database.ask("known", KNOWN, {"id": document_id, "subject": subject_id}))

    async def document(self, document_id: str) -> Document | None:
        """Return the document, or None."""
        found = await self._database.read("document", lambda connection: load_documents(connection, [document_id]))
        return found.get(document_id)

    async def archive(self, archive_id: str) -> Archive | None:
        """Return the archive, or None."""

        def one(connection: Connection) -> Archive | None:
            row = connection.execute(_ARCHIVE, {"id": archive_id}).mappings().one_or_none()
            return shape.archive_of(row) if row else None

        return await self._database.read("archive", one)

    async def persons(self, person_ids: Sequence[str]) -> tuple[Person, ...]:
        """Return the persons that exist among `person_ids`, in that order."""

        def all_of(connection: Connection) -> dict[str, Person]:
            found: dict[str, Person] = {}
            for piece in chunks(person_ids):
                rows = connection.execute(select(persons).where(persons.c.person_id.in_(piece)))
                found |= {row["person_id"]: shape.person_of(row) for row in rows.mappings()}
            return found

        found = await self._database.read("persons", all_of)
        return tuple(found[person_id] for person_id in person_ids if person_id in found)

    async def ties(self, subject_id: str, document_id: str) -> Ties:
        """Return what ties the requester `subject_id` to the document and to the persons it concerns."""
        return await self._database.read("ties", lambda connection: load_ties(connection, subject_id, document_id))

    async def tied_subjects(self, document_id: str, after: str, limit: int) -> tuple[str, ...]:
        """Return up to `limit` requesters behind `after` whom a kinship or a permission ties to the document, by id."""
        kin = (
            select(kinships.c.relative.label("subject"))
            .join(document_persons, document_persons.c.person == kinships.c.person)
            .where(document_persons.c.document == document_id)
        )
        permitted = select(permissions.c.grantee.label("subject")).where(permissions.c.document == document_id)
        tied = union(kin, permitted).subquery()
        query = select(tied.c.subject).where(tied.c.subject > after).order_by(tied.c.subject).limit(limit)
        return await self._database.read("tied", lambda connection: tuple(connection.scalars(query)))

    async def list_documents(self, only: DocumentFilter, after: str, limit: int) -> tuple[Document, ...]:
        """Return up to `limit` documents with an id greater than `after`, ordered by id (code points)."""
        query = select(documents.c.document_id).where(documents.c.document_id > after)
        if only.archive:
            query = query.where(documents.c.archive == only.archive)
        if only.kind:
            query = query.where(documents.c.kind == only.kind.value)

        def listed(connection: Connection) -> tuple[Document, ...]:
            ids = connection.scalars(query.order_by(documents.c.document_id).limit(limit)).all()
            found = load_documents(connection, ids)
            return tuple(found[one] for one in ids if one in found)

        return await self._database.read("documents", listed)

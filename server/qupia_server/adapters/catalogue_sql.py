"""Read the catalogue from a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncEngine

from qupia_server.adapters import catalogue_rows as shape
from qupia_server.adapters.database import read_once
from qupia_server.adapters.tables import archives, document_persons, documents, kinships, permissions, persons
from qupia_server.disclosure.records import Archive, Document, DocumentFilter, Person, Ties

_IN_CHUNK = 500


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


class SqlCatalogueReader:
    """The catalogue, read only.

    Args:
        engine: an open database with the newest schema.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def document(self, document_id: str) -> Document | None:
        """Return the document, or None."""
        found = await read_once(self._engine, "document", lambda connection: load_documents(connection, [document_id]))
        return found.get(document_id)

    async def archive(self, archive_id: str) -> Archive | None:
        """Return the archive, or None."""
        query = select(archives).where(archives.c.archive_id == archive_id)

        def one(connection: Connection) -> Archive | None:
            row = connection.execute(query).mappings().one_or_none()
            return shape.archive_of(row) if row else None

        return await read_once(self._engine, "archive", one)

    async def persons(self, person_ids: Sequence[str]) -> tuple[Person, ...]:
        """Return the persons that exist among `person_ids`, in that order."""

        def all_of(connection: Connection) -> dict[str, Person]:
            found: dict[str, Person] = {}
            for piece in chunks(person_ids):
                rows = connection.execute(select(persons).where(persons.c.person_id.in_(piece)))
                found |= {row["person_id"]: shape.person_of(row) for row in rows.mappings()}
            return found

        found = await read_once(self._engine, "persons", all_of)
        return tuple(found[person_id] for person_id in person_ids if person_id in found)

    async def ties(self, subject_id: str, document_id: str) -> Ties:
        """Return what ties the requester `subject_id` to the document and to the persons it concerns."""
        concerned = select(document_persons.c.person).where(document_persons.c.document == document_id)
        related = select(kinships).where(kinships.c.relative == subject_id, kinships.c.person.in_(concerned))
        given = select(permissions).where(permissions.c.grantee == subject_id, permissions.c.document == document_id)

        def both(connection: Connection) -> Ties:
            ties = connection.execute(related.order_by(kinships.c.person, kinships.c.relation))
            papers = connection.execute(given.order_by(permissions.c.person, permissions.c.signer))
            return Ties(
                tuple(shape.kinship_of(row) for row in ties.mappings()),
                tuple(shape.permission_of(row) for row in papers.mappings()),
            )

        return await read_once(self._engine, "ties", both)

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

        return await read_once(self._engine, "documents", listed)

"""Everything that decides about one request, in one query.

Seven parts come as one result: each row fills the columns of its own table and leaves the others empty. One query sees
one moment without a transaction around it, and costs a third of one for each table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from qupia_server.adapters import catalogue_rows as shape
from qupia_server.adapters.tables import archives, document_persons, documents, kinships, permissions, persons
from qupia_server.disclosure.records import (
    ArchiveKind,
    Certainty,
    FileState,
    KnownRecords,
    PrivateLife,
    RelationKind,
    Ties,
)


class Part(IntEnum):
    """What a row of the result is about."""

    DOCUMENT = 0
    PERSON = 1
    KINSHIP = 2
    PERMISSION = 3
    HEIR = 4
    ARCHIVE = 5
    FILE = 6


_TABLES = (documents, persons, kinships, permissions, archives)
_OWNER = (documents, persons, kinships, permissions, kinships, archives, documents)
"""The table whose columns a part fills."""
_ID: BindParameter[str] = bindparam("id")
_SUBJECT: BindParameter[str] = bindparam("subject")
_CONCERNED = document_persons.c.document == _ID
_GIVEN = permissions.c.grantee == _SUBJECT, permissions.c.document == _ID
_FILE = documents.alias("file")
_PLACE = ("archive", "fonds", "opis", "item")
_OF_FILE: Mapping[str, ColumnElement[Any]] = {
    # yes, unknown and no in the order of the alphabet happen to be what one says of all; so do the certainties.
    "private_life": func.max(_FILE.c.private_life),
    "certainty": func.max(_FILE.c.certainty),
    "created_to": func.max(_FILE.c.created_to),
}


def _part(part: Part, order: ColumnElement[int], own: Mapping[str, ColumnElement[Any]] | None = None) -> Select[Any]:
    """Return the query of one part, as wide as all of them together.

    Args:
        part: what its rows are about.
        order: place of a row among those of its part.
        own: what fills columns of its table, by name; None: the columns themselves.
    """
    table = _OWNER[part]
    given: Mapping[str, ColumnElement[Any]] = dict(table.columns.items()) if own is None else own

    def filled(owner: Table, column: Column[Any]) -> ColumnElement[Any]:
        found = given.get(column.name) if owner is table else None
        return cast(null(), column.type) if found is None else found

    columns = [
        filled(owner, column).label(f"{owner.name}_{column.name}") for owner in _TABLES for column in owner.columns
    ]
    return select(literal(int(part)).label("part"), order.label("place"), *columns)


KNOWN = union_all(
    _part(Part.DOCUMENT, literal(0)).where(documents.c.document_id == _ID),
    _part(Part.PERSON, document_persons.c.position)
    .join(document_persons, document_persons.c.person == persons.c.person_id)
    .where(_CONCERNED),
    _part(Part.KINSHIP, literal(0))
    .join(document_persons, document_persons.c.person == kinships.c.person)
    .where(kinships.c.relative == _SUBJECT, _CONCERNED),
    _part(Part.PERMISSION, literal(0)).where(*_GIVEN),
    _part(Part.HEIR, literal(0)).where(
        kinships.c.person.in_(select(permissions.c.person).where(*_GIVEN)),
        kinships.c.relation == RelationKind.HEIR.value,
        kinships.c.proven == true(),
    ),
    _part(Part.ARCHIVE, literal(0))
    .join(documents, documents.c.archive == archives.c.archive_id)
    .where(documents.c.document_id == _ID),
    _part(Part.FILE, literal(0), _OF_FILE)
    .select_from(documents)
    .join(_FILE, and_(*(_FILE.c[name] == documents.c[name] for name in _PLACE)))
    .where(documents.c.document_id == _ID),
)
"""Parameters: `id` of the document, `subject` who asks."""


def known_of(rows: Iterable[Row[Any]]) -> KnownRecords:
    """Return what the rows of `KNOWN` say; the document is None where there is none."""
    parts: tuple[list[Sequence[Any]], ...] = tuple([] for _ in Part)
    for row in rows:
        parts[row[0]].append(row)
    found, concerned, tied, permitted, heirs, archive, file = (
        [_named(table, row) for row in sorted(part, key=_place)] for table, part in zip(_OWNER, parts, strict=True)
    )
    people = tuple(map(shape.person_of, concerned))
    ties = Ties(
        tuple(sorted(map(shape.kinship_of, tied), key=lambda tie: (tie.person, tie.relation.value))),
        tuple(sorted(map(shape.permission_of, permitted), key=lambda given: (given.person, given.signer))),
        tuple(sorted(map(shape.kinship_of, heirs), key=lambda tie: (tie.person, tie.relative))),
    )
    if not found:
        return KnownRecords(None, people, ties)
    document = shape.document_of(found[0], [person.person_id for person in people])
    return KnownRecords(document, people, ties, ArchiveKind(archive[0]["kind"]), _file_of(file[0]))


def _file_of(row: Mapping[str, Any]) -> FileState:
    unknown = row["certainty"] == Certainty.UNKNOWN.value
    return FileState(PrivateLife(row["private_life"]), None if unknown else row["created_to"])


def _place(row: Sequence[Any]) -> int:
    place: int = row[1]
    return place


def _starts() -> dict[Table, slice]:
    slices, at = {}, 2
    for table in _TABLES:
        slices[table] = slice(at, at + len(table.columns))
        at += len(table.columns)
    return slices


_SLICES = _starts()
_NAMES = {table: tuple(column.name for column in table.columns) for table in _TABLES}


def _named(table: Table, row: Sequence[Any]) -> Mapping[str, Any]:
    return dict(zip(_NAMES[table], row[_SLICES[table]], strict=True))

"""Everything that decides about one request, in one query.

Seven parts come as one result: a row of any table lies in the columns of `documents`, the widest one, each value in a
column of its own type. One query sees one moment without a transaction around it, and costs a third of one for each
table; a result as wide as all tables together would cost a third more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
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


def _carriers(table: Table) -> Mapping[str, str]:
    """Return for each column of a table the column of `documents` that carries its values, by names."""
    free, carried = list(documents.columns), {}
    for column in table.columns:
        carrier = next(one for one in free if one.type.python_type is column.type.python_type)
        free.remove(carrier)
        carried[column.name] = carrier.name
    return carried


_CARRIERS = {table: _carriers(table) for table in set(_OWNER)}
_AT = {column.name: place for place, column in enumerate(documents.columns, start=2)}
_PLACES = {
    table: tuple((name, _AT[carrier]) for name, carrier in carried.items()) for table, carried in _CARRIERS.items()
}
"""For each table the names of its columns and where their values stand in a row of the result."""


def _part(part: Part, order: ColumnElement[int], own: Mapping[str, ColumnElement[Any]] | None = None) -> Select[Any]:
    """Return the query of one part, as wide as `documents`.

    Args:
        part: what its rows are about.
        order: place of a row among those of its part.
        own: what fills columns of its table, by name; None: the columns themselves.
    """
    table = _OWNER[part]
    given: Mapping[str, ColumnElement[Any]] = dict(table.columns.items()) if own is None else own
    carried = {carrier: given[name] for name, carrier in _CARRIERS[table].items() if name in given}
    columns = [carried.get(one.name, cast(null(), one.type)).label(one.name) for one in documents.columns]
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


def _named(table: Table, row: Sequence[Any]) -> Mapping[str, Any]:
    return {name: row[place] for name, place in _PLACES[table]}

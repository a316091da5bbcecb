"""Everything that decides about one request, in one query.

Document, persons, ties and permissions of four tables come as one result: each row fills the columns of its own table
and leaves the others empty. One query sees one moment without a transaction around it, and costs a third of four.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from qupia_server.adapters import catalogue_rows as shape
from qupia_server.adapters.tables import document_persons, documents, kinships, permissions, persons
from qupia_server.disclosure.records import KnownRecords, Ties

_TABLES = (documents, persons, kinships, permissions)
_ID: BindParameter[str] = bindparam("id")
_SUBJECT: BindParameter[str] = bindparam("subject")
_CONCERNED = document_persons.c.document == _ID


def _part(table: Table, order: ColumnElement[int]) -> Select[Any]:
    """Return the query of one table, as wide as all four together."""
    columns = [
        (column if owner is table else cast(null(), column.type)).label(f"{owner.name}_{column.name}")
        for owner in _TABLES
        for column in owner.columns
    ]
    return select(literal(_TABLES.index(table)).label("part"), order.label("place"), *columns)


KNOWN = union_all(
    _part(documents, literal(0)).where(documents.c.document_id == _ID),
    _part(persons, document_persons.c.position)
    .join(document_persons, document_persons.c.person == persons.c.person_id)
    .where(_CONCERNED),
    _part(kinships, literal(0))
    .join(document_persons, document_persons.c.person == kinships.c.person)
    .where(kinships.c.relative == _SUBJECT, _CONCERNED),
    _part(permissions, literal(0)).where(permissions.c.grantee == _SUBJECT, permissions.c.document == _ID),
)
"""Parameters: `id` of the document, `subject` who asks."""


def known_of(rows: Iterable[Row[Any]]) -> KnownRecords:
    """Return what the rows of `KNOWN` say; the document is None where there is none."""
    parts: tuple[list[Sequence[Any]], ...] = ([], [], [], [])
    for row in rows:
        parts[row[0]].append(row)
    found, concerned, tied, permitted = (
        [_named(table, row) for row in sorted(part, key=_place)] for table, part in zip(_TABLES, parts, strict=True)
    )
    people = tuple(map(shape.person_of, concerned))
    ties = Ties(
        tuple(sorted(map(shape.kinship_of, tied), key=lambda tie: (tie.person, tie.relation.value))),
        tuple(sorted(map(shape.permission_of, permitted), key=lambda given: (given.person, given.signer))),
    )
    document = shape.document_of(found[0], [person.person_id for person in people]) if found else None
    return KnownRecords(document, people, ties)


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

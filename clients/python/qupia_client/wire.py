"""Words, times and names on the wire, both ways."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from qupia_client import enums, values
from qupia_client.errors import UnexpectedAnswer

if TYPE_CHECKING:
    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

W = TypeVar("W", bound=enums.Word)
V = TypeVar("V", bound=int)


def to_wire(word: enums.Word, kind: _EnumTypeWrapper[V]) -> V:
    """Return the number of `word` in the enum `kind` of the contract."""
    return kind.Value(_prefix(kind) + word.name)


def from_wire(number: int, kind: _EnumTypeWrapper[V], words: type[W]) -> W:
    """Return the word for `number`; UNSPECIFIED for one that only a newer server knows."""
    name = kind.DESCRIPTOR.values_by_number.get(number)
    short = name.name.removeprefix(_prefix(kind)) if name is not None else "UNSPECIFIED"
    return words[short] if short in words.__members__ else words["UNSPECIFIED"]


def _prefix(kind: _EnumTypeWrapper[V]) -> str:
    return str(kind.DESCRIPTOR.values[0].name).removesuffix("UNSPECIFIED")


def resource(collection: str, name: str) -> str:
    """Return `name` as a full resource name: an id alone gets its collection in front."""
    return name if "/" in name or not name else f"{collection}/{name}"


def instant_of(stamp: Timestamp) -> dt.datetime:
    """Return the instant, aware, UTC."""
    try:
        return stamp.ToDatetime(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise UnexpectedAnswer("The server sent a time that is none.") from error


def stamp_of(instant: dt.datetime) -> Timestamp:
    """Return the message of an aware instant.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def archive_date_of(date: Date) -> values.ArchiveDate | None:
    """Return the date, partial or whole; None when it has no year."""
    return values.ArchiveDate(date.year, date.month, date.day) if date.year else None


def day_of(date: Date) -> dt.date | None:
    """Return the calendar day; None when it is not whole."""
    if not (date.year and date.month and date.day):
        return None
    try:
        return dt.date(date.year, date.month, date.day)
    except ValueError as error:
        raise UnexpectedAnswer("The server sent a day that is none.") from error

"""Read fields of requests strictly: each reader notes what is wrong under the field's path and goes on.

Hostile input. Limits: lengths before patterns, patterns without repetition inside repetition, closed vocabularies
for enums. What is wrong is told by the field's name and a fixed sentence; the value itself is never repeated.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from qupia_redaction.model import PrivateText
from qupia_server.errors import InvalidRequest

T = TypeVar("T")

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{2,61})[a-z0-9]")
SHORT_SLUG = re.compile(r"[a-z0-9-]{1,63}")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
COUNTRY = re.compile(r"[A-Z]{2}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Fields:
    """Collects what is wrong with a request."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def note(self, path: str, sentence: str) -> None:
        """Note that the field at `path` is wrong; the first note of a field stays."""
        self.wrong.setdefault(path, sentence)

    def check(self) -> None:
        """Raise when something was noted.

        Raises:
            InvalidRequest: names every wrong field.
        """
        if self.wrong:
            raise InvalidRequest(self.wrong)

    def resource(self, path: str, collection: str, name: str, pattern: re.Pattern[str] = SLUG) -> str:
        """Return the id of `collection/{id}`."""
        prefix, _, identifier = name.partition("/")
        if prefix != collection or len(identifier) > 63 or not pattern.fullmatch(identifier):
            self.note(path, f"Must be a name of the form {collection}/{{id}}.")
            return ""
        return identifier

    def optional_resource(self, path: str, collection: str, name: str, pattern: re.Pattern[str] = SLUG) -> str:
        """Return the id of `collection/{id}`, or empty when nothing is given."""
        return self.resource(path, collection, name, pattern) if name else ""

    def text(self, path: str, value: str, longest: int, *, required: bool = False, lines: bool = False) -> str:
        """Return a text of at most `longest` characters without control characters (`lines`: newlines are fine)."""
        if required and not value:
            self.note(path, "Must be given.")
        elif len(value) > longest:
            self.note(path, f"At most {longest} characters.")
        elif CONTROL.search(value.replace("\n", "").replace("\t", "") if lines else value):
            self.note(path, "Must not hold control characters.")
        else:
            return value
        return ""

    def private(self, path: str, value: str, longest: int) -> PrivateText:
        """Return a private text of at most `longest` characters; newlines are fine."""
        return PrivateText(self.text(path, value, longest, lines=True))

    def request_id(self, path: str, value: str) -> str:
        """Return an optional UUID4 in lower case."""
        if value and not UUID4.fullmatch(value):
            self.note(path, "Must be a UUID of version 4.")
            return ""
        return value.lower()

    def country(self, path: str, value: str) -> str:
        """Return an optional country code."""
        if value and not COUNTRY.fullmatch(value):
            self.note(path, "Must be two capital letters, ISO 3166-1 alpha-2.")
            return ""
        return value

    def choice(self, path: str, value: int, words: Mapping[int, T]) -> T | None:
        """Return the word for an enum value, None for 0; a number outside the vocabulary is wrong."""
        if value and value not in words:
            self.note(path, "Is not a value of this enum.")
        return words.get(value)

    def required_choice(self, path: str, value: int, words: Mapping[int, T], stand_in: T) -> T:
        """Return the word for an enum value that must be given; `stand_in` when it is noted as wrong."""
        found = self.choice(path, value, words)
        if found is None:
            self.note(path, "Must be given.")
            return stand_in
        return found

    def digest(self, path: str, value: bytes) -> str:
        """Return a SHA-256 digest as hex."""
        if len(value) != 32:
            self.note(path, "Must be a SHA-256 digest of 32 bytes.")
        return value.hex()

    def instant(self, path: str, value: Timestamp) -> dt.datetime | None:
        """Return a timestamp as an aware UTC datetime."""
        try:
            return value.ToDatetime(tzinfo=dt.UTC)
        except (ValueError, OverflowError):
            self.note(path, "Is not a time between the years 1 and 9999.")
            return None

    def day(self, path: str, value: Date, *, last: bool) -> dt.date | None:
        """Return a day; a year or a month alone stands for its first or, with `last`, its last day."""
        try:
            return _day(value, last=last)
        except ValueError:
            self.note(path, "Is not a day, a month or a year.")
            return None


def _day(value: Date, *, last: bool) -> dt.date:
    if value.day and not value.month:
        raise ValueError("a day without a month")
    if value.day:
        return dt.date(value.year, value.month, value.day)
    first = dt.date(value.year, value.month or (12 if last else 1), 1)
    if not last:
        return first
    following = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) if first.year < 9999 else dt.date.max
    return following - dt.timedelta(days=1) if following != dt.date.max else following

"""The refusal family of the redaction library: every doubt about a document ends in one of these."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why a document yields no rendition. Closed vocabulary; values stand in audit entries."""

    EMPTY = "EMPTY"
    NOT_A_PDF = "NOT_A_PDF"
    DAMAGED = "DAMAGED"
    ENCRYPTED = "ENCRYPTED"
    TOO_MANY_BYTES = "TOO_MANY_BYTES"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_MUCH_INFLATED = "TOO_MUCH_INFLATED"
    TIME_LIMIT = "TIME_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    WORKER_DIED = "WORKER_DIED"
    READERS_DISAGREE = "READERS_DISAGREE"
    UNREADABLE_PAGE = "UNREADABLE_PAGE"
    UNKNOWN_CONTENT = "UNKNOWN_CONTENT"
    SECRECY_MARKING = "SECRECY_MARKING"
    OBLIGATION_UNFULFILLABLE = "OBLIGATION_UNFULFILLABLE"
    LEAK_FOUND = "LEAK_FOUND"
    ENGINE_ERROR = "ENGINE_ERROR"


class RedactionRefused(Exception):
    """Refuse to make a rendition.

    The message is fixed by the code and never carries text of the document.

    Attributes:
        code: why.
        page: first page concerned, counted from 1; None when the whole file is meant.
        channel: which way of the check found a trace, "" elsewhere; one of the check's own words.
    """

    def __init__(self, code: RefusalCode, page: int | None = None, channel: str = "") -> None:
        where = "" if page is None else f" on page {page}"
        super().__init__(f"{code.value}{where}{f' ({channel})' if channel else ''}")
        self.code = code
        self.page = page
        self.channel = channel

    def __reduce__(self) -> tuple[type[RedactionRefused], tuple[RefusalCode, int | None, str]]:
        """Cross the process boundary without losing the facts."""
        return (type(self), (self.code, self.page, self.channel))

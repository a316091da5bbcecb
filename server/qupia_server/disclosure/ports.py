"""The ports of the use cases. Adapters implement them; every adapter of a port passes the same contract suite.

Adapters raise `Unavailable` when what they stand for is away, and nothing of their driver's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable, Awaitable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from qupia_redaction.model import RedactionOrder, WordList
from qupia_redaction.rendition import CheckedRendition
from qupia_server.disclosure.records import (
    Archive,
    ArchiveCipher,
    CatalogueRows,
    Document,
    DocumentFilter,
    KnownRecords,
    Person,
    Ties,
)
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome
from qupia_server.ledger.receipt import Receipt


class DuplicateRequest(Exception):
    """An entry with the same request key exists already: another call answered this request id."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries a list shows; empty fields do not filter.

    Attributes:
        since: first instant, UTC, inclusive; until: last instant, exclusive.
        document: document id.
        requester: keyed hash of the requester.
        outcome: how it ended.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    document: str = ""
    requester: str = ""
    outcome: EntryOutcome | None = None


class Clock(Protocol):
    """Time by port, so that terms and entries are reproducible in tests."""

    def now(self) -> dt.datetime:
        """Return the current instant, aware, UTC."""
        ...

    def today(self) -> dt.date:
        """Return the current day in Asia/Almaty, by which terms are counted."""
        ...


class Ids(Protocol):
    """Identifiers and randomness by port."""

    def entry_id(self) -> str:
        """Return a fresh opaque id, 26 to 36 characters, `[a-z0-9-]`."""
        ...

    def salt(self) -> str:
        """Return 16 random bytes as hex."""
        ...


class Pseudonyms(Protocol):
    """Keyed hashes of what must be recognised again but not be read."""

    def of(self, text: str, *, domain: str) -> str:
        """Return HMAC-SHA-256 of `text` under the server's key and `domain`, hex, 64 characters."""
        ...


class CatalogueReader(Protocol):
    """Read the catalogue."""

    async def known(self, subject_id: str, document_id: str) -> KnownRecords:
        """Return everything that decides on one request, of one moment.

        A document that does not exist costs the same look-ups, so that the time of an answer does not tell.
        """
        ...

    async def document(self, document_id: str) -> Document | None:
        """Return the document, or None."""
        ...

    async def archive(self, archive_id: str) -> Archive | None:
        """Return the archive, or None."""
        ...

    async def persons(self, person_ids: Sequence[str]) -> tuple[Person, ...]:
        """Return the persons that exist among `person_ids`, in that order."""
        ...

    async def ties(self, subject_id: str, document_id: str) -> Ties:
        """Return what ties the requester `subject_id` to the document and to the persons it concerns."""
        ...

    async def tied_subjects(self, document_id: str, after: str, limit: int) -> tuple[str, ...]:
        """Return up to `limit` requesters behind `after` whom a kinship or a permission ties to the document, by id."""
        ...

    async def list_documents(self, only: DocumentFilter, after: str, limit: int) -> tuple[Document, ...]:
        """Return up to `limit` documents with an id greater than `after`, ordered by id."""
        ...


class CatalogueWriter(Protocol):
    """Change the catalogue; each call is one transaction."""

    async def add(self, rows: CatalogueRows, *, entry: EntryDraft) -> None:
        """Store all rows and the entry of them, or nothing; rows of an id that exists are replaced, masters stay.

        Raises:
            InvalidRequest: a row refers to something that does not exist.
            Unavailable: the database is away.
        """
        ...

    async def create_document(self, document: Document, request_id: str = "", *, entry: EntryDraft) -> Document:
        """Store a new document and its entry, both or none; the same `request_id` and document returns the stored one.

        Raises:
            AlreadyExists: the id is taken by another document.
            RequestIdReused: the request id was used with another document.
        """
        ...

    async def update_document(self, document: Document, revision: int, *, entry: EntryDraft) -> Document:
        """Store a changed description over the one of `revision`, and the entry of it, both or none.

        Raises:
            NotFound: there is no such document.
            StateChanged: it is not of this revision any more.
            InvalidRequest: it refers to a person who does not exist.
        """
        ...

    async def attach_master(self, document_id: str, sha256: str, size: int, *, entry: EntryDraft) -> Document:
        """Set the master of a document and store the entry of it, both or none.

        Raises:
            NotFound: there is no such document.
        """
        ...


class MasterStore(Protocol):
    """Masters, addressed by their SHA-256."""

    async def put(self, chunks: AsyncIterable[bytes], sha256: str, size: int) -> bool:
        """Store bytes under their digest; a torn or wrong upload leaves nothing.

        Args:
            chunks: the bytes.
            sha256: announced digest, hex.
            size: announced size in bytes.

        Returns:
            False when the same bytes were stored before.

        Raises:
            DigestMismatch: digest or size differ from what was announced.
            Unavailable: the store is away or full.
        """
        ...

    async def get(self, sha256: str, max_bytes: int) -> bytes:
        """Return the master after verifying its digest.

        Raises:
            MasterCorrupt: the bytes do not have this digest, or are gone.
            Unavailable: the store is away.
            InvalidRequest: larger than `max_bytes`; checked before reading.
        """
        ...


class RenditionCache(Protocol):
    """Checked renditions by key; bounded in bytes and age. A miss is never an error."""

    async def get(self, key: str) -> CheckedRendition | None:
        """Return the rendition under `key` if it is there, intact and young enough."""
        ...

    async def put(self, key: str, rendition: CheckedRendition) -> None:
        """Keep the rendition; failures are logged and swallowed, the cache is not a source of truth."""
        ...


class Redactor(Protocol):
    """The redaction library behind its worker processes."""

    async def redact(self, master: bytes, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        """Make the rendition; the worker is killed after `seconds` or when this call is cancelled.

        Raises:
            RedactionRefused: there is no rendition, for the reason it carries.
        """
        ...

    @property
    def engines(self) -> str:
        """Versions of everything that shapes renditions, one line; part of cache keys."""
        ...


class WordLists(Protocol):
    """The words that an archive, or a case, always hides or never hides."""

    async def of(self, cipher: ArchiveCipher) -> tuple[WordList, ...]:
        """Return the lists of a document, the widest first.

        Raises:
            CannotFulfil: a list cannot be used as it is meant.
        """
        ...


class Ledger(Protocol):
    """Write the audit log. The only maker of receipts."""

    def record(self, draft: EntryDraft) -> Awaitable[Receipt]:
        """Take the entry; what is returned ends when it is durable.

        The entry is stored whether or not anybody waits for it to the end.

        Raises (when awaited):
            DuplicateRequest: an entry with this `request_key` exists.
            LedgerFull: the queue is full.
            Unavailable: the entry could not be stored; the caller must release nothing.
        """
        ...

    async def settled(self) -> None:
        """Return when every entry taken so far is durable, or was refused: who reads then sees what was told before."""
        ...


class AuditReader(Protocol):
    """Read the audit log; whoever only reads cannot be handed a writer."""

    async def entry(self, entry_id: str) -> Entry | None:
        """Return the entry, or None."""
        ...

    async def by_request(self, request_key: str) -> tuple[Entry, Receipt] | None:
        """Return the entry that answered a request id, with its receipt, or None."""
        ...

    async def list_entries(self, only: EntryFilter, before: int | None, limit: int) -> tuple[Entry, ...]:
        """Return up to `limit` entries with a sequence below `before` (None: from the end), newest first."""
        ...

    async def policy_steps(self) -> tuple[Entry, ...]:
        """Return every entry of a change of rules, oldest first; there are as many as officers took steps."""
        ...

    async def undelivered(self, older_than: dt.datetime, limit: int, alive: Collection[str] = ()) -> tuple[Entry, ...]:
        """Return allowed transfers recorded before `older_than` without a delivery entry, oldest first.

        Those of the processes in `alive` are left out.
        """
        ...

"""The catalogue as requesters see it: only what policy lets them know of; and how archives add to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, Callable
from dataclasses import replace

from qupia_policies.model import Action, Obligations
from qupia_redaction.model import Category, PrivateText
from qupia_redaction.plan.special import CLASSES
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.gather import facts_of
from qupia_server.disclosure.model import Principal, PrincipalKind, Purpose, Requester
from qupia_server.disclosure.ports import CatalogueWriter
from qupia_server.disclosure.records import Appraisal, Document, DocumentFilter
from qupia_server.errors import AlreadyExists, InvalidRequest, MethodForbidden, NotFound, StateChanged
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event

NO_PURPOSE = Purpose()
LIST_SCAN = 500
"""Most documents that one page looks at: a page may be short, its token goes on behind the last one looked at."""
LIST_BATCH = 100
"""Documents of one query, whatever size of page is asked for: small pages must not cost more queries."""
NAMING = CLASSES | {Category.PERSON, Category.BIRTH_DATE, Category.SPECIAL, Category.PASSAGE}
"""Categories that any words of a title can hold."""
STAFF = frozenset({"archivist", "privacy_officer"})
"""Roles that read back what was noted of documents of their own archive."""
NUMBERED = re.compile(r"@|\d(?:[ ()-]?\d){5}")
"""What a title with one of the other categories looks like."""


class Documents:
    """Read and extend the catalogue.

    Args:
        gate: the ports.
        writer: the catalogue's write side.
    """

    def __init__(self, gate: Gate, writer: CatalogueWriter) -> None:
        self._gate = gate
        self._writer = writer

    async def get(self, requester: Requester, document_id: str) -> Document:
        """Return a document that the requester may know of; recorded as a view.

        Raises:
            NotFound: it does not exist or may not be known; the same for both.
        """
        gate = self._gate
        known = await gate.gather(requester, document_id)
        decision = gate.policies.current().decide(facts_of(Action.DISCOVER, requester, NO_PURPOSE, known))
        obligations = decision.obligations if decision.allowed else None
        allowed = known.exists and obligations is not None
        outcome = EntryOutcome.ALLOWED if allowed else EntryOutcome.REFUSED
        code = "ALLOWED.RULE" if allowed else f"NOT_FOUND.{'UNDISCOVERABLE' if known.exists else 'UNKNOWN'}"
        asked = gate.pseudonyms.of(document_id, domain="document")
        draft = replace(gate.scribe.plain(Event.VIEW, outcome, code, requester), document=asked)
        draft = gate.scribe.located(draft, known)
        draft = replace(draft, bundle=decision.bundle_version, rules=decision.rules)
        draft = replace(draft, profile=obligations.profile.value if obligations else "")
        receipt = await gate.ledger.record(draft)
        if obligations is None or not known.exists:
            raise NotFound(entry=receipt.name)
        return _described_for(requester, known.document, obligations)

    async def list(
        self, requester: Requester, only: DocumentFilter, after: str, limit: int
    ) -> tuple[tuple[Document, ...], str]:
        """Return documents that the requester may know of, in the order of their ids; recorded as one view.

        Args:
            requester: who asks.
            only: filter.
            after: id behind which the page starts; empty for the first page.
            limit: most documents of the page.

        Returns:
            The page, and the id behind which the next page starts; empty when there is none.
        """
        gate, shown, cursor, looked_at = self._gate, list[Document](), after, 0
        point = gate.policies.current()
        while len(shown) < limit and looked_at < LIST_SCAN:
            batch = await gate.catalogue.list_documents(only, cursor, LIST_BATCH)
            for document in batch:
                await asyncio.sleep(0)  # others get their turn: what is known comes without waiting
                known = await gate.gather(requester, document.document_id)
                decision = point.decide(facts_of(Action.DISCOVER, requester, NO_PURPOSE, known))
                if known.exists and decision.allowed and decision.obligations is not None:
                    shown.append(_described_for(requester, known.document, decision.obligations))
                cursor, looked_at = document.document_id, looked_at + 1
                if len(shown) == limit:
                    break
            else:
                if len(batch) < LIST_BATCH:
                    cursor = ""
                    break
        draft = gate.scribe.plain(Event.VIEW, EntryOutcome.ALLOWED, "ALLOWED.LIST", requester)
        await gate.ledger.record(replace(draft, archive=only.archive, bundle=point.snapshot.version))
        return tuple(shown), cursor

    async def create(self, principal: Principal, document: Document, request_id: str = "") -> Document:
        """Add a document to the principal's own archive; the same transaction records the addition.

        Raises:
            MethodForbidden: the document belongs to another archive.
            InvalidRequest: the archive does not exist.
            AlreadyExists, RequestIdReused: see the port.
        """
        if not _is_of_archive(principal, document):
            raise MethodForbidden
        if await self._gate.catalogue.archive(document.cipher.archive) is None:
            raise InvalidRequest({"document.archive": "There is no such archive."})
        try:
            entry = self._addition(principal, document, "ADDITION.DOCUMENT")
            return await self._writer.create_document(document, request_id, entry=entry)
        except AlreadyExists as taken:
            # That a name is taken cannot be kept from an archive; who tries names one after the other is seen.
            draft = self._gate.scribe.plain(Event.ADDITION, EntryOutcome.REFUSED, "REFUSED.ALREADY_EXISTS", principal)
            asked = self._gate.pseudonyms.of(document.document_id, domain="document")
            taken.entry = (await self._gate.ledger.record(replace(draft, document=asked))).name
            raise

    async def update(
        self, principal: Principal, document_id: str, etag: str, change: Callable[[Document], Document]
    ) -> Document:
        """Change the description of a document of the principal's own archive; the same transaction records it.

        Args:
            principal: who changes it.
            document_id: the document.
            etag: that of the document as it was seen; empty: whatever it is.
            change: gives the new description for the stored one.

        Raises:
            NotFound: there is no such document in the principal's archive; the same for one of another archive.
            StateChanged: somebody changed it meanwhile.
            InvalidRequest: raised by `change`, or it names a person who does not exist.
        """
        stored = await self._gate.catalogue.document(document_id)
        if stored is None or not _is_of_archive(principal, stored):
            raise NotFound
        if etag not in {"", etag_of(stored)}:
            raise StateChanged
        fresh = change(stored)
        before, after = stored.appraisal.blocked, fresh.appraisal.blocked
        event = Event.BLOCKING if after and not before else Event.CHANGE
        reason = "CHANGE.DOCUMENT" if before == after else "CHANGE.BLOCKED" if after else "CHANGE.UNBLOCKED"
        entry = self._changed(principal, fresh, event, reason)
        return await self._writer.update_document(fresh, stored.revision, entry=entry)

    async def upload(
        self, principal: Principal, document_id: str, sha256: str, size: int, chunks: AsyncIterable[bytes]
    ) -> Document:
        """Store the master of a document; recorded as an addition.

        Raises:
            NotFound: there is no such document in the principal's archive; the same for one of another archive.
            InvalidRequest: larger than the limit.
            DigestMismatch: the bytes are not the announced ones.
        """
        document = await self._gate.catalogue.document(document_id)
        if document is None or not _is_of_archive(principal, document):
            raise NotFound
        if size > self._gate.limits.max_bytes:
            raise InvalidRequest({"header.size_bytes": f"At most {self._gate.limits.max_bytes} bytes."})
        await self._gate.masters.put(chunks, sha256, size)
        # Nobody reaches the bytes before the document names them, and that is one transaction with the entry.
        entry = self._addition(principal, replace(document, master_sha256=sha256), "ADDITION.MASTER")
        return await self._writer.attach_master(document_id, sha256, size, entry=entry)

    def _addition(self, principal: Principal, document: Document, reason: str) -> EntryDraft:
        return self._changed(principal, document, Event.ADDITION, reason)

    def _changed(self, principal: Principal, document: Document, event: Event, reason: str) -> EntryDraft:
        draft = self._gate.scribe.plain(event, EntryOutcome.ALLOWED, reason, principal)
        return replace(
            draft,
            document=document.document_id,
            archive=document.cipher.archive,
            cipher=str(document.cipher),
            master_sha256=document.master_sha256,
        )


def described(document: Document, obligations: Obligations) -> Document:
    """Return what a requester under `obligations` may read of a description (kazakhstan.md A12: titles, too).

    A title is kept back whole: nothing here could redact it surely. Where names are hidden, so are the ids of the
    persons, which tie documents together, and the digest of the unredacted bytes, which confirms guesses.
    """
    if not obligations.hide and not obligations.metadata_only:
        return document
    if obligations.metadata_only or obligations.hide & NAMING:
        return replace(document, title=PrivateText(""), persons=(), master_sha256="", master_size=0)
    return replace(document, title=PrivateText("")) if NUMBERED.search(document.title) else document


def etag_of(document: Document) -> str:
    """Return what changes whenever the record does."""
    return f"r{document.revision}"


def _described_for(requester: Requester, document: Document, obligations: Obligations) -> Document:
    """Return what a requester may read of a description; what was noted for the rules stays with the archive."""
    shown = described(document, obligations)
    staff = requester.role in STAFF or requester.kind is PrincipalKind.SERVICE
    own = requester.attributes.get("archive") == document.cipher.archive
    return shown if staff and own else replace(shown, appraisal=Appraisal())


def _is_of_archive(principal: Principal, document: Document) -> bool:
    """Tell whether the document belongs to the archive that vouches for the principal."""
    return principal.attributes.get("archive") == document.cipher.archive

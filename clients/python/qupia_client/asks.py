"""The requests that need more than a name: built in one place for both clients."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from google.protobuf.field_mask_pb2 import FieldMask

from qupia.v1 import (
    audit_pb2,
    audit_service_pb2,
    disclosure_pb2,
    disclosure_service_pb2,
    document_pb2,
    document_service_pb2,
    policy_pb2,
    policy_service_pb2,
)
from qupia_client.convert import language_message, purpose_message, requester_message
from qupia_client.enums import AuditOutcome, DocumentKind, ExplanationVoice, Language, PurposeCode
from qupia_client.records import document_message
from qupia_client.values import AuditFilter, Document, Question
from qupia_client.wire import resource, stamp_of, to_wire


def list_documents(
    archive: str, kind: DocumentKind | str, language: Language | str, page_size: int
) -> document_service_pb2.ListDocumentsRequest:
    """Return the request of a page of documents.

    Raises:
        ValueError: `kind` is not a word of the contract.
    """
    return document_service_pb2.ListDocumentsRequest(
        page_size=page_size,
        archive=resource("archives", archive),
        kind=to_wire(DocumentKind.parse(kind or None), document_pb2.DocumentKind),
        language=language_message(language),
    )


def list_access(
    question: Question, archive: str, kind: DocumentKind | str, page_size: int
) -> disclosure_service_pb2.ListAccessRequest:
    """Return the request of a page of what may be read; the question names no document.

    Raises:
        ValueError: a word is not one of the contract.
    """
    return disclosure_service_pb2.ListAccessRequest(
        page_size=page_size,
        purpose=purpose_message(question),
        on_behalf_of=requester_message(question.on_behalf_of),
        archive=resource("archives", archive),
        kind=to_wire(DocumentKind.parse(kind or None), document_pb2.DocumentKind),
        language=language_message(question.language),
    )


def explain(
    entry: str, language: Language | str, voice: ExplanationVoice | str
) -> policy_service_pb2.ExplainDecisionRequest:
    """Return the request of an explanation.

    Raises:
        ValueError: a word is not one of the contract.
    """
    return policy_service_pb2.ExplainDecisionRequest(
        name=resource("auditEntries", entry),
        language=language_message(language),
        voice=to_wire(ExplanationVoice.parse(voice or None), policy_pb2.ExplanationVoice),
    )


def list_readers(
    document: str, purpose: PurposeCode | str, language: Language | str, page_size: int
) -> policy_service_pb2.ListDocumentReadersRequest:
    """Return the request of a page of who may read a document.

    Raises:
        ValueError: a word is not one of the contract.
    """
    return policy_service_pb2.ListDocumentReadersRequest(
        page_size=page_size,
        document=resource("documents", document),
        purpose_code=to_wire(PurposeCode.parse(purpose or None), disclosure_pb2.PurposeCode),
        language=language_message(language),
    )


def create_document(
    document: Document, document_id: str, request_id: str | None, language: Language | str
) -> document_service_pb2.CreateDocumentRequest:
    """Return the request of a new document, with a request id in any case."""
    return document_service_pb2.CreateDocumentRequest(
        document=document_message(document),
        document_id=document_id,
        request_id=request_id or str(uuid.uuid4()),
        language=language_message(language),
    )


def update_document(
    document: Document, changed: Iterable[str], language: Language | str
) -> document_service_pb2.UpdateDocumentRequest:
    """Return the request to change fields of a document, by the names of `Document`."""
    message = document_message(document)
    message.name, message.etag = document.name, document.etag
    paths = ["owner_restricted_until_date" if name == "owner_restricted_until" else name for name in changed]
    return document_service_pb2.UpdateDocumentRequest(
        document=message, update_mask=FieldMask(paths=paths), language=language_message(language)
    )


def list_audit_entries(
    only: AuditFilter, language: Language | str, page_size: int
) -> audit_service_pb2.ListAuditEntriesRequest:
    """Return the request of a page of entries.

    Raises:
        ValueError: an instant has no time zone, or `outcome` is not a word of the contract.
    """
    start, end = only.get("start"), only.get("end")
    return audit_service_pb2.ListAuditEntriesRequest(
        page_size=page_size,
        start_time=stamp_of(start) if start is not None else None,
        end_time=stamp_of(end) if end is not None else None,
        document=resource("documents", only.get("document", "")),
        requester=only.get("requester", ""),
        outcome=to_wire(AuditOutcome.parse(only.get("outcome") or None), audit_pb2.AuditOutcome),
        language=language_message(language),
    )

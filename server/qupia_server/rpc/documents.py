"""DocumentService: convert, call the use case, convert back.

Uploads are hostile input: each piece has a limit, a checksum and a place; a gap, an overlap or a byte too many ends
the call, and the store keeps nothing.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import google_crc32c
from grpc.aio import ServicerContext

from qupia.v1 import document_pb2
from qupia.v1 import document_service_pb2 as pb
from qupia.v1.document_service_pb2_grpc import DocumentServiceServicer
from qupia_server.disclosure.documents import Documents
from qupia_server.disclosure.model import Principal, Requester
from qupia_server.disclosure.records import Document, DocumentFilter
from qupia_server.errors import DeadlineTooShort, DigestMismatch, InvalidRequest
from qupia_server.rpc.call import current_call, current_caller
from qupia_server.rpc.convert_document import changed, document_of, document_to_proto, mask_of
from qupia_server.rpc.convert_request import language_of
from qupia_server.rpc.fields import SHORT_SLUG, Fields
from qupia_server.rpc.identity import Identity
from qupia_server.rpc.paging import Pager, page_size
from qupia_server.rpc.words import KINDS

MAX_CHUNK_BYTES = 1 << 20
IDLE_SECONDS = 60.0
"""An upload that sends nothing for so long is ended, so that idle callers do not use up the server's calls."""
NAMESPACE = uuid.UUID("6f0cbb0e-6d0c-4d5c-9a44-0b8a1a4d7f10")
"""Makes the id of a document that the server names from the request id, so that a repeat finds the same one."""

ServerContext = ServicerContext[Any, Any]


class DocumentServicer(DocumentServiceServicer):
    """Serve DocumentService.

    Args:
        documents: the use case.
        identity: finds out for whom is asked.
        pager: page tokens.
        new_id: makes ids of documents that the caller did not name.
        idle_seconds: longest silence within an upload.
    """

    def __init__(
        self,
        documents: Documents,
        identity: Identity,
        pager: Pager,
        new_id: Callable[[], str] = lambda: f"d-{secrets.token_hex(10)}",
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._documents = documents
        self._identity = identity
        self._pager = pager
        self._new_id = new_id
        self._idle_seconds = idle_seconds

    async def CreateDocument(  # noqa: N802 - the method's name
        self, request: pb.CreateDocumentRequest, context: ServerContext
    ) -> document_pb2.Document:
        """Describe a document."""
        del context
        principal, fields = current_caller().acting, Fields()
        request_id = fields.request_id("request_id", request.request_id)
        document_id = self._document_id(fields, principal, request.document_id, request_id)
        fields.check()
        document = document_of(request.document, document_id)
        return document_to_proto(await self._documents.create(principal, document, request_id))

    async def UpdateDocument(  # noqa: N802 - the method's name
        self, request: pb.UpdateDocumentRequest, context: ServerContext
    ) -> document_pb2.Document:
        """Change the description of a document."""
        del context
        fields = Fields()
        document_id = fields.resource("document.name", "documents", request.document.name)
        paths = mask_of(fields, request.update_mask)
        fields.check()

        def change(stored: Document) -> Document:
            return changed(stored, request.document, paths)

        principal, etag = current_caller().acting, request.document.etag
        return document_to_proto(await self._documents.update(principal, document_id, etag, change))

    def _document_id(self, fields: Fields, principal: Principal, asked: str, request_id: str) -> str:
        if asked:
            return fields.resource("document_id", "documents", f"documents/{asked}")
        if request_id:
            return f"d-{uuid.uuid5(NAMESPACE, principal.subject_id.reveal() + chr(0) + request_id).hex[:20]}"
        return self._new_id()

    async def UploadMaster(  # noqa: N802 - the method's name
        self, request_iterator: AsyncIterator[pb.UploadMasterRequest], context: ServerContext
    ) -> document_pb2.Document:
        """Take in the bytes of a document."""
        del context
        principal = current_caller().acting
        messages = _timely(request_iterator, self._idle_seconds)
        header = await _header(messages)
        current_call().language = language_of(header.language)
        fields = Fields()
        document_id = fields.resource("header.document", "documents", header.document)
        sha256 = fields.digest("header.sha256", header.sha256)
        if header.size_bytes < 1:
            fields.note("header.size_bytes", "Must be at least 1.")
        fields.check()
        pieces = _pieces(messages, header.size_bytes)
        stored = await self._documents.upload(principal, document_id, sha256, header.size_bytes, pieces)
        return document_to_proto(stored)

    async def GetDocument(  # noqa: N802 - the method's name
        self, request: pb.GetDocumentRequest, context: ServerContext
    ) -> document_pb2.Document:
        """Tell what the catalogue knows about a document."""
        del context
        fields = Fields()
        document_id = fields.resource("name", "documents", request.name)
        fields.check()
        return document_to_proto(await self._documents.get(await self._requester(), document_id))

    async def ListDocuments(  # noqa: N802 - the method's name
        self, request: pb.ListDocumentsRequest, context: ServerContext
    ) -> pb.ListDocumentsResponse:
        """List the documents that the requester may know of."""
        del context
        requester, fields = await self._requester(), Fields()
        only = DocumentFilter(
            archive=fields.optional_resource("archive", "archives", request.archive, SHORT_SLUG),
            kind=fields.choice("kind", request.kind, KINDS),
        )
        fields.check()
        query = {
            "list": "documents",
            "archive": only.archive,
            "kind": only.kind.value if only.kind else "",
            "for": requester.subject_id.reveal(),
        }
        after = self._pager.position(request.page_token, query)
        page, position = await self._documents.list(requester, only, after, page_size(request.page_size))
        return pb.ListDocumentsResponse(
            documents=[document_to_proto(document) for document in page],
            next_page_token=self._pager.token(position, query),
        )

    async def _requester(self) -> Requester:
        return await self._identity.requester(current_caller(), None)


async def _timely(
    messages: AsyncIterator[pb.UploadMasterRequest], seconds: float
) -> AsyncIterator[pb.UploadMasterRequest]:
    """Yield messages as long as each comes within `seconds`.

    Raises:
        DeadlineTooShort: one did not.
    """
    source = aiter(messages)
    while True:
        try:
            message = await asyncio.wait_for(anext(source), seconds)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise DeadlineTooShort from error
        yield message


async def _header(messages: AsyncIterator[pb.UploadMasterRequest]) -> pb.UploadHeader:
    async for message in messages:
        if message.WhichOneof("payload") == "header":
            return message.header
        break
    raise InvalidRequest({"header": "The first message must hold the header."})


async def _pieces(messages: AsyncIterator[pb.UploadMasterRequest], size: int) -> AsyncIterator[bytes]:
    """Yield the bytes of an upload after checking place, length and checksum of each piece.

    Raises:
        InvalidRequest: a message without a chunk, or a chunk that is empty or too long.
        DigestMismatch: a gap, an overlap, a wrong checksum, too many or too few bytes.
    """
    position = 0
    async for message in messages:
        if message.WhichOneof("payload") != "chunk" or not 0 < len(message.chunk.data) <= MAX_CHUNK_BYTES:
            raise InvalidRequest({"chunk": f"Each later message must hold a chunk of 1 to {MAX_CHUNK_BYTES} bytes."})
        chunk = message.chunk
        if chunk.offset != position or google_crc32c.value(chunk.data) != chunk.crc32c:
            raise DigestMismatch({"offset": str(position)})
        position += len(chunk.data)
        if position > size:
            raise DigestMismatch({"offset": str(size)})
        yield chunk.data
    if position != size:
        raise DigestMismatch({"offset": str(position)})

"""The client for asyncio: the same calls, values and errors as `Client`, awaited.

from qupia_client.aio import AsyncClient

async with AsyncClient.from_env() as client:
    async with await client.disclose("d-0001", purpose="protect_rights", ground="own_data") as answer:
        await answer.save("out.pdf")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, Unpack

import grpc

from qupia.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    disclosure_service_pb2,
    disclosure_service_pb2_grpc,
    document_service_pb2,
    document_service_pb2_grpc,
    policy_service_pb2,
    policy_service_pb2_grpc,
)
from qupia_client import asks, config
from qupia_client.aio_disclosure import AsyncDisclosure
from qupia_client.aio_policies import AsyncPolicies
from qupia_client.client import LONG, SHORT, result_of
from qupia_client.connection import Credentials, open_async_channel
from qupia_client.convert import (
    access_of,
    check_message,
    disclose_message,
    document_access_of,
    language_message,
    reader_of,
)
from qupia_client.disclosure import Progress
from qupia_client.enums import DocumentKind, ExplanationVoice, Language, PurposeCode
from qupia_client.errors import QupiaClientError, UnexpectedAnswer
from qupia_client.handshake import explained
from qupia_client.paging import async_pages
from qupia_client.records import audit_entry_of, bundle_of, document_of, explanation_of
from qupia_client.status import from_rpc_error
from qupia_client.upload import MasterUpload
from qupia_client.values import (
    Access,
    Asking,
    AuditEntry,
    AuditFilter,
    Document,
    DocumentAccess,
    DocumentReader,
    Explanation,
    PolicyBundle,
    Question,
)
from qupia_client.wire import resource

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class AsyncClient:
    """A connection to one server, for one event loop. Arguments and errors are those of `Client`, method by method.

    Attributes:
        policies: the steps by which officers change the rules.
    """

    def __init__(self, target: str, credentials: Credentials) -> None:
        """Prepare a secure channel; it connects on the first call. To be made inside a running event loop.

        Args:
            target: `host:port`.
            credentials: whom to trust and who calls.

        Raises:
            ConfigurationFault: the target or a file is not usable.
        """

        def fault(error: grpc.RpcError) -> QupiaClientError:
            return explained(from_rpc_error(error), target, credentials)

        self._fault = fault
        self._channel = channel = open_async_channel(target, credentials)
        self._disclosures = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        self._documents = document_service_pb2_grpc.DocumentServiceStub(channel)
        self._audit = audit_service_pb2_grpc.AuditServiceStub(channel)
        self._policies = policy_service_pb2_grpc.PolicyServiceStub(channel)
        self.policies = AsyncPolicies(self._policies, self._answer)

    @classmethod
    def from_env(cls, profile: str | Path | None = None) -> Self:
        """Connect as the environment, the named profile or `.qupia/client.env` says (see `config`).

        Raises:
            ConfigurationFault: nothing usable is configured.
        """
        found = config.load(Path(profile) if profile is not None else None)
        return cls(found.target, found.credentials)

    async def close(self) -> None:
        """Close the channel; running calls end."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the channel."""
        await self.close()

    async def disclose(
        self,
        document: str,
        *,
        purpose: PurposeCode | str,
        password: str = "",
        timeout: float = LONG,
        **asking: Unpack[Asking],
    ) -> AsyncDisclosure:
        """Ask for a redacted rendition and wait for the decision; as `Client.disclose`."""
        message = disclose_message(Question(document, purpose, **asking), password)
        call = self._disclosures.Disclose(message, timeout=timeout)
        return await AsyncDisclosure.begin(call, message.request_id, self._fault)

    async def check(
        self,
        document: str,
        *,
        purpose: PurposeCode | str,
        all_grounds: bool = False,
        timeout: float = SHORT,
        **asking: Unpack[Asking],
    ) -> Access:
        """Ask what would be decided, and why; nothing is rendered; as `Client.check`."""
        message = check_message(Question(document, purpose, **asking), all_grounds=all_grounds)
        return access_of(await self._answer(self._disclosures.CheckAccess(message, timeout=timeout)))

    async def batch_check(self, questions: Sequence[Question]) -> tuple[Access | QupiaClientError, ...]:
        """Ask up to 100 questions at once; as `Client.batch_check`."""
        request = disclosure_service_pb2.BatchCheckAccessRequest(requests=map(check_message, questions))
        answer = await self._answer(self._disclosures.BatchCheckAccess(request, timeout=SHORT))
        if len(answer.results) != len(questions):
            raise UnexpectedAnswer("The server gave another number of answers than questions.")
        return tuple(result_of(result) for result in answer.results)

    def access(
        self,
        *,
        purpose: PurposeCode | str,
        archive: str = "",
        kind: DocumentKind | str = "",
        page_size: int = 200,
        **asking: Unpack[Asking],
    ) -> AsyncIterator[DocumentAccess]:
        """Yield the documents that may be read on the stated ground; as `Client.access`."""
        request = asks.list_access(Question("", purpose, **asking), archive, kind, page_size)

        async def fetch(token: str) -> tuple[list[DocumentAccess], str]:
            request.page_token = token
            answer = await self._answer(self._disclosures.ListAccess(request, timeout=SHORT))
            return [document_access_of(one) for one in answer.document_accesses], answer.next_page_token

        return async_pages(fetch)

    def readers(
        self, document: str, *, purpose: PurposeCode | str, language: Language | str = Language.RU, page_size: int = 200
    ) -> AsyncIterator[DocumentReader]:
        """Yield who may read a document, roles first; as `Client.readers`."""
        request = asks.list_readers(document, purpose, language, page_size)

        async def fetch(token: str) -> tuple[list[DocumentReader], str]:
            request.page_token = token
            answer = await self._answer(self._policies.ListDocumentReaders(request, timeout=SHORT))
            return [reader_of(one) for one in answer.document_readers], answer.next_page_token

        return async_pages(fetch)

    def documents(
        self,
        *,
        archive: str = "",
        kind: DocumentKind | str = "",
        language: Language | str = Language.RU,
        page_size: int = 200,
    ) -> AsyncIterator[Document]:
        """Yield the documents that the caller may know to exist, by name; as `Client.documents`."""
        request = asks.list_documents(archive, kind, language, page_size)

        async def fetch(token: str) -> tuple[list[Document], str]:
            request.page_token = token
            answer = await self._answer(self._documents.ListDocuments(request, timeout=SHORT))
            return [document_of(message) for message in answer.documents], answer.next_page_token

        return async_pages(fetch)

    async def document(self, name: str, *, language: Language | str = Language.RU) -> Document:
        """Return what the catalogue knows about a document; as `Client.document`."""
        request = document_service_pb2.GetDocumentRequest(
            name=resource("documents", name), language=language_message(language)
        )
        return document_of(await self._answer(self._documents.GetDocument(request, timeout=SHORT)))

    async def create_document(
        self,
        document: Document,
        *,
        document_id: str = "",
        request_id: str | None = None,
        language: Language | str = Language.RU,
    ) -> Document:
        """Describe a document that the catalogue does not have yet; as `Client.create_document`."""
        request = asks.create_document(document, document_id, request_id, language)
        return document_of(await self._answer(self._documents.CreateDocument(request, timeout=SHORT)))

    async def update_document(
        self, document: Document, changed: Iterable[str], *, language: Language | str = Language.RU
    ) -> Document:
        """Change fields of a document's description; as `Client.update_document`."""
        request = asks.update_document(document, changed, language)
        return document_of(await self._answer(self._documents.UpdateDocument(request, timeout=SHORT)))

    async def upload_master(
        self,
        document: str,
        path: str | Path,
        *,
        progress: Progress | None = None,
        language: Language | str = Language.RU,
    ) -> Document:
        """Send the bytes of a document's master; as `Client.upload_master`."""
        upload = await asyncio.to_thread(MasterUpload, resource("documents", document), Path(path), progress, language)
        try:
            return document_of(await self._answer(self._documents.UploadMaster(upload.messages(), timeout=LONG)))
        except QupiaClientError:
            if upload.error is not None:
                raise upload.error from None
            raise

    def audit_entries(
        self, *, language: Language | str = Language.RU, page_size: int = 200, **only: Unpack[AuditFilter]
    ) -> AsyncIterator[AuditEntry]:
        """Yield audit entries, newest first; as `Client.audit_entries`."""
        request = asks.list_audit_entries(only, language, page_size)

        async def fetch(token: str) -> tuple[list[AuditEntry], str]:
            request.page_token = token
            answer = await self._answer(self._audit.ListAuditEntries(request, timeout=SHORT))
            return [audit_entry_of(message) for message in answer.audit_entries], answer.next_page_token

        return async_pages(fetch)

    async def audit_entry(self, name: str, *, language: Language | str = Language.RU) -> AuditEntry:
        """Return one audit entry; as `Client.audit_entry`."""
        request = audit_service_pb2.GetAuditEntryRequest(
            name=resource("auditEntries", name), language=language_message(language)
        )
        return audit_entry_of(await self._answer(self._audit.GetAuditEntry(request, timeout=SHORT)))

    async def active_bundle(self) -> PolicyBundle:
        """Return the policy bundle that decides now."""
        request = policy_service_pb2.GetActiveBundleRequest()
        return bundle_of(await self._answer(self._policies.GetActiveBundle(request, timeout=SHORT)))

    async def explain(
        self, entry: str, *, language: Language | str = Language.RU, voice: ExplanationVoice | str = ""
    ) -> Explanation:
        """Return a recorded decision in words; as `Client.explain`."""
        request = asks.explain(entry, language, voice)
        return explanation_of(await self._answer(self._policies.ExplainDecision(request, timeout=SHORT)))

    async def _answer(self, call: Awaitable[Answer]) -> Answer:
        """Await one unary call; a failure becomes the client's error."""
        try:
            return await call
        except grpc.RpcError as error:
            # Finding out why a connection never came about may knock at the server: not on the event loop.
            raise await asyncio.to_thread(self._fault, error) from error

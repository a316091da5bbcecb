"""The client: one object for one server, safe to share between threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar, Unpack

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
from qupia_client.connection import Credentials, open_channel
from qupia_client.convert import (
    access_of,
    check_message,
    disclose_message,
    document_access_of,
    language_message,
    reader_of,
)
from qupia_client.disclosure import Disclosure, Fault, Progress
from qupia_client.enums import DocumentKind, ExplanationVoice, Language, PurposeCode
from qupia_client.errors import QupiaClientError, UnexpectedAnswer
from qupia_client.handshake import explained
from qupia_client.paging import pages
from qupia_client.policies import Policies
from qupia_client.records import audit_entry_of, bundle_of, document_of, explanation_of
from qupia_client.status import from_rpc_error, from_status
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

SHORT: Final = 30.0
LONG: Final = 600.0


class Client:
    """A connection to one server. Methods raise `QupiaClientError` and its kinds, and nothing of gRPC.

    Attributes:
        policies: the steps by which officers change the rules.
    """

    policies: Policies

    def __init__(self, target: str, credentials: Credentials) -> None:
        """Prepare a secure channel; it connects on the first call.

        Args:
            target: `host:port`.
            credentials: whom to trust and who calls.

        Raises:
            ConfigurationFault: the target or a file is not usable.
        """

        def fault(error: grpc.RpcError) -> QupiaClientError:
            return explained(from_rpc_error(error), target, credentials)

        self._attach(open_channel(target, credentials), fault)

    @classmethod
    def from_env(cls, profile: str | Path | None = None) -> Self:
        """Connect as the environment, the named profile or `.qupia/client.env` says (see `config`).

        Raises:
            ConfigurationFault: nothing usable is configured.
        """
        found = config.load(Path(profile) if profile is not None else None)
        return cls(found.target, found.credentials)

    @classmethod
    def over(cls, channel: grpc.Channel) -> Self:
        """Use a channel that the caller made, e.g. in tests; whether it is secure is up to the caller."""
        client = cls.__new__(cls)
        client._attach(channel)
        return client

    def _attach(self, channel: grpc.Channel, fault: Fault = from_rpc_error) -> None:
        self._channel = channel
        self._fault = fault
        self._disclosures = disclosure_service_pb2_grpc.DisclosureServiceStub(channel)
        self._documents = document_service_pb2_grpc.DocumentServiceStub(channel)
        self._audit = audit_service_pb2_grpc.AuditServiceStub(channel)
        self._policies = policy_service_pb2_grpc.PolicyServiceStub(channel)
        self.policies = Policies(self._policies, fault)

    def close(self) -> None:
        """Close the channel; running calls end."""
        self._channel.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the channel."""
        self.close()

    def disclose(
        self,
        document: str,
        *,
        purpose: PurposeCode | str,
        password: str = "",
        timeout: float = LONG,
        **asking: Unpack[Asking],
    ) -> Disclosure:
        """Ask for a redacted rendition and wait for the decision.

        Args:
            document: `documents/{document}`, or the id alone.
            purpose: what it is wanted for.
            password: opens an encrypted master.
            timeout: seconds for the whole call, bytes included.
            asking: ground, request_id, language and the other fields of `Question`.

        Returns:
            The disclosure; its bytes come by `save`, `read` or iteration.

        Raises:
            Refused: with reasons. NotFound: not there, or not for this caller to know.
            QupiaClientError: any other failure.
            ValueError: purpose, ground or language is not a word of the contract.
        """
        message = disclose_message(Question(document, purpose, **asking), password)
        return Disclosure(self._disclosures.Disclose(message, timeout=timeout), message.request_id, self._fault)

    def check(
        self,
        document: str,
        *,
        purpose: PurposeCode | str,
        all_grounds: bool = False,
        timeout: float = SHORT,
        **asking: Unpack[Asking],
    ) -> Access:
        """Ask what would be decided, and why; nothing is rendered. A refusal is an answer here.

        Arguments as for `disclose`; with `all_grounds` every ground is asked, each alone, and `ground` may be left out.

        Raises:
            NotFound: not there, or not for this caller to know.
            QupiaClientError: any other failure.
            ValueError: purpose, ground or language is not a word of the contract.
        """
        message = check_message(Question(document, purpose, **asking), all_grounds=all_grounds)
        return access_of(self._answer(self._disclosures.CheckAccess, message, timeout))

    def batch_check(
        self, questions: Sequence[Question], *, timeout: float = SHORT
    ) -> tuple[Access | QupiaClientError, ...]:
        """Ask up to 100 questions at once; one that fails gives its error in its place, not an exception.

        Raises:
            QupiaClientError: the whole call failed, or the answers are not as many as the questions.
            ValueError: a purpose, ground or language is not a word of the contract.
        """
        request = disclosure_service_pb2.BatchCheckAccessRequest(requests=map(check_message, questions))
        answer = self._answer(self._disclosures.BatchCheckAccess, request, timeout)
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
    ) -> Iterator[DocumentAccess]:
        """Yield the documents that may be read on the stated ground, by name: what may X see.

        Args:
            purpose: what they are wanted for.
            archive: only of this archive.
            kind: only of this kind.
            page_size: most documents a request, up to 1000.
            asking: ground, on_behalf_of and language; what else `Question` has is not used.

        Raises:
            InvalidRequest: purpose or ground is missing, or the rules changed between two pages: begin again.
            QupiaClientError: a page cannot be had.
        """
        request = asks.list_access(Question("", purpose, **asking), archive, kind, page_size)

        def fetch(token: str) -> tuple[list[DocumentAccess], str]:
            request.page_token = token
            answer = self._answer(self._disclosures.ListAccess, request, SHORT)
            return [document_access_of(one) for one in answer.document_accesses], answer.next_page_token

        return pages(fetch)

    def readers(
        self, document: str, *, purpose: PurposeCode | str, language: Language | str = Language.RU, page_size: int = 200
    ) -> Iterator[DocumentReader]:
        """Yield who may read a document, roles first: who may see D. For auditors and privacy officers.

        Args:
            document: `documents/{document}`, or the id alone.
            purpose: what they would want it for.
            language: language of titles.
            page_size: most readers a request, up to 1000.

        Raises:
            NotFound: there is none. InvalidRequest: the rules changed between two pages: begin again.
        """
        request = asks.list_readers(document, purpose, language, page_size)

        def fetch(token: str) -> tuple[list[DocumentReader], str]:
            request.page_token = token
            answer = self._answer(self._policies.ListDocumentReaders, request, SHORT)
            return [reader_of(one) for one in answer.document_readers], answer.next_page_token

        return pages(fetch)

    def documents(
        self,
        *,
        archive: str = "",
        kind: DocumentKind | str = "",
        language: Language | str = Language.RU,
        page_size: int = 200,
        timeout: float = SHORT,
    ) -> Iterator[Document]:
        """Yield the documents that the caller may know to exist, by name; pages are fetched as needed.

        Args:
            archive: only of this archive.
            kind: only of this kind.
            language: of the words of a refusal.
            page_size: most documents a request, up to 1000.
            timeout: seconds for each page.

        Raises:
            QupiaClientError: a page cannot be had.
            ValueError: `kind` is not a word of the contract.
        """
        request = asks.list_documents(archive, kind, language, page_size)

        def fetch(token: str) -> tuple[list[Document], str]:
            request.page_token = token
            answer = self._answer(self._documents.ListDocuments, request, timeout)
            return [document_of(message) for message in answer.documents], answer.next_page_token

        return pages(fetch)

    def document(self, name: str, *, language: Language | str = Language.RU, timeout: float = SHORT) -> Document:
        """Return what the catalogue knows about a document.

        Raises:
            NotFound: not there, or not for this caller to know.
        """
        request = document_service_pb2.GetDocumentRequest(
            name=resource("documents", name), language=language_message(language)
        )
        return document_of(self._answer(self._documents.GetDocument, request, timeout))

    def create_document(
        self,
        document: Document,
        *,
        document_id: str = "",
        request_id: str | None = None,
        language: Language | str = Language.RU,
        timeout: float = SHORT,
    ) -> Document:
        """Describe a document that the catalogue does not have yet.

        Args:
            document: the description; what only the server sets is ignored.
            document_id: last segment of the name; empty: the server chooses.
            request_id: UUID4 that repeats an earlier call; None: a new one.
            language: of the words of a refusal.
            timeout: seconds.

        Raises:
            AlreadyExists: the name is taken. InvalidRequest: a field is missing or wrong.
        """
        request = asks.create_document(document, document_id, request_id, language)
        return document_of(self._answer(self._documents.CreateDocument, request, timeout))

    def update_document(
        self,
        document: Document,
        changed: Iterable[str],
        *,
        language: Language | str = Language.RU,
        timeout: float = SHORT,
    ) -> Document:
        """Change fields of a document's description, such as `blocked`.

        Args:
            document: as the server gave it, with new values; its etag must still be that of the stored one.
            changed: names of the fields of `Document` that changed; no other is touched.
            language: of the words of a refusal.
            timeout: seconds.

        Raises:
            StateChanged: somebody else changed it meanwhile. InvalidRequest: a field is wrong or cannot be changed.
            NotFound: it is not there, or of another archive.
        """
        request = asks.update_document(document, changed, language)
        return document_of(self._answer(self._documents.UpdateDocument, request, timeout))

    def upload_master(
        self,
        document: str,
        path: str | Path,
        *,
        progress: Progress | None = None,
        language: Language | str = Language.RU,
        timeout: float = LONG,
    ) -> Document:
        """Send the bytes of a document's master; the server keeps them whole or not at all.

        Args:
            document: `documents/{document}`, or the id alone.
            path: the file.
            progress: called after each piece with bytes so far and bytes in all, on another thread.
            language: of the words of a refusal.
            timeout: seconds for the whole call.

        Raises:
            DataLoss: the bytes did not arrive as announced; nothing was kept.
            OSError: the file cannot be read. ValueError: it has no bytes.
        """
        upload = MasterUpload(resource("documents", document), Path(path), progress, language)
        try:
            return document_of(self._documents.UploadMaster(upload.messages(), timeout=timeout))
        except grpc.RpcError as error:
            raise upload.error or self._fault(error) from error

    def audit_entries(
        self,
        *,
        language: Language | str = Language.RU,
        page_size: int = 200,
        timeout: float = SHORT,
        **only: Unpack[AuditFilter],
    ) -> Iterator[AuditEntry]:
        """Yield audit entries, newest first; pages are fetched as needed.

        Args:
            language: of the words of a refusal.
            page_size: most entries a request, up to 1000.
            timeout: seconds for each page.
            only: `start`, `end`, `document`, `requester`, `outcome`; see `AuditFilter`.

        Raises:
            QupiaClientError: a page cannot be had.
            ValueError: an instant has no time zone, or `outcome` is not a word of the contract.
        """
        request = asks.list_audit_entries(only, language, page_size)

        def fetch(token: str) -> tuple[list[AuditEntry], str]:
            request.page_token = token
            answer = self._answer(self._audit.ListAuditEntries, request, timeout)
            return [audit_entry_of(message) for message in answer.audit_entries], answer.next_page_token

        return pages(fetch)

    def audit_entry(self, name: str, *, language: Language | str = Language.RU, timeout: float = SHORT) -> AuditEntry:
        """Return one audit entry.

        Raises:
            NotFound: there is no such entry, or the caller may not know of it.
        """
        request = audit_service_pb2.GetAuditEntryRequest(
            name=resource("auditEntries", name), language=language_message(language)
        )
        return audit_entry_of(self._answer(self._audit.GetAuditEntry, request, timeout))

    def active_bundle(self, *, timeout: float = SHORT) -> PolicyBundle:
        """Return the policy bundle that decides now."""
        request = policy_service_pb2.GetActiveBundleRequest()
        return bundle_of(self._answer(self._policies.GetActiveBundle, request, timeout))

    def explain(
        self,
        entry: str,
        *,
        language: Language | str = Language.RU,
        voice: ExplanationVoice | str = "",
        timeout: float = SHORT,
    ) -> Explanation:
        """Return a recorded decision in words.

        Args:
            entry: `auditEntries/{audit_entry}`, or the id alone.
            language: language of titles, reasons and text.
            voice: who is spoken to; empty: the officer's voice for who may read the audit log.
            timeout: seconds.

        Raises:
            NotFound: there is no such entry, or the caller may not know of it.
            Forbidden: the officer's voice is not for the caller.
        """
        request = asks.explain(entry, language, voice)
        return explanation_of(self._answer(self._policies.ExplainDecision, request, timeout))

    def _answer(self, call: grpc.UnaryUnaryMultiCallable[Request, Answer], request: Request, timeout: float) -> Answer:
        """Do one unary call; a failure becomes the client's error."""
        try:
            return call(request, timeout=timeout)
        except grpc.RpcError as error:
            raise self._fault(error) from error


def result_of(result: disclosure_service_pb2.CheckAccessResult) -> Access | QupiaClientError:
    """Return the answer to one question of a batch, or its error."""
    match result.WhichOneof("result"):
        case "response":
            return access_of(result.response)
        case "status":
            return from_status(result.status)
        case _:
            return UnexpectedAnswer("The server gave no answer to this question.")

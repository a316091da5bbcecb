"""What the tests of the client share: files, streams and failed calls that need no network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.message import Message
from google.rpc import status_pb2

from qupia.v1 import disclosure_pb2, disclosure_service_pb2, document_pb2
from qupia_client.crc32c import crc32c

CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 40
ENTRY = "auditEntries/e-1"
Response = disclosure_service_pb2.DiscloseResponse


class FailedCall(grpc.RpcError, grpc.Call):
    """A call that ended with a status."""

    def __init__(
        self, code: grpc.StatusCode, message: str = "", details: Iterable[Message] = (), raw: bytes | None = None
    ) -> None:
        status = status_pb2.Status(code=code.value[0], message=message, details=[packed(d) for d in details])
        self._code, self._message = code, message
        self._metadata = (("grpc-status-details-bin", status.SerializeToString() if raw is None else raw),)

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._message

    def trailing_metadata(self) -> tuple[Any, ...]:
        return self._metadata

    def initial_metadata(self) -> tuple[tuple[str, bytes], ...]:
        return ()

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> float:
        return 0.0

    def cancel(self) -> bool:
        return False

    def add_callback(self, callback: Callable[[], None]) -> bool:
        return False


class Stream:
    """A running call: gives messages, raises the errors among them, remembers that it was broken off."""

    def __init__(self, *messages: Response | Exception) -> None:
        self._messages = messages
        self.cancelled = False

    def __iter__(self) -> Iterator[Response]:
        for message in self._messages:
            if isinstance(message, Exception):
                raise message
            yield message

    def cancel(self) -> bool:
        self.cancelled = True
        return True


def packed(message: Message) -> PackedMessage:
    wrapped = PackedMessage()
    wrapped.Pack(message)
    return wrapped


def receipt() -> disclosure_pb2.Receipt:
    return disclosure_pb2.Receipt(audit_entry=ENTRY, sequence=7, leaf_hash=b"\x01" * 32)


def header(
    content: bytes = CONTENT,
    *,
    outcome: disclosure_pb2.DecisionOutcome.ValueType = disclosure_pb2.DECISION_OUTCOME_ALLOWED,
    size: int | None = None,
    entry: bool = True,
) -> Response:
    return Response(
        header=disclosure_pb2.DisclosureHeader(
            decision=disclosure_pb2.Decision(
                outcome=outcome,
                rules=[disclosure_pb2.RuleReference(rule="own-data", title="Свои данные", legal_basis="PD Art. 24")],
                hidden_counts=[disclosure_pb2.CategoryCount(category=disclosure_pb2.DETAIL_CATEGORY_PERSON, count=3)],
            ),
            receipt=receipt() if entry else None,
            rendition=disclosure_pb2.RenditionInfo(
                size_bytes=len(content) if size is None else size,
                media_type="application/pdf",
                page_count=2,
                sha256=hashlib.sha256(content).digest(),
            ),
        )
    )


def chunk(data: bytes, offset: int, crc: int | None = None) -> Response:
    return Response(chunk=document_pb2.Chunk(offset=offset, data=data, crc32c=crc32c(data) if crc is None else crc))


def chunks(content: bytes = CONTENT, step: int = 4096) -> list[Response]:
    return [chunk(content[at : at + step], at) for at in range(0, len(content), step)]


def trailer(content: bytes = CONTENT) -> Response:
    return Response(trailer=disclosure_pb2.Trailer(sha256=hashlib.sha256(content).digest(), size_bytes=len(content)))

"""One disclosure on its way, for asyncio: the decision first, then the bytes, checked as by `Disclosure`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import grpc

from qupia.v1 import disclosure_service_pb2
from qupia_client.disclosure import Fault, Progress
from qupia_client.files import whole_file
from qupia_client.incoming import Incoming
from qupia_client.values import Decision, Receipt, Rendition

DiscloseStream = grpc.aio.UnaryStreamCall[
    disclosure_service_pb2.DiscloseRequest, disclosure_service_pb2.DiscloseResponse
]


class AsyncDisclosure:
    """An allowed disclosure: decision and receipt are here, the bytes come when asked for, once.

    Use it as a context manager, so that leaving early breaks off the call.

    Attributes:
        request_id: repeats the same call when given again.
    """

    def __init__(self, call: DiscloseStream, request_id: str, incoming: Incoming, fault: Fault) -> None:
        """Take over a call whose header was read; `begin` makes one."""
        self._call = call
        self._incoming = incoming
        self._fault = fault
        self._started = False
        self.request_id = request_id

    @classmethod
    async def begin(cls, call: DiscloseStream, request_id: str, fault: Fault) -> Self:
        """Wait for the header.

        Raises:
            QupiaClientError: the call failed (`Refused`, `NotFound`, ...), or the answer has no header.
        """
        try:
            first = await call.read()
            none = first is grpc.aio.EOF
            return cls(call, request_id, Incoming(None if none else _message(first)), fault)
        except grpc.RpcError as error:
            raise fault(error) from error
        except BaseException:
            call.cancel()
            raise

    @property
    def decision(self) -> Decision:
        """What was decided, and by which rules."""
        return self._incoming.decision

    @property
    def receipt(self) -> Receipt:
        """Proof that it was recorded before the first byte."""
        return self._incoming.receipt

    @property
    def rendition(self) -> Rendition:
        """Size, type, pages and digest of the file."""
        return self._incoming.rendition

    @property
    def size(self) -> int:
        """Size of the file in bytes, as announced."""
        return self.rendition.size_bytes

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces in order, each checked; believe them only when the iteration has ended by itself.

        Raises:
            IntegrityFault, QupiaClientError: as for `Disclosure`.
            RuntimeError: the bytes were asked for before; they come once.
        """
        if self._started:
            raise RuntimeError("the bytes of a disclosure come once; ask again with the same request_id")
        self._started = True
        return self._pieces()

    async def _pieces(self) -> AsyncIterator[bytes]:
        try:
            while (message := await self._call.read()) is not grpc.aio.EOF:
                if piece := self._incoming.piece(_message(message)):
                    yield piece
            self._incoming.intake.finish()
        except grpc.RpcError as error:
            raise self._fault(error) from error
        finally:
            self._call.cancel()

    async def save(self, path: str | Path, progress: Progress | None = None) -> Path:
        """Write the file, whole and checked, or nothing; as `Disclosure.save`.

        Raises:
            IntegrityFault, QupiaClientError: as for iterating; nothing is left.
            OSError: the file cannot be written; nothing is left.
        """
        target = Path(path)
        try:
            with whole_file(target) as file:
                async for piece in self:
                    file.write(piece)
                    if progress is not None:
                        progress(self._incoming.intake.received, self.size)
        except BaseException:
            self.close()
            raise
        return target

    async def read(self, max_bytes: int = 256 * 1024 * 1024) -> bytes:
        """Return the whole file, checked.

        Raises:
            ValueError: the file is larger than `max_bytes`; nothing was fetched, `save` takes any size.
            IntegrityFault, QupiaClientError: as for iterating.
        """
        if self.size > max_bytes:
            raise ValueError("the file is larger than max_bytes")
        return b"".join([piece async for piece in self])

    def close(self) -> None:
        """Break off the call if bytes are still to come; harmless when all came."""
        self._call.cancel()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Break off what is still running."""
        self.close()

    def __repr__(self) -> str:
        """Name the entry and the size, nothing of the document."""
        return f"AsyncDisclosure({self.receipt.audit_entry}, {self.size} bytes)"


def _message(read: object) -> disclosure_service_pb2.DiscloseResponse:
    return cast("disclosure_service_pb2.DiscloseResponse", read)

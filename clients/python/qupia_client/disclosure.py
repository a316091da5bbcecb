"""One disclosure on its way: the decision first, then the bytes, checked before anybody may believe them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import grpc

from qupia.v1 import disclosure_service_pb2
from qupia_client.errors import QupiaClientError
from qupia_client.files import whole_file
from qupia_client.incoming import Incoming
from qupia_client.status import from_rpc_error
from qupia_client.values import Decision, Receipt, Rendition

Progress = Callable[[int, int], None]
"""Called with bytes so far and bytes in all."""
Fault = Callable[[grpc.RpcError], QupiaClientError]
"""Makes the client's error of a failed call."""


class DiscloseCall(Protocol):
    """What a disclosure needs of a running call."""

    def __iter__(self) -> Iterator[disclosure_service_pb2.DiscloseResponse]:
        """Return the messages."""
        ...

    def cancel(self) -> bool:
        """Break off."""
        ...


class Disclosure:
    """An allowed disclosure: decision and receipt are here, the bytes come when asked for, once.

    Use it as a context manager, so that leaving early breaks off the call.

    Attributes:
        request_id: repeats the same call when given again.
    """

    def __init__(self, call: DiscloseCall, request_id: str, fault: Fault = from_rpc_error) -> None:
        """Wait for the header.

        Args:
            call: the running call.
            request_id: of the request.
            fault: makes the client's error of a failed call.

        Raises:
            QupiaClientError: the call failed (`Refused`, `NotFound`, ...), or the answer has no header.
        """
        self._call = call
        self._messages = _translated(call, fault)
        self._started = False
        self.request_id = request_id
        try:
            self._incoming = Incoming(next(self._messages, None))
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

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces in order, each checked against its checksum.

        Believe them only when the iteration has ended by itself: the digest of the whole comes last.

        Raises:
            IntegrityFault: bytes are missing, surplus, out of order or changed.
            QupiaClientError: the call failed on the way.
            RuntimeError: the bytes were asked for before; they come once.
        """
        if self._started:
            raise RuntimeError("the bytes of a disclosure come once; ask again with the same request_id")
        self._started = True
        return self._pieces()

    def save(self, path: str | Path, progress: Progress | None = None) -> Path:
        """Write the file, whole and checked, or nothing.

        The bytes go to a temporary file beside the target (mode 0600), are synced, and take the target's
        name in one step when digest, size and status agree. A file that was there before stays until then.
        Only a killed process or a power cut can leave the temporary file (`.qupia-*.part`).

        Args:
            path: where to; the folder must exist.
            progress: called after each piece with bytes so far and bytes in all.

        Returns:
            The path.

        Raises:
            IntegrityFault, QupiaClientError: as for iterating; nothing is left.
            OSError: the file cannot be written; nothing is left.
        """
        target = Path(path)
        try:
            with whole_file(target) as file:
                for piece in self:
                    file.write(piece)
                    if progress is not None:
                        progress(self._incoming.intake.received, self.size)
        except BaseException:
            self.close()
            raise
        return target

    def read(self, max_bytes: int = 256 * 1024 * 1024) -> bytes:
        """Return the whole file, checked.

        Raises:
            ValueError: the file is larger than `max_bytes`; nothing was fetched, `save` takes any size.
            IntegrityFault, QupiaClientError: as for iterating.
        """
        if self.size > max_bytes:
            raise ValueError("the file is larger than max_bytes")
        return b"".join(self)

    def close(self) -> None:
        """Break off the call if bytes are still to come; harmless when all came."""
        self._call.cancel()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Break off what is still running."""
        self.close()

    def __repr__(self) -> str:
        """Name the entry and the size, nothing of the document."""
        return f"Disclosure({self.receipt.audit_entry}, {self.size} bytes)"

    def _pieces(self) -> Iterator[bytes]:
        try:
            for message in self._messages:
                if piece := self._incoming.piece(message):
                    yield piece
            self._incoming.intake.finish()
        finally:
            self._call.cancel()


def _translated(call: DiscloseCall, fault: Fault) -> Iterator[disclosure_service_pb2.DiscloseResponse]:
    """Yield the messages; a failed call raises the client's error."""
    try:
        yield from call
    except grpc.RpcError as error:
        raise fault(error) from error

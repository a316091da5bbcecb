"""One disclosure on its way: the decision first, then the bytes, checked before anybody may believe them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import grpc

from qupia.v1 import disclosure_pb2, disclosure_service_pb2
from qupia_client.convert import decision_of, receipt_of, rendition_of
from qupia_client.errors import QupiaClientError, UnexpectedAnswer
from qupia_client.intake import Intake
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
        decision: what was decided, and by which rules.
        receipt: proof that it was recorded before the first byte.
        rendition: size, type, pages and digest of the file.
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
            header = self._header()
            self.decision: Decision = decision_of(header.decision)
            self.receipt: Receipt = receipt_of(header.receipt)
            self.rendition: Rendition = rendition_of(header.rendition)
            self._intake = Intake(self.rendition)
        except BaseException:
            call.cancel()
            raise

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
            if target.is_dir():
                raise IsADirectoryError(f"{target} is a folder")
            self._write(target, progress)
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

    def _header(self) -> disclosure_pb2.DisclosureHeader:
        first = next(self._messages, None)
        if first is None or first.WhichOneof("payload") != "header":
            raise UnexpectedAnswer("The answer does not begin with its decision.")
        header = first.header
        # Never bytes without a stated allow and the name of its entry, whatever a server may think.
        if not decision_of(header.decision).allowed or not header.receipt.audit_entry:
            raise UnexpectedAnswer("The answer has no allowing decision or no receipt.")
        return header

    def _pieces(self) -> Iterator[bytes]:
        try:
            for message in self._messages:
                match message.WhichOneof("payload"):
                    case "chunk":
                        yield self._intake.take(message.chunk)
                    case "trailer":
                        self._intake.end(message.trailer)
                    case _:
                        raise UnexpectedAnswer("The answer has a part that does not belong there.")
            self._intake.finish()
        finally:
            self._call.cancel()

    def _write(self, target: Path, progress: Progress | None) -> None:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".qupia-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in self:
                    file.write(piece)
                    if progress is not None:
                        progress(self._intake.received, self.size)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def _translated(call: DiscloseCall, fault: Fault) -> Iterator[disclosure_service_pb2.DiscloseResponse]:
    """Yield the messages; a failed call raises the client's error."""
    try:
        yield from call
    except grpc.RpcError as error:
        raise fault(error) from error


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can; Windows cannot open folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

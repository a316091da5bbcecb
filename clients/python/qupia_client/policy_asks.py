"""The requests of the steps: built in one place for both clients. Who takes a step is the identity of the channel."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qupia.v1 import policy_pb2, policy_service_pb2
from qupia_client.crc32c import crc32c
from qupia_client.wire import resource, stamp_of

DRAFTS = "policyDrafts"
MAX_BUNDLE_BYTES = 64 << 20
MAX_CALL_BYTES = 3 << 20
"""A bundle up to this size goes in one call, which is repeated while the server is away; a stream is not."""
PIECE_BYTES = 256 << 10


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a bundle's folder, by name; the server says which it does not know.

    Raises:
        OSError: a file cannot be read. ValueError: more than 64 MiB.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a folder", str(folder))
    if sum(path.stat().st_size for path in paths) > MAX_BUNDLE_BYTES:
        raise ValueError("a bundle is 64 MiB at most")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def fits_into_a_call(files: Mapping[str, bytes]) -> bool:
    """Tell whether a bundle goes in one call."""
    return sum(map(len, files.values())) <= MAX_CALL_BYTES


def create_draft(
    files: Mapping[str, bytes], header: policy_service_pb2.PolicyDraftHeader
) -> policy_service_pb2.CreatePolicyDraftRequest:
    """Return the request of a new draft in one call."""
    return policy_service_pb2.CreatePolicyDraftRequest(
        policy_draft=header.policy_draft,
        files=[policy_pb2.PolicyFile(path=name, content=data) for name, data in files.items()],
        request_id=header.request_id,
        etag=header.etag,
    )


def draft_header(
    files: Mapping[str, bytes], title: str, request_id: str | None, etag: str
) -> policy_service_pb2.PolicyDraftHeader:
    """Return the header of a new draft, with a request id in any case."""
    return policy_service_pb2.PolicyDraftHeader(
        policy_draft=policy_pb2.PolicyDraft(title=title),
        size_bytes=sum(map(len, files.values())),
        request_id=request_id or str(uuid.uuid4()),
        etag=etag,
    )


def upload_draft(
    header: policy_service_pb2.PolicyDraftHeader, files: Mapping[str, bytes]
) -> Iterator[policy_service_pb2.UploadPolicyDraftRequest]:
    """Yield the messages of an upload: the header, then each file in pieces; an empty file is one empty piece."""
    yield policy_service_pb2.UploadPolicyDraftRequest(header=header)
    for name, content in files.items():
        for offset in range(0, max(len(content), 1), PIECE_BYTES):
            data = content[offset : offset + PIECE_BYTES]
            piece = policy_service_pb2.PolicyFileChunk(path=name, offset=offset, data=data, crc32c=crc32c(data))
            yield policy_service_pb2.UploadPolicyDraftRequest(chunk=piece)


class Download:
    """Puts the pieces of a bundle together."""

    def __init__(self) -> None:
        self._files: dict[str, bytearray] = {}
        self._bytes = 0

    def add(self, message: policy_service_pb2.DownloadPolicyBundleResponse) -> None:
        """Add a piece.

        Raises:
            ValueError: it does not fit what came before, or its checksum.
        """
        piece = message.chunk
        content = self._files.setdefault(piece.path, bytearray())
        self._bytes += len(piece.data)
        if piece.offset != len(content) or crc32c(piece.data) != piece.crc32c or self._bytes > MAX_BUNDLE_BYTES:
            raise ValueError("the server sent pieces of a bundle that do not fit together")
        content += piece.data

    def files(self) -> dict[str, bytes]:
        """Return the files, by name."""
        return {name: bytes(content) for name, content in self._files.items()}


@dataclass(frozen=True, slots=True)
class ReplayLimits:
    """Beyond which a draft cannot be approved; None: no limit.

    Attributes:
        max_gains, max_losses: most requests that may open more, or less.
        min_replayed: fewest requests that must have been decided; None: 1.
    """

    max_gains: int | None = None
    max_losses: int | None = None
    min_replayed: int | None = None


def replay_draft(
    draft: str | int, facts: Iterable[str], days: int, limits: ReplayLimits, etag: str
) -> policy_service_pb2.ReplayPolicyDraftRequest:
    """Return the request of a replay."""
    return policy_service_pb2.ReplayPolicyDraftRequest(
        name=draft_name(draft),
        facts=facts,
        recorded_days=days,
        max_gains=limits.max_gains,
        max_losses=limits.max_losses,
        min_replayed=limits.min_replayed,
        etag=etag,
    )


def activate_draft(
    draft: str | int, at: dt.datetime | None, etag: str
) -> policy_service_pb2.ActivatePolicyDraftRequest:
    """Return the request of an activation, now or at an instant.

    Raises:
        ValueError: the instant has no time zone.
    """
    start = stamp_of(at) if at is not None else None
    return policy_service_pb2.ActivatePolicyDraftRequest(name=draft_name(draft), start_time=start, etag=etag)


def draft_name(draft: str | int) -> str:
    """Return the resource name of a draft, given it, its id or its number."""
    return resource(DRAFTS, str(draft))

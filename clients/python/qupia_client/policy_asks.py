"""The requests of the steps: built in one place for both clients. Who takes a step is the identity of the channel."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from qupia.v1 import policy_pb2, policy_service_pb2
from qupia_client.wire import resource, stamp_of

DRAFTS = "policyDrafts"
MAX_BUNDLE_BYTES = 3 << 20


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a bundle's folder, by name; the server says which it does not know.

    Raises:
        OSError: a file cannot be read. ValueError: more than 3 MiB.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a folder", str(folder))
    if sum(path.stat().st_size for path in paths) > MAX_BUNDLE_BYTES:
        raise ValueError("a bundle of more than 3 MiB does not fit into a call")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def create_draft(
    files: Mapping[str, bytes], title: str, request_id: str | None, etag: str
) -> policy_service_pb2.CreatePolicyDraftRequest:
    """Return the request of a new draft, with a request id in any case."""
    return policy_service_pb2.CreatePolicyDraftRequest(
        policy_draft=policy_pb2.PolicyDraft(title=title),
        files=[policy_pb2.PolicyFile(path=name, content=data) for name, data in files.items()],
        request_id=request_id or str(uuid.uuid4()),
        etag=etag,
    )


def replay_draft(
    draft: str | int, facts: Iterable[str], days: int, limits: tuple[int | None, int | None], etag: str
) -> policy_service_pb2.ReplayPolicyDraftRequest:
    """Return the request of a replay; `limits` are most gains and most losses."""
    gains, losses = limits
    return policy_service_pb2.ReplayPolicyDraftRequest(
        name=draft_name(draft), facts=facts, recorded_days=days, max_gains=gains, max_losses=losses, etag=etag
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

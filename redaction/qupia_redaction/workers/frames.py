"""Messages between pool and worker: pickles with a length in front, over the worker's standard streams.

Both ends are our own program; the worker's answers are trusted no further than its own process: the pool runs it under
limits, but the same user. Nothing from a document is ever unpickled that the worker did not build.
"""

from __future__ import annotations

import pickle  # noqa: S403 - both ends are ours
import struct
from dataclasses import dataclass, field
from enum import StrEnum

from qupia_redaction.errors import RefusalCode
from qupia_redaction.model import Limits, RedactionOrder

HEADER = struct.Struct(">Q")


class JobKind(StrEnum):
    """What a worker can do."""

    REDACT = "redact"
    DETECT = "detect"


@dataclass(frozen=True, slots=True)
class Job:
    """One task for a worker."""

    kind: JobKind
    master: bytes = field(repr=False)
    order: RedactionOrder = field(repr=False)
    limits: Limits


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded its models.

    Attributes:
        engines: names and versions.
    """

    engines: dict[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a job: a rendition or details."""

    result: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The job was refused."""

    code: RefusalCode
    page: int | None


def packed(message: object) -> bytes:
    """Return a message as a frame."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def unpacked(body: bytes) -> object:
    """Return the message in a frame's body."""
    return pickle.loads(body)  # noqa: S301 - written by the other end of our own pipe

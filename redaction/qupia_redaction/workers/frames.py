"""Messages between pool and worker: pickles with a length in front, over the worker's standard streams.

Attack: a document that takes over its worker writes a frame of its own. So frames are read by an unpickler that knows
our own values and nothing else (no callable beside their constructors), and a frame has a limit.
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass, field
from enum import StrEnum

from qupia_redaction.errors import RefusalCode
from qupia_redaction.model import Limits, RedactionOrder

HEADER = struct.Struct(">Q")
MAX_BODY = 1 << 30
"""Most bytes of one message: a master or a rendition with its facts."""


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
    tell: bool = False
    """Whether the worker says which step it has begun."""


@dataclass(frozen=True, slots=True)
class Step:
    """The worker has begun a step of a job.

    Attributes:
        name: of the spine.
    """

    name: str


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
    channel: str = ""


def packed(message: object) -> bytes:
    """Return a message as a frame."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def unpacked(body: bytes) -> object:
    """Return the message in a frame's body.

    Raises:
        ValueError: the body is not a message of ours.
    """
    try:
        return _OwnValues(io.BytesIO(body)).load()
    except Exception as error:  # a hostile pickle can fail in any way: it is no message
        raise ValueError("not a frame of ours") from error


def body_size(header: bytes) -> int:
    """Return the size of the body that follows a header, bytes.

    Raises:
        ValueError: larger than any message of ours.
    """
    size: int = HEADER.unpack(header)[0]
    if size > MAX_BODY:
        raise ValueError("frame too large")
    return size


class _OwnValues(pickle.Unpickler):
    """Unpickles the values of our messages only."""

    def find_class(self, module: str, name: str) -> object:
        """Return one of our own classes.

        Raises:
            UnpicklingError: it is not one of them.
        """
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError("not a value of ours")
        return super().find_class(module, name)


_KNOWN = frozenset(
    {(__name__, name) for name in ("Job", "JobKind", "Step", "Ready", "Done", "Refused")}
    | {("qupia_redaction.errors", "RefusalCode"), ("qupia_redaction.rendition", "_arrive")}
    | {
        ("qupia_redaction.model", name)
        for name in (
            "Category",
            "Detail",
            "KnownPerson",
            "Language",
            "Limits",
            "ListKind",
            "MarkRecord",
            "Method",
            "PrivateText",
            "ReasonCode",
            "RedactionOrder",
            "RenditionKind",
            "Report",
            "WordList",
        )
    }
)

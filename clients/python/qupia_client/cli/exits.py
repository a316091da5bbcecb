"""Exit codes of `qupiactl`: stable, so that scripts can tell a refusal from a fault."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from qupia_client import errors


class Exit(IntEnum):
    """What the process says when it ends."""

    OK = 0
    OTHER = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    FORBIDDEN = 5
    UNAVAILABLE = 6
    DATA_LOSS = 7
    CHANGED = 8


HELP: Final = """\b
Exit codes:
  0  done
  1  another failure
  2  wrong use, or a field that the server finds wrong
  3  refused, with reasons
  4  not there, or not for you to know
  5  not identified, or not allowed to call this
  6  server away or out of time: try again
  7  bytes do not match their digest: nothing was kept
  8  somebody took another step meanwhile: look again"""

_BY_ERROR: Final[Mapping[type[Exception], Exit]] = {
    errors.InvalidRequest: Exit.USAGE,
    errors.ConfigurationFault: Exit.USAGE,
    errors.Refused: Exit.REFUSED,
    errors.NotFound: Exit.NOT_FOUND,
    errors.Unauthenticated: Exit.FORBIDDEN,
    errors.Forbidden: Exit.FORBIDDEN,
    errors.Unavailable: Exit.UNAVAILABLE,
    errors.OutOfTime: Exit.UNAVAILABLE,
    errors.IntegrityFault: Exit.DATA_LOSS,
    errors.DataLoss: Exit.DATA_LOSS,
    errors.StateChanged: Exit.CHANGED,
}


def code_of(error: Exception) -> Exit:
    """Return the exit code for an error."""
    return _BY_ERROR.get(type(error), Exit.OTHER)

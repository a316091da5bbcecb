"""What is known about the call in hand: who calls, under which correlation id, in which language.

It lives in a `ContextVar`, because grpc.aio runs every call in its own task.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from qupia_redaction.model import Language
from qupia_server.disclosure.model import Principal
from qupia_server.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the other end.

    Attributes:
        principal: the service or person on the wire.
        vouched: the person named by a verified token that a service sent along, or None.
    """

    principal: Principal
    vouched: Principal | None = None

    @property
    def acting(self) -> Principal:
        """Whose rights count for a method: a service that brings a person's token acts with that person's rights."""
        return self.vouched or self.principal


@dataclass(slots=True)
class Call:
    """One call on its way; filled as it becomes known.

    Attributes:
        call_id: correlation id, made by the server.
        method: full method name, `/package.Service/Method`.
        caller: None for public methods and until identified.
        language: language of the words in the answer.
    """

    call_id: str
    method: str
    caller: Caller | None = None
    language: Language = Language.RU


_CURRENT: ContextVar[Call] = ContextVar("qupia_call")


def enter(call: Call) -> None:
    """Make `call` the current one of this task."""
    _CURRENT.set(call)


def current_call() -> Call:
    """Return the call of this task.

    Raises:
        Unauthenticated: the interceptor did not run; nobody vouches for the caller.
    """
    try:
        return _CURRENT.get()
    except LookupError as error:
        raise Unauthenticated from error


def current_caller() -> Caller:
    """Return who calls.

    Raises:
        Unauthenticated: nobody vouches for the caller.
    """
    caller = current_call().caller
    if caller is None:
        raise Unauthenticated
    return caller

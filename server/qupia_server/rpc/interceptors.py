"""The edge of every call: correlation id, identity, permission, time, log line, and errors turned into statuses.

One interceptor wraps every handler, of every service, so that no method can be reached around it. Log lines hold
method, status, duration and kind of principal; never a subject, a token, a document or a text.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, cast

import grpc
from google.protobuf.message import Message
from grpc import RpcMethodHandler, StatusCode
from grpc.aio import ServicerContext

from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Principal
from qupia_server.rpc.call import Call, Caller, enter
from qupia_server.rpc.convert_request import language_of
from qupia_server.rpc.identity import Peer
from qupia_server.rpc.permissions import check_permission, is_public
from qupia_server.rpc.status import DETAILS_KEY, Fault, fault_of
from qupia_server.telemetry import Telemetry

SAN_URI = "peer_uri"
TRANSPORT = "transport_security_type"
CORRELATION = "x-qupia-call-id"
_WORD_START = re.compile("(?<!^)(?=[A-Z])")
ServerContext = ServicerContext[Any, Any]
Behaviour = Callable[[Any, ServerContext], Any]


MAX_PUBLIC = 64
"""Calls without a caller at a time (health, reflection): their streams would use up the server's calls otherwise."""


class Recorder(Protocol):
    """Records refusals to identified callers that have no entry yet."""

    async def recorded(self, caller: Principal, acting: Principal, asked: str, error: Exception) -> Exception:
        """Record, and return what the caller gets."""
        ...


class Callers(Protocol):
    """Finds out who calls."""

    async def caller(self, peer: Peer) -> Caller:
        """Return who calls, or raise Unauthenticated."""
        ...


def peer_of(context: ServerContext) -> Peer:
    """Return what the transport knows about the other end."""
    facts = context.auth_context()
    metadata = context.invocation_metadata() or ()
    return Peer(
        encrypted=b"ssl" in facts.get(TRANSPORT, ()),
        uris=tuple(uri.decode("utf-8", "replace") for uri in facts.get(SAN_URI, ())),
        authorization=tuple(PrivateText(value) for key, value in metadata if key == "authorization"),
    )


def serialize(message: Message | bytes) -> bytes:
    """Serialize a message; bytes are messages that were serialized before (see `chunks`)."""
    return message if isinstance(message, bytes) else message.SerializeToString()


class EdgeInterceptor(grpc.aio.ServerInterceptor):
    """Wraps every handler.

    Args:
        callers: identity.
        recorder: gives refusals their entry.
        telemetry: counters and log.
    """

    def __init__(self, callers: Callers, recorder: Recorder, telemetry: Telemetry) -> None:
        self._callers = callers
        self._recorder = recorder
        self._public: set[asyncio.Task[object]] = set()
        self._telemetry = telemetry
        self._made: dict[str, tuple[RpcMethodHandler[Any, Any], RpcMethodHandler[Any, Any]]] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> RpcMethodHandler[Any, Any] | None:
        """Return the handler of the method with the edge around it; None (unknown method) stays None."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method
        made = self._made.get(method)
        if made is None or made[0] is not handler:
            # Only methods that exist get here, so that a caller's inventions do not fill this memory.
            made = self._made[method] = (handler, self._wrapped(method, handler))
        return made[1]

    def _wrapped(self, method: str, handler: RpcMethodHandler[Any, Any]) -> RpcMethodHandler[Any, Any]:
        inner = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
        edge = self._edge(method, _as_coroutine(cast("Behaviour", inner)))
        make = _MAKERS[handler.request_streaming, handler.response_streaming]
        return make(edge, request_deserializer=handler.request_deserializer, response_serializer=serialize)

    def _edge(self, method: str, behaviour: Behaviour) -> Behaviour:
        async def handle(request: object, context: ServerContext) -> object:
            call = Call(uuid.uuid4().hex, method)
            enter(call)
            call.language = language_of(getattr(request, "language", 0))
            started, fault = time.perf_counter(), None
            status = StatusCode.OK.name
            try:
                await self._let_in(call, context)
                if call.caller is None:
                    return await self._publicly(behaviour, request, context)
                return await behaviour(request, context)
            except asyncio.CancelledError:
                status = StatusCode.CANCELLED.name
                raise
            except grpc.aio.AbortError:
                # A handler of grpc's own (health, reflection) ended the call itself.
                status = "ABORTED_BY_HANDLER"
                raise
            except Exception as error:  # noqa: BLE001 - the RPC edge: whatever is not ours becomes INTERNAL
                error = await self._recorded(call, error)
                fault = fault_of(error, call.language)
                status = fault.code.name
                self._note(call, fault, error)
            finally:
                self._log(call, status, time.perf_counter() - started)
            await _abort(context, call, fault)
            return None

        return handle

    def end_public(self) -> None:
        """End the calls that need no caller: a stream that watches health would hold up the server's end."""
        for task in self._public:
            task.cancel()

    async def _publicly(self, behaviour: Behaviour, request: object, context: ServerContext) -> object:
        """Answer a call without a caller, as one of a few, and until the server ends."""
        if len(self._public) >= MAX_PUBLIC:
            await context.abort(StatusCode.RESOURCE_EXHAUSTED, "Too many calls without a caller.")
        task = asyncio.ensure_future(behaviour(request, context))
        self._public.add(task)
        try:
            await asyncio.wait({task})
        finally:
            self._public.discard(task)
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        return None if task.cancelled() else task.result()

    async def _recorded(self, call: Call, error: Exception) -> Exception:
        """Have a refusal to an identified caller recorded, and return what the caller gets."""
        if call.caller is None:
            return error
        asked = _WORD_START.sub("_", call.method.rpartition("/")[2]).upper()
        return await self._recorder.recorded(call.caller.principal, call.caller.acting, asked, error)

    async def _let_in(self, call: Call, context: ServerContext) -> None:
        with self._telemetry.step("identify"):
            if not is_public(call.method):
                call.caller = await self._callers.caller(peer_of(context))
            check_permission(call.method, call.caller)

    def _note(self, call: Call, fault: Fault, error: Exception) -> None:
        """Raise an alarm for what nobody foresaw: by class name only, since a message can disclose."""
        if fault.code is StatusCode.INTERNAL:
            self._telemetry.alarm("rpc_internal", call=call.call_id, error=type(error).__name__)

    def _log(self, call: Call, status: str, seconds: float) -> None:
        self._telemetry.calls.labels(call.method, status).inc()
        self._telemetry.log.info(
            "call",
            call=call.call_id,
            method=call.method,
            status=status,
            ms=round(seconds * 1000, 1),
            principal=call.caller.principal.kind.value if call.caller else "none",
        )


async def _abort(context: ServerContext, call: Call, fault: Fault) -> None:
    details: tuple[str, str | bytes] = (DETAILS_KEY, fault.status.SerializeToString())
    await context.abort(fault.code, fault.message, (details, (CORRELATION, call.call_id)))


def _as_coroutine(behaviour: Behaviour) -> Behaviour:
    """Return a handler that is awaited, whatever shape it has; streams are written, so that flow control holds them."""
    if not inspect.isasyncgenfunction(behaviour):
        return behaviour

    async def write_all(request: object, context: ServerContext) -> None:
        stream = cast("AsyncIterator[Message]", behaviour(request, context))
        async for message in stream:
            await context.write(message)

    return write_all


_MAKERS: dict[tuple[bool, bool], Callable[..., RpcMethodHandler[Any, Any]]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}

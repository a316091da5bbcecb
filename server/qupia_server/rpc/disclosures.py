"""DisclosureService: convert, call the use case, convert back. The bytes leave here and nowhere else."""

from __future__ import annotations

import asyncio
from typing import Any

from grpc.aio import ServicerContext

from qupia.v1 import disclosure_service_pb2 as pb
from qupia.v1.disclosure_service_pb2_grpc import DisclosureServiceServicer
from qupia_server.disclosure.check_access import CheckAccess
from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.model import DisclosureRequest, RefusalReason, Released
from qupia_server.disclosure.refused import Refused
from qupia_server.errors import InvalidRequest
from qupia_server.ledger.receipt import Receipt
from qupia_server.rpc.access_lists import AccessListing
from qupia_server.rpc.call import current_call, current_caller
from qupia_server.rpc.chunks import FrameMemory, make_trailer
from qupia_server.rpc.convert_decision import (
    answer_to_proto,
    grounds_to_proto,
    header_to_proto,
    refused_answer_to_proto,
)
from qupia_server.rpc.convert_request import MAX_BATCH, AccessMessage, behalf_of, language_of, request_of
from qupia_server.rpc.identity import Identity
from qupia_server.rpc.patience import Patience
from qupia_server.rpc.status import fault_of
from qupia_server.telemetry import Telemetry

BATCH_AT_ONCE = 16
MAX_ASKED_CHARS = 200
IDLE_SECONDS = 60.0
"""A reader that takes no message for so long is ended, so that stuck readers do not use up the server's calls."""
ANSWERED = frozenset({RefusalReason.POLICY})
"""Refusals that a check gives as its answer."""

ServerContext = ServicerContext[Any, Any]
UseCase = Disclose | CheckAccess


class Disclosures(DisclosureServiceServicer):
    """Serve DisclosureService.

    Args:
        disclose, check: the use cases.
        identity: finds out for whom is asked.
        telemetry: alarms.
        lists: answers lists of what single checks would allow.
        frames: memory of serialized renditions.
        idle_seconds: longest time that one message may wait for its reader.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - two use cases and what all calls share
        self,
        disclose: Disclose,
        check: CheckAccess,
        identity: Identity,
        telemetry: Telemetry,
        lists: AccessListing,
        frames: FrameMemory | None = None,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._disclose = disclose
        self._check = check
        self._identity = identity
        self._telemetry = telemetry
        self._lists = lists
        self._frames = frames or FrameMemory()
        self._idle_seconds = idle_seconds
        self._closing: set[asyncio.Future[Receipt]] = set()

    async def Disclose(  # type: ignore[override]  # noqa: N802 - the method's name; grpc.aio lets a coroutine write the stream
        self, request: pb.DiscloseRequest, context: ServerContext
    ) -> None:
        """Release a rendition: header, chunks, trailer. The delivery is recorded however it ends."""
        ask = await self._ask(self._disclose, request, request.password)
        released = await self._disclose.release(ask, context.time_remaining())
        sent, complete = 0, False
        try:
            with self._telemetry.step("release"):
                async with Patience(self._idle_seconds) as patience:
                    await context.write(header_to_proto(released, ask.language))
                    for frame in self._frames.frames(released.rendition):
                        patience.renew()
                        # Counted first: what was handed over may have left, also when the call ends before it says so.
                        sent += frame.carries
                        await context.write(frame.message)
                    patience.renew()
                    await context.write(make_trailer(released.rendition))
                complete = True
        finally:
            self._close(released, sent, complete=complete)

    def _close(self, released: Released, sent: int, *, complete: bool) -> None:
        """Have the delivery recorded. Nobody waits for it: the bytes have left, and `settle` sees it through."""
        recording = self._disclose.delivered(released, sent, complete)
        self._closing.add(recording)
        recording.add_done_callback(self._closing.discard)

    async def settle(self) -> None:
        """Wait until every delivery is recorded; called after the last stream has ended."""
        while self._closing:
            await asyncio.gather(*self._closing, return_exceptions=True)

    async def CheckAccess(  # noqa: N802 - the method's name
        self, request: pb.CheckAccessRequest, context: ServerContext
    ) -> pb.CheckAccessResponse:
        """Tell what Disclose would decide."""
        del context
        return await self._checked(request)

    async def BatchCheckAccess(  # noqa: N802 - the method's name
        self, request: pb.BatchCheckAccessRequest, context: ServerContext
    ) -> pb.BatchCheckAccessResponse:
        """Check up to 100 requests; one that is bad fails alone."""
        del context
        if not 0 < len(request.requests) <= MAX_BATCH:
            raise InvalidRequest({"requests": f"Give 1 to {MAX_BATCH} requests."})
        gate = asyncio.Semaphore(BATCH_AT_ONCE)

        async def one(item: pb.CheckAccessRequest) -> pb.CheckAccessResult:
            async with gate:
                return await self._result(item)

        return pb.BatchCheckAccessResponse(results=await asyncio.gather(*map(one, request.requests)))

    async def ListAccess(  # noqa: N802 - the method's name
        self, request: pb.ListAccessRequest, context: ServerContext
    ) -> pb.ListAccessResponse:
        """List the documents that a requester may read."""
        del context
        return await self._lists.documents(request)

    async def _result(self, item: pb.CheckAccessRequest) -> pb.CheckAccessResult:
        try:
            return pb.CheckAccessResult(response=await self._checked(item))
        except Exception as error:  # noqa: BLE001 - an edge of its own: each element fails alone
            caller = current_caller()
            told = await self._check.turned_away.recorded(caller.principal, caller.acting, "CHECK_ACCESS", error)
            fault = fault_of(told, language_of(item.language))
            if fault.reason == "INTERNAL":
                self._telemetry.alarm("rpc_internal", call=current_call().call_id, error=type(error).__name__)
            return pb.CheckAccessResult(status=fault.status)

    async def _checked(self, message: pb.CheckAccessRequest) -> pb.CheckAccessResponse:
        ask = await self._ask(self._check, message)
        if message.all_grounds:
            return grounds_to_proto(await self._check.check_all_grounds(ask), ask.language)
        try:
            return answer_to_proto(await self._check.check(ask), ask.language)
        except Refused as refused:
            if refused.refusal.reason not in ANSWERED:
                raise
            return refused_answer_to_proto(refused.refusal, ask.language)

    async def _ask(self, use_case: UseCase, message: AccessMessage, password: str = "") -> DisclosureRequest:
        """Return the request of a message; a malformed one is recorded by its use case before it is refused."""
        given = message.HasField("on_behalf_of")
        behalf = behalf_of(message.on_behalf_of, given=given)
        requester = await self._identity.requester(current_caller(), behalf)
        try:
            return request_of(message, requester, password)
        except InvalidRequest as error:
            asked = message.document.removeprefix("documents/")[:MAX_ASKED_CHARS]
            raise await use_case.refuse_malformed(requester, asked, error.facts) from error

"""AuditService: read the log. Convert, call the use case, convert back."""

from __future__ import annotations

from typing import Any

from grpc.aio import ServicerContext

from qupia.v1 import audit_pb2
from qupia.v1 import audit_service_pb2 as pb
from qupia.v1.audit_service_pb2_grpc import AuditServiceServicer
from qupia_server.disclosure.model import Principal
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.disclosure.queries import AuditQueries
from qupia_server.rpc.call import current_caller
from qupia_server.rpc.convert_audit import entry_to_proto, filter_of
from qupia_server.rpc.fields import SHORT_SLUG, Fields
from qupia_server.rpc.paging import Pager, page_size

ServerContext = ServicerContext[Any, Any]


class AuditServicer(AuditServiceServicer):
    """Serve AuditService.

    Args:
        queries: the use case.
        pager: page tokens.
    """

    def __init__(self, queries: AuditQueries, pager: Pager) -> None:
        self._queries = queries
        self._pager = pager

    async def GetAuditEntry(  # noqa: N802 - the method's name
        self, request: pb.GetAuditEntryRequest, context: ServerContext
    ) -> audit_pb2.AuditEntry:
        """Return one entry."""
        del context
        return entry_to_proto(await self._queries.get(current_caller().acting, entry_id_of(request.name)))

    async def ListAuditEntries(  # noqa: N802 - the method's name
        self, request: pb.ListAuditEntriesRequest, context: ServerContext
    ) -> pb.ListAuditEntriesResponse:
        """List entries, newest first."""
        del context
        principal, only, size = current_caller().acting, filter_of(request), page_size(request.page_size)
        query = _query(principal, only)
        position = self._pager.position(request.page_token, query)
        before = int(position) if position else None
        # One more than asked for tells whether there is another page.
        found = await self._queries.list(principal, only, before, size + 1)
        page = found[:size]
        following = str(page[-1].sequence) if len(found) > size else ""
        return pb.ListAuditEntriesResponse(
            audit_entries=[entry_to_proto(entry) for entry in page],
            next_page_token=self._pager.token(following, query),
        )


def entry_id_of(name: str) -> str:
    """Return the id of an entry's name.

    Raises:
        InvalidRequest: not a name of an entry.
    """
    fields = Fields()
    entry_id = fields.resource("name", "auditEntries", name, SHORT_SLUG)
    fields.check()
    return entry_id


def _query(principal: Principal, only: EntryFilter) -> dict[str, str]:
    return {
        "list": "audit",
        "since": only.since.isoformat() if only.since else "",
        "until": only.until.isoformat() if only.until else "",
        "document": only.document,
        "requester": only.requester,
        "outcome": only.outcome.value if only.outcome else "",
        "for": principal.subject_id.reveal(),
    }

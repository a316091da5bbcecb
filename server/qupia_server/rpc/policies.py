"""PolicyService: the bundle in force and explanations. Convert, call the use case, convert back."""

from __future__ import annotations

from typing import Any

from grpc.aio import ServicerContext

from qupia.v1 import policy_pb2
from qupia.v1 import policy_service_pb2 as pb
from qupia.v1.policy_service_pb2_grpc import PolicyServiceServicer
from qupia_redaction.model import Language
from qupia_server.disclosure.queries import PolicyQueries
from qupia_server.rpc.audit import entry_id_of
from qupia_server.rpc.call import current_caller
from qupia_server.rpc.convert_audit import bundle_to_proto, explanation_to_proto
from qupia_server.rpc.fields import Fields
from qupia_server.rpc.words import LANGUAGES

ServerContext = ServicerContext[Any, Any]


class PolicyServicer(PolicyServiceServicer):
    """Serve PolicyService.

    Args:
        queries: the use case.
    """

    def __init__(self, queries: PolicyQueries) -> None:
        self._queries = queries

    async def GetActiveBundle(  # noqa: N802 - the method's name
        self, request: pb.GetActiveBundleRequest, context: ServerContext
    ) -> policy_pb2.PolicyBundle:
        """Return the bundle in force."""
        del request, context
        return bundle_to_proto(*self._queries.active())

    async def ExplainDecision(  # noqa: N802 - the method's name
        self, request: pb.ExplainDecisionRequest, context: ServerContext
    ) -> policy_pb2.Explanation:
        """Explain a recorded decision."""
        del context
        fields = Fields()
        language = fields.choice("language", request.language, LANGUAGES) or Language.RU
        fields.check()
        explained = await self._queries.explain(current_caller().acting, entry_id_of(request.name))
        return explanation_to_proto(explained, language)

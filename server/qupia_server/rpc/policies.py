"""PolicyService: the bundle in force, explanations, and the steps of a change. Convert, call the use case, back.

Hostile input: a draft's files are bounded (by the size of a message, or as `policy_files` says) and named by the
policies library's own list; facts to replay are read line by line, and a line that cannot be read is counted, not
guessed at. Who takes a step is the identified caller; no field says it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

from grpc.aio import ServicerContext

from qupia.v1 import policy_pb2
from qupia.v1 import policy_service_pb2 as pb
from qupia.v1.policy_service_pb2_grpc import PolicyServiceServicer
from qupia_policies.change import Entry
from qupia_policies.desk import Desk, Look
from qupia_policies.errors import Finding
from qupia_policies.replay import ReplayReport
from qupia_policies.wire import read_line
from qupia_redaction.model import Language
from qupia_server.disclosure.explaining import Explanations
from qupia_server.disclosure.policy_changes import Done, PolicyChanges
from qupia_server.disclosure.queries import PolicyQueries
from qupia_server.errors import InvalidRequest, NotFound
from qupia_server.rpc.access_lists import AccessListing
from qupia_server.rpc.audit import entry_id_of
from qupia_server.rpc.call import current_call, current_caller
from qupia_server.rpc.convert_audit import bundle_to_proto
from qupia_server.rpc.convert_explanation import explanation_to_proto
from qupia_server.rpc.convert_policies import (
    audit_to_proto,
    comparison_to_proto,
    desk_to_proto,
    draft_to_proto,
    findings_to_proto,
    shadow_to_proto,
    step_to_proto,
)
from qupia_server.rpc.convert_request import language_of
from qupia_server.rpc.fields import Fields
from qupia_server.rpc.paging import Pager, page_size
from qupia_server.rpc.policy_files import files_of, header_of, pieces_of
from qupia_server.rpc.words import LANGUAGES, VOICES

MAX_TITLE: Final = 500
MAX_ETAG: Final = 64
MAX_FACTS: Final = 100_000
MAX_DAYS: Final = 366
MAX_BUNDLE_BYTES: Final = 3 << 20
"""Clients take messages of 4 MiB at most."""
NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
VERSION: Final = re.compile(r"[0-9a-f]{64}")

ServerContext = ServicerContext[Any, Any]
Item = TypeVar("Item")
Taken = tuple[Entry, tuple[Finding, ...], ReplayReport | None]
"""What a step gives: its entry, what was found, what differs."""


class PolicyServicer(PolicyServiceServicer):
    """Serve PolicyService.

    Args:
        queries: reads the bundle in force.
        explanations: explains decisions.
        changes: takes steps on the desk.
        lists: answers who may read a document.
        pager: page tokens.
    """

    def __init__(
        self,
        queries: PolicyQueries,
        explanations: Explanations,
        changes: PolicyChanges,
        lists: AccessListing,
        pager: Pager,
    ) -> None:
        self._queries, self._explanations, self._changes = queries, explanations, changes
        self._lists, self._pager = lists, pager

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
        voice = fields.choice("voice", request.voice, VOICES)
        fields.check()
        entry_id = entry_id_of(request.name)
        explained = await self._explanations.explain(current_caller().acting, entry_id, voice, language.value)
        return explanation_to_proto(explained, language)

    async def ListDocumentReaders(  # noqa: N802 - the method's name
        self, request: pb.ListDocumentReadersRequest, context: ServerContext
    ) -> pb.ListDocumentReadersResponse:
        """List who may read a document."""
        del context
        return await self._lists.readers(request)

    async def GetPolicyDesk(  # noqa: N802 - the method's name
        self, request: pb.GetPolicyDeskRequest, context: ServerContext
    ) -> policy_pb2.PolicyDesk:
        """Return the desk, and what this process serves."""
        del request, context
        changes = self._changes
        return desk_to_proto(await changes.look(), changes.serving, changes.max_delay, changes.trouble)

    async def ListPolicySteps(  # noqa: N802 - the method's name
        self, request: pb.ListPolicyStepsRequest, context: ServerContext
    ) -> pb.ListPolicyStepsResponse:
        """List every step, oldest first."""
        del context
        steps = (await self._changes.look()).entries
        page, token = self._page("policySteps", steps, request.page_size, request.page_token)
        return pb.ListPolicyStepsResponse(policy_steps=map(step_to_proto, page), next_page_token=token)

    async def GetPolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.GetPolicyDraftRequest, context: ServerContext
    ) -> policy_pb2.PolicyDraft:
        """Return a draft."""
        del context
        number = _number_of(request.name)
        return _draft_in(await self._changes.look(), number)

    async def ListPolicyDrafts(  # noqa: N802 - the method's name
        self, request: pb.ListPolicyDraftsRequest, context: ServerContext
    ) -> pb.ListPolicyDraftsResponse:
        """List the drafts, oldest first."""
        del context
        look = await self._changes.look()
        drafts = [look.state.drafts[number] for number in sorted(look.state.drafts)]
        page, token = self._page("policyDrafts", drafts, request.page_size, request.page_token)
        found = [draft_to_proto(one, look.etag) for one in page]
        return pb.ListPolicyDraftsResponse(policy_drafts=found, next_page_token=token)

    async def FetchPolicyBundle(  # noqa: N802 - the method's name
        self, request: pb.FetchPolicyBundleRequest, context: ServerContext
    ) -> pb.FetchPolicyBundleResponse:
        """Return the files of a bundle."""
        del context
        files = await self._changes.files(_version_of(request.name))
        if sum(map(len, files.values())) > MAX_BUNDLE_BYTES:
            raise InvalidRequest({"name": "This bundle does not fit into one answer: use DownloadPolicyBundle."})
        found = [policy_pb2.PolicyFile(path=name, content=data) for name, data in files.items()]
        return pb.FetchPolicyBundleResponse(files=found)

    async def CreatePolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.CreatePolicyDraftRequest, context: ServerContext
    ) -> policy_pb2.PolicyDraft:
        """Take a bundle as a new draft."""
        del context
        fields = Fields()
        title = fields.text("policy_draft.title", request.policy_draft.title, MAX_TITLE, required=True)
        once, etag = fields.request_id("request_id", request.request_id), _etag(fields, request.etag)
        files = {one.path: one.content for one in request.files}
        if len(files) != len(request.files):
            fields.note("files", "Give each file once.")
        fields.check()
        return await self._drafted(files, title, etag, once)

    async def UploadPolicyDraft(  # noqa: N802 - the method's name
        self, request_iterator: AsyncIterator[pb.UploadPolicyDraftRequest], context: ServerContext
    ) -> policy_pb2.PolicyDraft:
        """Take a bundle of any size as a new draft."""
        del context
        messages = aiter(request_iterator)
        header, fields = await header_of(messages), Fields()
        current_call().language = language_of(header.language)
        title = fields.text("header.policy_draft.title", header.policy_draft.title, MAX_TITLE, required=True)
        once, etag = fields.request_id("header.request_id", header.request_id), _etag(fields, header.etag)
        fields.check()
        return await self._drafted(await files_of(messages, header.size_bytes), title, etag, once)

    async def _drafted(self, files: Mapping[str, bytes], title: str, etag: str, once: str) -> policy_pb2.PolicyDraft:
        def step(desk: Desk, officer: str) -> Entry:
            return desk.draft(officer, files, title, etag, once)

        done = await self._changes.take(current_caller().acting, step)
        return draft_to_proto(done.look.state.drafts[done.found.draft], done.etag)

    async def DownloadPolicyBundle(  # noqa: N802 - the method's name
        self, request: pb.DownloadPolicyBundleRequest, context: ServerContext
    ) -> AsyncIterator[pb.DownloadPolicyBundleResponse]:
        """Return the files of a bundle of any size."""
        del context
        for piece in pieces_of(await self._changes.files(_version_of(request.name))):
            yield pb.DownloadPolicyBundleResponse(chunk=piece)

    async def AuditPolicyDesk(  # noqa: N802 - the method's name
        self, request: pb.AuditPolicyDeskRequest, context: ServerContext
    ) -> pb.AuditPolicyDeskResponse:
        """Compare the desk's log with the audit log."""
        del request, context
        return audit_to_proto(await self._changes.audit())

    async def CheckPolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.CheckPolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Admit a draft strictly."""
        del context
        number, etag = _number_of(request.name), _only_etag(request.etag)

        def step(desk: Desk, officer: str) -> Taken:
            return (*desk.check(officer, number, etag), None)

        return await self._take(step)

    async def TestPolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.TestPolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Run a draft's cases."""
        del context
        number, etag = _number_of(request.name), _only_etag(request.etag)

        def step(desk: Desk, officer: str) -> Taken:
            return (*desk.test(officer, number, etag), None)

        return await self._take(step)

    async def ReplayPolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.ReplayPolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Decide recorded facts under the bundle in force and a draft."""
        del context
        number, etag = _number_of(request.name), _only_etag(request.etag)
        if len(request.facts) > MAX_FACTS:
            raise InvalidRequest({"facts": f"At most {MAX_FACTS} lines."})
        limits = _limits(request)
        lines, days = list(request.facts), request.recorded_days
        if not 0 <= days <= MAX_DAYS:
            raise InvalidRequest({"recorded_days": f"Must be 0 to {MAX_DAYS}."})

        def step(desk: Desk, officer: str) -> Taken:
            kept = (replace(read_line(line), supplied=True) for line in (self._changes.kept(days) if days else ()))
            read = chain(kept, (read_line(line) for line in lines if line.strip()))
            entry, report = desk.replay(officer, number, read, limits, etag)
            return entry, (), report

        return await self._take(step)

    async def ApprovePolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.ApprovePolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Approve a draft of another officer."""
        del context
        number, etag = _number_of(request.name), _only_etag(request.etag)
        return await self._take(lambda desk, officer: (desk.approve(officer, number, etag), (), None))

    async def ActivatePolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.ActivatePolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Put an approved draft in force."""
        del context
        number, etag, fields = _number_of(request.name), _only_etag(request.etag), Fields()
        at = fields.instant("start_time", request.start_time) if request.HasField("start_time") else None
        fields.check()
        return await self._take(lambda desk, officer: (desk.activate(officer, number, at, etag), (), None))

    async def WithdrawPolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.WithdrawPolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Give a draft up."""
        del context
        number, etag = _number_of(request.name), _only_etag(request.etag)
        return await self._take(lambda desk, officer: (desk.withdraw(officer, number, etag), (), None))

    async def RollBackPolicy(  # noqa: N802 - the method's name
        self, request: pb.RollBackPolicyRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Go back to the bundle before."""
        del context
        etag = _only_etag(request.etag)
        return await self._take(lambda desk, officer: (desk.rollback(officer, etag), (), None))

    async def ShadowPolicyDraft(  # noqa: N802 - the method's name
        self, request: pb.ShadowPolicyDraftRequest, context: ServerContext
    ) -> pb.PolicyStepResponse:
        """Begin or end a shadow."""
        del context
        number, etag = _number_of(request.name) if request.name else 0, _only_etag(request.etag)
        return await self._take(lambda desk, officer: (desk.shadow(officer, number, etag), (), None))

    async def GetPolicyShadow(  # noqa: N802 - the method's name
        self, request: pb.GetPolicyShadowRequest, context: ServerContext
    ) -> policy_pb2.PolicyShadow:
        """Return what the shadow has shown in all processes."""
        del request, context
        return shadow_to_proto(await self._changes.shadow())

    async def _take(self, step: Callable[[Desk, str], Taken]) -> pb.PolicyStepResponse:
        done: Done[Taken] = await self._changes.take(current_caller().acting, step)
        entry, findings, report = done.found
        draft = done.look.state.drafts.get(entry.draft)
        return pb.PolicyStepResponse(
            step=step_to_proto(entry, done.receipt.name if done.receipt else ""),
            policy_draft=draft_to_proto(draft, done.etag) if draft else None,
            findings=findings_to_proto(findings),
            comparison=comparison_to_proto(report) if report else None,
            etag=done.etag,
        )

    def _page(self, name: str, items: Sequence[Item], size: int, token: str) -> tuple[Sequence[Item], str]:
        """Return a page and the token of the next one; both lists only ever grow at their end."""
        query = {"list": name, "for": current_caller().acting.subject_id.reveal()}
        size = page_size(size)
        first = int(self._pager.position(token, query) or 0)
        following = str(first + size) if first + size < len(items) else ""
        return items[first : first + size], self._pager.token(following, query)


def _limits(request: pb.ReplayPolicyDraftRequest) -> dict[str, int]:
    """Return the limits that a replay states.

    Raises:
        InvalidRequest: one is negative.
    """
    limits: dict[str, int] = {}
    if request.HasField("max_gains"):
        limits["gains"] = request.max_gains
    if request.HasField("max_losses"):
        limits["losses"] = request.max_losses
    if request.HasField("min_replayed"):
        limits["least"] = request.min_replayed
    fields = {"gains": "max_gains", "losses": "max_losses", "least": "min_replayed"}
    wrong = {fields[name]: "Must not be negative." for name, bound in limits.items() if bound < 0}
    if wrong:
        raise InvalidRequest(wrong)
    return limits


def _version_of(name: str) -> str:
    """Return the version of a bundle's name.

    Raises:
        InvalidRequest: not a name of a bundle.
    """
    prefix, _, version = name.partition("/")
    if prefix != "policyBundles" or not VERSION.fullmatch(version):
        raise InvalidRequest({"name": "Must be a name of the form policyBundles/{id}."})
    return version


def _number_of(name: str) -> int:
    """Return the number of a draft's name.

    Raises:
        InvalidRequest: not a name of a draft.
    """
    prefix, _, number = name.partition("/")
    if prefix != "policyDrafts" or not NUMBER.fullmatch(number):
        raise InvalidRequest({"name": "Must be a name of the form policyDrafts/{id}."})
    return int(number)


def _draft_in(look: Look, number: int) -> policy_pb2.PolicyDraft:
    draft = look.state.drafts.get(number)
    if draft is None:
        raise NotFound
    return draft_to_proto(draft, look.etag)


def _etag(fields: Fields, etag: str) -> str:
    return fields.text("etag", etag, MAX_ETAG)


def _only_etag(etag: str) -> str:
    fields = Fields()
    found = _etag(fields, etag)
    fields.check()
    return found

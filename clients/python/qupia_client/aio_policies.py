"""Change the rules with asyncio: the same steps as `Policies`, awaited."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qupia.v1 import policy_service_pb2 as pb
from qupia_client import policy_asks as asks
from qupia_client.convert import language_message
from qupia_client.enums import Language
from qupia_client.paging import async_pages
from qupia_client.policies import LONG_SECONDS, SECONDS
from qupia_client.policy_records import audit_of, desk_of, draft_of, result_of_step, shadow_of, step_of
from qupia_client.policy_values import (
    PolicyDesk,
    PolicyDeskAudit,
    PolicyDraft,
    PolicyShadow,
    PolicyStep,
    PolicyStepResult,
)
from qupia_client.wire import resource

if TYPE_CHECKING:
    from qupia.v1.policy_service_pb2_grpc import PolicyServiceAsyncStub


class AsyncPolicies:
    """The steps of a change, for one event loop. Arguments, values and errors are those of `Policies`.

    Args:
        stub: the service.
        answer: awaits a call and turns its failure into the client's error.
        language: language of what a refusal says.
    """

    def __init__(
        self,
        stub: PolicyServiceAsyncStub,
        answer: Callable[[Awaitable[Any]], Awaitable[Any]],
        language: Language | str = Language.RU,
    ) -> None:
        self._stub, self._awaited = stub, answer
        self._language = language_message(language)

    def speaking(self, language: Language | str) -> AsyncPolicies:
        """Return the same steps, with refusals in another language."""
        return AsyncPolicies(self._stub, self._awaited, language)

    async def desk(self) -> PolicyDesk:
        """Return what is in force, what will be, and the etag."""
        return desk_of(await self._answer(self._stub.GetPolicyDesk, pb.GetPolicyDeskRequest(), SECONDS))

    def steps(self, *, page_size: int = 200) -> AsyncIterator[PolicyStep]:
        """Yield every step that was taken, oldest first."""

        async def fetch(token: str) -> tuple[list[PolicyStep], str]:
            request = pb.ListPolicyStepsRequest(page_size=page_size, page_token=token)
            answer = await self._answer(self._stub.ListPolicySteps, request, SECONDS)
            return [step_of(one) for one in answer.policy_steps], answer.next_page_token

        return async_pages(fetch)

    def drafts(self, *, page_size: int = 200) -> AsyncIterator[PolicyDraft]:
        """Yield the drafts, oldest first."""

        async def fetch(token: str) -> tuple[list[PolicyDraft], str]:
            request = pb.ListPolicyDraftsRequest(page_size=page_size, page_token=token)
            answer = await self._answer(self._stub.ListPolicyDrafts, request, SECONDS)
            return [draft_of(one) for one in answer.policy_drafts], answer.next_page_token

        return async_pages(fetch)

    async def draft(self, draft: str | int) -> PolicyDraft:
        """Return a draft, given its name, id or number."""
        request = pb.GetPolicyDraftRequest(name=asks.draft_name(draft))
        return draft_of(await self._answer(self._stub.GetPolicyDraft, request, SECONDS))

    async def fetch(self, bundle: str) -> dict[str, bytes]:
        """Return the files of a bundle that was drafted here, by name."""
        request = pb.DownloadPolicyBundleRequest(name=resource("policyBundles", bundle), language=self._language)
        files: dict[str, bytes] = await self._awaited(self._downloaded(request))
        return files

    async def _downloaded(self, request: pb.DownloadPolicyBundleRequest) -> dict[str, bytes]:
        download = asks.Download()
        async for message in self._stub.DownloadPolicyBundle(request, timeout=LONG_SECONDS):
            download.add(message)
        return download.files()

    async def create(
        self, source: str | Path | Mapping[str, bytes], title: str, *, request_id: str | None = None, etag: str = ""
    ) -> PolicyDraft:
        """Hand a bundle in as a new draft."""
        files = source if isinstance(source, Mapping) else await asyncio.to_thread(asks.files_in, Path(source))
        header = asks.draft_header(files, title, request_id, etag)
        if asks.fits_into_a_call(files):
            request = asks.create_draft(files, header)
            return draft_of(await self._answer(self._stub.CreatePolicyDraft, request, SECONDS))
        header.language = self._language
        call = self._stub.UploadPolicyDraft(asks.upload_draft(header, files), timeout=LONG_SECONDS)
        return draft_of(await self._awaited(call))

    async def check(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Admit a draft strictly."""
        request = pb.CheckPolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return await self._step(self._stub.CheckPolicyDraft, request, LONG_SECONDS)

    async def test(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Run a draft's cases."""
        request = pb.TestPolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return await self._step(self._stub.TestPolicyDraft, request, LONG_SECONDS)

    async def replay(  # noqa: PLR0913 - what a replay may state
        self,
        draft: str | int,
        facts: Iterable[str] = (),
        *,
        days: int = 0,
        max_gains: int | None = None,
        max_losses: int | None = None,
        min_replayed: int | None = None,
        etag: str = "",
    ) -> PolicyStepResult:
        """Decide recorded facts under the bundle in force and a draft."""
        limits = asks.ReplayLimits(max_gains, max_losses, min_replayed)
        request = asks.replay_draft(draft, facts, days, limits, etag)
        return await self._step(self._stub.ReplayPolicyDraft, request, LONG_SECONDS)

    async def approve(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Approve a draft of another officer."""
        request = pb.ApprovePolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return await self._step(self._stub.ApprovePolicyDraft, request, SECONDS)

    async def activate(self, draft: str | int, *, at: dt.datetime | None = None, etag: str = "") -> PolicyStepResult:
        """Put an approved draft in force, now or at an instant with a time zone."""
        request = asks.activate_draft(draft, at, etag)
        return await self._step(self._stub.ActivatePolicyDraft, request, LONG_SECONDS)

    async def withdraw(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Give a draft up."""
        request = pb.WithdrawPolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return await self._step(self._stub.WithdrawPolicyDraft, request, SECONDS)

    async def roll_back(self, *, etag: str = "") -> PolicyStepResult:
        """Put the bundle before the one in force in force again."""
        request = pb.RollBackPolicyRequest(etag=etag)
        return await self._step(self._stub.RollBackPolicy, request, LONG_SECONDS)

    async def shadow(self, draft: str | int | None, *, etag: str = "") -> PolicyStepResult:
        """Decide a tested draft beside the bundle in force, on live traffic; None ends it."""
        name = asks.draft_name(draft) if draft is not None else ""
        request = pb.ShadowPolicyDraftRequest(name=name, etag=etag)
        return await self._step(self._stub.ShadowPolicyDraft, request, LONG_SECONDS)

    async def shadow_report(self) -> PolicyShadow:
        """Return what the shadow has shown in all processes that serve the desk."""
        return shadow_of(await self._answer(self._stub.GetPolicyShadow, pb.GetPolicyShadowRequest(), SECONDS))

    async def audit(self) -> PolicyDeskAudit:
        """Compare the desk's log with the audit log; for auditors and privacy officers."""
        return audit_of(await self._answer(self._stub.AuditPolicyDesk, pb.AuditPolicyDeskRequest(), SECONDS))

    async def _step(self, call: Callable[..., Any], request: Any, timeout: float) -> PolicyStepResult:
        return result_of_step(await self._answer(call, request, timeout))

    async def _answer(self, call: Callable[..., Awaitable[Any]], request: Any, timeout: float) -> Any:
        request.language = self._language
        return await self._awaited(call(request, timeout=timeout))

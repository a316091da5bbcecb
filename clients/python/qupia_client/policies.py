"""Change the rules: `client.policies`, the steps of an officer. Who takes a step is the identity of the channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc

from qupia.v1 import policy_service_pb2 as pb
from qupia.v1.policy_service_pb2_grpc import PolicyServiceStub
from qupia_client import policy_asks as asks
from qupia_client.convert import language_message
from qupia_client.disclosure import Fault
from qupia_client.enums import Language
from qupia_client.paging import pages
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

Answer = TypeVar("Answer")

SECONDS: Final = 30.0
LONG_SECONDS: Final = 300.0
"""A check, a test or a replay decides some thousand cases."""


class Policies:
    """The steps of a change, for one server.

    Every method raises `Refused` for a step that is not in order (`reason` and `details.metadata["fault"]` say why),
    `StateChanged` for one that was decided on a state that has passed, `Forbidden` for one that needs another role.

    Args:
        stub: the service.
        fault: makes the client's error out of gRPC's.
        language: language of what a refusal says.
    """

    def __init__(self, stub: PolicyServiceStub, fault: Fault, language: Language | str = Language.RU) -> None:
        self._stub, self._fault = stub, fault
        self._language = language_message(language)

    def speaking(self, language: Language | str) -> Policies:
        """Return the same steps, with refusals in another language.

        Raises:
            ValueError: not a language of the contract.
        """
        return Policies(self._stub, self._fault, language)

    def desk(self) -> PolicyDesk:
        """Return what is in force, what will be, and the etag."""
        return desk_of(self._answer(self._stub.GetPolicyDesk, pb.GetPolicyDeskRequest()))

    def steps(self, *, page_size: int = 200) -> Iterator[PolicyStep]:
        """Yield every step that was taken, oldest first."""

        def fetch(token: str) -> tuple[list[PolicyStep], str]:
            request = pb.ListPolicyStepsRequest(page_size=page_size, page_token=token)
            answer = self._answer(self._stub.ListPolicySteps, request)
            return [step_of(one) for one in answer.policy_steps], answer.next_page_token

        return pages(fetch)

    def drafts(self, *, page_size: int = 200) -> Iterator[PolicyDraft]:
        """Yield the drafts, oldest first."""

        def fetch(token: str) -> tuple[list[PolicyDraft], str]:
            request = pb.ListPolicyDraftsRequest(page_size=page_size, page_token=token)
            answer = self._answer(self._stub.ListPolicyDrafts, request)
            return [draft_of(one) for one in answer.policy_drafts], answer.next_page_token

        return pages(fetch)

    def draft(self, draft: str | int) -> PolicyDraft:
        """Return a draft, given its name, id or number.

        Raises:
            NotFound: there is none.
        """
        return draft_of(self._answer(self._stub.GetPolicyDraft, pb.GetPolicyDraftRequest(name=asks.draft_name(draft))))

    def fetch(self, bundle: str) -> dict[str, bytes]:
        """Return the files of a bundle that was drafted here, by name.

        Raises:
            NotFound: there is none. ValueError: what came does not fit together.
        """
        request, download = pb.DownloadPolicyBundleRequest(name=resource("policyBundles", bundle)), asks.Download()
        request.language = self._language
        try:
            for message in self._stub.DownloadPolicyBundle(request, timeout=LONG_SECONDS):
                download.add(message)
        except grpc.RpcError as error:
            raise self._fault(error) from error
        return download.files()

    def create(
        self, source: str | Path | Mapping[str, bytes], title: str, *, request_id: str | None = None, etag: str = ""
    ) -> PolicyDraft:
        """Hand a bundle in as a new draft.

        Args:
            source: its folder, or its files by name.
            title: what the change is for.
            request_id: UUID4 that repeats an earlier call; None: a new one.
            etag: the state that it was decided on; empty: any.

        Raises:
            InvalidRequest: `fields` names files that no bundle has.
            OSError, ValueError: the folder cannot be read or is too large.
        """
        files = source if isinstance(source, Mapping) else asks.files_in(Path(source))
        header = asks.draft_header(files, title, request_id, etag)
        if asks.fits_into_a_call(files):
            return draft_of(self._answer(self._stub.CreatePolicyDraft, asks.create_draft(files, header)))
        header.language = self._language
        try:
            return draft_of(self._stub.UploadPolicyDraft(asks.upload_draft(header, files), timeout=LONG_SECONDS))
        except grpc.RpcError as error:
            raise self._fault(error) from error

    def check(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Admit a draft strictly; `step.passed` and `findings` tell how it went."""
        request = pb.CheckPolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return self._step(self._stub.CheckPolicyDraft, request, LONG_SECONDS)

    def test(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Run a draft's cases; `step.passed` and `findings` tell how it went."""
        request = pb.TestPolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return self._step(self._stub.TestPolicyDraft, request, LONG_SECONDS)

    def replay(  # noqa: PLR0913 - what a replay may state
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
        """Decide recorded facts under the bundle in force and a draft; `comparison` tells who gains and who loses.

        Args:
            draft: name, id or number.
            facts: one request a line, JSON.
            days: replay the facts, too, that the servers kept in the last so many days.
            max_gains, max_losses: beyond them the draft cannot be approved; None: no limit.
            min_replayed: fewest requests that must have been decided; None: 1; 0 lets a replay of nothing pass, openly.
            etag: the state that it was decided on; empty: any.
        """
        limits = asks.ReplayLimits(max_gains, max_losses, min_replayed)
        request = asks.replay_draft(draft, facts, days, limits, etag)
        return self._step(self._stub.ReplayPolicyDraft, request, LONG_SECONDS)

    def approve(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Approve a draft of another officer."""
        request = pb.ApprovePolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return self._step(self._stub.ApprovePolicyDraft, request)

    def activate(self, draft: str | int, *, at: dt.datetime | None = None, etag: str = "") -> PolicyStepResult:
        """Put an approved draft in force, now or at an instant with a time zone."""
        return self._step(self._stub.ActivatePolicyDraft, asks.activate_draft(draft, at, etag), LONG_SECONDS)

    def withdraw(self, draft: str | int, *, etag: str = "") -> PolicyStepResult:
        """Give a draft up."""
        request = pb.WithdrawPolicyDraftRequest(name=asks.draft_name(draft), etag=etag)
        return self._step(self._stub.WithdrawPolicyDraft, request)

    def roll_back(self, *, etag: str = "") -> PolicyStepResult:
        """Put the bundle before the one in force in force again."""
        return self._step(self._stub.RollBackPolicy, pb.RollBackPolicyRequest(etag=etag), LONG_SECONDS)

    def shadow(self, draft: str | int | None, *, etag: str = "") -> PolicyStepResult:
        """Decide a tested draft beside the bundle in force, on live traffic; None ends it."""
        name = asks.draft_name(draft) if draft is not None else ""
        request = pb.ShadowPolicyDraftRequest(name=name, etag=etag)
        return self._step(self._stub.ShadowPolicyDraft, request, LONG_SECONDS)

    def shadow_report(self) -> PolicyShadow:
        """Return what the shadow has shown in all processes that serve the desk."""
        return shadow_of(self._answer(self._stub.GetPolicyShadow, pb.GetPolicyShadowRequest()))

    def audit(self) -> PolicyDeskAudit:
        """Compare the desk's log with the audit log; for auditors and privacy officers."""
        return audit_of(self._answer(self._stub.AuditPolicyDesk, pb.AuditPolicyDeskRequest()))

    def _step(
        self, call: Callable[..., pb.PolicyStepResponse], request: object, timeout: float = SECONDS
    ) -> PolicyStepResult:
        return result_of_step(self._answer(call, request, timeout))

    def _answer(self, call: Callable[..., Answer], request: Any, timeout: float = SECONDS) -> Answer:
        request.language = self._language
        try:
            return call(request, timeout=timeout)
        except grpc.RpcError as error:
            raise self._fault(error) from error

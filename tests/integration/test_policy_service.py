"""The whole change of a rule over the wire: real server, real tokens, four eyes, an entry for each step."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator

import grpc
import pytest
from google.rpc import error_details_pb2

from qupia.v1 import policy_service_pb2 as pb
from qupia.v1 import policy_service_pb2_grpc
from qupia_client import (
    AuditEvent,
    Client,
    Forbidden,
    InvalidRequest,
    NotFound,
    PolicyStepKind,
    Refused,
    StateChanged,
)
from qupia_policies.bundle import default_bundle_dir
from qupia_policies.desk import Desk
from qupia_policies.loader import content_version, read_folder
from qupia_server.ledger.entry import EntryOutcome, Event
from tests.support.live import (
    CALL_SECONDS,
    LightRedactor,
    Live,
    bearer,
    details_of,
    live,
    own_data,
    prepare,
    settings_of,
)

ALIYA, BOLAT, SAULE = "officer:aliya", "officer:bolat", "officer:saule"
FACTS = json.dumps(
    {
        "id": "r-1",
        "facts": {
            "action": "read",
            "subject": {"role": "citizen", "kind": "person", "assurance": "low", "relation": "none"},
            "resource": {
                "kind": "letter",
                "archive": "demo",
                "fonds": "12",
                "secrecy": "none",
                "ownership": "state",
                "private_life": "yes",
                "term": "open",
            },
            "purpose": {"code": "genealogy", "ground": "public"},
            "env": {"today": "2026-11-22"},
        },
    }
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("home")
    Desk.open_served(home / "desk", default_bundle_dir())
    settings = settings_of(home, policies=str(home / "desk"))
    prepare(settings)
    with live(settings, LightRedactor().started) as running:
        yield running


@pytest.fixture
def author(server: Live) -> Iterator[Client]:
    with server.client(ALIYA, "policy_author") as client:
        yield client


@pytest.fixture
def approver(server: Live) -> Iterator[Client]:
    with server.client(BOLAT, "policy_approver") as client:
        yield client


@pytest.fixture
def auditor(server: Live) -> Iterator[Client]:
    with server.client(SAULE, "auditor") as client:
        yield client


def titled(title: str) -> dict[str, bytes]:
    """The national bundle under another title: another version with the same answers."""
    files = read_folder(default_bundle_dir())
    files["bundle.yaml"] = re.sub(rb"(?m)^title: .*$", b"title: " + title.encode(), files["bundle.yaml"])
    return files


def ready(author: Client, title: str) -> str:
    """Bring a draft to where it can be approved."""
    name = author.policies.create(titled(title), title).name
    assert author.policies.check(name).step.passed
    assert author.policies.test(name).step.passed
    assert author.policies.replay(name, [FACTS]).step.passed
    return name


def steps_recorded(server: Live) -> list[str]:
    """Return the reasons of steps that have both their entries."""
    entries = {entry.entry_id: entry for entry in server.entries() if entry.draft.event is Event.POLICY_CHANGE}
    ends = [entry.draft for entry in entries.values() if entry.draft.previous]
    assert all(end.outcome is EntryOutcome.TAKEN for end in ends)
    assert len(ends) * 2 == len(entries)
    return [entries[end.previous].draft.reason for end in ends]


def test_from_draft_to_rollback_each_step_recorded_and_served_at_once(
    server: Live, author: Client, approver: Client, auditor: Client
) -> None:
    before = auditor.policies.desk()
    assert before.active is not None
    assert before.serving_bundle == before.active.bundle
    assert before.max_delay == 2.0
    recorded = len(steps_recorded(server))
    name = ready(author, "second")
    approver.policies.approve(name)
    done = approver.policies.activate(name)
    assert done.draft is not None
    assert done.draft.bundle == f"policyBundles/{content_version(titled('second'))}"
    assert approver.active_bundle().name == done.draft.bundle, "this process serves it when the step is answered"
    with server.client() as owner:
        assert owner.check(**own_data()).decision.bundle == done.draft.bundle
    back = approver.policies.roll_back()
    after = auditor.policies.desk()
    assert after.active is not None
    assert (after.active.bundle, after.serving_bundle) == (before.active.bundle, before.active.bundle)
    assert after.active.number == before.active.number + 2
    words = ["DRAFT", "CHECK_PASSED", "TEST_PASSED", "REPLAY_PASSED", "APPROVE", "ACTIVATE", "ROLLBACK"]
    assert steps_recorded(server)[recorded:] == [f"ALLOWED.POLICY_{word}" for word in words]
    entry = server.entry(back.step.audit_entry)
    assert (entry.draft.body_digest, entry.draft.bundle) == (back.etag, before.active.bundle.rpartition("/")[2])
    assert auditor.audit_entry(back.step.audit_entry).event is AuditEvent.POLICY_CHANGE


def test_the_officer_of_a_step_is_who_was_identified(server: Live, author: Client, auditor: Client) -> None:
    made = author.policies.create(titled("mine"), "mine")
    step = list(auditor.policies.steps())[-1]
    entry = [entry for entry in server.entries() if entry.draft.event is Event.POLICY_CHANGE][-1]
    assert made.author == step.officer == entry.draft.requester
    assert ALIYA not in made.author
    with server.client(BOLAT, "policy_author") as other:
        assert other.policies.create(titled("mine"), "mine").author != made.author


def test_nobody_approves_their_own_draft_with_both_roles(server: Live) -> None:
    token = server.identity.mint_token(ALIYA, ("policy_author", "policy_approver"), "high", 3600)
    with server.bearer(token) as both:
        name = ready(both, "own")
        with pytest.raises(Refused) as refused:
            both.policies.approve(name)
    assert refused.value.details.metadata["fault"] == "OWN_DRAFT"
    assert server.entry(refused.value.entry).draft.outcome is EntryOutcome.REFUSED


STEPS: dict[str, Callable[[Client], object]] = {
    "CreatePolicyDraft": lambda client: client.policies.create(titled("x"), "x"),
    "CheckPolicyDraft": lambda client: client.policies.check(1),
    "TestPolicyDraft": lambda client: client.policies.test(1),
    "ReplayPolicyDraft": lambda client: client.policies.replay(1, []),
    "ShadowPolicyDraft": lambda client: client.policies.shadow(None),
    "WithdrawPolicyDraft": lambda client: client.policies.withdraw(1),
    "ApprovePolicyDraft": lambda client: client.policies.approve(1),
    "ActivatePolicyDraft": lambda client: client.policies.activate(1),
    "RollBackPolicy": lambda client: client.policies.roll_back(),
}
APPROVERS = {"ApprovePolicyDraft", "ActivatePolicyDraft", "RollBackPolicy"}


@pytest.mark.parametrize("method", STEPS)
def test_a_step_needs_its_role(server: Live, method: str) -> None:
    wrong = "policy_author" if method in APPROVERS else "policy_approver"
    etag = Desk(server.settings.home / "desk").etag
    for role in (wrong, "auditor", "privacy_officer", "archivist", "citizen"):
        with server.client(SAULE, role) as client, pytest.raises(Forbidden) as refused:
            STEPS[method](client)
        assert refused.value.entry, "a refusal to an identified caller has an entry"
    with server.service() as service, pytest.raises(Forbidden):
        STEPS[method](service)
    assert Desk(server.settings.home / "desk").etag == etag


def test_who_has_no_part_in_it_does_not_look_either(server: Live) -> None:
    with server.client() as owner:
        for ask in (owner.policies.desk, owner.policies.shadow_report, lambda: list(owner.policies.steps())):
            with pytest.raises(Forbidden):
                ask()


def test_a_step_on_a_state_that_has_passed_is_aborted(author: Client, auditor: Client) -> None:
    seen = auditor.policies.desk().etag
    first = author.policies.create(titled("raced"), "raced", etag=seen)
    with pytest.raises(StateChanged):
        author.policies.withdraw(first.name, etag=seen)
    done = author.policies.withdraw(first.name, etag=first.etag)
    assert done.draft is not None
    assert done.draft.withdrawn
    assert done.etag == auditor.policies.desk().etag


def test_a_step_out_of_order_says_what_must_come_first(server: Live, author: Client) -> None:
    name = author.policies.create(titled("early"), "early").name
    request = pb.TestPolicyDraftRequest(name=name)
    metadata = bearer(server.token(ALIYA, "policy_author"))
    with server.channel() as channel:
        stub = policy_service_pb2_grpc.PolicyServiceStub(channel)
        with pytest.raises(grpc.RpcError) as failed:
            stub.TestPolicyDraft(request, metadata=metadata, timeout=CALL_SECONDS)
    status = details_of(failed.value)
    assert status.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]
    found = error_details_pb2.PreconditionFailure()
    assert any(detail.Unpack(found) for detail in status.details)
    assert [(one.type, one.description) for one in found.violations] == [("NOT_CHECKED", "check the draft first")]


@pytest.mark.parametrize(("language", "said"), [("kk", "Алдымен"), ("ru", "Сначала"), ("en", "Check the draft")])
def test_what_must_come_first_is_said_in_the_officers_language(author: Client, language: str, said: str) -> None:
    name = author.policies.create(titled("spoken"), "spoken").name
    with pytest.raises(Refused, match=said):
        author.policies.speaking(language).test(name)


def test_a_faulty_draft_is_told_why_and_goes_no_further(author: Client, approver: Client) -> None:
    files = titled("faulty")
    files["rules/10-public.yaml"] = files["rules/10-public.yaml"].replace(b"effect: allow", b"effect: Deny", 1)
    name = author.policies.create(files, "faulty").name
    checked = author.policies.check(name)
    assert checked.step.passed is False
    assert ("rules/10-public.yaml", "UNKNOWN_EFFECT", True) in {
        (one.file, one.code, one.refuses) for one in checked.findings
    }
    with pytest.raises(Refused):
        approver.policies.approve(name)


def test_a_bundle_that_this_server_cannot_serve_is_not_admitted(author: Client) -> None:
    files = titled("dance")
    files["obligations.yaml"] += "  dance: {kk: а, ru: б, en: c}\n".encode()
    checked = author.policies.check(author.policies.create(files, "dance").name)
    assert checked.step.passed is False
    assert "NOT_KNOWN_HERE" in {one.code for one in checked.findings}


def test_files_that_no_bundle_has_are_named(author: Client) -> None:
    with pytest.raises(InvalidRequest) as refused:
        author.policies.create({"bundle.yaml": b"", "../desk.json": b"{}"}, "x")
    assert "files[../desk.json]" in refused.value.fields


def test_a_replay_beyond_its_limit_blocks_approval(author: Client, approver: Client) -> None:
    files = titled("stricter")
    files["overlays/demo.yaml"] = OVERLAY.encode()
    name = author.policies.create(files, "stricter").name
    author.policies.check(name)
    assert author.policies.test(name).step.passed
    replayed = author.policies.replay(name, [FACTS, "not json"], max_losses=0)
    assert replayed.step.passed is False
    found = replayed.comparison
    assert found is not None
    assert (found.total_count, found.loss_count, found.gain_count) == (2, 1, 0)
    assert sum(found.skipped_counts.values()) == 1
    assert ("archive", "demo", 1) in {(one.dimension, one.value, one.loss_count) for one in found.tallies}
    with pytest.raises(Refused) as refused:
        approver.policies.approve(name)
    assert refused.value.details.metadata["fault"] == "NOT_REPLAYED"


OVERLAY = """archive: demo
rules:
  - id: demo-hides-addresses
    effect: tighten
    place: {fonds: "12"}
    actions: [read]
    kinds: "*"
    grounds: [public, research, journalism]
    obligations: {profile: R1}
    legal_basis: Order No. 7
    title: {kk: а, ru: б, en: c}
    reason:
      officer: {kk: а, ru: б, en: c}
      requester: {kk: а, ru: б, en: c}
"""


def test_activation_at_a_time_is_scheduled_and_a_rollback_cancels_it(
    author: Client, approver: Client, auditor: Client
) -> None:
    now_in_force = auditor.policies.desk().active
    name = ready(author, "later")
    approver.policies.approve(name)
    at = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    approver.policies.activate(name, at=at)
    desk = auditor.policies.desk()
    assert [one.start_time for one in desk.scheduled] == [at]
    assert desk.active == now_in_force
    approver.policies.roll_back()
    assert auditor.policies.desk().scheduled == ()


def test_the_same_request_id_makes_no_second_draft(author: Client) -> None:
    once = "6f1d7a52-0d4c-4c8e-9a44-0b8a1a4d7f10"
    made = author.policies.create(titled("once"), "once", request_id=once)
    again = author.policies.create(titled("once"), "once", request_id=once)
    assert made.name == again.name
    with pytest.raises(InvalidRequest) as refused:
        author.policies.create(titled("once"), "twice", request_id=once)
    assert refused.value.reason == "REQUEST_ID_REUSED"


def test_lists_page_and_a_token_of_another_list_is_refused(server: Live, author: Client, auditor: Client) -> None:
    whole = list(auditor.policies.steps())
    assert [one.number for one in whole] == list(range(1, len(whole) + 1))
    assert list(auditor.policies.steps(page_size=3)) == whole
    assert whole[0].kind is PolicyStepKind.DRAFT
    assert whole[0].officer == "operator"
    drafts = list(auditor.policies.drafts(page_size=2))
    assert author.policies.draft(drafts[-1].name) == drafts[-1]
    with server.channel() as channel:
        stub = policy_service_pb2_grpc.PolicyServiceStub(channel)
        metadata = bearer(server.token(SAULE, "auditor"))
        page = stub.ListPolicyDrafts(pb.ListPolicyDraftsRequest(page_size=1), metadata=metadata, timeout=CALL_SECONDS)
        request = pb.ListPolicyStepsRequest(page_token=page.next_page_token)
        with pytest.raises(grpc.RpcError, match="INVALID_ARGUMENT"):
            stub.ListPolicySteps(request, metadata=metadata, timeout=CALL_SECONDS)


def test_an_approver_reads_what_is_to_be_approved(author: Client, approver: Client) -> None:
    draft = author.policies.create(titled("readable"), "readable")
    assert approver.policies.fetch(draft.bundle) == titled("readable")
    with pytest.raises(NotFound):
        approver.policies.fetch("0" * 64)
    with pytest.raises(NotFound):
        approver.policies.draft(9999)


def test_a_development_server_writes_the_profiles_that_a_change_needs(server: Live) -> None:
    home = server.settings.home
    with Client.from_env(home / "author.env") as author, Client.from_env(home / "approver.env") as approver:
        name = ready(author, "by profile")
        assert approver.policies.approve(name).draft is not None
        with pytest.raises(Forbidden):
            author.policies.approve(name)
    assert (home / "approver.token").stat().st_mode & 0o777 == 0o600


def test_a_served_desk_takes_no_step_by_hand(server: Live) -> None:
    with pytest.raises(Exception, match="served"):
        Desk(server.settings.home / "desk").draft("aliya", default_bundle_dir(), "by hand")

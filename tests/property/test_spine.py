"""The one rule, over every step at which something can fail: nothing leaves undecided, unchecked or unrecorded."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qupia_policies.model import Obligations, Profile
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.rendition import CheckedRendition
from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.model import Purpose, RefusalReason, Released
from qupia_server.disclosure.refused import Refused
from qupia_server.errors import (
    InvalidRequest,
    NotFound,
    QupiaError,
    RepeatChanged,
    RequestIdReused,
    Unavailable,
)
from qupia_server.ledger.entry import EntryOutcome, Event
from qupia_server.telemetry import configure_logs
from tests.support.fakes import FAULTS, World, a_document, a_request, a_world

UUID = "6f1ed002-ab59-4c1f-8d5c-0a7f3b9d5a11"
SEQUENCE = ["catalogue", "decide", "decide", "cache", "fetch", "redact", "record"]


async def ask(world: World, **changes: object) -> Released | BaseException:
    """Return what came out: something released, or the error."""
    try:
        return await Disclose(world.gate).release(a_request(**changes))  # type: ignore[arg-type]
    except (QupiaError, asyncio.CancelledError) as error:
        return error


async def test_the_spine_runs_in_order_and_records_before_it_releases() -> None:
    world = a_world()
    released = await ask(world)
    assert isinstance(released, Released)
    assert world.journal.steps == SEQUENCE
    assert isinstance(released.rendition, CheckedRendition)
    entry = world.ledger.entries[-1]
    assert entry.entry_id == released.receipt.entry_id
    assert entry.draft.outcome is EntryOutcome.ALLOWED
    assert entry.draft.rendition_sha256 == released.rendition.sha256
    assert entry.draft.hidden == {"person": 3}


one_fault = st.sampled_from([(step, index) for step, faults in FAULTS.items() for index in range(len(faults))])


@given(faults=st.lists(one_fault, max_size=3), discover=st.booleans(), read=st.booleans(), known=st.booleans())
def test_no_path_releases_without_decision_check_and_entry(
    faults: list[tuple[str, int]], discover: bool, read: bool, known: bool
) -> None:
    world = a_world()
    world.point.discover, world.point.read = discover, read
    world.journal.faults = {step: FAULTS[step][index] for step, index in faults}
    got = asyncio.run(ask(world, document_id="d-1" if known else "d-none"))
    steps, entries = world.journal.steps, world.ledger.entries
    if isinstance(got, Released):
        assert known
        assert discover
        assert read
        assert not world.journal.faults
        assert steps == SEQUENCE
        assert got.receipt.leaf_hash == entries[-1].leaf_hash()
        return
    assert all(entry.draft.outcome is not EntryOutcome.ALLOWED for entry in entries)
    assert all(entry.draft.reason and entry.draft.reason != "INTERNAL" for entry in entries)
    if "record" in world.journal.faults:
        assert entries == []
    else:
        assert len(entries) == 1, "a refusal has exactly one entry"
        assert getattr(got, "entry", None) in (None, f"auditEntries/{entries[0].entry_id}")
        assert isinstance(got, QupiaError | asyncio.CancelledError)
    assert "Secret Name" not in repr(got) + str(got)


@pytest.mark.parametrize(("step", "index"), [(s, i) for s, faults in FAULTS.items() for i in range(len(faults))])
async def test_no_private_text_in_logs_entries_or_metrics(step: str, index: int) -> None:
    from prometheus_client import generate_latest

    log = io.StringIO()
    configure_logs("DEBUG", log)
    world = a_world()
    world.journal.faults = {step: FAULTS[step][index]}
    await ask(world)
    seen = log.getvalue() + generate_latest(world.gate.telemetry.registry).decode()
    seen += json.dumps([asdict(entry.draft) for entry in world.ledger.entries], default=str)
    for secret in ("Secret Name", "Other Name", "991231500006", "person:one", "Приказ"):
        assert secret not in seen


async def test_cancellation_is_recorded_as_aborted_and_goes_on() -> None:
    world = a_world()
    world.journal.faults = {"redact": asyncio.CancelledError()}
    assert isinstance(await ask(world), asyncio.CancelledError)
    assert [e.draft.outcome for e in world.ledger.entries] == [EntryOutcome.ABORTED]
    assert world.ledger.entries[0].draft.reason == "CANCELLED.CANCELLED"


async def test_unknown_and_undiscoverable_get_the_same_answer_by_the_same_steps() -> None:
    hidden, absent = a_world(), a_world()
    hidden.point.discover = absent.point.discover = False
    first = await ask(hidden)
    second = await ask(absent, document_id="d-none")
    assert isinstance(first, NotFound)
    assert isinstance(second, NotFound)
    assert (first.public, first.facts, first.reason) == (second.public, second.facts, second.reason)
    assert hidden.journal.steps == absent.journal.steps
    assert hidden.ledger.entries[0].draft.reason == "NOT_FOUND.UNDISCOVERABLE"
    assert absent.ledger.entries[0].draft.reason == "NOT_FOUND.UNKNOWN"


async def test_an_unknown_document_is_not_found_even_when_every_rule_allows() -> None:
    world = a_world()
    assert isinstance(await ask(world, document_id="d-none"), NotFound)
    assert "fetch" not in world.journal.steps


async def test_a_missing_purpose_names_the_field_only_to_those_who_may_know_the_document() -> None:
    world = a_world()
    got = await ask(world, purpose=Purpose())
    assert isinstance(got, InvalidRequest)
    assert set(got.facts) == {"purpose.code", "purpose.ground"}
    assert world.ledger.entries[0].draft.reason == "PURPOSE_MISSING.PURPOSE_MISSING"
    world.point.discover = False
    assert isinstance(await ask(world, purpose=Purpose()), NotFound)


async def test_a_policy_refusal_carries_rules_and_opening_day() -> None:
    world = a_world()
    world.point.read = False
    got = await ask(world)
    assert isinstance(got, Refused)
    assert got.refusal.reason is RefusalReason.POLICY
    assert [rule.rule_id for rule in got.refusal.rules] == ["deny-rule"]
    assert got.refusal.opens_on is not None
    assert got.refusal.opens_on.isoformat() == "2062-03-06"
    assert got.refusal.receipt is not None


async def test_obligations_reach_the_redactor_with_the_requesters_own_details_open() -> None:
    world = a_world()
    await ask(world)
    order = world.redactor.orders[0]
    assert {category.value for category in order.hide} == {"person", "iin"}
    assert order.open_persons == {"p-1"}
    assert {person.person_id for person in order.persons} == {"p-1", "p-2"}


@pytest.mark.parametrize(
    "wrong",
    [
        Obligations(Profile.R3, frozenset({"unheard_of"})),
        Obligations(Profile.R3, frozenset({"person"}), duties=frozenset({"unheard_of"})),
        Obligations(Profile.R4, frozenset({"person"}), extract_only=True),
    ],
    ids=["category", "duty", "extract-about-nobody"],
)
async def test_an_obligation_that_nobody_can_fulfil_refuses(wrong: Obligations) -> None:
    world = a_world()
    world.point.obligations = wrong
    got = await ask(world)
    assert isinstance(got, Refused)
    assert got.refusal.reason is RefusalReason.OBLIGATION_UNFULFILLABLE
    assert "redact" not in world.journal.steps


async def test_a_document_without_master_refuses() -> None:
    world = a_world(lambda w: w.catalogue.documents.update({"d-1": a_document(master_sha256="")}))
    got = await ask(world)
    assert isinstance(got, Refused)
    assert got.refusal.reason is RefusalReason.MASTER_MISSING


async def test_the_cache_serves_only_under_the_same_bundle() -> None:
    world = a_world()
    first = await ask(world)
    second = await ask(world)
    assert isinstance(first, Released)
    assert isinstance(second, Released)
    assert (first.cached, second.cached) == (False, True)
    world.point.version = "c" * 64
    third = await ask(world)
    assert isinstance(third, Released)
    assert not third.cached


class TestRequestId:
    async def test_the_same_id_and_body_give_the_same_answer_and_one_entry(self) -> None:
        world = a_world()
        first = await ask(world, request_id=UUID)
        second = await ask(world, request_id=UUID)
        assert isinstance(first, Released)
        assert isinstance(second, Released)
        assert first.receipt == second.receipt
        assert len(world.ledger.entries) == 1

    async def test_the_same_id_with_another_body_is_refused(self) -> None:
        world = a_world()
        await ask(world, request_id=UUID)
        world.catalogue.documents["d-2"] = a_document("d-2")
        assert isinstance(await ask(world, request_id=UUID, document_id="d-2"), RequestIdReused)

    async def test_a_refusal_is_repeated_word_for_word(self) -> None:
        world = a_world()
        world.point.read = False
        first = await ask(world, request_id=UUID)
        world.point.read = True
        second = await ask(world, request_id=UUID)
        assert isinstance(first, Refused)
        assert isinstance(second, Refused)
        assert first.refusal.receipt == second.refusal.receipt
        assert first.refusal.code == second.refusal.code
        assert len(world.ledger.entries) == 1

    async def test_a_recorded_allow_is_not_repeated_when_policy_refuses_now(self) -> None:
        world = a_world()
        await ask(world, request_id=UUID)
        world.point.read = False
        got = await ask(world, request_id=UUID)
        assert isinstance(got, Refused)

    async def test_a_recorded_allow_is_not_repeated_under_another_bundle(self) -> None:
        world = a_world()
        await ask(world, request_id=UUID)
        world.point.version = "c" * 64
        assert isinstance(await ask(world, request_id=UUID), RepeatChanged)

    async def test_after_a_passing_fault_the_same_id_may_be_tried_again(self) -> None:
        world = a_world()
        world.journal.faults = {"fetch": Unavailable()}
        assert isinstance(await ask(world, request_id=UUID), Unavailable)
        world.journal.faults = {}
        assert isinstance(await ask(world, request_id=UUID), Released)

    @pytest.mark.parametrize("code", list(RefusalCode), ids=str)
    async def test_only_a_refusal_for_the_documents_own_fault_uses_the_id_up(self, code: RefusalCode) -> None:
        world = a_world()
        world.journal.faults = {"redact": RedactionRefused(code)}
        assert isinstance(await ask(world, request_id=UUID), Refused)
        assert isinstance(await ask(world, request_id=UUID), Refused)
        world.journal.faults = {}
        got = await ask(world, request_id=UUID)
        reasons = [entry.draft.reason for entry in world.ledger.entries]
        if code.value in {"TIME_LIMIT", "MEMORY_LIMIT", "WORKER_DIED", "ENGINE_ERROR"}:
            assert isinstance(got, Released)
            assert reasons == [f"REDACTION.{code.value}"] * 2 + ["ALLOWED.RULE"]
        else:
            assert isinstance(got, Refused)
            assert reasons == [f"REDACTION.{code.value}"]


async def test_how_the_delivery_ended_is_a_second_entry() -> None:
    world = a_world()
    released = await ask(world)
    assert isinstance(released, Released)
    await Disclose(world.gate).delivered(released, 7, complete=False)
    last = world.ledger.entries[-1].draft
    assert (last.event, last.outcome, last.bytes_sent) == (Event.DELIVERY, EntryOutcome.ABORTED, 7)
    assert last.previous == released.receipt.entry_id


def test_faults_cover_every_step() -> None:
    assert set(FAULTS) == set(SEQUENCE)
    assert any(isinstance(fault, RedactionRefused) for fault in FAULTS["redact"])

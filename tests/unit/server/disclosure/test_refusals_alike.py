"""Answers, repeats and explanations of a refusal are the same bytes for documents that differ in what they hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.explain import Voice
from qupia_policies.model import Decision, Facts, Ground, Snapshot
from qupia_redaction.model import Language
from qupia_server.adapters.policy_book import BundlePoint
from qupia_server.disclosure.check_access import CheckAccess
from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.explaining import Explanations
from qupia_server.disclosure.model import Purpose, PurposeCode
from qupia_server.disclosure.records import Appraisal, PrivateLife, SecretKind
from qupia_server.disclosure.refused import Refused
from qupia_server.rpc.convert_decision import refusal_to_proto
from qupia_server.rpc.convert_explanation import explanation_to_proto
from tests.support.fakes import NOW, World, a_document, a_request, a_requester, a_world

ENGINE = PolicyEngine(load_bundle(default_bundle_dir()), NOW.date)
HELD = {
    "nothing": Appraisal(secret_kinds=frozenset(), procedural=False, children=False),
    "bank": Appraisal(secret_kinds=frozenset({SecretKind.BANK}), procedural=False, children=False),
    "notarial": Appraisal(secret_kinds=frozenset({SecretKind.NOTARIAL}), procedural=True, children=True),
    "repression": Appraisal(secret_kinds=frozenset(), repression=True, procedural=True, children=False),
}
REQUEST_ID = "0b5c1e9e-6c1b-4f9e-8f63-8f8f8f8f8f8f"


class Point(BundlePoint):
    """The national bundle; keeps what was noted of each entry."""

    def __init__(self) -> None:
        super().__init__(ENGINE, Snapshot(ENGINE.bundle.version, "t", len(ENGINE.bundle.rules), NOW))
        self.kept: dict[str, Facts] = {}

    def current(self) -> Point:
        return self

    def noted(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        self.kept[entry_id] = facts

    def facts(self, entry_id: str, day: dt.date) -> Facts | None:
        return self.kept.get(entry_id)


class Past:
    """What was kept of it."""

    def __init__(self, point: Point) -> None:
        self.facts = point.facts

    def engine(self, version: str) -> PolicyEngine | None:
        return ENGINE


def world_of(held: Appraisal) -> tuple[World, Point]:
    document = a_document(accessioned=dt.date(2000, 1, 1), private_life=PrivateLife.YES, appraisal=held)
    world, point = a_world(lambda made: made.catalogue.documents.update({"d-1": document})), Point()
    world.gate = replace(world.gate, policies=point)
    return world, point


def said(refused: Refused) -> list[bytes]:
    plain = replace(refused.refusal, receipt=None)
    return [refusal_to_proto(plain, one).SerializeToString(deterministic=True) for one in Language]


async def heard(held: Appraisal, ground: Ground, subject: str) -> list[bytes]:
    """Return everything that a requester gets of a document: answers, the repeat of one, all grounds, explanation."""
    world, point = world_of(held)
    asked = a_request(requester=a_requester(subject), purpose=Purpose(PurposeCode.GENEALOGY, ground))
    found: list[bytes] = []
    with pytest.raises(Refused) as once:
        await CheckAccess(world.gate).check(asked)
    entry = world.ledger.entries[-1].entry_id
    found += said(once.value)
    for _ in range(2):
        with pytest.raises(Refused) as again:
            await Disclose(world.gate).release(replace(asked, request_id=REQUEST_ID), None)
        found += said(again.value)
    assert found[:3] == found[3:6] == found[6:], "an answer, a disclosure and its repeat"
    everywhere = await CheckAccess(world.gate).check_all_grounds(asked)
    refusals = [(one.ground, one.decision, one.rules) for one in everywhere.answers if not one.decision.allowed]
    found.append(repr(sorted(map(repr, refusals))).encode())
    for language in ("kk", "ru", "en"):
        told = await Explanations(world.gate, Past(point)).explain(asked.requester.caller, entry, None, language)
        assert told.voice is Voice.REQUESTER
        found.append(explanation_to_proto(told, Language(language)).SerializeToString(deterministic=True))
    return found


@pytest.mark.parametrize("subject", ["person:none", "person:other"])
@pytest.mark.parametrize("ground", [Ground.PUBLIC, Ground.HEIR, Ground.WRITTEN_PERMISSION, Ground.REHABILITATION])
async def test_whoever_is_refused_hears_the_same_whatever_the_document_holds(ground: Ground, subject: str) -> None:
    told = {name: await heard(held, ground, subject) for name, held in HELD.items()}
    for name in HELD:
        assert told[name] == told["nothing"], name


async def test_the_audit_log_knows_the_difference() -> None:
    rules = set()
    for held in HELD.values():
        world, _ = world_of(held)
        with pytest.raises(Refused):
            await CheckAccess(world.gate).check(
                a_request(requester=a_requester("person:none"), purpose=Purpose(PurposeCode.GENEALOGY, Ground.HEIR))
            )
        rules.add((world.ledger.entries[-1].draft.rules, world.ledger.entries[-1].draft.reason))
    assert len(rules) > 1

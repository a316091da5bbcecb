"""What an explanation lacks is named, and what it lacks is not made up: facts that are gone, and facts that differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.explain import Voice
from qupia_policies.model import Decision, Facts, Ground, Snapshot
from qupia_policies.story import Telling, story_of
from qupia_server.adapters.policy_book import BundlePoint
from qupia_server.disclosure.check_access import CheckAccess
from qupia_server.disclosure.explaining import SETTLING, Explained, Explanations, Lack
from qupia_server.disclosure.model import Purpose, PurposeCode
from qupia_server.disclosure.refused import Refused
from tests.support.fakes import NOW, World, a_document, a_request, a_requester, a_world

ENGINE = PolicyEngine(load_bundle(default_bundle_dir()), NOW.date)
AUDITOR = a_requester(role="auditor").caller


class Later:
    """A clock of a time when facts have been kept, or never will be."""

    def now(self) -> dt.datetime:
        return NOW + SETTLING + dt.timedelta(seconds=1)

    def today(self) -> dt.date:
        return NOW.date()


class Point(BundlePoint):
    """The national bundle; keeps what was noted of each entry."""

    def __init__(self, noted_by: dict[str, Facts]) -> None:
        version = ENGINE.bundle.version
        super().__init__(ENGINE, Snapshot(version, "t", len(ENGINE.bundle.rules), NOW))
        self.noted_by = noted_by

    def current(self) -> Point:
        return self

    def noted(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        self.noted_by[entry_id] = facts


@dataclass
class Kept:
    """What was kept, as a test wants it."""

    kept: dict[str, Facts]

    def engine(self, version: str) -> PolicyEngine | None:
        return ENGINE if version == ENGINE.bundle.version else None

    def facts(self, entry_id: str, day: dt.date) -> Facts | None:
        assert day == NOW.date()
        return self.kept.get(entry_id)


@pytest.fixture
def kept() -> dict[str, Facts]:
    return {}


@pytest.fixture
def world(kept: dict[str, Facts]) -> World:
    made = a_world(lambda w: w.catalogue.documents.update({"d-1": a_document(accessioned=dt.date(2000, 1, 1))}))
    made.gate = replace(made.gate, policies=Point(kept), clock=Later())
    return made


async def refused(world: World) -> str:
    """Return the entry of a refusal by the 75 years."""
    asked = a_request(requester=a_requester("person:none"), purpose=Purpose(PurposeCode.GENEALOGY, Ground.PUBLIC))
    with pytest.raises(Refused):
        await CheckAccess(world.gate).check(asked)
    return world.ledger.entries[-1].entry_id


async def explained(world: World, kept: dict[str, Facts], entry: str, voice: Voice = Voice.OFFICER) -> Explained:
    return await Explanations(world.gate, Kept(kept)).explain(AUDITOR, entry, voice, "en")


async def test_kept_facts_explain_and_nothing_is_lacking(world: World, kept: dict[str, Facts]) -> None:
    entry = await refused(world)
    found = await explained(world, kept, entry)
    assert found.lacks == ()
    assert found.told["nearest"]
    assert found.told["opens_on"] == "2062-03-06"


@pytest.mark.parametrize("voice", list(Voice))
async def test_facts_that_are_gone_are_a_named_lack_and_nothing_stands_for_them(
    world: World, kept: dict[str, Facts], voice: Voice
) -> None:
    entry = await refused(world)
    found = await explained(world, {}, entry, voice)
    assert found.lacks == (Lack.FACTS_NOT_KEPT,)
    assert not found.told.get("nearest")
    assert "opens_on" not in found.told
    assert found.told["reasons"], "the rule that denied stands in the entry, and its words in the bundle"


@pytest.mark.parametrize(
    "change",
    [
        {"resource": {"term": "open"}},
        {"resource": {"secrecy": "secret"}},
        {"subject": {"role": "not a role"}},
        {"purpose": {"code": "nothing"}},
    ],
    ids=str,
)
async def test_facts_that_lead_elsewhere_are_a_named_lack_and_are_not_used(
    world: World, kept: dict[str, Facts], change: dict[str, dict[str, str]]
) -> None:
    entry = await refused(world)
    sides = kept[entry].attributes
    if "term" in change.get("resource", {}):
        sides = {**sides, "resource": {k: v for k, v in sides["resource"].items() if not k.startswith("created")}}
    others = replace(kept[entry], attributes={side: {**said, **change.get(side, {})} for side, said in sides.items()})
    found = await explained(world, {entry: others}, entry)
    assert found.lacks == (Lack.FACTS_DIFFER,)
    assert found.told == (await explained(world, {}, entry)).told, "as if nothing had been kept"


async def test_facts_that_are_still_being_written_are_waited_for(world: World, kept: dict[str, Facts]) -> None:
    entry = await refused(world)
    late, asked = dict(kept), 0

    class Slow(Kept):
        def facts(self, entry_id: str, day: dt.date) -> Facts | None:
            nonlocal asked
            asked += 1
            return super().facts(entry_id, day) if asked > 1 else None

    now = replace(world.gate, clock=a_world().gate.clock)
    found = await Explanations(now, Slow(late)).explain(AUDITOR, entry, None, "en")
    assert (found.lacks, asked) == ((), 2)


async def test_what_is_told_is_what_the_policies_tell_of_these_facts(world: World, kept: dict[str, Facts]) -> None:
    entry = await refused(world)
    facts = ENGINE.bundle.schema.declared(kept[entry])
    for voice in Voice:
        told = story_of(ENGINE, ENGINE.decide(facts), facts, Telling("en", voice))
        assert (await explained(world, kept, entry, voice)).told == told

"""Ties that must not open: heirs of the living, permissions about somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qupia_policies.model import Action, Ground, OpenScope
from qupia_server.disclosure.gather import Known, facts_of, gather
from qupia_server.disclosure.model import Purpose, PurposeCode
from qupia_server.disclosure.records import Kinship, Life, Permission, RelationKind, Ties
from tests.support.fakes import FixedClock, a_requester, a_world

HEIR = Kinship("p-1", "person:one", RelationKind.HEIR, proven=True)
GIVEN = Permission("p-2", "p-2", "person:one", "d-1")


async def known_with(life: Life, *kinships: Kinship, permissions: tuple[Permission, ...] = ()) -> Known:
    world = a_world()
    world.catalogue.people["p-1"] = replace(world.catalogue.people["p-1"], life=life)

    async def ties(*_: object) -> Ties:
        return Ties(kinships, permissions)

    world.catalogue.ties = ties  # type: ignore[method-assign,assignment]
    return await gather(world.catalogue, FixedClock(), a_requester(), "d-1")


@pytest.mark.parametrize(
    ("life", "opened", "relation"),
    [
        (Life.ALIVE, set(), "heir_unproven"),
        (Life.DECEASED, {"p-1"}, "heir"),
        (Life.UNKNOWN, {"p-1"}, "heir"),
    ],
)
async def test_nobody_inherits_from_the_living(life: Life, opened: set[str], relation: str) -> None:
    known = await known_with(life, HEIR)
    assert known.open_persons(frozenset({OpenScope.INHERITED})) == opened
    facts = facts_of(Action.READ, a_requester(), Purpose(PurposeCode.PROTECT_RIGHTS, Ground.HEIR), known)
    assert facts.attributes["subject"]["relation"] == relation


async def test_a_living_persons_own_tie_stays() -> None:
    known = await known_with(Life.ALIVE, replace(HEIR, relation=RelationKind.SELF))
    assert known.open_persons(frozenset({OpenScope.REQUESTER})) == {"p-1"}


@pytest.mark.parametrize(("person", "permitted"), [("p-2", True), ("p-9", False)])
async def test_a_permission_counts_only_for_a_person_concerned(person: str, permitted: bool) -> None:
    known = await known_with(Life.UNKNOWN, permissions=(replace(GIVEN, person=person),))
    purpose = Purpose(PurposeCode.OTHER, Ground.WRITTEN_PERMISSION)
    facts = facts_of(Action.READ, a_requester(), purpose, known)
    assert facts.attributes["resource"]["permission"] is permitted


@pytest.mark.parametrize(
    ("life", "signer", "opened"),
    [
        (Life.ALIVE, "p-1", {"p-1"}),
        (Life.ALIVE, "p-heir", set()),
        (Life.UNKNOWN, "p-heir", set()),
        (Life.DECEASED, "p-heir", {"p-1"}),
    ],
)
async def test_only_for_the_dead_does_another_permit(life: Life, signer: str, opened: set[str]) -> None:
    known = await known_with(life, permissions=(Permission("p-1", signer, "person:one", "d-1"),))
    assert known.open_persons(frozenset({OpenScope.PERMITTED})) == opened

"""No rule of the national bundle reads a fact that the server never supplies: such a rule would be inert."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.model import Action, Facts, Ground
from qupia_redaction.model import PrivateText
from qupia_server.app.identity import ROLE_ORDER
from qupia_server.disclosure.gather import Installation, Known, facts_of, gather
from qupia_server.disclosure.model import Purpose, PurposeCode, Requester, StateBasis
from qupia_server.disclosure.records import (
    Appraisal,
    ArchiveKind,
    FileState,
    Kinship,
    Life,
    Permission,
    PrivateLife,
    RelationKind,
    SecretKind,
    Ties,
)
from tests.support.fakes import NOW, FixedClock, a_document, a_requester, a_world

BUNDLE = load_bundle(default_bundle_dir())
ENGINE_KNOWS = frozenset({"resource.kind", "resource.archive", "purpose.ground", "env.today"})
"""What stands in the facts beside their attributes, or is worked out by the engine."""
NEVER = {
    "env.kdp": frozenset({"refused"}),  # who refused gave no permission that one could read
}
"""Values of facts that the server never supplies, with the reason."""
WAYS = tuple(
    Permission("p-2", signer, "person:one", "d-1", **said)
    for signer in ("p-2", "person:heir")
    for said in (
        {"valid_to": NOW.date(), "kdp_token": "t", "cross_border": True, "notice": True},
        {"kdp_token": "t", "kdp_valid_to": NOW.date() - dt.timedelta(days=1), "third_party": False},
        {"revoked_at": NOW - dt.timedelta(days=1)},
        {"valid_to": NOW.date() - dt.timedelta(days=1)},
        {},
    )
)


async def known() -> Known:
    appraisal = Appraisal(
        frozenset(SecretKind), True, dt.date(2050, 1, 1), dt.date(2000, 1, 1), True, True, True, True, True
    )
    document = a_document(accessioned=NOW.date(), appraisal=appraisal)
    world = a_world(lambda w: w.catalogue.documents.update({"d-1": document}))
    world.catalogue.people["p-2"] = replace(world.catalogue.people["p-2"], life=Life.DECEASED)
    found = await gather(world.catalogue, FixedClock(), a_requester(), "d-1", Installation(True, frozenset({"DE"})))
    file = FileState(PrivateLife.YES, NOW.date())
    return replace(found, archive_kind=ArchiveKind.SPECIAL, file=file)


def requesters() -> Iterator[Requester]:
    for role in ROLE_ORDER:
        yield replace(a_requester(), role=role, attributes={"archive": "central", "org": "o"})
    yield replace(a_requester(), subject_id=PrivateText("person:one"))


async def all_facts() -> list[Facts]:
    base = await known()
    kin = [
        Ties((Kinship("p-1", "person:one", relation, proven),)) for relation in RelationKind for proven in (True, False)
    ]
    ties = [Ties(), *kin, *(Ties((), (given,)) for given in WAYS)]
    bases = [Purpose(code, Ground.STATE_BODY, "1", authority_document="5", terms_accepted=True) for code in PurposeCode]
    purposes = [*bases, *(replace(bases[0], basis=basis) for basis in StateBasis)]
    first = next(requesters())
    made = [facts_of(Action.READ, first, purposes[0], replace(base, ties=tie), "DE") for tie in ties]
    made += [facts_of(Action.READ, who, purposes[0], base) for who in requesters()]
    made += [facts_of(Action.READ, first, purpose, base) for purpose in purposes]
    made += [facts_of(Action.READ, first, purposes[0], replace(base, archive_kind=kind)) for kind in ArchiveKind]
    return made


@pytest.fixture
async def supplied() -> dict[str, set[object]]:
    """The values of each attribute that the server was seen to supply."""
    found: defaultdict[str, set[object]] = defaultdict(set)
    for facts in await all_facts():
        whole, faults = BUNDLE.schema.complete(facts, NOW.date)
        assert not faults
        for side, named in whole.attributes.items():
            for name, value in named.items():
                found[f"{side}.{name}"] |= set(value) if isinstance(value, tuple) else {value}
    return dict(found)


def test_the_server_supplies_what_rules_read(supplied: dict[str, set[object]]) -> None:
    read = frozenset[str]().union(*(rule.condition.paths for rule in BUNDLE.rules))
    assert read - supplied.keys() - ENGINE_KNOWS == set()


def test_the_server_supplies_every_word_of_the_facts_that_rules_compare(supplied: dict[str, set[object]]) -> None:
    for path in ("subject.role", "subject.relation", "purpose.basis", "env.kdp", "resource.secret_kinds",
                 "resource.archive_kind", "resource.permission_by", "purpose.code"):  # fmt: skip
        words = set(BUNDLE.schema.attributes[path].values)
        assert words - NEVER.get(path, frozenset()) <= {str(value) for value in supplied[path]}, path

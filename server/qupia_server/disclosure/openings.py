"""What opens a document to a role: with nothing more, or on which sets of further facts.

A set is told when it opens more than every smaller one does: the smallest that open, and larger ones that hide less,
are kinder to a class of persons, or ask for less.

Each line is a decision on just these facts, never worked out from the rules. The rules tell only which facts are worth
trying: those that a rule of the ground reads, and none where every allow rule fails by something else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Final

from qupia_policies.model import Action, Decision, Ground
from qupia_policies.replay import compare
from qupia_server.disclosure.check_access import answered
from qupia_server.disclosure.gate import DecisionPoint
from qupia_server.disclosure.gather import Known, facts_of
from qupia_server.disclosure.model import GroundAnswer, Purpose, PurposeCode, Requester, StateBasis

MAX_DECISIONS: Final = 500
"""Most decisions about one role and one document; the smallest sets of facts are tried first, on every ground."""
MAX_LARGER: Final = 500
"""Most decisions about one role and one document by which larger sets of facts are tried, after those."""
TURN: Final = 20
"""Decisions after which other calls get their turn."""
SOME_NUMBER: Final = "1"
"""Stands for the number of any case, or of any document: what only has to be given."""


class Need(StrEnum):
    """A fact that a request brings, beside role, purpose and ground."""

    OWN_ARCHIVE = "own_archive"
    CASE_NUMBER = "case_number"
    AUTHORITY_DOCUMENT = "authority_document"
    BASIS = "basis"
    TERMS_ACCEPTED = "terms_accepted"


PATHS: Final[Mapping[str, Need]] = {
    "subject.archive": Need.OWN_ARCHIVE,
    "purpose.case_no": Need.CASE_NUMBER,
    "purpose.authority_document": Need.AUTHORITY_DOCUMENT,
    "purpose.basis": Need.BASIS,
    "purpose.terms_accepted": Need.TERMS_ACCEPTED,
}
"""Needs by the attribute that rules read of them."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A set of further facts; `basis` is there exactly with `Need.BASIS`."""

    needs: frozenset[Need] = frozenset()
    basis: StateBasis | None = None

    def __le__(self, other: Brought) -> bool:
        """Tell whether the other set brings all of this one."""
        return self.needs <= other.needs and self.basis in {None, other.basis}

    def asking(self, requester: Requester, purpose: Purpose, archive: str) -> tuple[Requester, Purpose]:
        """Return requester and purpose with these facts."""
        if Need.OWN_ARCHIVE in self.needs:
            requester = replace(requester, attributes={**requester.attributes, "archive": archive})
        stated = replace(
            purpose,
            case_number=SOME_NUMBER if Need.CASE_NUMBER in self.needs else "",
            authority_document=SOME_NUMBER if Need.AUTHORITY_DOCUMENT in self.needs else "",
            basis=self.basis,
            terms_accepted=True if Need.TERMS_ACCEPTED in self.needs else None,
        )
        return requester, stated


@dataclass(frozen=True, slots=True)
class Opening:
    """A ground that opens a document on further facts; with any of them less it does not, or opens less.

    Attributes:
        needs: what a request has to bring, in the order of the vocabulary.
        bases: with `Need.BASIS`: any one of these serves.
        answer: ground and decision then.
    """

    needs: tuple[Need, ...]
    bases: tuple[StateBasis, ...]
    answer: GroundAnswer


@dataclass(slots=True)
class Tried:
    """What was found for one requester.

    Attributes:
        plain: the decision on each ground that opens with nothing more.
        openings: what opens on more, by ground.
        untried: the bound was reached before every set was tried.
    """

    plain: dict[Ground, Decision] = field(default_factory=dict)
    openings: tuple[Opening, ...] = ()
    untried: bool = False


class Trials:
    """The decisions about one requester and one document, on every ground.

    Args:
        point: the bundle.
        requester: who asks, with no further facts.
        code: what for.
        known: what the server knows of requester and document.
    """

    def __init__(self, point: DecisionPoint, requester: Requester, code: PurposeCode, known: Known) -> None:
        self._point, self._requester, self._code, self._known = point, requester, code, known
        self._decisions, self._bound = 0, MAX_DECISIONS
        self._discovered: dict[Brought, bool] = {}

    async def run(self, *, with_more: bool) -> Tried:
        """Ask on every ground with nothing more, then with ever larger sets of facts.

        Args:
            with_more: whether further facts are tried at all.
        """
        tried = Tried()
        for ground in Ground:
            decision = await self._decided(ground, Brought())
            if decision is not None:
                tried.plain[ground] = decision
        if not with_more or not self._known.exists:
            return tried
        read = {ground: self._worth(ground) for ground in Ground}
        nothing = Brought()
        found = {ground: {nothing: tried.plain[ground]} if ground in tried.plain else {} for ground in read}
        for larger in (False, True):
            self._bound = self._decisions + MAX_LARGER if larger else MAX_DECISIONS
            for size in range(1, len(Need) + 1):
                for ground, needs in read.items():
                    tried.untried |= not await self._of_size(_sets(needs, size), ground, found[ground], larger)
        tried.openings = tuple(one for ground, opened in found.items() for one in self._told(ground, opened))
        return tried

    async def _of_size(
        self, sets: Iterator[Brought], ground: Ground, found: dict[Brought, Decision], larger: bool
    ) -> bool:
        """Try the sets of one size; False when the bound was reached.

        Args:
            sets: all of one size, after those of every smaller one.
            ground: on which.
            found: what opens; added to.
            larger: try the sets that hold one which opens, for whether they open more; else the others.
        """
        for brought in sets:
            less = [decision for smaller, decision in found.items() if smaller <= brought]
            if bool(less) is not larger or brought in found:
                continue
            if self._decisions >= self._bound:
                return False
            decision = await self._decided(ground, brought)
            if decision is not None and all(compare(one, decision).gained for one in less):
                found[brought] = decision
        return True

    def _worth(self, ground: Ground) -> frozenset[Need]:
        """Return what is worth bringing on a ground: to be told of the document, and to read it."""
        purpose, absent = Purpose(self._code, ground), frozenset(PATHS)
        found = frozenset[str]()
        for action in (Action.DISCOVER, Action.READ):
            facts = facts_of(action, self._requester, purpose, self._known)
            paths = self._point.could_help(facts, absent)
            if not paths and not self._point.decide(facts).allowed:
                return frozenset()
            found |= paths
        return frozenset(PATHS[path] for path in found)

    async def _decided(self, ground: Ground, brought: Brought) -> Decision | None:
        """Return the decision of a disclosure that would be allowed, else None."""
        archive = self._known.document.cipher.archive
        requester, purpose = brought.asking(self._requester, Purpose(self._code, ground), archive)
        if not (self._known.exists and await self._may_discover(requester, purpose, brought)):
            return None
        read = await self._decide(Action.READ, requester, purpose)
        return read if read.allowed else None

    async def _may_discover(self, requester: Requester, purpose: Purpose, brought: Brought) -> bool:
        """Tell whether the document may be known of; the ground has no say in that, but in who counts as tied."""
        if self._known.ties.kinships:
            return (await self._decide(Action.DISCOVER, requester, purpose)).allowed
        if brought not in self._discovered:
            self._discovered[brought] = (await self._decide(Action.DISCOVER, requester, purpose)).allowed
        return self._discovered[brought]

    async def _decide(self, action: Action, requester: Requester, purpose: Purpose) -> Decision:
        self._decisions += 1
        if self._decisions % TURN == 0:
            await asyncio.sleep(0)
        return self._point.decide(facts_of(action, requester, purpose, self._known))

    def _told(self, ground: Ground, found: Mapping[Brought, Decision]) -> Iterator[Opening]:
        """Yield what opens a ground; items of the law that lead to the same are told together."""
        together: dict[tuple[frozenset[Need], tuple[str, ...]], list[StateBasis]] = {}
        decided: dict[tuple[frozenset[Need], tuple[str, ...]], Decision] = {}
        for brought, decision in found.items():
            if not brought.needs:
                continue
            key = brought.needs, decision.rules  # which settle what is opened
            together.setdefault(key, []).extend([brought.basis] if brought.basis else [])
            decided.setdefault(key, decision)
        for key, decision in decided.items():
            needs = tuple(need for need in Need if need in key[0])
            yield Opening(needs, tuple(together[key]), answered(ground, decision, self._point, self._known))


def _sets(needs: frozenset[Need], size: int) -> Iterator[Brought]:
    """Yield the sets of a size, in the order of the vocabulary; one for each item of the law where a basis is in it."""
    for chosen in combinations([need for need in Need if need in needs], size):
        for basis in StateBasis if Need.BASIS in chosen else (None,):
            yield Brought(frozenset(chosen), basis)

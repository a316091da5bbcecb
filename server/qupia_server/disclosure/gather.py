"""*Gather*: who asks and what is asked for become facts. Every fact comes from the server's side.

A document that does not exist is stood in for by a decoy, so that absent and undiscoverable documents take the same
steps, and therefore the same time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qupia_policies.model import Action, Facts, Ground, OpenScope, Value
from qupia_policies.terms import Certainty as TermCertainty
from qupia_policies.terms import ClosureTerm, TermState, arrival, closure
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Purpose, Requester
from qupia_server.disclosure.ports import CatalogueReader, Clock
from qupia_server.disclosure.records import (
    ArchiveCipher,
    Certainty,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    Kinship,
    Life,
    Ownership,
    Person,
    PrivateLife,
    RelationKind,
    Secrecy,
    Ties,
)

DECOY = Document(
    document_id="decoy",
    cipher=ArchiveCipher("decoy", "0", "0", "0"),
    kind=DocumentKind.OTHER,
    form=DocumentForm.ELECTRONIC_COPY,
    title=PrivateText(""),
    created=DateRange(),
    secrecy=Secrecy.SPECIAL_IMPORTANCE,
    ownership=Ownership.STATE,
    owner_consent=False,
    private_life=PrivateLife.UNKNOWN,
)
"""Stands in for a document that does not exist, as strict as can be. Whatever a rule says of it, it is not found."""

_TERM_CERTAINTY = {
    Certainty.EXACT: TermCertainty.EXACT,
    Certainty.APPROXIMATE: TermCertainty.RANGE,
    Certainty.UNKNOWN: TermCertainty.UNKNOWN,
}


HOME = "KZ"
NOT_KNOWN = ClosureTerm(TermState.UNKNOWN, None)


@dataclass(frozen=True, slots=True)
class Known:
    """What the server knows about one request.

    Attributes:
        document: the document, or the decoy.
        exists: False for the decoy.
        persons: persons concerned.
        ties: kinships and permissions between requester and document.
        term: the 75-year term of the document on `today`.
        now, today: the instant and the archive's day by which everything is judged.
        first_year: the first year of the document in its archive; unknown where the catalogue has no day for it.
    """

    document: Document
    exists: bool
    persons: tuple[Person, ...]
    ties: Ties
    term: ClosureTerm
    now: dt.datetime
    today: dt.date
    first_year: ClosureTerm = NOT_KNOWN

    @property
    def opens_on(self) -> dt.date | None:
        """The first day on which neither the 75 years nor the first year hold; None when nobody can tell."""
        if self.term.opens_on is None or self.first_year.opens_on is None:
            return self.term.opens_on
        return max(self.term.opens_on, self.first_year.opens_on)

    def open_persons(self, scopes: frozenset[OpenScope]) -> frozenset[str]:
        """Return the persons whose own details stay visible under `scopes`."""
        opened: set[str] = set()
        for scope in scopes:
            opened |= self._persons_of(scope)
        return frozenset(opened & set(self.document.persons))

    def _persons_of(self, scope: OpenScope) -> set[str]:
        if scope is OpenScope.REQUESTER:
            return self._tied(RelationKind.SELF, RelationKind.LEGAL_REPRESENTATIVE)
        if scope is OpenScope.INHERITED:
            return self._tied(RelationKind.HEIR)
        if scope is OpenScope.PERMITTED:
            return {given.person for given in self.ties.permissions if given.holds(self.now, self.today)}
        return set()

    def _tied(self, *relations: RelationKind) -> set[str]:
        return {tie.person for tie in self.ties.kinships if tie.proven and tie.relation in relations}


async def gather(catalogue: CatalogueReader, clock: Clock, requester: Requester, document_id: str) -> Known:
    """Collect what decides.

    Raises:
        Unavailable: the catalogue is away.
    """
    now, today = clock.now(), clock.today()
    found = await catalogue.known(requester.subject_id.reveal(), document_id)
    document = found.document or DECOY
    ties = _standing(found.ties, found.persons)
    created = document.created
    term = closure(created.earliest, created.latest, _TERM_CERTAINTY[created.certainty], today)
    first_year = arrival(document.accessioned, today)
    return Known(document, found.document is not None, found.persons, ties, term, now, today, first_year)


def _standing(ties: Ties, persons: Sequence[Person]) -> Ties:
    """Return the ties that stand: nobody has heirs before death, and only heirs of the dead permit for another (A5).

    Whether a signer who is not the person is an heir was proven to the archive that entered the permission.
    """
    living = {person.person_id for person in persons if person.life is Life.ALIVE}
    dead = {person.person_id for person in persons if person.life is Life.DECEASED}

    def judged(tie: Kinship) -> Kinship:
        early = tie.relation is RelationKind.HEIR and tie.person in living
        return replace(tie, proven=False) if early else tie

    permissions = tuple(given for given in ties.permissions if given.signer == given.person or given.person in dead)
    return replace(ties, kinships=tuple(map(judged, ties.kinships)), permissions=permissions)


def facts_of(action: Action, requester: Requester, purpose: Purpose, known: Known, country: str = "") -> Facts:
    """Turn what is known into the facts of one decision.

    Args:
        action: what is to be decided.
        requester: who asks.
        purpose: why, and on what ground.
        known: what the server knows.
        country: where the recipient is, ISO 3166-1 alpha-2; empty: Kazakhstan.
    """
    document = known.document
    env: dict[str, Value] = {"channel": "api", "today": known.today.isoformat()}
    if action is Action.READ and country not in {"", HOME}:
        env["abroad"] = True  # whether that state protects personal data is not known here: the rules refuse then
    return Facts(
        action=action,
        kind=document.kind.value,
        archive=document.cipher.archive,
        ground=purpose.ground if action is Action.READ else None,
        attributes={
            "subject": _subject(requester, purpose, known),
            "resource": _resource(known),
            "purpose": _purpose(purpose),
            "env": env,
        },
    )


def _subject(requester: Requester, purpose: Purpose, known: Known) -> Mapping[str, Value]:
    subject: dict[str, Value] = {
        "role": requester.role,
        "kind": requester.kind.value,
        "assurance": requester.assurance.value,
        "relation": _relation(known.ties, purpose.ground),
    }
    subject |= {name: requester.attributes[name] for name in ("archive", "org") if name in requester.attributes}
    return subject


def _relation(ties: Ties, ground: Ground | None) -> str:
    """Return the tie that the stated ground rests on, else the strongest; an unproven one is never more than that."""
    proven = {tie.relation for tie in ties.kinships if tie.proven}
    strongest_first = [RelationKind.SELF, RelationKind.LEGAL_REPRESENTATIVE, RelationKind.HEIR]
    if ground is Ground.HEIR:
        strongest_first.reverse()
    for relation in strongest_first:
        if relation in proven:
            return relation.value
    return "heir_unproven" if ties.kinships else "none"


def _resource(known: Known) -> Mapping[str, Value]:
    document = known.document
    resource: dict[str, Value] = {
        "form": document.form.value,
        "fonds": document.cipher.fonds,
        "opis": document.cipher.opis,
        "item": document.cipher.item,
        "secrecy": document.secrecy.value,
        "ownership": document.ownership.value,
        "owner_consent": document.owner_consent,
        "private_life": document.private_life.value,
        "term": known.term.state.value,
        # A permission about somebody whom the document does not concern opens nothing, so it permits nothing.
        "permission": bool(known.open_persons(frozenset({OpenScope.PERMITTED}))),
        "persons": len(document.persons),
    }
    if known.first_year.state is not TermState.UNKNOWN:
        resource["accessible"] = known.first_year.state is TermState.OPEN
    return resource


def _purpose(purpose: Purpose) -> Mapping[str, Value]:
    stated: dict[str, Value] = {}
    if purpose.code is not None:
        stated["code"] = purpose.code.value
    if purpose.case_number:
        stated["case_no"] = purpose.case_number
    return stated

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
from qupia_server.disclosure.permits import Moment, Permits, permits
from qupia_server.disclosure.ports import CatalogueReader, Clock
from qupia_server.disclosure.records import (
    ArchiveCipher,
    ArchiveKind,
    Certainty,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    FileState,
    Kinship,
    Life,
    Ownership,
    Person,
    PrivateLife,
    RelationKind,
    Secrecy,
    SecretKind,
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


_TIED_WITH = {
    OpenScope.REQUESTER: frozenset({RelationKind.SELF, RelationKind.LEGAL_REPRESENTATIVE}),
    OpenScope.INHERITED: frozenset({RelationKind.HEIR}),
}
_STRONGEST_FIRST = (
    RelationKind.SELF,
    RelationKind.LEGAL_REPRESENTATIVE,
    RelationKind.HEIR,
    RelationKind.RELATIVE,
    RelationKind.ADOPTER,
)
HOME = "KZ"
NOT_KNOWN = ClosureTerm(TermState.UNKNOWN, None)


@dataclass(frozen=True, slots=True)
class Installation:
    """What the operator's settings say of this server and of the world around it.

    Attributes:
        state_system: this is a system of a state body, so that consent goes through the state service (PD Art. 8(1));
            a document that says otherwise of itself wins.
        protecting_countries: states that protect personal data (PD Art. 16), ISO 3166-1 alpha-2.
    """

    state_system: bool = False
    protecting_countries: frozenset[str] = frozenset()


PLAIN = Installation()
"""What holds where the operator says nothing."""


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
        archive_kind: what kind of archive holds it; None for the decoy.
        file: the file it lies in; None for the decoy.
        installation: what the operator says.
    """

    document: Document
    exists: bool
    persons: tuple[Person, ...]
    ties: Ties
    term: ClosureTerm
    now: dt.datetime
    today: dt.date
    first_year: ClosureTerm = NOT_KNOWN
    archive_kind: ArchiveKind | None = None
    file: FileState | None = None
    installation: Installation = PLAIN

    @property
    def in_state_system(self) -> bool:
        """Whether consent to read this document goes through the state service."""
        said = self.document.appraisal.in_state_system
        return self.installation.state_system if said is None else said

    @property
    def file_term(self) -> ClosureTerm:
        """The 75-year term of the whole file, from its latest document."""
        return closure(None, self.file.latest if self.file else None, TermCertainty.RANGE, self.today)

    def permits(self) -> Permits:
        """Judge the permissions about persons whom the document concerns."""
        about = [given for given in self.ties.permissions if given.person in self.document.persons]
        moment = Moment(self.now, self.today)
        return permits(about, self.ties.heirs, moment, in_state_system=self.in_state_system)

    def open_persons(self, scopes: frozenset[OpenScope], ground: Ground | None = None) -> frozenset[str]:
        """Return the persons whose own details stay visible under `scopes`, for a request on `ground`."""
        opened: set[str] = set()
        for scope in scopes:
            opened |= self._persons_of(scope, ground)
        return frozenset(opened & set(self.document.persons))

    def _persons_of(self, scope: OpenScope, ground: Ground | None) -> frozenset[str]:
        if scope is OpenScope.PERMITTED:
            return self.permits().persons
        relations = _TIED_WITH.get(scope, frozenset())
        if scope is OpenScope.INHERITED and ground is Ground.REHABILITATION:
            relations |= {RelationKind.RELATIVE}
        return frozenset(tie.person for tie in self.ties.kinships if tie.proven and tie.relation in relations)


async def gather(
    catalogue: CatalogueReader,
    clock: Clock,
    requester: Requester,
    document_id: str,
    installation: Installation = PLAIN,
) -> Known:
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
    return Known(
        document=document,
        exists=found.document is not None,
        persons=found.persons,
        ties=ties,
        term=term,
        now=now,
        today=today,
        first_year=first_year,
        archive_kind=found.archive_kind,
        file=found.file,
        installation=installation,
    )


def _standing(ties: Ties, persons: Sequence[Person]) -> Ties:
    """Return the ties that stand: nobody has heirs before death, and only heirs of the dead permit for another (A5).

    Kinship says nothing of death: relatives count only where the catalogue knows of it (REH Art. 16). Whether a signer
    who is not the person is an heir was proven to the archive that entered the permission.
    """
    living = {person.person_id for person in persons if person.life is Life.ALIVE}
    dead = {person.person_id for person in persons if person.life is Life.DECEASED}

    def judged(tie: Kinship) -> Kinship:
        early = tie.relation is RelationKind.HEIR and tie.person in living
        alive = tie.relation is RelationKind.RELATIVE and tie.person not in dead
        return replace(tie, proven=False) if early or alive else tie

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
    document, permitted = known.document, known.permits()
    env: dict[str, Value] = {"channel": "api", "today": known.today.isoformat(), "kdp": permitted.kdp}
    if action is Action.READ and country not in {"", HOME}:
        env |= {"abroad": True, "abroad_protects": country in known.installation.protecting_countries}
    days = _days(known) if action is Action.READ else {}
    return Facts(
        action=action,
        kind=document.kind.value,
        archive=document.cipher.archive,
        ground=purpose.ground if action is Action.READ else None,
        attributes={
            "subject": _subject(requester, purpose, known),
            "resource": {**_resource(known), **_appraised(known), **permitted.facts(), **days},
            "purpose": _purpose(purpose),
            "env": env,
        },
    )


def _subject(requester: Requester, purpose: Purpose, known: Known) -> Mapping[str, Value]:
    subject: dict[str, Value] = {
        "role": requester.role,
        "kind": requester.kind.value,
        "assurance": requester.assurance.value,
        "relation": _relation(known, purpose.ground),
    }
    subject |= {name: requester.attributes[name] for name in ("archive", "org") if name in requester.attributes}
    return subject


def _relation(known: Known, ground: Ground | None) -> str:
    """Return the tie that the stated ground rests on, else the strongest; an unproven one is never more than that."""
    ties = known.ties.kinships
    proven = {tie.relation for tie in ties if tie.proven}
    strongest_first = list(_STRONGEST_FIRST)
    if ground is Ground.HEIR:
        strongest_first.insert(0, RelationKind.HEIR)
    elif known.document.kind is DocumentKind.ADOPTION_RECORD:
        strongest_first.insert(0, RelationKind.ADOPTER)  # who adopted is concerned by the record, too
    for relation in strongest_first:
        if relation in proven:
            return relation.value
    return "heir_unproven" if ties else "none"


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
        "persons": len(document.persons),
        "in_state_system": known.in_state_system,
    }
    if known.first_year.state is not TermState.UNKNOWN:
        resource["accessible"] = known.first_year.state is TermState.OPEN
    if known.archive_kind is not None:
        resource["archive_kind"] = known.archive_kind.value
    if known.file is not None:
        resource |= {"file_private_life": known.file.private_life.value, "file_term": known.file_term.state.value}
    return resource


def _appraised(known: Known) -> Mapping[str, Value]:
    """Return what an archivist found in the document; what nobody looked for is absent, and the rules refuse by it.

    Who appraised private life has looked at the document: secrets that are not noted then are none.
    """
    document, said = known.document, known.document.appraisal
    looked = document.private_life is not PrivateLife.UNKNOWN
    kinds = frozenset[SecretKind]() if said.secret_kinds is None and looked else said.secret_kinds
    facts: dict[str, Value] = {
        "owner_catalogue": said.owner_catalogue,
        "blocked": said.blocked,
        "repression": said.repression,
    }
    if kinds is not None:
        facts["secret_kinds"] = tuple(sorted(kind.value for kind in kinds))
    unsaid = {"procedural": said.procedural, "children": said.children}
    return facts | {name: value for name, value in unsaid.items() if value is not None}


def _days(known: Known) -> Mapping[str, Value]:
    """Return the days on which terms end, by which a refusal tells when to come back."""
    said = known.document.appraisal
    until = said.owner_restricted_until
    days = {
        "opens_on": known.term.opens_on,
        "file_opens_on": known.file_term.opens_on,
        "arrival_opens_on": known.first_year.opens_on,
        "owner_opens_on": None if until is None else until + dt.timedelta(days=1),
        "transferred_on": said.transferred,
    }
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _purpose(purpose: Purpose) -> Mapping[str, Value]:
    stated: dict[str, Value] = {}
    if purpose.code is not None:
        stated["code"] = purpose.code.value
    if purpose.case_number:
        stated["case_no"] = purpose.case_number
    if purpose.authority_document:
        stated["authority_document"] = purpose.authority_document
    if purpose.basis is not None:
        stated["basis"] = purpose.basis.value
    if purpose.terms_accepted is not None:
        stated["terms_accepted"] = purpose.terms_accepted
    return stated

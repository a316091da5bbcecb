"""What goes in and comes out of the client: frozen values, never protobuf messages.

Values that can name people or open things (titles, tokens, passwords, own words) stay out of `repr`.
Digests are raw bytes of 32; instants are aware and in UTC; resource names are full (`documents/d-0001`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from qupia_client.enums import (
    AuditEvent,
    AuditOutcome,
    DateCertainty,
    DecisionOutcome,
    DetailCategory,
    DocumentForm,
    DocumentKind,
    ExplanationLack,
    ExplanationVoice,
    Ground,
    Language,
    Ownership,
    PersonScope,
    PolicyEffect,
    PrivateLife,
    PurposeCode,
    ReaderNeed,
    RedactionProfile,
    RefusalReason,
    Secrecy,
    SecretKind,
    StateBasis,
)


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """The person for whom a service asks.

    Attributes:
        token: the requester's signed token (JWT), or empty.
        attributes: attributes that the service states; each counts only if the server trusts the service
            for it.
    """

    token: str = field(default="", repr=False)
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """One request for access: to which document, why, for whom.

    Attributes:
        document: `documents/{document}`, or the id alone.
        purpose: what it is wanted for; the server refuses a question without it.
        ground: the one legal ground it rests on; the server refuses a question without it.
        case_number: number of the case or of the authority's document; courts need one.
        declared_text: the purpose in the requester's own words, at most 1000 characters.
        authority_document: the document on which a body's request rests; investigation and state bodies need one.
        basis: which item of PD Art. 9 a state body rests on.
        terms_accepted: whether the recipient takes on the terms of data protection; False is refused, None not asked.
        on_behalf_of: for whom, when the caller is a service; None: for the caller.
        language: language of titles and reasons.
        request_id: UUID4 that makes a repeated call harmless; None: the client makes one.
        recipient_country: ISO 3166-1 alpha-2; empty: Kazakhstan.
    """

    document: str
    purpose: PurposeCode | str = ""
    ground: Ground | str = ""
    case_number: str = ""
    declared_text: str = field(default="", repr=False)
    on_behalf_of: OnBehalfOf | str | None = field(default=None, repr=False)
    language: Language | str = Language.RU
    request_id: str | None = None
    recipient_country: str = ""
    authority_document: str = ""
    basis: StateBasis | str = ""
    terms_accepted: bool | None = None


class Asking(TypedDict, total=False):
    """What may be said with a question beside document and purpose; the fields of `Question`, as keyword arguments."""

    ground: Ground | str
    case_number: str
    declared_text: str
    on_behalf_of: OnBehalfOf | str | None
    language: Language | str
    request_id: str | None
    recipient_country: str
    authority_document: str
    basis: StateBasis | str
    terms_accepted: bool | None


class AuditFilter(TypedDict, total=False):
    """Which audit entries a list shows, as keyword arguments; what is not given does not filter.

    `start` (inclusive) and `end` (exclusive) are aware instants; `document` a name or id; `requester` as
    `AuditEntry.requester` shows it; `outcome` how it ended.
    """

    start: dt.datetime | None
    end: dt.datetime | None
    document: str
    requester: str
    outcome: AuditOutcome | str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a requester may see it: its id, its title in the language asked for, its article."""

    rule: str
    title: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Obligations:
    """What has to be done for an allow to hold.

    Attributes:
        due_dates: by duty, the last day on which it must be done, in Asia/Almaty; duties without one are left out.
        person_profiles: the profile for each class of persons; in explanations for officers only.
    """

    profile: RedactionProfile
    hidden_categories: tuple[DetailCategory, ...] = ()
    open_person_count: int = 0
    extract_only: bool = False
    metadata_only: bool = False
    duties: tuple[str, ...] = ()
    due_dates: Mapping[str, dt.date] = field(default_factory=dict, hash=False)
    person_profiles: Mapping[PersonScope, RedactionProfile] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says about one request.

    Attributes:
        reason: why refused; UNSPECIFIED when allowed.
        rules: the rules that allowed, or the rule that denied; empty when no rule matched.
        bundle: the policy bundle that decided, `policyBundles/{hash}`.
        obligations: present exactly when allowed.
        hidden_counts: how many details were hidden, by category.
        missing_facts: facts that would have let the nearest rules decide.
        opens_on: first day on which the document is open to everybody, or None.
    """

    outcome: DecisionOutcome
    reason: RefusalReason = RefusalReason.UNSPECIFIED
    rules: tuple[Rule, ...] = ()
    bundle: str = ""
    obligations: Obligations | None = None
    hidden_counts: Mapping[DetailCategory, int] = field(default_factory=dict)
    missing_facts: tuple[str, ...] = ()
    opens_on: dt.date | None = None

    @property
    def allowed(self) -> bool:
        """True only for a stated allow."""
        return self.outcome is DecisionOutcome.ALLOWED


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an answer was recorded before it was given.

    Attributes:
        audit_entry: `auditEntries/{audit_entry}`.
        sequence: its position in the log, from 0.
        leaf_hash: its leaf hash (RFC 9162, SHA-256).
        create_time: when it was recorded.
        tree_size, root_hash: the tree that holds it; 0 and empty where the log gives no root yet.
    """

    audit_entry: str
    sequence: int = 0
    leaf_hash: bytes = b""
    create_time: dt.datetime | None = None
    tree_size: int = 0
    root_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reasoned refusal: why, which rules, in words, until when, and the proof that it was recorded."""

    reason: RefusalReason
    text: str = ""
    rules: tuple[Rule, ...] = ()
    opens_on: dt.date | None = None
    missing_facts: tuple[str, ...] = ()
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """The file that a disclosure brings, before its bytes come."""

    size_bytes: int
    media_type: str
    page_count: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Access:
    """What would be decided, in values and in words, and the proof that the question was recorded.

    Attributes:
        best_ground: the ground that would open most; only when all were asked, UNSPECIFIED when every one refuses.
        grounds: the decision on every ground, when all were asked.
    """

    decision: Decision
    explanation: str
    receipt: Receipt | None
    best_ground: Ground = Ground.UNSPECIFIED
    grounds: Mapping[Ground, Decision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentAccess:
    """A document that may be read (`documents/{document}`), and the decision on the ground that was stated."""

    document: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class ReaderOpening:
    """A ground that opens a document to a role on further facts; with any of them less it does not, or opens less.

    Attributes:
        ground: the ground.
        needs: what a request has to bring, all of them.
        bases: with `ReaderNeed.BASIS`: any one of these items of the law serves.
        decision: the decision then.
    """

    ground: Ground
    needs: tuple[ReaderNeed, ...]
    bases: tuple[StateBasis, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Somebody who may read a document.

    Attributes:
        person: keyed hash of a person tied to the document, as `AuditEntry.requester`; empty for anybody of the role.
        role: the role in which they ask.
        best_ground: the ground that opens most of `grounds`; UNSPECIFIED where each needs further facts.
        grounds: the decision on each ground that opens it with nothing more than the role, or the tie.
        openings: what opens it, or more of it, on further facts; never for persons.
        untried: the rules read so many facts that the largest sets were not tried; more may open.
    """

    person: str
    role: str
    best_ground: Ground
    grounds: Mapping[Ground, Decision]
    openings: tuple[ReaderOpening, ...] = ()
    untried: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveDate:
    """A day of the past, or only its year, or its year and month (0: not known)."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, day: dt.date) -> ArchiveDate:
        """Return the full date of a calendar day."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        """Return `1951`, `1951-03` or `1951-03-17`."""
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class DateRange:
    """When a document was created: first and last possible day, and how sure that is."""

    earliest: ArchiveDate | None = None
    latest: ArchiveDate | None = None
    certainty: DateCertainty = DateCertainty.UNKNOWN

    @classmethod
    def exact(cls, day: dt.date) -> DateRange:
        """Return the range of one known day."""
        return cls(ArchiveDate.of(day), ArchiveDate.of(day), DateCertainty.EXACT)

    def __str__(self) -> str:
        """Return the day, the range as `1950..1951`, or nothing when unknown."""
        days = dict.fromkeys(str(day) for day in (self.earliest, self.latest) if day is not None)
        return "..".join(days)


@dataclass(frozen=True, slots=True)
class ArchiveCipher:
    """The address of a document inside an archive: fonds, inventory, item, sheets."""

    fonds: str
    opis: str
    item: str
    sheets: str = ""

    def __str__(self) -> str:
        """Return the parts with slashes, e.g. `17/2/45/12-14`."""
        return "/".join(part for part in (self.fonds, self.opis, self.item, self.sheets) if part)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the catalogue knows it.

    For `Client.create_document` fill what stands before `name`; from there on all is the server's.

    Attributes:
        title: may itself name people, so it stays out of `repr`.
        owner_consent: whether the owner of a privately owned document agreed to its use.
        accession_date: when the archive got it, or None; documents of state archives open one year later.
        persons_concerned: pseudonymous names `persons/{person}`.
        secret_kinds: secrets that stand in it; `NONE` alone: somebody looked and found none; empty: nobody said.
            These and what follows up to `in_state_system` are noted for the rules; only staff of the archive see them.
        owner_catalogue: whether a private owner allows a catalogue entry.
        owner_restricted_until: last day of a restriction set by who handed it over on `transfer_date`.
        blocked: data blocked after a breach or a complaint.
        repression, procedural: part of a file of the repressions; a procedural page of it. None: nobody said.
        children: whether it speaks of children. None: nobody said.
        in_state_system: whether consent must come through the state service. None: as the server's settings say.
        master_sha256, master_size_bytes: empty and 0 until a master was uploaded.
    """

    archive: str
    cipher: ArchiveCipher
    kind: DocumentKind
    form: DocumentForm
    created: DateRange
    secrecy: Secrecy
    private_life: PrivateLife
    ownership: Ownership
    title: str = field(default="", repr=False)
    owner_consent: bool = False
    persons_concerned: tuple[str, ...] = ()
    accession_date: ArchiveDate | None = None
    secret_kinds: tuple[SecretKind, ...] = ()
    owner_catalogue: bool = False
    owner_restricted_until: ArchiveDate | None = None
    transfer_date: ArchiveDate | None = None
    blocked: bool = False
    repression: bool = False
    procedural: bool | None = None
    children: bool | None = None
    in_state_system: bool | None = None
    name: str = ""
    master_sha256: bytes = b""
    master_size_bytes: int = 0
    create_time: dt.datetime | None = None
    etag: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the log, field by field as `qupia.v1.AuditEntry`; no private value in clear."""

    name: str
    sequence: int
    create_time: dt.datetime | None
    event: AuditEvent
    outcome: AuditOutcome
    request_id: str = ""
    requester: str = ""
    requester_role: str = ""
    calling_service: str = ""
    assurance: str = ""
    purpose_code: PurposeCode = PurposeCode.UNSPECIFIED
    ground: Ground = Ground.UNSPECIFIED
    legal_basis: str = ""
    case_number: str = ""
    document: str = ""
    archive: str = ""
    cipher: str = ""
    document_date: ArchiveDate | None = None
    bundle: str = ""
    rules: tuple[str, ...] = ()
    reason: RefusalReason = RefusalReason.UNSPECIFIED
    profile: RedactionProfile = RedactionProfile.UNSPECIFIED
    hidden_counts: Mapping[DetailCategory, int] = field(default_factory=dict)
    disclosed_categories: tuple[DetailCategory, ...] = ()
    rendition_sha256: bytes = b""
    sent_bytes: int = 0
    previous_entry: str = ""
    duration_seconds: float = 0.0
    leaf_hash: bytes = b""
    recipient_country: str = ""
    retention: str = ""
    authority_document: str = ""
    basis: StateBasis = StateBasis.UNSPECIFIED
    duties: tuple[str, ...] = ()
    notice_date: dt.date | None = None
    missing_facts: tuple[str, ...] = ()
    row_counts: Mapping[str, int] = field(default_factory=dict)
    source_sha256: bytes = b""
    word_lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of a bundle: effect, titles by language, article."""

    rule: str
    effect: PolicyEffect
    titles: Mapping[str, str]
    legal_basis: str


@dataclass(frozen=True, slots=True)
class PolicyBundle:
    """A versioned set of rules; `version` is the SHA-256 of its content, in hexadecimal."""

    name: str
    title: str
    version: str
    rule_count: int
    load_time: dt.datetime | None
    rules: tuple[PolicyRule, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """What one rule contributed to a decision, with its reason in words."""

    rule: Rule
    effect: PolicyEffect
    reason: str


@dataclass(frozen=True, slots=True)
class NearestRule:
    """A rule that might have allowed, and what of it failed."""

    rule: Rule
    failed_conditions: tuple[str, ...]
    missing_facts: tuple[str, ...]
    grounds: tuple[Ground, ...]
    not_in_force: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A recorded decision in words."""

    audit_entry: str
    outcome: DecisionOutcome
    reason: RefusalReason
    rules: tuple[RuleExplanation, ...]
    obligations: Obligations | None
    missing_facts: tuple[str, ...]
    text: str
    opens_on: dt.date | None
    bundle: str
    voice: ExplanationVoice = ExplanationVoice.UNSPECIFIED
    lacks: tuple[ExplanationLack, ...] = ()
    titles: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    legal_bases: tuple[str, ...] = ()
    duty_texts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    nearest_rules: tuple[NearestRule, ...] = ()

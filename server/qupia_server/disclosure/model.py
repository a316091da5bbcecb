"""The values of the spine: who asks, for what, and how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qupia_policies.model import Decision, Ground, RuleText
from qupia_redaction.model import Language, PrivateText
from qupia_redaction.rendition import CheckedRendition
from qupia_server.disclosure.records import Document
from qupia_server.ledger.receipt import Receipt

NO_TEXT = PrivateText("")


class PrincipalKind(StrEnum):
    """What a caller is."""

    SERVICE = "service"
    PERSON = "person"


class Assurance(StrEnum):
    """How surely the caller was identified: none; low: certificate or plain login; high: EDS or EDS with SMS."""

    NONE = "none"
    LOW = "low"
    HIGH = "high"


class PurposeCode(StrEnum):
    """What the details are wanted for (PD Art. 7(8))."""

    PROTECT_RIGHTS = "protect_rights"
    GENEALOGY = "genealogy"
    RESEARCH = "research"
    COURT_CASE = "court_case"
    OFFICIAL_DUTY = "official_duty"
    JOURNALISM = "journalism"
    OTHER = "other"


class StateBasis(StrEnum):
    """Which item of PD Art. 9 the request of a state body rests on."""

    STATISTICS = "statistics"
    MILITARY_REGISTRATION = "military_registration"
    TREATY = "treaty"
    VITAL_RIGHTS = "vital_rights"
    UNMET_DUTY = "unmet_duty"
    REGULATOR = "regulator"
    TAX_CUSTOMS = "tax_customs"
    PARTNER_REGISTER = "partner_register"
    OTHER_LAW = "other_law"


@dataclass(frozen=True, slots=True)
class Principal:
    """An identified caller, service or person.

    Attributes:
        kind: service (mTLS) or person (token).
        subject_id: SAN URI of the service, or `sub` of the token; private for persons.
        roles: roles that the identity source vouches for.
        assurance: how surely.
        attributes: further vouched attributes by name (`archive`, `org`, ...).
    """

    kind: PrincipalKind
    subject_id: PrivateText
    roles: frozenset[str]
    assurance: Assurance
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requester:
    """For whom the document is asked: the caller, or somebody for whom a service asks.

    Attributes:
        subject_id: stable id of the requester.
        role: the one role the request is made in.
        assurance: how surely the requester is known.
        attributes: attributes with a voucher.
        dropped: names of claimed attributes that nobody vouches for; policies never see them.
        caller: the principal on the wire.
    """

    subject_id: PrivateText
    role: str
    assurance: Assurance
    attributes: Mapping[str, str]
    dropped: tuple[str, ...]
    caller: Principal

    @property
    def kind(self) -> PrincipalKind:
        """Whether the requester is a service or a person; a service asks on behalf of persons only."""
        itself = self.subject_id.reveal() == self.caller.subject_id.reveal()
        return self.caller.kind if itself else PrincipalKind.PERSON


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why the document is wanted.

    Attributes:
        code: None when the caller gave none (which refuses).
        ground: the one ground the request rests on; None when not given.
        case_number: number of the court or investigation case, or empty.
        declared_text: the requester's own words; kept as a digest only.
        authority_document: the document on which a body's request rests, kept in the audit entry; or empty.
        basis: which item of PD Art. 9 a state body rests on, or None.
        terms_accepted: whether the recipient takes on the terms of data protection (PD Art. 10(1)); None: not said.
    """

    code: PurposeCode | None = None
    ground: Ground | None = None
    case_number: str = ""
    declared_text: PrivateText = NO_TEXT
    authority_document: str = ""
    basis: StateBasis | None = None
    terms_accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class DisclosureRequest:
    """One request for a document.

    Attributes:
        document_id: what is asked for, as the caller wrote it after `documents/`.
        request_id: the caller's UUID4, or empty.
        password: opens an encrypted master.
        recipient_country: ISO 3166-1 alpha-2, or empty (Kazakhstan).
    """

    document_id: str
    requester: Requester
    purpose: Purpose
    language: Language = Language.RU
    request_id: str = ""
    password: PrivateText | None = None
    recipient_country: str = ""


class RefusalReason(StrEnum):
    """Why the gate refused, beside the redactor's own codes. Closed; values stand in entries and statuses."""

    POLICY = "POLICY"
    NOT_FOUND = "NOT_FOUND"
    PURPOSE_MISSING = "PURPOSE_MISSING"
    INVALID_REQUEST = "INVALID_REQUEST"
    OBLIGATION_UNFULFILLABLE = "OBLIGATION_UNFULFILLABLE"
    MASTER_MISSING = "MASTER_MISSING"
    MASTER_CORRUPT = "MASTER_CORRUPT"
    REDACTION = "REDACTION"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE = "DEADLINE"
    CANCELLED = "CANCELLED"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    REPEAT_CHANGED = "REPEAT_CHANGED"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reasoned refusal that was recorded.

    Attributes:
        reason: why.
        code: the finer code: a redactor's code, a policy reason, or the same as `reason`.
        page: page concerned, or None.
        rules: words of the rules that refused.
        opens_on: first day on which the document is open to everybody, or None.
        missing_facts: facts that would have been needed.
        needs: what the stated ground still needs of who asks, where no rule allowed it.
        receipt: proof of the entry; None only while it is not recorded.
        told: the code that the requester hears, where it is another one; see `qupia_policies.spoken`.
    """

    reason: RefusalReason
    code: str
    rules: tuple[RuleText, ...] = ()
    page: int | None = None
    opens_on: dt.date | None = None
    missing_facts: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    bundle: str = ""
    receipt: Receipt | None = None
    told: str = ""

    @property
    def heard(self) -> str:
        """The code that the requester hears."""
        return self.told or self.code

    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """What may leave: only with a checked rendition and a receipt.

    Attributes:
        cached: whether the rendition was made earlier.
        open_persons: number of persons whose own details stay visible.
        opens_on: first day on which the document is open to everybody, or None.
        due: last day of each duty that has one, by name.
    """

    document: Document
    decision: Decision
    rules: tuple[RuleText, ...]
    rendition: CheckedRendition
    receipt: Receipt
    request_id: str
    cached: bool
    open_persons: int = 0
    opens_on: dt.date | None = None
    due: Mapping[str, dt.date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroundAnswer:
    """What one ground would be answered: the decision with its words, and the last day of each duty that has one."""

    ground: Ground
    decision: Decision
    rules: tuple[RuleText, ...]
    due: Mapping[str, dt.date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroundsAnswer:
    """The answer to a check on every ground.

    Attributes:
        main: the answer on the stated ground, else on the best one, else on open access.
        answers: one for each ground, in the order of the vocabulary.
        best: the ground that would open most; None when every one refuses.
    """

    main: AccessAnswer
    answers: tuple[GroundAnswer, ...]
    best: Ground | None


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """The answer to a check: the decision with its words, and the last day of each duty; nothing was rendered."""

    decision: Decision
    rules: tuple[RuleText, ...]
    opens_on: dt.date | None
    receipt: Receipt
    due: Mapping[str, dt.date] = field(default_factory=dict)

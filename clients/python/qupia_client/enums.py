"""The closed vocabularies of the contract, as string enums.

Members are named as in the protos without their prefix; values are what people type (`protect_rights`).
`UNSPECIFIED` means "not stated" in a request; in an answer also "a word that this client does not know yet".
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Self


class Word(StrEnum):
    """Base of the vocabularies; members compare equal to their text."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Return the member for `text`, in any case, with `-` as good as `_`.

        Args:
            text: a member, its value, or None for `UNSPECIFIED`.

        Raises:
            ValueError: not a word of this vocabulary; the message lists the words, not the text.
        """
        name = (text or "unspecified").strip().upper().replace("-", "_")
        if name in cls.__members__:
            return cls[name]
        raise ValueError(f"not a {cls.__name__}; one of: {', '.join(cls.words())}")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return the values that may be stated, in the order of the contract."""
        return tuple(member.value for member in cls if member.name != "UNSPECIFIED")


class Code(Word):
    """A vocabulary whose values are upper case, as they stand in statuses and entries."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:  # noqa: ARG004
        return name


class Language(Word):
    """Language of marks, titles and reasons."""

    UNSPECIFIED = auto()
    KK = auto()
    RU = auto()
    EN = auto()


class ExplanationVoice(Word):
    """Who is spoken to."""

    UNSPECIFIED = auto()
    OFFICER = auto()
    REQUESTER = auto()


class ExplanationLack(Word):
    """What an explanation lacks."""

    UNSPECIFIED = auto()
    BUNDLE_GONE = auto()
    FACTS_NOT_KEPT = auto()
    FACTS_DIFFER = auto()
    NO_DECISION = auto()


class PersonScope(Word):
    """The persons of a document, seen from who asks."""

    UNSPECIFIED = auto()
    REQUESTER = auto()
    PERMITTED = auto()
    INHERITED = auto()
    REST = auto()
    EVERYONE = auto()


class StateBasis(Word):
    """Which item of PD Art. 9 the request of a state body rests on."""

    UNSPECIFIED = auto()
    STATISTICS = auto()
    MILITARY_REGISTRATION = auto()
    TREATY = auto()
    VITAL_RIGHTS = auto()
    UNMET_DUTY = auto()
    REGULATOR = auto()
    TAX_CUSTOMS = auto()
    PARTNER_REGISTER = auto()
    OTHER_LAW = auto()


class ReaderNeed(Word):
    """A fact that a request brings, beside role, purpose and ground."""

    UNSPECIFIED = auto()
    OWN_ARCHIVE = auto()
    CASE_NUMBER = auto()
    AUTHORITY_DOCUMENT = auto()
    BASIS = auto()
    TERMS_ACCEPTED = auto()


class SecretKind(Word):
    """Secrets protected by law that can stand in a document; NONE: somebody looked and found none."""

    UNSPECIFIED = auto()
    NONE = auto()
    MEDICAL = auto()
    ADOPTION = auto()
    BANK = auto()
    TAX = auto()
    COMMERCIAL = auto()
    NOTARIAL = auto()
    ADVOCATE = auto()
    INSURANCE = auto()
    INVESTIGATION = auto()


class PurposeCode(Word):
    """What a rendition is wanted for."""

    UNSPECIFIED = auto()
    PROTECT_RIGHTS = auto()
    GENEALOGY = auto()
    RESEARCH = auto()
    COURT_CASE = auto()
    OFFICIAL_DUTY = auto()
    JOURNALISM = auto()
    OTHER = auto()


class Ground(Word):
    """The one legal ground that a request rests on."""

    UNSPECIFIED = auto()
    OWN_DATA = auto()
    WRITTEN_PERMISSION = auto()
    HEIR = auto()
    COURT = auto()
    RESEARCH = auto()
    STAFF = auto()
    PUBLIC = auto()
    JOURNALISM = auto()
    REHABILITATION = auto()
    STATE_BODY = auto()


class DecisionOutcome(Word):
    """The two ends of a decision."""

    UNSPECIFIED = auto()
    ALLOWED = auto()
    REFUSED = auto()


class RefusalReason(Code):
    """Why a request was refused: by policy, or for the file."""

    UNSPECIFIED = auto()
    NO_RULE = auto()
    DENY_RULE = auto()
    RULE_ERROR = auto()
    OBLIGATION_CONFLICT = auto()
    BAD_FACTS = auto()
    NO_MASTER = auto()
    EMPTY = auto()
    NOT_A_PDF = auto()
    DAMAGED = auto()
    ENCRYPTED = auto()
    TOO_MANY_BYTES = auto()
    TOO_MANY_PAGES = auto()
    TOO_MANY_PIXELS = auto()
    TOO_MUCH_INFLATED = auto()
    TIME_LIMIT = auto()
    MEMORY_LIMIT = auto()
    WORKER_DIED = auto()
    READERS_DISAGREE = auto()
    UNREADABLE_PAGE = auto()
    UNKNOWN_CONTENT = auto()
    SECRECY_MARKING = auto()
    OBLIGATION_UNFULFILLABLE = auto()
    LEAK_FOUND = auto()
    ENGINE_ERROR = auto()
    NOT_FOUND = auto()
    PURPOSE_MISSING = auto()
    INVALID_REQUEST = auto()
    MASTER_CORRUPT = auto()
    UNAVAILABLE = auto()
    DEADLINE = auto()
    CANCELLED = auto()
    REQUEST_ID_REUSED = auto()
    REPEAT_CHANGED = auto()
    INTERNAL = auto()
    METHOD_FORBIDDEN = auto()
    UNAUTHENTICATED = auto()
    ALREADY_EXISTS = auto()
    DIGEST_MISMATCH = auto()
    DESK_DIFFERS = auto()
    DESK_REFUSED = auto()
    BUNDLE_REFUSED = auto()


class RedactionProfile(Code):
    """Redaction profiles, least to most strict."""

    UNSPECIFIED = auto()
    R0 = auto()
    R1 = auto()
    R2 = auto()
    R3 = auto()
    R4 = auto()
    R5 = auto()


class DetailCategory(Word):
    """Kinds of private details."""

    UNSPECIFIED = auto()
    PERSON = auto()
    IIN = auto()
    DOCUMENT_NUMBER = auto()
    PHONE = auto()
    EMAIL = auto()
    IBAN = auto()
    CARD = auto()
    ADDRESS = auto()
    BIRTH_DATE = auto()
    HEALTH = auto()
    SPECIAL = auto()
    CODE = auto()
    IMAGE = auto()
    PASSAGE = auto()
    FAMILY = auto()
    ADOPTION = auto()
    NATIONALITY = auto()
    ORIGIN = auto()
    PARTY = auto()
    RELIGION = auto()
    OFFENCE = auto()
    REPRESSION = auto()
    MONEY = auto()
    CHILDREN = auto()
    SEXUAL_LIFE = auto()


class DocumentKind(Word):
    """Kinds of documents."""

    UNSPECIFIED = auto()
    PERSONNEL_ORDER = auto()
    ARCHIVE_CERTIFICATE = auto()
    QUESTIONNAIRE = auto()
    HOUSEHOLD_BOOK = auto()
    COURT_VERDICT = auto()
    PENSION_CERTIFICATE = auto()
    MEDICAL_RECORD = auto()
    EGOV_CERTIFICATE = auto()
    ADOPTION_RECORD = auto()
    LETTER = auto()
    PERSONAL_ACCOUNT = auto()
    METRIC_BOOK = auto()
    PHOTO = auto()
    OTHER = auto()


class DocumentForm(Word):
    """Forms of a document, in the words of the archive law."""

    UNSPECIFIED = auto()
    ELECTRONIC_ARCHIVAL_DOCUMENT = auto()
    ELECTRONIC_COPY = auto()
    PAPER_COPY = auto()
    PAPER_ORIGINAL = auto()
    AUDIOVISUAL = auto()


class DateCertainty(Word):
    """How sure a date is."""

    UNSPECIFIED = auto()
    EXACT = auto()
    APPROXIMATE = auto()
    UNKNOWN = auto()


class Secrecy(Word):
    """Secrecy grades, least to most."""

    UNSPECIFIED = auto()
    NONE = auto()
    OFFICIAL_USE = auto()
    SECRET = auto()
    TOP_SECRET = auto()
    SPECIAL_IMPORTANCE = auto()


class PrivateLife(Word):
    """Whether a document holds data on private life."""

    UNSPECIFIED = auto()
    YES = auto()
    NO = auto()
    UNKNOWN = auto()


class Ownership(Word):
    """Who owns a document."""

    UNSPECIFIED = auto()
    STATE = auto()
    PRIVATE = auto()
    DEPOSITORY = auto()


class AuditEvent(Word):
    """What an audit entry tells of."""

    UNSPECIFIED = auto()
    ACCESS = auto()
    VIEW = auto()
    CHANGE = auto()
    ADDITION = auto()
    TRANSFER = auto()
    BLOCKING = auto()
    DESTRUCTION = auto()
    DENIAL = auto()
    CONSENT_GIVEN = auto()
    CONSENT_WITHDRAWN = auto()
    NOTICE_SENT = auto()
    OBJECTION = auto()
    POLICY_LOAD = auto()
    DELIVERY = auto()
    PREVIEW = auto()
    POLICY_CHANGE = auto()


class AuditOutcome(Word):
    """How what an audit entry tells of ended."""

    UNSPECIFIED = auto()
    ALLOWED = auto()
    REFUSED = auto()
    DELIVERED = auto()
    ABORTED = auto()
    LOADED = auto()
    TAKEN = auto()


class PolicyDeskFault(Word):
    """How the desk of the rules and the audit log differ."""

    UNSPECIFIED = auto()
    NOT_RECORDED = auto()
    CUT_OFF = auto()
    CONTRADICTED = auto()
    OTHER_DESK = auto()
    UNFINISHED = auto()
    OTHER_BUNDLE = auto()


class PolicyEffect(Word):
    """What a rule does when it matches. A deny always wins."""

    UNSPECIFIED = auto()
    ALLOW = auto()
    DENY = auto()
    TIGHTEN = auto()


class PolicyStepKind(Word):
    """The steps of a change of the rules."""

    UNSPECIFIED = auto()
    DRAFT = auto()
    CHECK = auto()
    TEST = auto()
    REPLAY = auto()
    APPROVE = auto()
    ACTIVATE = auto()
    ROLLBACK = auto()
    WITHDRAW = auto()
    SHADOW = auto()

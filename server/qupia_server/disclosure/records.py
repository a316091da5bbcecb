"""The catalogue's records: archives, fonds, opis, items, documents, persons and what ties people to them.

Words as in kazakhstan.md section 5. All values are frozen; ids are slugs (`[a-z0-9-]`), never database keys.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from qupia_redaction.model import PrivateText

OWNER_YEARS = 70
"""Longest restriction that who hands papers over may set (NAF Art. 7(8))."""


class ArchiveKind(StrEnum):
    """Kinds of archives (NAF)."""

    NATIONAL = "national"
    CENTRAL = "central"
    PRESIDENT = "president"
    SPECIAL = "special"
    REGIONAL = "regional"
    DEPARTMENTAL = "departmental"
    PRIVATE = "private"


class DocumentKind(StrEnum):
    """Kinds of documents that policies tell apart (kazakhstan.md section 4)."""

    PERSONNEL_ORDER = "personnel_order"
    ARCHIVE_CERTIFICATE = "archive_certificate"
    QUESTIONNAIRE = "questionnaire"
    HOUSEHOLD_BOOK = "household_book"
    COURT_VERDICT = "court_verdict"
    PENSION_CERTIFICATE = "pension_certificate"
    MEDICAL_RECORD = "medical_record"
    EGOV_CERTIFICATE = "egov_certificate"
    ADOPTION_RECORD = "adoption_record"
    LETTER = "letter"
    PERSONAL_ACCOUNT = "personal_account"
    METRIC_BOOK = "metric_book"
    PHOTO = "photo"
    OTHER = "other"


class DocumentForm(StrEnum):
    """Forms of a document (NAF Art. 1(5-1), 1(11-1), 1(15-2), 1(24-1))."""

    ELECTRONIC_ARCHIVAL_DOCUMENT = "electronic_archival_document"
    ELECTRONIC_COPY = "electronic_copy"
    PAPER_COPY = "paper_copy"
    PAPER_ORIGINAL = "paper_original"
    AUDIOVISUAL = "audiovisual"


class Certainty(StrEnum):
    """How sure a creation date is."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    UNKNOWN = "unknown"


class Secrecy(StrEnum):
    """Secrecy grades (NAF Art. 16(1); kazakhstan.md K11)."""

    NONE = "none"
    OFFICIAL_USE = "official_use"
    SECRET = "secret"  # noqa: S105 - a secrecy grade
    TOP_SECRET = "top_secret"  # noqa: S105 - a secrecy grade
    SPECIAL_IMPORTANCE = "special_importance"


class Ownership(StrEnum):
    """Who owns the document."""

    STATE = "state"
    PRIVATE = "private"
    DEPOSITORY = "depository"


class PrivateLife(StrEnum):
    """Whether the document holds private life, personal or family secrets; unknown counts as yes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SecretKind(StrEnum):
    """Secrets protected by law that stand in a document, beside its kind (kazakhstan.md K8 to K10)."""

    MEDICAL = "medical"
    ADOPTION = "adoption"
    BANK = "bank"
    TAX = "tax"
    COMMERCIAL = "commercial"
    NOTARIAL = "notarial"
    ADVOCATE = "advocate"
    INSURANCE = "insurance"
    INVESTIGATION = "investigation"


class Life(StrEnum):
    """Whether a person lives."""

    ALIVE = "alive"
    DECEASED = "deceased"
    UNKNOWN = "unknown"


class RelationKind(StrEnum):
    """What ties a requester to a person concerned."""

    SELF = "self"
    HEIR = "heir"
    LEGAL_REPRESENTATIVE = "legal_representative"
    RELATIVE = "relative"
    ADOPTER = "adopter"


@dataclass(frozen=True, slots=True)
class DateRange:
    """When a document was created: earliest and latest possible day, and how sure that is.

    Both days are None exactly when `certainty` is UNKNOWN; otherwise `earliest <= latest`.
    """

    earliest: dt.date | None = None
    latest: dt.date | None = None
    certainty: Certainty = Certainty.UNKNOWN

    def __post_init__(self) -> None:
        """Refuse contradictory ranges."""
        known = self.certainty is not Certainty.UNKNOWN
        if known != (self.earliest is not None and self.latest is not None):
            raise ValueError("a date range has both days exactly when its certainty is known")
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError("the earliest day lies after the latest day")


ID_CHARS: Final = 64
"""Most characters in the id of a fonds, an opis or an item."""
ID_SENTENCE: Final = (
    "be written with Latin, Russian or Kazakh letters, digits 0 to 9 and plain punctuation, with one letter or digit"
)
"""What such an id must do (`qupia_policies.places.can_be_named`); facts with another one are refused."""


@dataclass(frozen=True, slots=True)
class ArchiveCipher:
    """Where a document lies: archive, fonds, opis, item, sheets. Not private: it stands on each rendition."""

    archive: str
    fonds: str
    opis: str
    item: str
    sheets: str = ""

    def __str__(self) -> str:
        """Return the usual short form, e.g. `Ф. 12 Оп. 3 Д. 45 Л. 6`."""
        sheets = f" Л. {self.sheets}" if self.sheets else ""
        return f"Ф. {self.fonds} Оп. {self.opis} Д. {self.item}{sheets}"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive, the tenant of everything below it."""

    archive_id: str
    title: str
    kind: ArchiveKind


@dataclass(frozen=True, slots=True)
class Fonds:
    """A fonds of an archive."""

    archive: str
    number: str
    title: PrivateText


@dataclass(frozen=True, slots=True)
class Opis:
    """An inventory of a fonds."""

    archive: str
    fonds: str
    number: str
    title: PrivateText


@dataclass(frozen=True, slots=True)
class Item:
    """A file (storage unit) of an opis. Titles can name people, so they are private (NAF Art. 10(2))."""

    archive: str
    fonds: str
    opis: str
    number: str
    title: PrivateText


@dataclass(frozen=True, slots=True)
class Person:
    """A person concerned by documents, under a pseudonymous id.

    Attributes:
        names: full names as known, any spelling; used to find the person on pages.
        iin: 12 digits or None.
    """

    person_id: str
    names: tuple[PrivateText, ...] = ()
    iin: PrivateText | None = None
    life: Life = Life.UNKNOWN


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What an archivist noted of a document for the rules, beside what every document must say of itself.

    Attributes:
        secret_kinds: secrets that stand in it; empty: somebody looked and found none; None: nobody said.
        owner_catalogue: whether a private owner allows a catalogue entry.
        owner_restricted_until: last day of the restriction set by who handed the papers over, or None.
        transferred: day on which they were handed over; must be known where there is a restriction.
        blocked: data blocked after a breach or a complaint (PD Art. 25(2)(8)); no block on record is no block.
        repression: part of a file of the repressions (REH Art. 16).
        procedural: a procedural page of it; None: nobody said.
        children: whether it speaks of children; None: nobody said.
        in_state_system: whether its data stand in a system of a state body; None: as the server's settings say.
    """

    secret_kinds: frozenset[SecretKind] | None = None
    owner_catalogue: bool = False
    owner_restricted_until: dt.date | None = None
    transferred: dt.date | None = None
    blocked: bool = False
    repression: bool = False
    procedural: bool | None = None
    children: bool | None = None
    in_state_system: bool | None = None

    @property
    def fault(self) -> str:
        """Return what is wrong with the owner's restriction, a sentence; empty when nothing is (NAF Art. 7(8))."""
        until, given = self.owner_restricted_until, self.transferred
        if until is None:
            return ""
        if given is None:
            return "A restriction needs the day on which the papers were handed over."
        limit = min(given.year + OWNER_YEARS, dt.MAXYEAR), given.month, given.day
        if (until.year, until.month, until.day) > limit:
            return f"An owner may restrict access for at most {OWNER_YEARS} years from the day of the transfer."
        return "" if given <= until else "The restriction ends before the papers were handed over."


@dataclass(frozen=True, slots=True)
class Document:
    """One archival document and what decides about it.

    Attributes:
        document_id: slug, unique over all archives.
        title: may name people, so it is private.
        persons: ids of the persons concerned.
        master_sha256: digest of the stored bytes, hex; empty until a master was uploaded.
        master_size: bytes.
        accessioned: day on which the archive got it; None where nobody knows or the first year does not matter.
        create_time: when the record was made, UTC.
        revision: counts changes of the record from 1.
        appraisal: further facts that rules read.
    """

    document_id: str
    cipher: ArchiveCipher
    kind: DocumentKind
    form: DocumentForm
    title: PrivateText
    created: DateRange
    secrecy: Secrecy
    ownership: Ownership
    owner_consent: bool
    private_life: PrivateLife
    persons: tuple[str, ...] = ()
    master_sha256: str = ""
    master_size: int = 0
    accessioned: dt.date | None = None
    create_time: dt.datetime | None = None
    revision: int = 1
    appraisal: Appraisal = Appraisal()


@dataclass(frozen=True, slots=True)
class Kinship:
    """A tie between a person concerned and a requester, with or without proof."""

    person: str
    relative: str
    relation: RelationKind
    proven: bool
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """A written permission (NAF Art. 16(1-1)): `signer` permits `grantee` to see `person`'s details in a document.

    Attributes:
        valid_from, valid_to: first and last day of validity; None: without bound.
        revoked_at: instant of withdrawal, UTC, or None.
        third_party: whether it covers giving the document to the grantee; None: it says no more than whom it names.
        cross_border: whether the details may leave the country.
        notice: whether the signer wants to be told of each transfer.
        kdp_token: id of the token by which the state service confirmed it; empty: on paper.
        kdp_valid_to: last day of the token, or None.
    """

    person: str
    signer: str
    grantee: str
    document: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    revoked_at: dt.datetime | None = None
    third_party: bool | None = None
    cross_border: bool = False
    notice: bool = False
    kdp_token: str = ""
    kdp_valid_to: dt.date | None = None

    def holds(self, now: dt.datetime, today: dt.date) -> bool:
        """Tell whether the permission is in force at `now` (UTC) on the archive's day `today`."""
        started = self.valid_from is None or self.valid_from <= today
        running = self.valid_to is None or today <= self.valid_to
        standing = self.revoked_at is None or now < self.revoked_at
        return started and running and standing


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Everything one import brings; it is stored whole or not at all."""

    archives: tuple[Archive, ...] = ()
    fonds: tuple[Fonds, ...] = ()
    opis: tuple[Opis, ...] = ()
    items: tuple[Item, ...] = ()
    persons: tuple[Person, ...] = ()
    documents: tuple[Document, ...] = ()
    kinships: tuple[Kinship, ...] = ()
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents a list shows; empty fields do not filter."""

    archive: str = ""
    kind: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """What the catalogue knows between one requester and one document.

    Attributes:
        kinships: ties of the requester to persons concerned.
        permissions: permissions given to the requester for this document, in force or not.
        heirs: proven heirs of the persons about whom there is such a permission, whoever they are.
    """

    kinships: tuple[Kinship, ...] = field(default_factory=tuple)
    permissions: tuple[Permission, ...] = field(default_factory=tuple)
    heirs: tuple[Kinship, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class FileState:
    """What holds of the whole file (item) that a document lies in.

    Attributes:
        private_life: YES when one document of it holds private life, NO when none does, else UNKNOWN.
        latest: latest possible day of its latest document; None when the day of one of them is unknown.
    """

    private_life: PrivateLife
    latest: dt.date | None


@dataclass(frozen=True, slots=True)
class KnownRecords:
    """Everything the catalogue has to say about one request, read at one moment.

    Attributes:
        document: None when there is none.
        persons: the persons it concerns, in the document's order.
        ties: what ties the requester to it.
        archive_kind: what kind of archive holds it; None when there is no document.
        file: the file it lies in; None when there is no document.
    """

    document: Document | None
    persons: tuple[Person, ...] = ()
    ties: Ties = Ties()
    archive_kind: ArchiveKind | None = None
    file: FileState | None = None

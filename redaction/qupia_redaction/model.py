"""The values that pass through the redaction pipeline: order in, checked rendition out.

Pages are normalised: unrotated, origin at the top left corner, unit 1/72 inch, y downwards.
Page numbers count from 1. Text offsets are Python string indices into `PageText.text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Category(StrEnum):
    """Kinds of private details. Closed vocabulary; all values but TERM are the obligations' words.

    TERM is what an order itself names (`RedactionOrder.terms`): no rule can ask for it, and it is always hidden.
    FAMILY to SEXUAL_LIFE are the classes that SPECIAL stands for (`special`): orders name them, details carry them as
    `Detail.classes`, and marks and reports say SPECIAL for all of them, since "adoption" on a mark would tell it.
    """

    PERSON = "person"
    IIN = "iin"
    DOCUMENT_NUMBER = "document_number"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    HEALTH = "health"
    SPECIAL = "special"
    CODE = "code"
    IMAGE = "image"
    PASSAGE = "passage"
    FAMILY = "family"
    ADOPTION = "adoption"
    NATIONALITY = "nationality"
    ORIGIN = "origin"
    PARTY = "party"
    RELIGION = "religion"
    OFFENCE = "offence"
    REPRESSION = "repression"
    MONEY = "money"
    CHILDREN = "children"
    SEXUAL_LIFE = "sexual_life"
    TERM = "term"


DETECTED = frozenset(Category) - {Category.TERM}
"""Categories that rules may name: what detectors, readers and extracts can tell apart."""


class Language(StrEnum):
    """Languages of labels and texts."""

    KK = "kk"
    RU = "ru"
    EN = "en"


class Method(StrEnum):
    """What is set in the place of a hidden detail. Closed vocabulary."""

    MASK = "mask"
    REMOVE = "remove"
    GENERALISE = "generalise"
    PSEUDONYMISE = "pseudonymise"


class RenditionKind(StrEnum):
    """What leaves: the form of a rendition. Closed vocabulary."""

    PDF = "pdf"
    PDF_RASTER = "pdf-raster"
    TEXT = "text"
    METADATA = "metadata"


class PrivateText(str):
    """Text that must never reach a log: its `repr` and `format` show nothing.

    `str()` of it is the text itself; say `reveal()` where the text is meant, so that it can be found.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "PrivateText(…)"

    def __format__(self, spec: str) -> str:
        return "…"

    def reveal(self) -> str:
        """Return the text itself as a plain string."""
        return str.__str__(self)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person whom the catalogue names as concerned by the document.

    Attributes:
        person_id: pseudonymous id, safe in logs.
        names: full names as the catalogue knows them, any spelling, nominative.
        iin: 12 digits, or None.
    """

    person_id: str
    names: tuple[PrivateText, ...] = ()
    iin: PrivateText | None = None


class ListKind(StrEnum):
    """What becomes of the words of a list. Closed vocabulary."""

    HIDE = "hide"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class WordList:
    """A list of words of an archive or of a case, by its file: its entries do not travel with every order.

    Attributes:
        kind: always hidden, or never hidden.
        path: a text file that workers can read; see `wordlists.parse`.
        sha256: of its bytes, hex; another content refuses.
    """

    kind: ListKind
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RedactionOrder:
    """What the decision asks of the redactor.

    Attributes:
        hide: categories to hide; a detail of another category stays. SPECIAL stands for its classes (`special`).
        persons: persons concerned, to be found surely (also when no detector sees them).
        open_persons: ids from `persons` whose own details stay visible.
        extract_only: keep only the passages about `open_persons` (profile R4).
        metadata_only: no page of the document; a sheet with `cipher` only (profile R5).
        cipher: archive cipher for the stamp on each page.
        request: id of the request for the stamp, so that each copy is told apart; empty for one that requests share.
        language: language of marks and stamp.
        password: opens an encrypted master; None when the caller gave none.
        terms: texts to hide wherever they can be read, in any form, whatever `hide` says.
        keeps: texts that detectors leave alone where they stand whole and as spelled here; `terms` go before them, and
            so do the persons concerned.
        lists: word lists whose entries count as further `terms` and `keeps`.
        terms_only: run no detectors; only `terms` and lists are hidden.
        plain: no stamp and no legend page.
        rendition: the form that leaves; `metadata_only` goes before it.
        methods: what is set in the place of details, by category; a category that is not named is masked.
        project_key: keys the pseudonyms: the same key gives the same names again, another key unlinkable ones.
    """

    hide: frozenset[Category]
    persons: tuple[KnownPerson, ...] = ()
    open_persons: frozenset[str] = frozenset()
    extract_only: bool = False
    metadata_only: bool = False
    cipher: str = ""
    request: str = ""
    language: Language = Language.RU
    password: PrivateText | None = None
    terms: tuple[PrivateText, ...] = ()
    keeps: tuple[PrivateText, ...] = ()
    lists: tuple[WordList, ...] = ()
    terms_only: bool = False
    plain: bool = False
    rendition: RenditionKind = RenditionKind.PDF
    methods: tuple[tuple[Category, Method], ...] = ()
    project_key: PrivateText | None = None

    @property
    def names_texts(self) -> bool:
        """Whether it names texts to hide, itself or by a list: what cannot be read might be one of them."""
        return bool(self.terms) or any(one.kind is ListKind.HIDE for one in self.lists)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one job. Checked before allocation where the file says what it will need.

    Attributes:
        max_bytes: size of the input file, bytes.
        max_pages: pages.
        max_pixels: pixels of one page render or one image.
        max_inflated: decompressed size of one stream, bytes.
        max_seconds: wall clock of the whole job; the worker is killed then.
        max_memory: resident memory of the worker, bytes; the worker is killed above it.
    """

    max_bytes: int = 256 << 20
    max_pages: int = 2_000
    max_pixels: int = 60_000_000
    max_inflated: int = 256 << 20
    max_seconds: float = 600.0
    max_memory: int = 1536 << 20


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a normalised page, points; x1 > x0 and y1 > y0."""

    x0: float
    y0: float
    x1: float
    y1: float


Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""A rectangle that may lie askew, points: from where its writing begins, above it, clockwise as the writing is read."""


class TextSource(StrEnum):
    """Where a page's text came from."""

    GLYPHS = "glyphs"
    OCR = "ocr"


@dataclass(frozen=True, slots=True)
class PageText:
    """What can be read on one page.

    Attributes:
        number: page number from 1.
        text: lines joined by newline, words by one space, in reading order.
        boxes: one box a character of `text`; None for spaces and newlines that were put in.
        source: glyphs of the page or OCR of its picture.
        width, height: page size, points.
    """

    number: int
    text: PrivateText
    boxes: Sequence[Box | None]
    source: TextSource
    width: float
    height: float


UNREAD = "unread"
"""What `Detail.found_by` says of a word that OCR did not read surely: it may be a name."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A private detail that was found.

    Attributes:
        page: page number from 1.
        start, end: offsets into that page's text, end exclusive.
        category: what it is.
        score: confidence, 0 to 1.
        found_by: recognizer name, for the explanation.
        person_id: the known person it belongs to, or None.
        classes: of a passage (SPECIAL or HEALTH): what it tells of, see `special.hides`; empty: nobody could tell.
    """

    page: int
    start: int
    end: int
    category: Category
    score: float
    found_by: str
    person_id: str | None = None
    classes: frozenset[Category] = frozenset()


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle to black out, of a size that does not depend on the secret.

    Attributes:
        page: page number from 1.
        box: what is covered, snapped to the grid.
        category: label that is printed on it.
        label: printed instead of the category's word, where it is not empty.
        method: REMOVE prints nothing.
    """

    page: int
    box: Box
    category: Category
    label: str = ""
    method: Method = Method.MASK

    def words(self, own: str) -> str:
        """Return what is printed on it, given the category's own word."""
        return "" if self.method is Method.REMOVE else self.label or own


class ReasonCode(StrEnum):
    """Why something is hidden: on marks, in reports and in the legend. Closed vocabulary; see `reasons`.

    A letter for the law and the number of its article: short, because it stands on every mark.
    """

    PERSONAL_DATA = "P7"
    BIOMETRIC = "P1"
    PRIVATE_LIFE = "A16"
    MEDICAL = "H273"
    BANKING = "P8"
    EXTRACT = "P79"
    MACHINE_CODE = "C"
    OWN_TERM = "T"


@dataclass(frozen=True, slots=True)
class MarkRecord:
    """One mark as reports tell of it: no value, no coordinates, no length.

    Attributes:
        page: page number from 1.
        category: what was hidden.
        method: what was set in its place.
        reason: why.
        recognizer: what found it.
        score: confidence, 0 to 1, two digits.
    """

    page: int
    category: Category
    method: Method
    reason: ReasonCode
    recognizer: str
    score: float

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> MarkRecord:
        """Return the record that `dataclasses.asdict` and JSON made `plain` of; raises as `Report.from_plain`."""
        return cls(
            page=plain["page"],
            category=Category(plain["category"]),
            method=Method(plain["method"]),
            reason=ReasonCode(plain["reason"]),
            recognizer=plain["recognizer"],
            score=plain["score"],
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, without a single private value.

    Attributes:
        pages: pages of the rendition.
        marks: number of details hidden, by category.
        kept: number of details found and left visible, by category.
        ocr_pages: pages that were read by OCR.
        seconds: wall clock by step of the spine.
        cpu_seconds: CPU of the worker and its children.
        engines: names and versions that shaped the output.
        records: each mark, in the order of pages.
        channels: ways of the check and how each ended.
    """

    pages: int
    marks: Mapping[Category, int] = field(default_factory=dict)
    kept: Mapping[Category, int] = field(default_factory=dict)
    ocr_pages: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    engines: Mapping[str, str] = field(default_factory=dict)
    records: tuple[MarkRecord, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Report:
        """Return the report that `dataclasses.asdict` and JSON made `plain` of.

        Raises:
            TypeError, ValueError, KeyError: it was made of something else, or by another release.
        """
        fields = dict(plain)
        for name in ("marks", "kept"):
            fields[name] = {Category(category): count for category, count in fields[name].items()}
        fields["records"] = tuple(MarkRecord.from_plain(record) for record in fields.get("records", ()))
        return cls(**fields)

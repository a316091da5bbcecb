"""What stands in the place of a detail, and the forms of a rendition beside the PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from qupia_redaction.check import Expected, check_text
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.finish.views import page_view
from qupia_redaction.mark.sheet import legend
from qupia_redaction.model import (
    Category,
    Detail,
    KnownPerson,
    Language,
    MarkRecord,
    Method,
    PageText,
    PrivateText,
    ReasonCode,
    RedactionOrder,
    RenditionKind,
    Report,
    TextSource,
)
from qupia_redaction.pipeline import redact
from qupia_redaction.plan.planning import make_plan
from qupia_redaction.plan.stand_ins import StandIns, generalised
from qupia_redaction.rendition import issue
from qupia_redaction.workers.no_finder import build as no_finder
from tests.unit.redaction.pdfs.build import LIMITS, ORDER, SECRET, NoOcr, TermFinder, text_of, typed

KEY, OTHER = PrivateText("a key of one project"), PrivateText("a key of another one")
PLAIN = replace(ORDER, plain=True)


def stand_in(order: RedactionOrder, text: str, category: Category = Category.PERSON, person: str | None = None) -> str:
    return StandIns(order).of(Detail(1, 0, len(text), category, 1.0, "test", person), text)[1]


def pseudonyms(key: PrivateText) -> RedactionOrder:
    return replace(ORDER, methods=((Category.PERSON, Method.PSEUDONYMISE),), project_key=key)


def test_a_pseudonym_is_stable_in_a_project_and_unlinkable_between_two() -> None:
    one = stand_in(pseudonyms(KEY), "Сарыбаев Ерлан")
    assert one == stand_in(pseudonyms(KEY), "Ерланом Сарыбаевым")
    assert one != stand_in(pseudonyms(KEY), "Сарыбаев Марат")
    assert one != stand_in(pseudonyms(OTHER), "Сарыбаев Ерлан")
    assert len(one) == len(stand_in(pseudonyms(KEY), "Ли"))
    assert stand_in(pseudonyms(KEY), "Ерлан", person="p1") == stand_in(pseudonyms(KEY), "Сарыбаев", person="p1")


def test_forms_of_one_name_have_one_pseudonym_in_a_document() -> None:
    short = f"{SECRET.split()[0]} {SECRET.split()[1][0]}."
    found = Details({SECRET: Category.PERSON, short: Category.PERSON})
    order = replace(ALL, rendition=RenditionKind.TEXT)
    master = typed([f"Принят {SECRET} слесарем", f"Уволен {short} вчера"])
    shown = stand_in(pseudonyms(KEY), SECRET)
    text = redact(master, order, LIMITS, found, NoOcr()).data.decode()
    assert text.splitlines() == [f"Принят [{shown}] слесарем", f"Уволен [{shown}] вчера"]


@pytest.mark.parametrize("key", [None, PrivateText("short")])
def test_pseudonyms_without_a_proper_key_are_refused(key: PrivateText | None) -> None:
    order = replace(ORDER, methods=((Category.PERSON, Method.PSEUDONYMISE),), project_key=key)
    with pytest.raises(RedactionRefused) as caught:
        redact(typed(), order, LIMITS, TermFinder(), NoOcr())
    assert caught.value.code is RefusalCode.OBLIGATION_UNFULFILLABLE


@pytest.mark.parametrize(
    ("category", "text", "coarser"),
    [
        (Category.BIRTH_DATE, "12.03.1985", "1985"),
        (Category.BIRTH_DATE, "12 марта 1985 года", "1985"),
        (Category.BIRTH_DATE, "12.03.85", ""),
        (Category.BIRTH_DATE, "1985 или 1986", ""),
        (Category.ADDRESS, "г. Алматы, ул. Абая, 10", "Алматы"),
        (Category.ADDRESS, "в Караганде, ул. Ленина", "Караганда"),
        (Category.ADDRESS, "с. Тасбулак, ул. Мира, 3", ""),
        (Category.PERSON, "Алматов 1985", ""),
    ],
)
def test_dates_become_years_and_addresses_cities(category: Category, text: str, coarser: str) -> None:
    assert generalised(category, text) == coarser
    order = replace(ORDER, methods=((category, Method.GENERALISE),))
    method, words = StandIns(order).of(Detail(1, 0, len(text), category, 1.0, "test"), text)
    assert (method, words) == ((Method.GENERALISE, coarser) if coarser else (Method.MASK, ""))


class Details:
    """Finds given stretches, by text."""

    def __init__(self, found: Mapping[str, Category]) -> None:
        self._found = found

    def find(self, pages: Sequence[PageText], persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        return tuple(
            Detail(page.number, at, at + len(text), category, 0.914, "by_text")
            for page in pages
            for text, category in self._found.items()
            if (at := page.text.reveal().find(text)) >= 0
        )

    def versions(self) -> Mapping[str, str]:
        return {}


LINES = [f"Принят {SECRET} слесарем", "Родился 12.03.1985 в семье", "Живёт в городе Алматы, улица Абая, 10"]
FOUND = Details(
    {SECRET: Category.PERSON, "12.03.1985": Category.BIRTH_DATE, "городе Алматы, улица Абая, 10": Category.ADDRESS}
)
METHODS = (
    (Category.PERSON, Method.PSEUDONYMISE),
    (Category.BIRTH_DATE, Method.GENERALISE),
    (Category.ADDRESS, Method.REMOVE),
)
ALL = replace(
    PLAIN,
    hide=frozenset({Category.PERSON, Category.BIRTH_DATE, Category.ADDRESS}),
    methods=METHODS,
    project_key=KEY,
)


def test_records_tell_of_every_mark_and_of_no_value() -> None:
    rendition = redact(typed(LINES), ALL, LIMITS, FOUND, NoOcr())
    assert rendition.report.records == (
        MarkRecord(1, Category.PERSON, Method.PSEUDONYMISE, ReasonCode.PERSONAL_DATA, "by_text", 0.91),
        MarkRecord(1, Category.BIRTH_DATE, Method.GENERALISE, ReasonCode.PERSONAL_DATA, "by_text", 0.91),
        MarkRecord(1, Category.ADDRESS, Method.REMOVE, ReasonCode.PERSONAL_DATA, "by_text", 0.91),
    )


def test_a_report_comes_back_from_json() -> None:
    report = redact(typed(LINES), ALL, LIMITS, FOUND, NoOcr()).report
    assert Report.from_plain(json.loads(json.dumps(asdict(report)))) == report
    for broken in ({}, {"pages": 1}, asdict(report) | {"marks": {"secret": 1}}, asdict(report) | {"strange": 1}):
        with pytest.raises((TypeError, ValueError, KeyError)):
            Report.from_plain(broken)


def test_a_pdf_shows_what_stands_in_the_place_of_details() -> None:
    shown = text_of(redact(typed(LINES), ALL, LIMITS, FOUND, NoOcr()).data)
    assert stand_in(pseudonyms(KEY), SECRET) in shown
    assert "1985" in shown
    assert not any(word in shown for word in (*SECRET.split(), "12.03", "Абая", "адрес", "имя"))
    assert all(word in shown for word in ("Принят", "слесарем", "Родился", "Живёт"))


def test_text_alone_bears_the_same_marks() -> None:
    order = replace(ALL, rendition=RenditionKind.TEXT)
    rendition = redact(typed(LINES), order, LIMITS, FOUND, NoOcr())
    text = rendition.data.decode()
    assert text.splitlines() == [
        f"Принят [{stand_in(pseudonyms(KEY), SECRET)}] слесарем",
        "Родился [1985] в семье",
        "Живёт в []",
    ]
    assert len(rendition.report.records) == 3


def test_pages_of_a_text_are_told_apart_and_bear_the_stamp() -> None:
    order = replace(ORDER, rendition=RenditionKind.TEXT)
    text = redact(typed(pages=2), order, LIMITS, TermFinder(), NoOcr()).data.decode()
    first, second = text.split("\f\n")
    assert first == second
    assert "[имя P7]" in first
    assert SECRET not in text
    assert all(words in first for words in (ORDER.cipher, "derived copy"))


@pytest.mark.parametrize("kind", [RenditionKind.PDF, RenditionKind.PDF_RASTER, RenditionKind.TEXT])
def test_a_copy_that_is_told_apart_bears_its_request_on_each_page(kind: RenditionKind) -> None:
    request = "6b0f0f5e-3b1c-4f7e-9d55-0a4c2f1d7e90"
    order = replace(ORDER, request=request, rendition=kind)

    first, again, other = (
        redact(typed(pages=2), replace(order, request=one), LIMITS, TermFinder(), NoOcrWords()).data
        for one in (request, request, "a" + request[1:])
    )

    assert first == again != other
    if kind is RenditionKind.TEXT:
        pages = first.decode().split("\f\n")
    else:
        with pypdfium2.PdfDocument(first) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == 2 + (kind is not RenditionKind.TEXT)
    assert all(f"запрос / сұрау салу / request {request}" in page.replace("\r\n", "\n") for page in pages)


def test_the_sheet_of_a_text_is_text() -> None:
    order = replace(ORDER, metadata_only=True, rendition=RenditionKind.TEXT)
    text = redact(typed(), order, LIMITS, TermFinder(), NoOcr()).data.decode()
    assert text.splitlines()[0] == ORDER.cipher
    assert "derived copy" in text


def test_a_text_with_a_trace_does_not_leave() -> None:
    secret, kept = {1: [PrivateText(SECRET)]}, {1: PrivateText("Приказ")}

    def report() -> Report:
        return Report(pages=1)

    assert check_text({1: "Приказ [имя]"}, Expected(1, secret, kept, labels=["имя"]), report).data
    for trace in (SECRET, SECRET.upper(), " ".join(SECRET), SECRET.replace("а", "a")):
        with pytest.raises(RedactionRefused) as caught:
            check_text({1: f"Приказ {trace}"}, Expected(1, secret, kept), report)
        assert (caught.value.code, caught.value.page, caught.value.channel) == (RefusalCode.LEAK_FOUND, 1, "text")
    with pytest.raises(RedactionRefused):
        check_text({1: "Приказ", 2: ""}, Expected(1, secret, kept), report)


def test_pixels_only_leaves_no_drawn_text() -> None:
    rendition = redact(typed(), replace(PLAIN, rendition=RenditionKind.PDF_RASTER), LIMITS, TermFinder(), NoOcrWords())
    with pikepdf.open(io.BytesIO(rendition.data)) as pdf:
        (page,) = pdf.pages
        assert "/Im" in str(list(page.Resources.XObject.keys())) or len(page.Resources.XObject) == 1
    assert SECRET.split(maxsplit=1)[0] not in text_of(rendition.data)


class NoOcrWords(NoOcr):
    """Sees nothing in pictures."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[()]:
        return ()

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[()]:
        return ()


def test_the_form_of_metadata_holds_the_cipher_only() -> None:
    rendition = redact(typed(pages=3), replace(ORDER, rendition=RenditionKind.METADATA), LIMITS, TermFinder(), NoOcr())
    assert rendition.report.pages == 1
    assert ORDER.cipher in text_of(rendition.data)
    assert "Директор" not in text_of(rendition.data)


def test_a_view_shows_a_page_of_the_rendition() -> None:
    rendition = redact(typed(pages=2), PLAIN, LIMITS, TermFinder(), NoOcr())
    with Image.open(io.BytesIO(page_view(rendition, 2, dpi=72))) as view:
        assert (view.format, view.size) == ("PNG", (595, 842))
        assert not {"exif", "comment"} & view.info.keys()
    for page in (0, 3):
        with pytest.raises(RedactionRefused):
            page_view(rendition, page)
    with pytest.raises(RedactionRefused):
        page_view(issue(b"text", Report(pages=1)), 1)
    with pytest.raises(RedactionRefused):
        page_view(rendition, 1, dpi=5_000)


def test_an_order_of_terms_only_asks_no_detector_and_any_other_does() -> None:
    order = replace(PLAIN, hide=frozenset(), terms=(PrivateText(SECRET),), terms_only=True)
    rendition = redact(typed(), order, LIMITS, no_finder(), NoOcr())
    assert SECRET not in text_of(rendition.data)
    assert rendition.report.marks == {Category.TERM: 1}
    with pytest.raises(RedactionRefused) as caught:
        redact(typed(), replace(order, terms_only=False), LIMITS, no_finder(), NoOcr())
    assert caught.value.code is RefusalCode.OBLIGATION_UNFULFILLABLE


def test_a_stamp_of_secrecy_stops_every_order_but_one_of_terms_only() -> None:
    order = replace(PLAIN, terms=(PrivateText(SECRET),))
    master = typed(["СОВЕРШЕННО СЕКРЕТНО", SECRET])
    with pytest.raises(RedactionRefused) as caught:
        redact(master, order, LIMITS, TermFinder(), NoOcr())
    assert caught.value.code is RefusalCode.SECRECY_MARKING
    only = redact(master, replace(order, hide=frozenset(), terms_only=True), LIMITS, no_finder(), NoOcr())
    assert "СЕКРЕТНО" in text_of(only.data)


def test_spans_that_overlap_say_only_what_both_say() -> None:
    page = PageText(1, PrivateText("12.03.1985 Алматы"), (None,) * 17, TextSource.GLYPHS, 595, 842)
    details = [
        Detail(1, 0, 10, Category.BIRTH_DATE, 1.0, "a"),
        Detail(1, 6, 17, Category.ADDRESS, 1.0, "b"),
    ]
    order = replace(ALL, methods=((Category.BIRTH_DATE, Method.GENERALISE),))
    (span,) = make_plan([page], details, order).spans[1]
    assert (span.start, span.end, span.label, span.method) == (0, 17, "", Method.MASK)


def test_neighbours_that_look_alike_are_one_mark() -> None:
    text = "Сынақ Үлгіев, Сынақ 1961"
    page = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 595, 842)
    parts = [
        (0, 5, Category.PERSON),
        (6, 12, Category.PERSON),
        (14, 19, Category.PERSON),
        (20, 24, Category.BIRTH_DATE),
    ]
    order = RedactionOrder(frozenset({Category.PERSON, Category.BIRTH_DATE}))

    spans = make_plan([page], [Detail(1, *part, 1.0, "test") for part in parts], order).spans[1]

    assert [(span.start, span.end) for span in spans] == [(0, 12), (14, 19), (20, 24)]


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.KK, "қайта қарауын"), (Language.RU, "пересмотра"), (Language.EN, "a review of any mark")],
)
def test_a_legend_counts_the_marks_of_each_code_and_tells_how_to_appeal(language: Language, words: str) -> None:
    title, personal, banking, appeal = legend([Category.PERSON, Category.CARD, Category.IIN], "Ф. 1", language)

    assert title.endswith(": Ф. 1")
    assert personal.startswith("P7. ")
    assert personal.endswith(": 2.")
    assert banking.endswith(": 1.")
    assert words in appeal.lower()
    assert legend([], "Ф. 1", language) == []

"""Outline and links inside the document: rebuilt from what the pages still tell, and telling nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from qupia_redaction.check import Channel, Expected, check
from qupia_redaction.errors import RedactionRefused
from qupia_redaction.intake.navigation import read_navigation
from qupia_redaction.model import Box, PrivateText, Report
from qupia_redaction.pipeline import redact
from qupia_redaction.rebuild import build, with_guide
from qupia_redaction.rebuild.guiding import Guide, Jump, Title
from tests.support.hostile_reader import folded
from tests.support.width_attack import redacted, spread
from tests.support.width_masters import master
from tests.support.width_type import HEAD, SERIF, TAIL
from tests.unit.redaction.pdfs.build import (
    LATIN_SECRET,
    LIMITS,
    ORDER,
    SECRET,
    NoOcr,
    TermFinder,
    changed,
    text_of,
    traces,
    typed,
)  # fmt: skip

TOP = 842
"""Height of a page. Lines of `typed` stand at 100, 116.8, 133.6 and 150.4 points from the top; the second is marked."""


def _redacted(change: Callable[[pikepdf.Pdf], None], pages: int = 1) -> bytes:
    return redact(changed(typed(pages=pages), change), ORDER, LIMITS, TermFinder(), NoOcr()).data


def _outline(*items: OutlineItem) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.extend(items)

    return change


def _item(title: str, *children: OutlineItem, page: int = 0, **where: Any) -> OutlineItem:
    item = OutlineItem(title, page, "XYZ" if where else "Fit", **where)
    item.children.extend(children)
    return item


def _annot(rect: Sequence[float], link: dict[str, Any]) -> Dictionary:
    keys = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([*rect]), **link}
    return Dictionary({f"/{key}": value for key, value in keys.items()})


def _links(*links: dict[str, Any], rect: tuple[float, ...] = (70, TOP - 105, 200, TOP - 90)) -> Any:
    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        page["/Annots"] = Array([pdf.make_indirect(_annot(rect, link)) for link in links])

    return change


def _to(page: int = 0, top: float = 700) -> Callable[[pikepdf.Pdf], Array]:
    return lambda pdf: Array([pdf.pages[page].obj, Name.XYZ, 0, top, 0])


_UP = _to()


def _link(where: Callable[[pikepdf.Pdf], Any] = _UP, **place: Any) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: _links({"Dest": where(pdf)}, **place)(pdf)


def _tree(data: bytes) -> list[Any]:
    def told(items: list[OutlineItem]) -> list[Any]:
        return [(item.title, told(item.children)) if item.children else item.title for item in items]

    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        return told(list(outline.root))


def _areas(data: bytes) -> list[tuple[list[int], int, int]]:
    """Return rectangles of links, the pages they lead to, and the heights there."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        return [
            ([int(side) for side in link["/Rect"].as_list()], numbers[link["/Dest"][0].objgen], int(link["/Dest"][3]))
            for page in pdf.pages
            for link in page.obj.get("/Annots", ())
        ]


def test_titles_that_stand_on_their_page_are_kept_as_they_stand_there() -> None:
    data = _redacted(
        _outline(_item("приказ  n 99"), _item("приказ № 12", _item("ДИРЕКТОР ЗАВОДА", page=1)), _item("?")), 2
    )

    assert _tree(data) == [("ПРИКАЗ № 12", ["Директор завода"])]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        first = pdf.Root.Outlines.First
        assert [first.Dest[0].objgen, first.First.Dest[0].objgen] == [page.obj.objgen for page in list(pdf.pages)[:2]]
        assert [int(first.Dest[3]), int(first.First.Dest[3])] == [755, 705]


def test_a_title_with_something_hidden_goes_and_what_is_below_it_moves_up() -> None:
    data = _redacted(
        _outline(
            _item("Приказ № 12", _item(f"Гражданин {SECRET}", _item("Директор завода"), _item(SECRET)), _item("5"))
        )
    )

    assert _tree(data) == [("ПРИКАЗ № 12", ["Директор завода"])]
    assert traces(data, SECRET) == []


@pytest.mark.parametrize(
    "title",
    [SECRET.upper(), "  ".join(SECRET), "Сары\u00adбаев", f"ПРИКАЗ № 12 {SECRET}", "Ерлан", "[персона]" + SECRET],
)
def test_titles_that_tell_a_part_of_what_is_hidden(title: str) -> None:
    data = _redacted(_outline(_item(title)))

    assert _tree(data) == []
    assert traces(data, SECRET) == []


def _wild(pdf: pikepdf.Pdf) -> None:
    """Add entries of every other kind: loops, actions, names that tell, ends that lead nowhere."""
    gone = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 9, 9])))
    kinds = [
        Dictionary(Dest=Array([gone, Name.Fit])),
        Dictionary(Dest=String(SECRET)),
        Dictionary(A=Dictionary(S=Name.URI, URI=String("https://example.org/%D0%95%D1%80%D0%BB%D0%B0%D0%BD"))),
        Dictionary(A=Dictionary(S=Name.Launch, F=String(LATIN_SECRET))),
        Dictionary(A=Dictionary(S=Name.GoTo, D=String("known"), Next=Dictionary(S=Name.JavaScript, JS=String(SECRET)))),
        Dictionary(Dest=Array([0, Name(f"/{LATIN_SECRET.split()[0]}")])),
        Dictionary(Dest=Array([pdf.pages[0].obj, Name.XYZ, 10**18, String(SECRET), 3])),
    ]
    items = [pdf.make_indirect(Dictionary({"/Title": String("Приказ № 12"), "/" + LATIN_SECRET[:8]: String(SECRET)}))]
    for kind in kinds:
        item = pdf.make_indirect(kind)
        item["/Title"] = String("Приказ № 12")
        items[-1]["/Next"] = item
        items.append(item)
    items[-1]["/Next"], items[-1]["/First"] = items[0], items[0]
    pdf.Root["/Outlines"] = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=items[0], Count=10**9))
    spot = Array([pdf.pages[0].obj, Name.Fit])
    node = pdf.make_indirect(Dictionary(Names=Array([String("known"), Dictionary(D=spot), String(SECRET)])))
    node["/Kids"] = Array([node])
    pdf.Root["/Names"], pdf.Root["/Dests"] = Dictionary(Dests=node), Dictionary({f"/{LATIN_SECRET[:8]}": spot})


def test_actions_names_loops_and_ends_that_lead_nowhere() -> None:
    data = _redacted(_wild)

    assert _tree(data) == ["ПРИКАЗ № 12"] * 2  # by a name, and to a page without a height
    assert traces(data, SECRET) == traces(data, LATIN_SECRET) == []


def test_a_link_is_drawn_around_the_words_it_lay_on() -> None:
    data = _redacted(_link(_to(1, 690)), 2)

    assert _areas(data) == [([72, 738, 149, 755], 2, 705)]


def test_a_link_is_drawn_around_its_words_whatever_the_unit_of_the_page() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/UserUnit"] = 2
        _link(_to(1, 690))(pdf)

    assert _areas(_redacted(change, 2)) == [([72, 738, 149, 755], 2, 705)]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_links_of_turned_pages_lie_on_their_words(turn: int) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/Rotate"] = turn
        _link()(pdf)
        _outline(_item("Приказ № 12", left=72, top=755))(pdf)

    with pikepdf.open(io.BytesIO(changed(typed(), change))) as pdf:
        found = read_navigation(pdf).links[0]
    straight = Box(70, 90, 200, 105)
    boxes = {
        0: straight, 180: Box(395, 737, 525, 752), 90: Box(737, 70, 752, 200), 270: Box(90, 395, 105, 525),
    }  # fmt: skip
    assert found.box == boxes[turn]


@pytest.mark.parametrize(
    "rect",
    [
        (70, TOP - 122, 400, TOP - 106),
        (70, TOP - 156, 200, TOP - 90),
        (300, TOP - 122, 330, TOP - 106),
        (300, 20, 400, 40),
    ],
    ids=["name", "lines around", "words behind a name", "no words"],
)
def test_links_on_marks_lines_with_marks_and_nothing_go(rect: tuple[float, ...]) -> None:
    assert _areas(_redacted(_link(rect=rect))) == []


def test_links_out_of_the_document_go() -> None:
    quoted = "https://example.org/%D0%A1%D0%B0%D1%80%D1%8B%D0%B1%D0%B0%D0%B5%D0%B2"
    data = _redacted(
        _links(
            {"A": Dictionary(S=Name.URI, URI=String(quoted))},
            {"A": Dictionary(S=Name.GoToR, F=String(LATIN_SECRET), D=Array([0, Name.Fit]))},
            {"A": Dictionary(S=Name.JavaScript, JS=String(LATIN_SECRET))},
            {"A": Dictionary(S=Name.Named, N=Name("/NextPage"))},
            {"Dest": String(SECRET), "Contents": String(SECRET)},
        )
    )

    assert _areas(data) == []
    assert b"%D0" not in data
    assert traces(data, SECRET) == traces(data, LATIN_SECRET) == []


@pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")
@pytest.mark.parametrize("layout", ["left", "justified, words placed", "table cell"])
def test_outlines_and_links_are_the_same_bytes_for_every_name(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_ways(layout: str, name: str) -> bytes:
        data = master(layout, name)
        with pymupdf.open(stream=data) as document:
            words = [word for word in document[0].get_text("words") if word[4] in name.split()]
        own = (min(w[0] for w in words), TOP - max(w[3] for w in words), max(w[2] for w in words), TOP - words[0][1])
        rects = [own, *((60, y, 300, y + 11) for y in range(20, 820, 7))]
        titles = [_item(f"{HEAD} {name}"), _item(name, _item(HEAD)), _item(TAIL, left=72, top=round(own[3]))]
        data = changed(data, _outline(*titles))
        return changed(
            data, lambda pdf: _links(*({"Dest": _to(top=r[1])(pdf), "Rect": Array([*r])} for r in rects))(pdf)
        )

    monkeypatch.setattr("tests.support.width_attack.master", with_ways)
    outputs = {redacted(layout, name, NoOcr()) for name in spread(3)}

    assert len(outputs) == 1
    data = outputs.pop()
    assert _tree(data) == [HEAD, TAIL]
    assert len(_areas(data)) >= 3


def test_a_document_is_not_refused_for_its_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qupia_redaction.rebuild.guiding._joined", lambda words: "Никем не сказано")

    data = _redacted(_outline(_item("Приказ № 12")))

    assert _tree(data) == []
    assert folded("Приказ № 12") in folded(text_of(data))


def _forged(change: Callable[[pikepdf.Pdf], object] = lambda pdf: None, title: str = "Приказ № 12") -> str:
    """Return what the check says to a document with an outline and a link that was changed afterwards."""
    guide = Guide(
        (Title(PrivateText(title), -1, 1, 87), Title(PrivateText("Директор завода"), 0, 1, 137)),
        (Jump(1, Box(72, 87, 149, 104), 1, 137),),
    )

    def forge(pdf: pikepdf.Pdf) -> None:
        change(pdf)

    data = changed(with_guide(build(typed(), {}).data, guide), forge)
    try:
        check(data, Expected(1, {1: [PrivateText(LATIN_SECRET)]}), lambda: Report(1), NoOcr())
    except RedactionRefused as refusal:
        return refusal.channel
    return ""


def test_the_check_knows_what_the_rebuild_writes() -> None:
    assert _forged() == ""


@pytest.mark.parametrize("title", ["Приказ № 13", "", "Зауре", "…"])
def test_the_check_reads_titles_on_their_pages(title: str) -> None:
    assert _forged(title=title) == Channel.WAYS


def _first(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.Root.Outlines.First


def _annotation(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj.Annots[0]


FORGERIES: dict[str, Callable[[pikepdf.Pdf], object]] = {
    "action": lambda pdf: _first(pdf).update({"/A": Dictionary(S=Name.Launch)}),
    "another key": lambda pdf: _first(pdf).update({"/C": Array([1, 0, 0])}),
    "a name as an end": lambda pdf: _first(pdf).update({"/Dest": String("x")}),
    "a number with digits": lambda pdf: _first(pdf)["/Dest"].__setitem__(3, 700.25),
    "a zoom": lambda pdf: _first(pdf)["/Dest"].__setitem__(4, 2),
    "a page that is none": lambda pdf: _first(pdf)["/Dest"].__setitem__(0, pdf.make_indirect(Dictionary())),
    "a loop": lambda pdf: _first(pdf).update({"/Next": _first(pdf)}),
    "a count": lambda pdf: _first(pdf).update({"/Count": 990412}),
    "aside": lambda pdf: _first(pdf).update({"/Prev": pdf.make_indirect(Dictionary(Title=String("x")))}),
    "a key of the outline": lambda pdf: pdf.Root.Outlines.update({"/Title": String("x")}),
    "an outline elsewhere": lambda pdf: pdf.pages[0].obj.Resources.update({"/Outlines": Dictionary()}),
    "a note": lambda pdf: _annotation(pdf).update({"/Subtype": Name.Text}),
    "words of a link": lambda pdf: _annotation(pdf).update({"/Contents": String("x")}),
    "a rectangle to a hair": lambda pdf: _annotation(pdf).update({"/Rect": Array([72, 738.5, 149, 755])}),
    "a rectangle off the page": lambda pdf: _annotation(pdf).update({"/Rect": Array([72, 738, 1490, 755])}),
    "an action of a link": lambda pdf: _annotation(pdf).update({"/A": Dictionary(S=Name.URI, URI=String("x"))}),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_the_check_refuses_every_other_form(forge: Callable[[pikepdf.Pdf], object]) -> None:
    assert _forged(forge) == Channel.OBJECTS


def test_the_check_refuses_links_on_nothing() -> None:
    def move(pdf: pikepdf.Pdf) -> None:
        _annotation(pdf)["/Rect"] = Array([300, 20, 400, 40])

    assert _forged(move) == Channel.WAYS

# ruff: noqa: E501 - tables of masters: one line each reads better
"""Attacks by hiding: what is drawn and not seen, what other boxes and units move, what layers switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.support.attacks.kit import KEPT, KK, NUMBER, Attack, Sheet, at, words_picture

Draw = Callable[[Sheet], None]
BESIDE = "жоспар дайын болды"


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1, **more: Any) -> Attack:
    def make() -> bytes:
        sheet = Sheet(pages)
        sheet.text(BESIDE, 72, 300)
        draw(sheet)
        return sheet.bytes()

    return Attack(channel, make, secrets or (KK,), (*KEPT, BESIDE, *kept), **more)


def _state(sheet: Sheet, **keys: Any) -> None:
    sheet.resources("/ExtGState")["/G0"] = Dictionary(**keys)


def _alpha(value: float) -> Draw:
    def draw(sheet: Sheet) -> None:
        _state(sheet, ca=value, CA=value)
        sheet.add("/G0 gs " + sheet.show(KK))

    return draw


def _covered_by(paint: str, before: str = "0 g") -> Draw:
    return lambda s: s.add(f"{before} " + s.show("бұл " + KK, 72, 500) + f" {paint} 90 490 200 24 re f")


def _covered_by_picture(sheet: Sheet) -> None:
    sheet.text(KK, 80, 500)
    picture = sheet.image(words_picture(["суреттегі сөздер"], 40))
    sheet.place(picture, "240 0 0 40 72 488")


def _cropped(sheet: Sheet) -> None:
    sheet.text(KK, 20, 30)
    sheet.page().obj["/CropBox"] = Array([50, 60, 595, 842])


def _half_cropped(sheet: Sheet) -> None:
    """The crop cuts the name in two: half of it shows."""
    sheet.text("қара " + KK, 450, 500)
    sheet.page().obj["/CropBox"] = Array([0, 0, 545, 842])


def _clip(sheet: Sheet) -> None:
    sheet.add("100 100 20 20 re W n " + sheet.show(KK))


def _form_box(sheet: Sheet) -> None:
    form = sheet.form(sheet.show(KK, 72, 500))
    form["/BBox"] = Array([0, 0, 50, 50])
    sheet.place(form, "1 0 0 1 0 0")


def _annotation_mode(mode: int) -> Draw:
    return lambda s: s.text(KK, more=f"{mode} Tr")


def _clip_then_fill(sheet: Sheet) -> None:
    sheet.add(sheet.show(KK, size=24, more="7 Tr").replace(" ET", " ET") + "0 g 60 480 400 60 re f")


def _invisible_shifted(sheet: Sheet) -> None:
    """Invisible text under visible other text."""
    sheet.text("көрінетін жай сөздер", 72, 500)
    sheet.text(KK, 72, 500, more="3 Tr")


def _boxes(box: tuple[float, ...], unit: float = 1, turn: int = 0, crop: tuple[float, ...] | None = None) -> Draw:
    """Move everything into a box of another origin."""

    def draw(sheet: Sheet) -> None:
        page = sheet.page()
        x0, y0 = min(box[0], box[2]), min(box[1], box[3])
        page.contents_add(sheet.pdf.make_stream(f"q {1 / unit} 0 0 {1 / unit} {x0} {y0} cm ".encode()), prepend=True)
        page.contents_add(sheet.pdf.make_stream(b" Q"))
        sheet_show = sheet.show(f"қара {KK} бүгін, {NUMBER}", 72, 500)
        page.contents_add(sheet.pdf.make_stream(
            f"q {1 / unit} 0 0 {1 / unit} {x0} {y0} cm {sheet_show} Q".encode("latin-1")))  # fmt: skip
        page.obj["/MediaBox"] = Array(list(box))
        if unit != 1:
            page.obj["/UserUnit"] = unit
        if crop:
            page.obj["/CropBox"] = Array(list(crop))
        if turn:
            page.obj["/Rotate"] = turn

    return draw


def _inherited(sheet: Sheet) -> None:
    sheet.text(f"қара {KK} бүгін")
    page = sheet.page().obj
    sheet.pdf.Root.Pages["/Rotate"], sheet.pdf.Root.Pages["/Resources"] = 270, page["/Resources"]
    sheet.pdf.Root.Pages["/MediaBox"] = page["/MediaBox"]
    del page["/Resources"], page["/MediaBox"]


def _group(sheet: Sheet, name: str = KK) -> pikepdf.Object:
    return sheet.pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(name)))


def _config(sheet: Sheet, groups: list[pikepdf.Object], **config: object) -> None:
    sheet.pdf.Root["/OCProperties"] = Dictionary(
        OCGs=Array(groups), D=Dictionary(**config),  # type: ignore[arg-type]  # pikepdf objects
    )  # fmt: skip


def _layer(off: bool = True, base: bool = False, text: str = KK) -> Draw:
    def draw(sheet: Sheet) -> None:
        group = _group(sheet)
        if base:
            _config(sheet, [group], BaseState=Name.OFF, ON=Array([]))
        else:
            _config(sheet, [group], OFF=Array([group] if off else []), Order=Array([pikepdf.String(KK), group]))
        sheet.resources("/Properties")["/L"] = group
        sheet.add("/OC /L BDC " + sheet.show(text) + " EMC")

    return draw


def _layer_by_usage(event: str) -> Draw:
    def draw(sheet: Sheet) -> None:
        group = _group(sheet)
        group["/Usage"] = Dictionary(
            Print=Dictionary(PrintState=Name.ON), View=Dictionary(ViewState=Name.OFF),
            CreatorInfo=Dictionary(Creator=pikepdf.String(KK), Subtype=Name.Artwork),
        )  # fmt: skip
        _config(sheet, [group], AS=Array([Dictionary(
            Event=Name("/" + event), OCGs=Array([group]), Category=Array([Name("/" + event)]))]))  # fmt: skip
        sheet.resources("/Properties")["/L"] = group
        sheet.add("/OC /L BDC " + sheet.show("баспада " + KK) + " EMC")

    return draw


def _membership(policy: str, visible: bool) -> Draw:
    def draw(sheet: Sheet) -> None:
        on, off = _group(sheet, "1"), _group(sheet)
        _config(sheet, [on, off], OFF=Array([off]))
        sheet.resources("/Properties")["/M"] = Dictionary(Type=Name.OCMD, OCGs=Array([on, off]), P=Name("/" + policy))
        sheet.add("/OC /M BDC " + sheet.show(("көрінеді " if visible else "") + KK) + " EMC")

    return draw


def _expression(parts: str, kept: str = "") -> Draw:
    """A visibility expression over a layer that is on and one that is off."""

    def draw(sheet: Sheet) -> None:
        on, off = _group(sheet, "1"), _group(sheet)
        _config(sheet, [on, off], OFF=Array([off]))
        tree = {
            "not off": Array([Name.Not, off]), "not on": Array([Name.Not, on]), "and": Array([Name.And, on, off]),
            "or": Array([Name.Or, off, Array([Name.Not, Array([Name.Not, on])])]),
        }[parts]  # fmt: skip
        sheet.resources("/Properties")["/M"] = Dictionary(Type=Name.OCMD, VE=tree)
        sheet.add("/OC /M BDC " + sheet.show((kept + " " + KK).strip()) + " EMC")

    return draw


def _nested_layers(sheet: Sheet) -> None:
    """A layer that is on inside one that is off; graphics state set inside counts outside."""
    on, off = _group(sheet, "1"), _group(sheet)
    _config(sheet, [on, off], OFF=Array([off]))
    sheet.resources("/Properties")["/A"], sheet.resources("/Properties")["/B"] = off, on
    sheet.add("/OC /A BDC /OC /B BDC " + sheet.show(KK) + " EMC EMC " + sheet.show("кейінгі сөздер", y=450))


def _layered_picture(sheet: Sheet) -> None:
    group = _group(sheet)
    _config(sheet, [group], OFF=Array([group]))
    image = words_picture([KK])
    sheet.place(sheet.image(image, OC=group), at(image, 72, 480, 30))


def _layered_annotation(sheet: Sheet) -> None:
    group = _group(sheet)
    _config(sheet, [group], OFF=Array([group]))
    look = sheet.form(sheet.show(KK, 2, 8))
    look["/BBox"] = Array([0, 0, 300, 30])
    sheet.page().obj["/Annots"] = Array([sheet.pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([72, 480, 372, 510]), F=4, AP=Dictionary(N=look), OC=group))])  # fmt: skip


def _alternate_config(sheet: Sheet) -> None:
    """Another configuration would switch the layer on; its name tells too."""
    group = _group(sheet)
    _config(sheet, [group], OFF=Array([group]), Name=pikepdf.String(KK), Creator=pikepdf.String(KK))
    sheet.pdf.Root["/OCProperties"]["/Configs"] = Array([Dictionary(Name=pikepdf.String(KK), ON=Array([group]))])
    sheet.resources("/Properties")["/L"] = group
    sheet.add("/OC /L BDC " + sheet.show(KK) + " EMC")


def _shared_form(sheet: Sheet) -> None:
    """One form on two pages and twice on one; a page of its own words beside it."""
    form = sheet.form(sheet.show(f"ортақ {KK} мәтіні", 72, 500))
    sheet.place(form, "1 0 0 1 0 0")
    sheet.place(form, "1 0 0 1 0 -60")
    sheet.place(form, "1 0 0 1 0 0", page=1)
    sheet.text("екінші беттің сөзі", 72, 700, page=1)


def _shared_content(sheet: Sheet) -> None:
    """Two pages with one content stream; the second shows it in another font where codes mean the same."""
    stream = sheet.pdf.make_stream(sheet.show(f"ортақ {KK} мәтіні", 72, 500).encode())
    for page in sheet.pdf.pages:
        page.contents_add(stream)


def _deep_forms(sheet: Sheet) -> None:
    form = sheet.form(sheet.show(f"терең {KK} осында", 72, 500))
    for _ in range(6):
        form = sheet.form("/X Do", Inner={"XObject": Dictionary(X=form)})
    sheet.place(form, "1 0 0 1 0 0")


def _split_over_forms(sheet: Sheet) -> None:
    first, second = sheet.form(sheet.show("мен Жұма", 72, 500)), sheet.form(sheet.show("беков Серік келді", 72, 500))
    sheet.place(first, "1 0 0 1 0 0")
    sheet.place(second, f"1 0 0 1 {sheet.face.width('мен Жұма', 12):.2f} 0")


def _contents_cut(sheet: Sheet) -> None:
    """The content array cuts between tokens of one text."""
    page = sheet.page()
    for part in ("q BT /F1 12 Tf 72 500 Td ", sheet.face.hex(f"қара {KK} бүгін"), " Tj ET", " Q"):
        page.contents_add(sheet.pdf.make_stream(part.encode()))


def _comment(sheet: Sheet) -> None:
    sheet.add(f"% Bradwell Hutson {NUMBER}\n" + sheet.show("жай сөз қалады"))


def _properties(sheet: Sheet) -> None:
    sheet.resources("/Properties")["/P"] = sheet.pdf.make_indirect(Dictionary(
        O=Name.UserProperties, P=Array([Dictionary(N=pikepdf.String("name"), V=pikepdf.String(KK))])))  # fmt: skip
    raw = KK.encode("utf-16-be").hex()
    sheet.add(f"/Span /P BDC /Art <</T <feff{raw}> /V (Bradwell)>> DP " + sheet.show("жай сөз қалады") + " EMC")


def _pixel_cover(sheet: Sheet) -> None:
    """Text under a picture of white paper."""
    sheet.text(KK, 80, 500)
    sheet.place(sheet.image(Image.new("L", (20, 4), 255)), "240 0 0 40 72 488")


HIDING: tuple[Attack, ...] = (
    _attack("off the page", lambda s: s.text(KK, 700, 500)),
    _attack("far off the page", lambda s: s.text(KK, -3000, 90_000)),
    _attack("above the page", lambda s: s.text(KK, 72, 900)),
    _attack("partly off the page", lambda s: s.text("сөз " + KK, 480, 500)),
    _attack("outside the crop", _cropped),
    _attack("cut by the crop", _half_cropped),
    _attack("behind a clip", _clip),
    _attack("outside a form's box", _form_box),
    _attack("transparent", _alpha(0)),
    _attack("almost transparent", _alpha(0.02)),
    _attack("half transparent", _alpha(0.3)),
    _attack("white", lambda s: s.add("1 g " + s.show(KK))),
    _attack("almost white", lambda s: s.add("0.97 g " + s.show(KK))),
    _attack("light yellow", lambda s: s.add("1 1 0.6 rg " + s.show(KK))),
    _attack("white on dark", lambda s: s.add("0.2 g 60 480 300 50 re f 1 g " + s.show("ақ " + KK, size=14))),
    _attack("black on dark", lambda s: s.add("0.1 g 60 480 300 50 re f 0 g " + s.show("ақ " + KK, size=14))),
    _attack("0.1 point", lambda s: s.text(KK, size=0.1)),
    _attack("1 point", lambda s: s.text(KK, size=1)),
    _attack("3 points", lambda s: s.text("қара " + KK, size=3)),
    _attack("render mode 3", _annotation_mode(3)),
    _attack("render mode 7", _annotation_mode(7)),
    _attack("render mode 7, then fill", _clip_then_fill),
    _attack("render mode 3 under words", _invisible_shifted, kept=("көрінетін жай сөздер",)),
    _attack("under a white box", _covered_by("1 g")),
    _attack("under a black box", _covered_by("0 g"), kept=("бұл",)),
    _attack("under a picture", _covered_by_picture, kept=("суреттегі сөздер",)),
    _attack("under a white picture", _pixel_cover),
    _attack("user unit 2", _boxes((0, 0, 298, 421), unit=2), KK, NUMBER, kept=("бүгін",)),
    _attack("user unit half", _boxes((0, 0, 1190, 1684), unit=0.5), KK, NUMBER, kept=("бүгін",)),
    _attack("odd origin", _boxes((100, 217.5, 695, 1059.5)), KK, NUMBER, kept=("бүгін",)),
    _attack("negative origin", _boxes((-300, -842, 295, 0)), KK, NUMBER, kept=("бүгін",)),
    _attack("box given backwards", _boxes((595, 842, 0, 0)), KK, NUMBER, kept=("бүгін",)),
    _attack("page turned 90", _boxes((0, 0, 595, 842), turn=90), KK, NUMBER, kept=("бүгін",)),
    _attack("page turned 180", _boxes((0, 0, 595, 842), turn=180), KK, NUMBER, kept=("бүгін",)),
    _attack("page turned -90", _boxes((0, 0, 595, 842), turn=-90), KK, NUMBER, kept=("бүгін",)),
    _attack("turned, unit and crop", _boxes((50, 60, 348, 481), unit=2, turn=90, crop=(55, 65, 340, 470)), KK, NUMBER, kept=("бүгін",)),
    _attack("inherited turn and resources", _inherited, kept=("бүгін",)),
    _attack("layer off", _layer()),
    _attack("layer on", _layer(off=False, text=f"қара {KK} бүгін"), kept=("бүгін",)),
    _attack("layer off by base state", _layer(base=True)),
    _attack("layer for print", _layer_by_usage("Print")),
    _attack("layer for view", _layer_by_usage("View")),
    _attack("membership AllOn", _membership("AllOn", visible=False)),
    _attack("membership AnyOff", _membership("AnyOff", visible=True), kept=("көрінеді",)),
    _attack("expression not off", _expression("not off", "көрінеді"), kept=("көрінеді",)),
    _attack("expression not on", _expression("not on")),
    _attack("expression and", _expression("and")),
    _attack("expression or", _expression("or", "көрінеді"), kept=("көрінеді",)),
    _attack("nested layers", _nested_layers, kept=("кейінгі сөздер",)),
    _attack("picture on a layer", _layered_picture),
    _attack("annotation on a layer", _layered_annotation),
    _attack("another configuration", _alternate_config),
    _attack("shared form", _shared_form, pages=2, kept=("ортақ", "мәтіні", "екінші беттің сөзі")),
    _attack("shared content stream", _shared_content, pages=2, kept=("ортақ", "мәтіні")),
    _attack("forms in forms", _deep_forms, kept=("терең", "осында")),
    _attack("name over two forms", _split_over_forms, kept=("келді",)),
    _attack("content cut between tokens", _contents_cut, kept=("бүгін",)),
    _attack("comment in content", _comment, "Bradwell Hutson", NUMBER, kept=("жай сөз қалады",)),
    _attack("marked-content properties", _properties, KK, "Bradwell", kept=("жай сөз қалады",)),
)  # fmt: skip

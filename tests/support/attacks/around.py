# ruff: noqa: E501 - tables of masters: one line each reads better
"""Attacks around the page: annotations, fields, names, files, history, encryption, damage."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pikepdf
import pymupdf
from fpdf import FPDF
from pikepdf import Array, Dictionary, Encryption, Name, String

from tests.support.attacks.kit import EN, KEPT, KK, NUMBER, RU, SANS, Attack, Face, Sheet, unicode_map

Draw = Callable[[Sheet], None]
BESIDE = "жоспар дайын болды"


def _sheet(draw: Draw | None = None, pages: int = 1) -> Sheet:
    sheet = Sheet(pages)
    sheet.text(BESIDE, 72, 300)
    if draw:
        draw(sheet)
    return sheet


def _attack(channel: str, draw: Draw, *secrets: str, kept: tuple[str, ...] = (), pages: int = 1, **more: Any) -> Attack:
    return Attack(
        channel, lambda: _sheet(draw, pages).bytes(), secrets or (KK, EN, NUMBER), (*KEPT, BESIDE, *kept), **more
    )


def _file(
    channel: str,
    make: Callable[[], bytes],
    *secrets: str,
    kept: tuple[str, ...] = (),
    password: str | None = None,
    **more: Any,
) -> Attack:
    return Attack(channel, make, secrets or (KK, NUMBER), (*KEPT, BESIDE, *kept), password, **more)


def _look(sheet: Sheet, text: str, wide: float = 300) -> pikepdf.Stream:
    look = sheet.form(sheet.show(text, 2, 8))
    look["/BBox"] = Array([0, 0, wide, 30])
    return look


def _annotation(subtype: str, looks: str = "", **keys: Any) -> Draw:
    def draw(sheet: Sheet) -> None:
        base = Dictionary(
            Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([72, 480, 372, 510]), F=4,
            Contents=String(f"{KK} {NUMBER}"), T=String(KK), Subj=String(EN), NM=String(NUMBER), RC=String(f"<p>{KK}</p>"),
            **keys,
        )  # fmt: skip
        if looks:
            base["/AP"] = Dictionary(N=_look(sheet, looks))
        sheet.page().obj["/Annots"] = Array([sheet.pdf.make_indirect(base)])

    return draw


def _popup(sheet: Sheet) -> None:
    note = sheet.pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([72, 480, 92, 500]), Contents=String(KK), T=String(EN)))  # fmt: skip
    popup = sheet.pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Popup, Rect=Array([300, 400, 500, 500]), Parent=note, Open=True, Contents=String(NUMBER)))  # fmt: skip
    note["/Popup"] = popup
    sheet.page().obj["/Annots"] = Array([note, popup])


def _attached(sheet: Sheet) -> None:
    spec = _spec(sheet)
    sheet.page().obj["/Annots"] = Array([sheet.pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([72, 480, 92, 500]), FS=spec, Contents=String(KK)))])  # fmt: skip


def _spec(sheet: Sheet, data: bytes | None = None) -> pikepdf.Object:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(EN + ".txt", f"{KK} {NUMBER}")
    stream = sheet.pdf.make_stream(data or inner.getvalue())
    stream["/Type"], stream["/Params"] = Name.EmbeddedFile, Dictionary(CheckSum=String(NUMBER))
    return sheet.pdf.make_indirect(Dictionary(
        Type=Name.Filespec, F=String(EN + ".zip"), UF=String(KK + ".zip"), Desc=String(NUMBER), EF=Dictionary(F=stream)))  # fmt: skip


def _embedded(sheet: Sheet) -> None:
    other = _sheet()
    other.text(KK + NUMBER)
    spec = _spec(sheet, other.bytes())
    sheet.pdf.Root["/Names"] = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(KK), spec])))
    sheet.pdf.Root["/AF"] = Array([spec])
    sheet.page().obj["/AF"] = Array([spec])
    sheet.pdf.Root["/Collection"] = Dictionary(
        Schema=Dictionary(N=Dictionary(Subtype=Name.S, N=String(EN))), D=String(KK)
    )


def _field(kept: str = "", **keys: Any) -> Draw:
    def draw(sheet: Sheet) -> None:
        widget = sheet.pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, Rect=Array([72, 480, 372, 504]), F=4, T=String(KK), TU=String(EN),
            TM=String(NUMBER), DA=String("/F1 12 Tf 0 g"), **keys,
        ))  # fmt: skip
        sheet.page().obj["/Annots"] = Array([widget])
        script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{EN} {NUMBER}')"))
        widget["/AA"] = Dictionary(K=script, F=script)
        sheet.pdf.Root["/AcroForm"] = Dictionary(
            Fields=Array([widget]), DR=Dictionary(Font=Dictionary(F1=sheet.face.font)), NeedAppearances=True,
            DA=String("/F1 12 Tf 0 g"), XFA=Array([String("datasets"), sheet.pdf.make_stream(f"<x>{KK} {NUMBER}</x>".encode())]),
        )  # fmt: skip

    return draw


def _field_with_look(text: str, **keys: Any) -> Draw:
    def draw(sheet: Sheet) -> None:
        _field(**keys)(sheet)
        widget = sheet.page().obj["/Annots"][0]
        widget["/AP"] = Dictionary(N=_look(sheet, text))
        sheet.pdf.Root["/AcroForm"]["/NeedAppearances"] = False

    return draw


def _parent_field(sheet: Sheet) -> None:
    _field_with_look("мәні " + KK, FT=Name.Tx, V=String(KK))(sheet)
    widget = sheet.page().obj["/Annots"][0]
    parent = sheet.pdf.make_indirect(Dictionary(T=String(KK), TU=String(EN), FT=Name.Tx, V=String(NUMBER), DV=String(KK),
                                                Kids=Array([widget])))  # fmt: skip
    widget["/Parent"] = parent
    sheet.pdf.Root["/AcroForm"]["/Fields"] = Array([parent])
    sheet.pdf.Root["/AcroForm"]["/CO"] = Array([widget])


def _states(sheet: Sheet) -> None:
    """A check box whose state that is not shown tells."""
    on, off = _look(sheet, "белгіленді"), _look(sheet, KK)
    _field(FT=Name.Btn, AS=Name.On, V=Name.On)(sheet)
    widget = sheet.page().obj["/Annots"][0]
    widget["/AP"] = Dictionary(N=Dictionary(On=on, Off=off), D=Dictionary(On=off), R=off)
    sheet.pdf.Root["/AcroForm"]["/NeedAppearances"] = False


def _signature(sheet: Sheet) -> None:
    value = sheet.pdf.make_indirect(Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/adbe.pkcs7.detached"), Name=String(KK), Reason=String(EN),
        Location=String(NUMBER), ContactInfo=String(KK), ByteRange=Array([0, 10, 20, 10]), Contents=String(EN + NUMBER),
        Cert=String(EN), Prop_Build=Dictionary(App=Dictionary(Name=Name("/" + EN.split()[0]))),
    ))  # fmt: skip
    _field_with_look("Қол қойған " + KK, FT=Name.Sig, V=value)(sheet)
    sheet.pdf.Root["/Perms"] = Dictionary(DocMDP=value)
    sheet.pdf.Root["/DSS"] = Dictionary(Certs=Array([sheet.pdf.make_stream(KK.encode())]))


def _links(sheet: Sheet) -> None:
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 295, 200, 312]), Contents=String(KK),
        A=Dictionary(S=Name.URI, URI=String("http://example.org/?n=Bradwell%20Hutson&%39%39%30412300128"),
                     Next=Dictionary(S=Name.JavaScript, JS=String(f"x='{EN}'"))),
        PA=Dictionary(S=Name.URI, URI=String(NUMBER)),
    )  # fmt: skip
    launch = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 200, 200, 212]), A=Dictionary(
        S=Name.Launch, F=String(EN), Win=Dictionary(F=String(EN), P=String(NUMBER))))  # fmt: skip
    submit = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 220, 200, 232]), A=Dictionary(
        S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String(KK)), Fields=Array([String(NUMBER)])))  # fmt: skip
    sheet.page().obj["/Annots"] = Array([sheet.pdf.make_indirect(a) for a in (link, launch, submit)])
    sheet.pdf.Root["/URI"] = Dictionary(Base=String("http://" + EN.replace(" ", "") + "/"))


def _scripts(sheet: Sheet) -> None:
    script = sheet.pdf.make_indirect(
        Dictionary(S=Name.JavaScript, JS=sheet.pdf.make_stream(f"// {EN} {NUMBER} {KK}".encode()))
    )
    sheet.pdf.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([String(KK), script])))
    sheet.pdf.Root["/OpenAction"], sheet.pdf.Root["/AA"] = script, Dictionary(WC=script)
    sheet.page().obj["/AA"] = Dictionary(O=script)


def _names(sheet: Sheet) -> None:
    spot = Array([sheet.page().obj, Name.Fit])
    sheet.pdf.Root["/Dests"] = Dictionary({"/Bradwell": spot})
    sheet.pdf.Root["/Names"] = Dictionary(
        Dests=Dictionary(Names=Array([String(KK), spot, String(NUMBER), Dictionary(D=spot)]), Limits=Array([String(KK), String(KK)])),
        Pages=Dictionary(Names=Array([String(EN), sheet.page().obj])),
        Templates=Dictionary(Names=Array([String(KK), sheet.page().obj])),
    )  # fmt: skip
    sheet.pdf.Root["/PageLabels"] = Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=String(KK + NUMBER))]))
    sheet.pdf.Root["/Threads"] = Array(
        [sheet.pdf.make_indirect(Dictionary(I=Dictionary(Title=String(KK), Author=String(EN))))]
    )


def _outline(sheet: Sheet) -> None:
    with sheet.pdf.open_outline() as outline:
        item = pikepdf.OutlineItem(f"Жеке іс: {KK}", 0)
        item.children.append(pikepdf.OutlineItem(NUMBER + EN, 0))
        outline.root.append(item)


def _metadata(sheet: Sheet) -> None:
    xmp = (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{KK}</dc:title><dc:creator>{EN} {NUMBER}</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    ).encode()
    pdf = sheet.pdf
    pdf.Root["/Metadata"] = pdf.make_stream(xmp, Type=Name.Metadata, Subtype=Name.XML)
    sheet.page().obj["/Metadata"] = pdf.make_stream(xmp)
    sheet.face.font["/Metadata"] = pdf.make_stream(xmp)
    with_info = pdf.make_indirect(
        Dictionary(Title=String(KK), Author=String(EN), Keywords=String(NUMBER), Bradwell=String(EN))
    )
    pdf.trailer["/Info"] = with_info
    pdf.trailer["/Secret"] = String(KK + NUMBER)
    pdf.Root["/PieceInfo"] = Dictionary(App=Dictionary(Private=pdf.make_stream(xmp), LastModified=String(NUMBER)))
    sheet.page().obj["/PieceInfo"] = Dictionary(App=Dictionary(Private=String(KK)))
    pdf.Root["/OutputIntents"] = Array([Dictionary(S=Name.GTS_PDFA1, OutputConditionIdentifier=String(KK), Info=String(EN),
                                                   DestOutputProfile=pdf.make_stream(xmp, N=3))])  # fmt: skip
    pdf.Root["/Lang"], pdf.Root["/Custom"], pdf.Root["/SpiderInfo"] = (
        String(EN),
        String(KK),
        Dictionary(V=String(NUMBER)),
    )
    pdf.Root["/Extensions"] = Dictionary(ADBE=Dictionary(BaseVersion=Name("/1.7"), URL=String(NUMBER)))
    pdf.Root["/Legal"], pdf.Root["/Requirements"] = (
        Dictionary(Attestation=String(KK)),
        Array([Dictionary(S=Name("/Bradwell"))]),
    )
    sheet.page().obj["/Bradwell"] = String(KK)
    sheet.page().obj["/SeparationInfo"] = Dictionary(DeviceColorant=String(EN))
    sheet.page().obj["/LastModified"] = String(NUMBER)


def _fonts(sheet: Sheet) -> None:
    """Names of fonts, leftovers in maps, private tables."""
    face = Face(sheet.pdf)
    for holder in (face.font, face.font["/DescendantFonts"][0], face.font["/DescendantFonts"][0]["/FontDescriptor"]):
        holder["/BaseFont" if "/BaseFont" in holder else "/FontName"] = Name("/BradwellHutson")
    face.font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFamily"] = String(KK)
    face.font["/DescendantFonts"][0]["/FontDescriptor"]["/CharSet"] = String(NUMBER)
    used = "жай сөз қалады"
    rows = [(face.code(c), c) for c in dict.fromkeys(used)]
    face.font["/ToUnicode"] = sheet.pdf.make_stream(
        unicode_map([*rows, (65_000, KK), (65_001, NUMBER), (65_002, EN)]) + f"\n% {EN} {NUMBER}".encode())  # fmt: skip
    sheet.font("/N", face)
    sheet.add(f"BT /N 12 Tf 72 500 Td {face.hex(used)} Tj ET")


def _resource_names(sheet: Sheet) -> None:
    sheet.font("/BradwellHutson", sheet.face)
    sheet.resources("/ExtGState")["/BradwellHutson"] = Dictionary(ca=1)
    sheet.resources("/ColorSpace")["/N990412300128"] = Array([Name.Separation, Name("/BradwellHutson"), Name.DeviceGray,
        Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)])  # fmt: skip
    sheet.add(
        f"/BradwellHutson gs /N990412300128 cs 1 scn BT /BradwellHutson 12 Tf 72 500 Td {sheet.face.hex('жай сөз қалады')} Tj ET"
    )


def _revisions() -> bytes:
    """An incremental update that takes the name off the page; the first revision still has it."""
    old = _sheet()
    old.text(f"ескі {KK} {NUMBER}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "revisions.pdf")
        path.write_bytes(old.bytes(object_stream_mode=pikepdf.ObjectStreamMode.disable))
        with pymupdf.open(path) as document:
            xref = [x for x in document[0].get_contents() if b"Tj" in (document.xref_stream(x) or b"")][-1]
            document.update_stream(xref, b" ", compress=False)
            document.saveIncr()
        return path.read_bytes()


def _orphans(mode: pikepdf.ObjectStreamMode) -> Callable[[], bytes]:
    def make() -> bytes:
        sheet = _sheet()
        orphan = sheet.pdf.make_indirect(
            Dictionary(A=String(KK), B=String(NUMBER), C=sheet.pdf.make_stream(KK.encode()))
        )
        sheet.pdf.Root["/Tmp"] = orphan
        return sheet.bytes(object_stream_mode=mode)

    return make


def _tail() -> bytes:
    return _sheet().bytes() + f"\n{KK} {NUMBER}\n".encode() + EN.encode("utf-16-be")


def _head() -> bytes:
    return f"junk {EN} {NUMBER}\n".encode() + _sheet().bytes()


def _duplicate() -> bytes:
    """The page's text object stands twice; the table points at one, a repairing reader takes the other."""
    sheet = _sheet()
    sheet.text("жай сөз қалады")
    data = sheet.bytes(object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    match = list(re.finditer(rb"(\d+) 0 obj\n<<[^>]*>>\nstream\n[^<]*BT.*?endobj", data, re.DOTALL))[-1]
    other = match.group(0).replace(b"BT", b"BT % Bradwell Hutson 990412300128", 1)
    at = data.rfind(b"xref\n0")
    start = data.rfind(b"startxref")
    return data[:at] + other + b"\n" + data[at:start] + b"startxref\n%d\n%%%%EOF\n" % (at + len(other) + 1)


def _encrypted(user: str, owner: str, revision: Literal[3, 4, 6], aes: bool = True) -> Callable[[], bytes]:
    def make() -> bytes:
        sheet = _sheet()
        sheet.text(f"қара {KK} бүгін {NUMBER}")
        sheet.pdf.trailer["/Info"] = sheet.pdf.make_indirect(Dictionary(Title=String(KK)))
        return sheet.bytes(encryption=Encryption(owner=owner, user=user, R=revision, aes=aes, metadata=aes))

    return make


def _damaged(change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        sheet = _sheet()
        sheet.text(f"қара {KK} бүгін {NUMBER}")
        return change(sheet.bytes(object_stream_mode=pikepdf.ObjectStreamMode.disable))

    return make


def _bad_table(data: bytes) -> bytes:
    return re.sub(rb"\n0{5}(\d{5}) 00000 n", lambda m: b"\n00000%05d 00000 n" % (int(m.group(1)) + 3), data)


def _bad_start(data: bytes) -> bytes:
    return re.sub(rb"startxref\n\d+", b"startxref\n7", data)


def _bad_lengths(data: bytes) -> bytes:
    return re.sub(rb"/Length \d+", b"/Length 1", data)


def _no_end(data: bytes) -> bytes:
    return data.replace(b"%%EOF", b"")


def _cut_off(data: bytes) -> bytes:
    return data[: data.rfind(b"xref\n0")]


def _by_fpdf() -> bytes:
    pdf = FPDF()
    pdf.set_title(KK)
    pdf.add_font("dv", fname=SANS)
    pdf.add_page()
    pdf.set_font("dv", size=12)
    for text in (*KEPT, BESIDE, f"қара {KK} бүгін {NUMBER}"):
        pdf.cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
    with pdf.table(first_row_as_headings=False) as table:
        for cells in (("аты", "нөмірі"), (RU, NUMBER)):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    return bytes(pdf.output())


def _by_mupdf() -> bytes:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_font("dv", SANS)
        for index, text in enumerate((*KEPT, BESIDE)):
            page.insert_text((72, 90 + 20 * index), text, fontname="dv")
        page.insert_textbox(
            pymupdf.Rect(72, 300, 400, 400), f"бұл жерде {KK} туралы жазылған сөздер бар бүгін", fontname="dv", align=3
        )
        page.insert_htmlbox(pymupdf.Rect(72, 420, 400, 500), f"<p>HTML <b>{KK}</b> бүгін</p>")
        note = page.add_freetext_annot(pymupdf.Rect(300, 520, 500, 560), NUMBER)
        note.set_info(title=KK, content=NUMBER)
        page.add_text_annot((400, 600), KK)
        mark = page.add_highlight_annot(pymupdf.Rect(72, 300, 200, 320))
        mark.set_info(content=KK)
        document.set_toc([[1, KK, 1]])
        document.embfile_add("a.txt", KK.encode(), KK, desc=KK)
        document.set_page_labels([{"startpage": 0, "prefix": KK, "style": "D"}])
        return bytes(document.tobytes())


AROUND: tuple[Attack, ...] = (
    _attack("free text with a look", _annotation("FreeText", f"мәтін {KK} бар", DA=String("/F1 12 Tf 0 g")), kept=("мәтін",)),
    _attack("free text without a look", _annotation("FreeText", DA=String("/Helv 12 Tf 0 g"), DS=String("font: Helvetica"))),
    _attack("note", _annotation("Text")),
    _attack("note with pop-up", _popup),
    _attack("stamp", _annotation("Stamp", f"мөр {NUMBER} бар", Name=Name("/Bradwell")), kept=("мөр",)),
    _attack("highlight", _annotation("Highlight", C=Array([1, 1, 0]), QuadPoints=Array([72, 320, 300, 320, 72, 295, 300, 295]))),
    _attack("line with caption", _annotation("Line", L=Array([72, 490, 372, 490]), Cap=True)),
    _attack("ink", _annotation("Ink", InkList=Array([Array([72, 490, 372, 500])]))),
    _attack("redaction mark", _annotation("Redact", OverlayText=String(KK), DA=String("/Helv 12 Tf 0 g"))),
    _attack("square with contents", _annotation("Square")),
    _attack("watermark", _annotation("Watermark", f"су белгі {KK}"), kept=("су белгі",)),
    _attack("sound and movie", _annotation("Movie", Movie=Dictionary(F=String(EN)), A=Dictionary(T=String(KK)))),
    _attack("attachment on the page", _attached),
    _attack("text field", _field(FT=Name.Tx, V=String(KK), DV=String(NUMBER), RV=String(f"<p>{KK}</p>"))),
    _attack("text field with a look", _field_with_look("мәні " + KK, FT=Name.Tx, V=String(KK)), kept=("мәні",)),
    _attack("look and value disagree", _field_with_look("жай мән көрінеді", FT=Name.Tx, V=String(KK)), kept=("жай мән көрінеді",)),
    _attack("comb field", _field(FT=Name.Tx, V=String(NUMBER), MaxLen=12, Ff=1 << 24)),
    _attack("multiline field", _field(FT=Name.Tx, V=String(f"{EN}\n{NUMBER}"), Ff=1 << 12)),
    _attack("password field", _field(FT=Name.Tx, V=String(NUMBER), Ff=1 << 13)),
    _attack("choice", _field(FT=Name.Ch, Ff=1 << 17, V=String(KK), Opt=Array([String(KK), Array([String(NUMBER), String(EN)])]), I=Array([0]))),
    _attack("list box", _field(FT=Name.Ch, V=String(EN), Opt=Array([String(EN), String(NUMBER)]), TI=0)),
    _attack("button", _field(FT=Name.Btn, Ff=1 << 16, MK=Dictionary(CA=String(EN), RC=String(NUMBER), AC=String(KK)))),
    _attack("check box states", _states, kept=("белгіленді",)),
    _attack("parent field", _parent_field, kept=("мәні",)),
    _attack("signature", _signature, kept=("Қол қойған",)),
    _attack("links and actions", _links),
    _attack("scripts", _scripts),
    _attack("outline", _outline),
    _attack("names, labels, threads", _names),
    _attack("metadata and private data", _metadata),
    _attack("embedded files", _embedded),
    _attack("fonts' names and maps", _fonts, kept=("жай сөз қалады",)),
    _attack("names of resources", _resource_names, "Bradwell", NUMBER, kept=("жай сөз қалады",)),
    _file("earlier revision", _revisions),
    _file("orphans", _orphans(pikepdf.ObjectStreamMode.disable)),
    _file("orphans in object streams", _orphans(pikepdf.ObjectStreamMode.generate)),
    _file("bytes after the end", _tail, KK, EN, NUMBER),
    _file("bytes before the head", _head, EN, NUMBER),
    _file("duplicate object", _duplicate, EN, NUMBER, kept=("жай сөз қалады",)),
    _file("password, AES-256", _encrypted("ашық", "иесі", 6), kept=("бүгін",), password="ашық"),
    _file("password, RC4", _encrypted("open", "own", 3, aes=False), kept=("бүгін",), password="open"),
    _file("owner password given", _encrypted("open", "own", 4), kept=("бүгін",), password="own"),
    _file("owner only", _encrypted("", "own", 6), kept=("бүгін",)),
    _file("owner only, RC4", _encrypted("", "own", 3, aes=False), kept=("бүгін",)),
    _file("password missing", _encrypted("open", "own", 6), may_refuse=True),
    _file("table shifted", _damaged(_bad_table), kept=("бүгін",)),
    _file("start of the table wrong", _damaged(_bad_start), kept=("бүгін",)),
    _file("lengths wrong", _damaged(_bad_lengths), kept=("бүгін",)),
    _file("no end mark", _damaged(_no_end), kept=("бүгін",)),
    _file("cut off before the table", _damaged(_cut_off), kept=("бүгін",), may_refuse=True),
    _file("by fpdf2", _by_fpdf, KK, RU, NUMBER, kept=("нөмірі",)),
    _file("by MuPDF with everything", _by_mupdf, KK, NUMBER, kept=("бұл жерде",)),
)  # fmt: skip

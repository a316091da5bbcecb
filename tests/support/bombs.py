"""Masters that aim at time and memory: trees, cycles, counts, contents, pictures and filters out of all proportion."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.support.hostile_pdfs import form, master

_HEAD = b"%PDF-1.7\n"


def raw(objects: dict[int, bytes], size: int | None = None) -> bytes:
    """Return a file of raw objects with a right table."""
    out, places = bytearray(_HEAD), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size or max(objects) + 1, start)
    return bytes(out)


def _one_page(contents: bytes, resources: bytes = b"<<>>", more: dict[int, bytes] | None = None) -> bytes:
    return raw(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources %s>>" % resources,
            4: contents,
            **(more or {}),
        }
    )


def _stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (keys, len(data), data)


def _flate(data: bytes, keys: bytes = b"") -> bytes:
    return _stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + keys)


def _deep_tree() -> bytes:
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(2, 20_000):
        objects[number] = b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1)
    objects[20_000] = b"<</Type/Page/MediaBox[0 0 595 842]>>"
    return raw(objects)


def _cyclic_tree() -> bytes:
    return raw({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"})


def _cyclic_parent() -> bytes:
    return raw(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        }
    )


def _cyclic_forms() -> bytes:
    one = _stream(b"/B Do /B Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</B 6 0 R>>>>")
    other = _stream(b"/A Do /A Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 5 0 R>>>>")
    return _one_page(_stream(b"/A Do"), b"<</XObject<</A 5 0 R>>>>", {5: one, 6: other})


def _doubling_forms(layers: bool = False) -> bytes:
    """Draw a form that draws another ten times, and so on: 10^12 drawings."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        holder = form(pdf, page, b"0 0 1 1 re f")
        for _ in range(11):
            holder = form(pdf, page, b"/X Do " * 10, XObject=Dictionary(X=holder))
        page.obj["/Resources"]["/XObject"]["/X"] = holder
        page.contents_add(pdf.make_stream(b"\n/X Do"))
        if layers:
            group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("x")))
            pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))

    return master(change)


def _wide_forms() -> bytes:
    """Let each form refer to the next one under ten names, with layers to be taken out of all of them."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        holder = form(pdf, page, b"0 0 1 1 re f")
        for _ in range(11):
            names = Dictionary({f"/X{index}": holder for index in range(10)})
            holder = form(pdf, page, b"/X0 Do", XObject=names)
        page.obj["/Resources"]["/XObject"]["/X"] = holder
        page.contents_add(pdf.make_stream(b"\n/X Do"))
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("x")))
        pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))

    return master(change)


def _many_objects() -> bytes:
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    }
    return raw(objects | dict.fromkeys(range(4, 1_000_000), b"null"))


def _huge_size() -> bytes:
    return _one_page(_stream(b"")).replace(b"/Size 5", b"/Size 2147483000")


def _picture(keys: bytes, data: bytes) -> bytes:
    return _one_page(
        _stream(b"q 500 0 0 500 20 20 cm /I Do Q"),
        b"<</XObject<</I 5 0 R>>>>",
        {5: _stream(data, b"/Type/XObject/Subtype/Image" + keys)},
    )


def _lzw_chain() -> bytes:
    data = zlib.compress(b"\x81\x00" * 8_000_000 + b"\x80", 9)
    return _one_page(_stream(data, b"/Filter[/FlateDecode/RunLengthDecode]"))


def _ascii_chain() -> bytes:
    data = b"q " * 1_000
    for _ in range(30):
        data = base64.a85encode(data) + b"~>" if len(data) < 4 << 20 else data
    return _one_page(_stream(data, b"/Filter[" + b"/ASCII85Decode" * 30 + b"]"))


def _predictor() -> bytes:
    parms = b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>"
    return _one_page(_flate(b"\0" * 100_000, parms))


def _jbig2() -> bytes:
    page = bytes.fromhex("0000000030000100000013") + (0x7FFFFFFF).to_bytes(4, "big") * 2 + b"\0" * 11
    return _picture(b"/Width 1000/Height 1000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode", page)


def _fax() -> bytes:
    keys = b"/Width 1000/Height 1000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
    return _picture(keys + b"/DecodeParms<</K -1/Columns 2000000000/Rows 2000000000>>", b"\x55" * 100_000)


def _jpx() -> bytes:
    size = b"\xff\x4f\xff\x51\x00\x29\x00\x00" + (1 << 30).to_bytes(4, "big") * 2 + b"\0" * 8
    size += (1).to_bytes(4, "big") * 2 + b"\0" * 8 + b"\x00\x01\x07\x01\x01"
    return _picture(b"/Width 100/Height 100/Filter/JPXDecode", size + b"\xff\xd9")


def _nested_array() -> bytes:
    return _one_page(_stream(b"BT " + b"[" * 500_000 + b"]" * 500_000 + b" TJ ET"))


def _nested_object() -> bytes:
    return _one_page(_stream(b""), b"<</A " + b"[" * 300_000 + b"]" * 300_000 + b">>")


def _many_glyphs() -> bytes:
    line = b"BT /F1 8 Tf 72 400 Td (" + b"w" * 500 + b") Tj ET\n"

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.contents_add(pdf.make_stream(line * 3_000))

    return master(change)


def _many_paths() -> bytes:
    return _one_page(_flate(b"".join(b"%d %d 3 2 re f\n" % (n % 590, n // 700 % 840) for n in range(500_000))))


def _many_pictures() -> bytes:
    draw = b"".join(b"q 20 0 0 10 %d %d cm /I Do Q\n" % (n % 27 * 21, n // 27 % 70 * 12) for n in range(20_000))
    picture = _stream(bytes(range(200)) * 1, b"/Type/XObject/Subtype/Image/Width 20/Height 10/BitsPerComponent 8"
                      b"/ColorSpace/DeviceGray")  # fmt: skip
    return _one_page(_flate(draw), b"<</XObject<</I 5 0 R>>>>", {5: picture})


def _many_annotations() -> bytes:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        one = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([10, 10, 20, 20]), F=4, C=Array([1, 0, 0]))
        page.obj["/Annots"] = Array([pdf.make_indirect(pikepdf.Dictionary(dict(one.items()))) for _ in range(20_000)])

    return master(change)


def _nested_states() -> bytes:
    return _one_page(_flate(b"q " * 25_000_000))


def _shading() -> bytes:
    function = b"<</FunctionType 2/Domain[0 1]/N 1>>"
    for _ in range(400):
        function = b"<</FunctionType 3/Domain[0 1]/Bounds[]/Encode[0 1]/Functions[" + function + b"]>>"
    shade = b"<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function " + function + b">>>>>>"
    return _one_page(_stream(b"/S sh"), shade)


def _calculator() -> bytes:
    program = b"{ " + b"dup 2 exp pop " * 200_000 + b"}"
    function = _stream(program, b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1]")
    kind = b"/ShadingType 1/ColorSpace/DeviceGray/Domain[0 1 0 1]/Matrix[600 0 0 800 0 0]/Function 5 0 R"
    shade = b"<</Shading<</S<<" + kind + b">>>>>>"
    return _one_page(_stream(b"/S sh"), shade, {5: function})


def _tiny_tiles() -> bytes:
    cell = _stream(b"0 0 .001 .001 re f", b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 .001 .001]"
                   b"/XStep .001/YStep .001/Resources<<>>")  # fmt: skip
    return _one_page(_stream(b"/Pattern cs /P scn 0 0 595 842 re f"), b"<</Pattern<</P 5 0 R>>>>", {5: cell})


def _dashes() -> bytes:
    return _one_page(_stream(b"[.00001] 0 d 1 w 0 0 m 595 842 l S " * 50))


def _huge_unit() -> bytes:
    return _one_page(_stream(b"")).replace(b"/MediaBox[0 0 595 842]", b"/UserUnit 90/MediaBox[0 0 14400 14400]")


def _huge_map() -> bytes:
    ranges = b"".join(b"<%04x> <ffff> <0041>\n" % (n & 0xFF) for n in range(100))
    cmap = b"begincmap " + (b"100 beginbfrange\n" + ranges + b"endbfrange\n") * 300 + b"endcmap"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    return _one_page(_stream(b"BT /F 12 Tf 72 700 Td (words to read on this page) Tj ET"), b"<</Font<</F 5 0 R>>>>", {
        5: font, 6: _flate(cmap),
    })  # fmt: skip


def _name_tree() -> bytes:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        node = pdf.make_indirect(Dictionary())
        node["/Kids"] = Array([node, node])
        pdf.Root["/Dests"] = node
        pdf.Root["/Names"] = Dictionary(Dests=node)
        fields = pdf.make_indirect(Dictionary(T=pikepdf.String("a"), FT=Name.Tx))
        fields["/Kids"] = Array([fields])
        fields["/Parent"] = fields
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array([fields]))
        fields["/Subtype"], fields["/Rect"] = Name.Widget, Array([0, 0, 99, 99])
        page.obj["/Annots"] = Array([fields])

    return master(change)


BOMBS: dict[str, Callable[[], bytes]] = {
    "page tree 20,000 deep": _deep_tree,
    "page tree in a circle": _cyclic_tree,
    "parents in a circle": _cyclic_parent,
    "forms in a circle": _cyclic_forms,
    "forms that double": _doubling_forms,
    "forms that double, with layers": lambda: _doubling_forms(layers=True),
    "forms under many names, with layers": _wide_forms,
    "a million objects": _many_objects,
    "a size of two billion": _huge_size,
    "run lengths inside zlib": _lzw_chain,
    "thirty ASCII85 filters": _ascii_chain,
    "predictor with two billion columns": _predictor,
    "JBIG2 page of 2^31": _jbig2,
    "fax of two billion rows": _fax,
    "JPX of 2^30": _jpx,
    "half a million brackets in contents": _nested_array,
    "brackets in resources": _nested_object,
    "1,500,000 glyphs": _many_glyphs,
    "500,000 paths": _many_paths,
    "20,000 pictures": _many_pictures,
    "20,000 annotations": _many_annotations,
    "50 MB of q": _nested_states,
    "functions 400 deep": _shading,
    "calculator function": _calculator,
    "tiny tiles": _tiny_tiles,
    "tiny dashes": _dashes,
    "huge unit": _huge_unit,
    "Unicode maps that overlap": _huge_map,
    "names and fields in circles": _name_tree,
}

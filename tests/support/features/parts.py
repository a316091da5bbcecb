"""Parts of small documents that each use one feature of the format."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import pikepdf
import pymupdf
from PIL import Image, ImageDraw

Feature = Callable[[pikepdf.Pdf, pikepdf.Page], None]
Array, Dictionary, Name, String = pikepdf.Array, pikepdf.Dictionary, pikepdf.Name, pikepdf.String

BODY = ("Quarterly report of the garden", "Apples and pears were counted twice", "Nobody asked about the plums")


def font(**keys: Any) -> pikepdf.Dictionary:
    plain = {"Type": Name.Font, "Subtype": Name.Type1, "BaseFont": Name.Helvetica, "Encoding": Name.WinAnsiEncoding}
    return Dictionary(**{**plain, **keys})


def document(feature: Feature | None = None, body: tuple[str, ...] = BODY, **page_keys: Any) -> bytes:
    """Return a page of text with a feature."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 300))
        page.obj["/Resources"] = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font())))
        lines = "".join(f"BT /F1 12 Tf 1 0 0 1 30 {270 - 16 * i} Tm ({text}) Tj ET\n" for i, text in enumerate(body))
        page.obj["/Contents"] = pdf.make_stream(lines.encode())
        for key, value in page_keys.items():
            page.obj["/" + key] = value
        if feature is not None:
            feature(pdf, page)
        buffer = io.BytesIO()
        pdf.save(buffer, static_id=True)
        return buffer.getvalue()


def add(pdf: pikepdf.Pdf, page: pikepdf.Page, content: bytes | str) -> None:
    """Append content to a page."""
    raw = content.encode("latin-1") if isinstance(content, str) else content
    page.contents_add(pdf.make_stream(raw))


def put(page: pikepdf.Page, kind: str, name: str, thing: Any) -> None:
    """Name a resource of a page."""
    resources = page.obj["/Resources"]
    if "/" + kind not in resources:
        resources["/" + kind] = Dictionary()
    resources["/" + kind]["/" + name] = thing


def drawn(content: str, **resources: Any) -> Feature:
    """Return a feature that draws with resources, each named KIND_NAME."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        for key, make in resources.items():
            kind, name = key.split("_", 1)
            put(page, kind, name, make(pdf) if callable(make) else make)
        add(pdf, page, content)

    return change


def stream(data: bytes, **keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Stream]:
    return lambda pdf: pdf.make_stream(data, **keys)


def ramp(**keys: Any) -> pikepdf.Dictionary:
    return Dictionary(**{"FunctionType": 2, "Domain": [0, 1], "C0": [1, 0, 0], "C1": [0, 0, 1], "N": 1, **keys})


def shading(**keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        return pdf.make_indirect(Dictionary(**{"ColorSpace": Name.DeviceRGB, **keys}))

    return make


def mesh(kind: int, data: bytes, **keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        plain = {"BitsPerCoordinate": 8, "BitsPerComponent": 8, "Decode": [0, 100, 0, 100, 0, 1, 0, 1, 0, 1]}
        return pdf.make_stream(data, **{"ShadingType": kind, "ColorSpace": Name.DeviceRGB, **plain, **keys})

    return make


TRIANGLES = bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0, 128, 255, 0, 0, 255])
LATTICE = bytes([0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 255, 255, 255, 0])
EDGES = [0, 0, 0, 85, 0, 170, 0, 255, 85, 255, 170, 255, 255, 255, 255, 170, 255, 85, 255, 0, 170, 0, 85, 0]
COLOURS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0]
COONS = bytes([0, *EDGES, *COLOURS])
TENSOR = bytes([0, *EDGES, 85, 85, 85, 170, 170, 170, 170, 85, *COLOURS])
SHADE = "q 100 0 0 100 30 30 cm 0.01 0 0 0.01 0 0 cm 0 0 100 100 re W n /S1 sh Q"


def separation(name: str = "/PANTONE 185") -> pikepdf.Array:
    return Array([Name.Separation, Name(name), Name.DeviceCMYK, ramp(C0=[0, 0, 0, 0], C1=[0, 0.9, 0.7, 0])])


def device_n(pdf: pikepdf.Pdf) -> pikepdf.Array:
    tint = pdf.make_stream(b"{ 0 0 }", FunctionType=4, Domain=[0, 1, 0, 1], Range=[0, 1] * 4)
    return Array([Name.DeviceN, Array([Name("/Gold"), Name.Black]), Name.DeviceCMYK, tint])


def nchannel(pdf: pikepdf.Pdf) -> pikepdf.Array:
    space = device_n(pdf)
    space.append(Dictionary(Subtype=Name.NChannel, Colorants=Dictionary({"/Gold": separation("/Gold")})))
    return space


def profile(components: int = 3) -> bytes:
    """Return a small honest colour profile: a matrix for three components, a curve for one."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256)) + b"\0\0"
    tags = {b"wtpt": xyz(0.9642, 1, 0.8249), b"desc": b"desc\0\0\0\0\0\0\0\5Test\0" + b"\0" * 79}
    if components == 1:
        tags[b"kTRC"] = curve
    else:
        columns = {b"rXYZ": (0.6, 0.31, 0.02), b"gXYZ": (0.2, 0.62, 0.07), b"bXYZ": (0.16, 0.07, 0.73)}
        tags |= {name: xyz(*values) for name, values in columns.items()}
        tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    kind = {1: b"GRAY", 3: b"RGB "}[components]
    head = struct.pack(">I", at + len(body)) + b"test" + b"\x02\x10\0\0" + b"mntr" + kind + b"XYZ " + b"\0" * 12
    head += b"acsp" + b"\0" * 28 + struct.pack(">iii", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


def intended(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Say for which device the colours of a document were made."""
    made = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("Our press"))
    made["/DestOutputProfile"] = pdf.make_stream(profile(), N=3)
    pdf.Root["/OutputIntents"] = Array([made])
    add(pdf, page, "0.8 0.2 0.1 rg 30 60 60 60 re f")


def icc(components: int = 3) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    alternate = {1: Name.DeviceGray, 3: Name.DeviceRGB}[components]
    return lambda pdf: Array([Name.ICCBased, pdf.make_stream(profile(components), N=components, Alternate=alternate)])


def photo(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Return a picture without words."""
    image = Image.new("RGB", size, (200, 220, 240))
    pen = ImageDraw.Draw(image)
    pen.ellipse((5, 5, size[0] // 2, size[1] - 5), fill=(180, 60, 40))
    pen.rectangle((size[0] // 2, size[1] // 2, size[0] - 4, size[1] - 4), fill=(40, 90, 60))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **keys: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **keys)
    return buffer.getvalue()


def picture(data: bytes, filters: Any = None, size: tuple[int, int] = (60, 40), **keys: Any) -> Feature:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        plain = {"Type": Name.XObject, "Subtype": Name.Image, "Width": size[0], "Height": size[1]}
        made = {key: value(pdf) if callable(value) else value for key, value in keys.items()}
        image = pdf.make_stream(data, **{**plain, "ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8, **made})
        if filters is not None:
            image["/Filter"] = filters
        for key in [key for key in image.keys() if str(image[key]) == "/Drop"]:  # noqa: SIM118 - pikepdf
            del image[key]
        put(page, "XObject", "Im1", image)
        add(pdf, page, "q 120 0 0 80 30 60 cm /Im1 Do Q")

    return change


DROP = Name("/Drop")


def g4(image: Image.Image) -> bytes:
    with Image.open(io.BytesIO(saved(image, "TIFF", compression="group4"))) as tiff:
        offsets, counts = tiff.tag_v2[273], tiff.tag_v2[279]  # type: ignore[attr-defined]
    raw = saved(image, "TIFF", compression="group4")
    return raw[offsets[0] : offsets[0] + counts[0]]


def form(content: str, **keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Stream]:
    def make(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        own = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font())))
        plain = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": [0, 0, 200, 100], "Resources": own}
        made = {key: value(pdf) if callable(value) else value for key, value in keys.items()}
        return pdf.make_stream(content.encode(), **{**plain, **made})

    return make


TRANSPARENT = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceRGB)


def masked(kind: str, **keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        shade = Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=[0, 0, 200, 0], Extend=[True, True])
        shade["/Function"] = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0.2], C1=[1], N=1)
        group = pdf.make_stream(b"/S1 sh", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 300])
        group["/Resources"] = Dictionary(Shading=Dictionary(S1=shade))
        group["/Group"] = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
        return Dictionary(Type=Name.ExtGState, SMask=Dictionary(Type=Name.Mask, S=Name("/" + kind), G=group, **keys))

    return make


def tiling(content: str, **keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Stream]:
    plain = {"PatternType": 1, "PaintType": 1, "TilingType": 1, "BBox": [0, 0, 10, 10], "XStep": 10, "YStep": 10}
    return lambda pdf: pdf.make_stream(content.encode(), **{**plain, "Resources": Dictionary(), **keys})


def type3(pdf: pikepdf.Pdf) -> pikepdf.Object:
    square = pdf.make_stream(b"1000 0 0 0 750 750 d1 0 0 750 750 re f")
    triangle = pdf.make_stream(b"1000 0 0 0 750 750 d1 0 0 m 375 750 l 750 0 l f")
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=[0, 0, 750, 750],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=Dictionary(square=square, triangle=triangle),
            FirstChar=97,
            LastChar=98,
            Widths=[1000, 1000],
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name("/square"), Name("/triangle")])),
            Resources=Dictionary(),
        )
    )


def drawn_text(font: Callable[[pikepdf.Pdf], Any], shown: str) -> Feature:
    return drawn(f"BT /F2 14 Tf 30 120 Td {shown} ET", Font_F2=font)


def cjk(encoding: str, order: str, **keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    """Return a composite font with a predefined encoding, without its program."""

    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        looks = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/KozMinPro"), Flags=4, FontBBox=[0, -200, 1000, 900]
        )
        looks.update(Dictionary(ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=700, StemV=80))
        system = Dictionary(Registry=String("Adobe"), Ordering=String(order), Supplement=1)
        cid = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/KozMinPro"), CIDSystemInfo=system)
        cid.update(Dictionary(FontDescriptor=pdf.make_indirect(looks), DW=1000, **keys))
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/KozMinPro"),
                Encoding=Name("/" + encoding),
                DescendantFonts=Array([pdf.make_indirect(cid)]),
            )
        )

    return make


def annotation(subtype: str, **keys: Any) -> Feature:
    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        made = {key: value(pdf) if callable(value) else value for key, value in keys.items()}
        plain = {"Type": Name.Annot, "Subtype": Name("/" + subtype), "Rect": [30, 60, 150, 120], "F": 4}
        page.obj["/Annots"] = Array([pdf.make_indirect(Dictionary(**{**plain, **made}))])

    return change


def looks(content: str = "1 0 0 RG 2 w 1 1 118 58 re S") -> Callable[[pikepdf.Pdf], pikepdf.Dictionary]:
    return lambda pdf: Dictionary(N=form(content, BBox=[0, 0, 120, 60])(pdf))


def layered(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    on, off = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("On", "Off"))
    order = Dictionary(Order=Array([on, off]), OFF=Array([off]))
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([on, off]), D=order)
    put(page, "Properties", "L1", on)
    put(page, "Properties", "L2", off)
    add(pdf, page, "/OC /L1 BDC 0 1 0 rg 30 60 40 40 re f EMC /OC /L2 BDC 1 0 0 rg 90 60 40 40 re f EMC")


def simple_truetype(**keys: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        face = pymupdf.Font(fontfile="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
        widths = [round(1000 * face.glyph_advance(code)) for code in range(32, 127)]
        looks = Dictionary(Type=Name.FontDescriptor, FontName=Name("/ABCDEF+DejaVuSans"), Flags=32, ItalicAngle=0)
        looks.update(Dictionary(Ascent=928, Descent=-236, CapHeight=729, StemV=80, FontBBox=[-1021, -463, 1793, 1232]))
        looks["/FontFile2"] = pdf.make_stream(bytes(face.buffer), Length1=len(face.buffer))
        plain = {
            "Subtype": Name.TrueType,
            "BaseFont": Name("/ABCDEF+DejaVuSans"),
            "FirstChar": 32,
            "LastChar": 126,
            "Widths": Array(widths),
            "FontDescriptor": pdf.make_indirect(looks),
        }
        made = font(**{**plain, **{key: value for key, value in keys.items() if key != "Flags"}})
        if "Flags" in keys:
            looks["/Flags"] = keys["Flags"]
        for key in [key for key in made.keys() if str(made[key]) == "/Drop"]:  # noqa: SIM118 - pikepdf
            del made[key]
        return pdf.make_indirect(made)

    return make


FEATURES: dict[str, Callable[[], bytes]] = {
    "plain": document,
    "rotated": lambda: document(Rotate=90),
    "turned": lambda: document(Rotate=180),
    "backwards": lambda: document(Rotate=270),
    "odd-boxes": lambda: document(MediaBox=Array([-20, -30, 290, 310]), CropBox=Array([-10.5, 3.25, 280, 300.7])),
    "crop-outside": lambda: document(CropBox=Array([-50, -50, 400, 400])),
    "fraction-box": lambda: document(MediaBox=Array([0, 0, 300.37, 299.61])),
    "rotated-crop": lambda: document(Rotate=90, CropBox=Array([10.2, 20.7, 280.4, 299.9])),
    "user-unit": lambda: document(UserUnit=1.5),
    "bleed-boxes": lambda: document(BleedBox=Array([5, 5, 290, 290]), TrimBox=Array([6, 6, 280, 280])),
}


def many(**drawn: Feature) -> None:
    for name, feature in drawn.items():
        FEATURES[name.replace("_", "-")] = lambda feature=feature: document(feature)  # type: ignore[misc]

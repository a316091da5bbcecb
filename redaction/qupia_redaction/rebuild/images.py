"""Copy pictures: samples of exactly the stated size, or a JPEG reduced to the segments that decoding needs.

Attacks: metadata, previews and text in application segments, bytes after the end, alternates, private keys, samples
beyond the last row. A picture in another encoding leaves as its samples, or makes its page pixels (`samples`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.clear import Clear, clear_samples, one_colour, shown_jpeg
from qupia_redaction.rebuild.colours import copy_space
from qupia_redaction.rebuild.inks import hides_inks
from qupia_redaction.rebuild.plain import known_name, numbers
from qupia_redaction.rebuild.samples import Samples, filters_of, outer, samples
from qupia_redaction.rebuild.target import Target
from qupia_redaction.rebuild.unseen import Palette, flat_grounds, high_bytes, one_index_a_colour

_INTENTS = frozenset({"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"})
_COMPONENTS = {
    "/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4, "/G": 1, "/RGB": 3, "/CMYK": 4, "/CalGray": 1, "/CalRGB": 3,
    "/Lab": 3,
}  # fmt: skip
_DEEP, _PLAIN_BITS = 16, 8
_SOI, _EOI, _SOS, _ADOBE = 0xD8, 0xD9, 0xDA, 0xEE
_TURNED = bytes(range(255, -1, -1))
_STANDALONE = {0x01, *range(0xD0, 0xD8)}


def copy_image(pdf: Target, image: pikepdf.Object) -> pikepdf.Object:
    """Copy an image XObject with its masks.

    Raises:
        UnknownContent: an encoding or a part that is not on the list, inks that may show nothing, a key of 16 bits.
    """
    width, height = int(image["/Width"]), int(image["/Height"])
    mask = bool(image.get("/ImageMask", False))
    bits = 1 if mask else int(image.get("/BitsPerComponent", 8))
    coded = filters_of(image)[-1:]
    clear = None if mask else clear_samples(image)
    found = _of_jpeg(image, clear) if coded == ["/DCTDecode"] else samples(image)
    stated = found.space if found is not None and found.space is not None else image.get("/ColorSpace")
    space = None if mask else copy_space(pdf, stated)
    if hides_inks(space) or (bits == _DEEP and isinstance(image.get("/Mask"), pikepdf.Array)):
        raise UnknownContent
    if found is None:
        copy = pdf.make_stream(bare_jpeg(outer(image)))
        copy["/Filter"] = pikepdf.Name.DCTDecode
        if (colours := _transform(image)) is not None:
            copy["/DecodeParms"] = pikepdf.Dictionary(ColorTransform=colours)
    else:
        bits = 8 if coded == ["/JPXDecode"] else bits
        row = (width * bits * (1 if space is None else _components(space)) + 7) // 8
        exact = coded == ["/DCTDecode"]
        if len(found.data) < row * height or (exact and len(found.data) != row * height):
            raise UnknownContent
        data = found.data[: row * height]
        if clear is not None and space is not None:
            data = one_colour(data, _components(space), bits, clear)
        data, bits = _shown(image, data, bits, space)
        copy = pdf.make_stream(data)
    copy["/Type"], copy["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
    copy["/Width"], copy["/Height"], copy["/BitsPerComponent"] = width, height, bits
    if space is None:
        copy["/ImageMask"] = True
    else:
        copy["/ColorSpace"] = space
    _extras(pdf, image, copy)
    return copy


def _of_jpeg(image: pikepdf.Object, clear: Clear | None) -> Samples | None:
    """Return the samples of a JPEG whose mask hides something; None where it may be copied."""
    plain = None if clear is None else shown_jpeg(image, clear)
    return None if plain is None else Samples(plain)


def _is_indexed(space: pikepdf.Object | None) -> bool:
    return isinstance(space, pikepdf.Array) and str(space[0]) == "/Indexed"


def _shown(image: pikepdf.Object, data: bytes, bits: int, space: pikepdf.Object | None) -> tuple[bytes, int]:
    """Return samples and their bits without what nobody sees."""
    mask = None if isinstance(image.get("/SMask"), pikepdf.Stream) else image.get("/Mask")
    key = [int(bound) for bound in mask.as_list()] if isinstance(mask, pikepdf.Array) else []
    stated = image.get("/Decode")
    decode = [float(bound) for bound in stated.as_list()] if isinstance(stated, pikepdf.Array) else []
    if space is not None and _is_indexed(space):
        return _indices_shown(data, bits, space, key, decode), bits
    if bits == _DEEP:
        data, bits = high_bytes(data), 8
    if bits != _PLAIN_BITS or space is None or not _is_plain(space) or set(decode) - {0, 1}:
        return data, bits
    return flat_grounds(
        data, _components(space), int(image["/Width"]), list(zip(key[::2], key[1::2], strict=True))
    ), bits


def _indices_shown(data: bytes, bits: int, space: pikepdf.Object, key: Sequence[int], decode: Sequence[float]) -> bytes:
    """Return indices without those that show what another shows.

    Raises:
        UnknownContent: they are read in an order that nobody writes.
    """
    last, wide = (1 << bits) - 1, _components(space[1])
    keyed = range(key[0], key[1] + 1) if key else range(0)
    palette = Palette(bytes(space[3]), wide, keyed, _is_plain(space[1]))
    turned = list(decode) == [last, 0]
    if (decode and list(decode) != [0, last] and not turned) or (
        key and (turned or key[1] * wide >= len(palette.table))
    ):
        raise UnknownContent
    if not turned:
        return one_index_a_colour(data, bits, palette)
    return one_index_a_colour(data.translate(_TURNED), bits, palette).translate(_TURNED)


def _is_plain(space: pikepdf.Object) -> bool:
    return isinstance(space, pikepdf.Name) or str(space[0]) != "/Indexed"


def _transform(image: pikepdf.Object) -> int | None:
    """Return how a JPEG's colours are said to be mixed; None where only the JPEG tells."""
    stated = image.get("/DecodeParms")
    last = stated[-1] if isinstance(stated, pikepdf.Array) and len(stated) else stated
    if not isinstance(last, pikepdf.Dictionary) or "/ColorTransform" not in last:
        return None
    return int(bool(int(last["/ColorTransform"])))


def _extras(pdf: Target, image: pikepdf.Object, copy: pikepdf.Object) -> None:
    for key in ("/Decode", "/Matte"):
        if key in image:
            copy[key] = numbers(image[key])
    if "/Interpolate" in image:
        copy["/Interpolate"] = bool(image["/Interpolate"])
    if str(image.get("/Intent")) in _INTENTS:
        copy["/Intent"] = known_name(image["/Intent"], _INTENTS)
    if isinstance(image.get("/SMask"), pikepdf.Stream):
        copy["/SMask"] = copy_image(pdf, image["/SMask"])
        return  # viewers pass over any other mask
    mask = image.get("/Mask")
    if isinstance(mask, pikepdf.Stream):
        copy["/Mask"] = copy_image(pdf, mask)
    elif isinstance(mask, pikepdf.Array):
        copy["/Mask"] = numbers(mask)


def _components(space: pikepdf.Object) -> int:
    if isinstance(space, pikepdf.Name):
        return _COMPONENTS[str(space)]
    kind = str(space[0])
    if kind in {"/Indexed", "/Separation"}:
        return 1
    if kind == "/ICCBased":
        return int(space[1]["/N"])
    return len(space[1]) if kind == "/DeviceN" else _COMPONENTS[kind]


def bare_jpeg(data: bytes) -> bytes:
    """Return a JPEG without comments, application segments (Adobe's colour note excepted) and trailing bytes.

    Raises:
        UnknownContent: the segments do not follow the format.
    """
    if data[:2] != b"\xff\xd8":
        raise UnknownContent
    kept, at = [data[:2]], 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise UnknownContent
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _EOI:
            return b"".join([*kept, b"\xff\xd9"])
        length = 0 if marker in _STANDALONE else int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if marker == _SOS:
            end = _scan_end(data, end)
        if marker == _ADOBE and data[at + 4 : at + 9] == b"Adobe":
            kept.append(b"\xff\xee\x00\x0e" + data[at + 4 : at + 16])
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, b"\xff\xd9"])


def _scan_end(data: bytes, start: int) -> int:
    at = start
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
            continue
        return at

"""Decode pictures whose encoding is not copied: the samples as the picture's own colour space and /Decode expect them.

Attack: what an encoded stream holds besides its samples (boxes, comments, layers, rows behind the last one). Only the
samples leave. Limits: sizes were compared with the header by intake; JBIG2 needs a decoder that is not here, its pages
become pixels.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field

import pikepdf
from PIL import Image

from qupia_redaction.faults import UnknownContent

_CODED = frozenset({"/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/Crypt"})
_SPACES = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
_OPAQUE = {"LA": "L", "RGBA": "RGB"}
"""Transparency inside is not asked where the picture does not say so."""
_FAULTS = (OSError, ValueError, SyntaxError, NotImplementedError, pikepdf.PdfError, pikepdf.UnsupportedImageTypeError)


@dataclass(frozen=True, slots=True)
class Samples:
    """What a picture's stream decodes to.

    Attributes:
        data: rows of samples, each row filled up to whole bytes.
        space: the colour space that the encoding itself states; None when the picture's own holds.
    """

    data: bytes = field(repr=False)
    space: pikepdf.Name | None = None


def filters_of(image: pikepdf.Object) -> list[str]:
    """Return the names of a stream's filters, the outermost first."""
    filters = image.get("/Filter")
    if filters is None:
        return []
    return [str(one) for one in filters.as_list()] if isinstance(filters, pikepdf.Array) else [str(filters)]


def samples(image: pikepdf.Object) -> Samples:
    """Return the samples of a picture that is no JPEG.

    Raises:
        UnknownContent: an encoding that is not on the list, or data that do not follow it.
    """
    names = filters_of(image)
    try:
        if not _CODED & set(names):
            return Samples(bytes(image.read_bytes(pikepdf.StreamDecodeLevel.specialized)))
        if names[-1] == "/CCITTFaxDecode" and len(names) == 1:
            return Samples(_fax(image))
        if names[-1] == "/JPXDecode":
            return _wavelets(image)
    except _FAULTS as error:
        raise UnknownContent from error
    raise UnknownContent


def outer(image: pikepdf.Object) -> bytes:
    """Return an encoded picture without the filters around it.

    Raises:
        UnknownContent: they have parameters.
    """
    names, parameters = filters_of(image), image.get("/DecodeParms")
    if len(names) == 1:
        return bytes(image.read_raw_bytes())
    if isinstance(parameters, pikepdf.Array) and any(isinstance(p, pikepdf.Dictionary) for p in parameters.as_list()):
        raise UnknownContent
    with pikepdf.new() as apart:
        stream = apart.make_stream(image.read_raw_bytes())
        stream["/Filter"] = pikepdf.Array([pikepdf.Name(name) for name in names[:-1]])
        return bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))


def _fax(image: pikepdf.Object) -> bytes:
    """Decode a fax; a picture library shows black as 0, and the filter's samples are 1 for black where it says so."""
    stated = image.get("/DecodeParms")
    stated = stated[0] if isinstance(stated, pikepdf.Array) and len(stated) else stated
    stated = stated if isinstance(stated, pikepdf.Dictionary) else pikepdf.Dictionary()
    columns = int(stated.get("/Columns", 1728))
    if columns != int(image["/Width"]):
        raise UnknownContent
    known = {key: stated[key] for key in ("/K", "/EncodedByteAlign", "/EndOfLine", "/EndOfBlock") if key in stated}
    with pikepdf.new() as apart:
        parameters = pikepdf.Dictionary({**known, "/Columns": columns, "/Rows": int(image["/Height"])})
        plain = apart.make_stream(
            image.read_raw_bytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=columns,
            Height=int(image["/Height"]), BitsPerComponent=1, ColorSpace=pikepdf.Name.DeviceGray,
            Filter=pikepdf.Name.CCITTFaxDecode, DecodeParms=parameters,
        )  # fmt: skip
        rows = pikepdf.PdfImage(plain).as_pil_image().convert("1")
    if rows.size != (columns, int(image["/Height"])):
        raise UnknownContent
    data: bytes = rows.tobytes()
    return bytes(255 - byte for byte in data) if bool(stated.get("/BlackIs1", False)) else data


def _wavelets(image: pikepdf.Object) -> Samples:
    with warnings.catch_warnings(), Image.open(io.BytesIO(outer(image))) as picture:
        warnings.simplefilter("ignore")
        if picture.format != "JPEG2000" or (picture.mode not in _SPACES and picture.mode not in _OPAQUE):
            raise UnknownContent  # a palette, or more than eight bits
        if picture.mode in _OPAQUE and int(image.get("/SMaskInData", 0)):
            raise UnknownContent
        if picture.size != (int(image["/Width"]), int(image["/Height"])):
            raise UnknownContent
        plain = picture.convert(_OPAQUE[picture.mode]) if picture.mode in _OPAQUE else picture
        own = None if "/ColorSpace" in image else pikepdf.Name(_SPACES[plain.mode])
        return Samples(plain.tobytes(), own)

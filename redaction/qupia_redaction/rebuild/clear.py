"""Make one colour of a picture's samples where its mask makes it clear: nobody sees them. Pure but for the masks read.

Attack: a name in the colours of a picture that its soft mask, or the stencil that masks it, shows to nobody. The colour
is the commonest of those that are clear, so that pictures whose makers took one colour stay as they are, with edges.
Limit: what is clear for a part of a sample only.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.samples import filters_of, outer, samples

_CLEAR = 4.0
_FAINT = 4
_LOOKED_AT = 200_003
_GREYS = frozenset({"/DeviceGray", "/G", "/CalGray", "/ICCBased", "None"})
_BITS, _PLAIN_BITS = frozenset({1, 2, 4, 8}), 8
_MODES = frozenset({"L", "RGB"})

Clear = npt.NDArray[np.bool_]


def clear_samples(image: pikepdf.Object) -> Clear | None:
    """Return which samples of a picture show nothing, row by row; None where no mask of its own makes any clear.

    Raises:
        UnknownContent: a mask that cannot be read.
    """
    soft, stencil = image.get("/SMask"), image.get("/Mask")
    if isinstance(soft, pikepdf.Stream):
        cover = _cover(soft, 8, turned=False)
    elif isinstance(stencil, pikepdf.Stream):
        cover = _cover(stencil, 1, turned=True)
    else:
        return None
    size = int(image["/Width"]), int(image["/Height"])
    seen = Image.fromarray(cover)
    seen = seen if seen.size == size else seen.resize(size, Image.Resampling.BOX)
    blended = isinstance(soft, pikepdf.Stream) and "/Matte" in soft  # its faint colours are worked out from the mask
    clear: Clear = np.asarray(seen) <= (0.0 if blended else _CLEAR)
    return clear if clear.any() else None


def _cover(mask: pikepdf.Object, bits: int, *, turned: bool) -> npt.NDArray[np.float32]:
    """Return how much of a picture its mask shows, 0 to 255; the samples of a stencil say what is not shown."""
    size, space = (int(mask["/Width"]), int(mask["/Height"])), mask.get("/ColorSpace")
    if str(space[0] if isinstance(space, pikepdf.Array) else space) not in _GREYS:
        raise UnknownContent
    if filters_of(mask)[-1:] == ["/DCTDecode"]:
        plain = _opened(mask, size)
        levels = plain[:, :, 0].astype(np.float32)
    else:
        bits = int(mask.get("/BitsPerComponent", bits))
        bits = 8 if filters_of(mask)[-1:] == ["/JPXDecode"] else bits
        levels = _levels(samples(mask).data, size, bits)
    decode = [float(bound) for bound in mask["/Decode"].as_list()] if "/Decode" in mask else [0.0, 1.0]
    if decode not in ([0, 1], [1, 0]):
        raise UnknownContent
    cover: npt.NDArray[np.float32] = 255 - levels if turned != (decode == [1, 0]) else levels
    return cover


def _levels(data: bytes, size: tuple[int, int], bits: int) -> npt.NDArray[np.float32]:
    """Return samples of one component as 0 to 255."""
    wide, high = size
    data, bits = (data[::2], 8) if bits == 2 * _PLAIN_BITS else (data, bits)
    row = (wide * bits + 7) // 8
    if bits not in _BITS or len(data) < row * high:
        raise UnknownContent
    rows = np.frombuffer(data, np.uint8, row * high).reshape(high, row)
    if bits < _PLAIN_BITS:
        every = (1 << bits) - 1
        parts = [(rows >> at & every) for at in range(8 - bits, -1, -bits)]
        rows = np.stack(parts, axis=2).reshape(high, -1)[:, :wide]
        return rows.astype(np.float32) * (255 / every)
    return rows.astype(np.float32)


def one_colour(data: bytes, wide: int, bits: int, clear: Clear) -> bytes:
    """Return samples of which those that are clear are the commonest of them.

    Args:
        data: rows of samples, each filled up to whole bytes.
        wide: samples of a colour.
        bits: of a sample.
        clear: which show nothing, by rows.

    Raises:
        UnknownContent: samples of so many bits are not told apart here.
    """
    high, across = clear.shape
    if bits < _PLAIN_BITS:
        return _packed(data, wide, bits, clear)
    wide = wide * bits // _PLAIN_BITS
    colours = np.frombuffer(data, np.uint8, high * across * wide).reshape(-1, wide).copy()
    colours[clear.ravel()] = _commonest(colours[clear.ravel()])
    return colours.tobytes()


def _packed(data: bytes, wide: int, bits: int, clear: Clear) -> bytes:
    high, across = clear.shape
    if bits not in _BITS:
        raise UnknownContent
    rows = np.frombuffer(data, np.uint8).reshape(high, -1)
    spread = np.unpackbits(rows, axis=1)
    used = spread[:, : across * wide * bits].reshape(high, across, wide * bits)
    used[clear] = _commonest(used[clear])
    return np.packbits(spread, axis=1).tobytes()


def _commonest(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    some = colours[:: len(colours) // _LOOKED_AT + 1]
    found, counts = np.unique(some, axis=0, return_counts=True)
    most: npt.NDArray[np.uint8] = found[int(np.argmax(counts))]
    return most


def shown_jpeg(image: pikepdf.Object, clear: Clear) -> bytes | None:
    """Return the samples of a JPEG of which those that are clear are one colour; None if they are so nearly.

    Raises:
        UnknownContent: four inks, colours that are mixed as told, or samples that do not follow the format.
    """
    if "/DecodeParms" in image:
        raise UnknownContent
    size = int(image["/Width"]), int(image["/Height"])
    plain = _opened(image, size)
    hidden = plain[clear].astype(np.int16)
    if not hidden.size or bool((np.abs(hidden - _commonest(plain[clear]).astype(np.int16)) <= _FAINT).all()):
        return None
    return one_colour(plain.tobytes(), plain.shape[2], _PLAIN_BITS, clear)


def _opened(image: pikepdf.Object, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(outer(image)), formats=["JPEG"]) as picture:
            if picture.mode not in _MODES or picture.size != size:
                raise UnknownContent
            plain: npt.NDArray[np.uint8] = np.asarray(picture)
            return plain.reshape(*plain.shape[:2], -1)
    except (OSError, ValueError, SyntaxError) as error:
        raise UnknownContent from error

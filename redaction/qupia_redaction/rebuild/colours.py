"""Copy colour spaces, functions and shadings by known keys; profiles are reduced, names of spot colours stay behind."""

from __future__ import annotations

import re

import pikepdf

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.plain import pick
from qupia_redaction.rebuild.target import Target

_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK"})
_CALIBRATED = frozenset({"/CalGray", "/CalRGB", "/Lab"})
_CALIBRATION = frozenset({"/WhitePoint", "/BlackPoint", "/Gamma", "/Matrix", "/Range"})
_FUNCTION = frozenset(
    "/FunctionType /Domain /Range /Size /BitsPerSample /Order /Encode /Decode /C0 /C1 /N /Bounds".split()
)
_SHADING = frozenset(
    "/ShadingType /Background /BBox /AntiAlias /Domain /Coords /Extend /Matrix"
    " /BitsPerCoordinate /BitsPerComponent /BitsPerFlag /Decode /VerticesPerRow".split()
)
_MAX_LOOKUP = 256 * 32
_DEPTH = 8


def copy_space(pdf: Target, space: object, depth: int = 0) -> pikepdf.Object:
    """Copy a colour space.

    Raises:
        UnknownContent: not a known kind.
    """
    if depth > _DEPTH:
        raise UnknownContent
    if isinstance(space, pikepdf.Name):
        if str(space) in _DEVICE:
            return pikepdf.Name(str(space))
        raise UnknownContent
    if not isinstance(space, pikepdf.Array) or len(space) == 0:
        raise UnknownContent
    kind = str(space[0])
    if kind in _DEVICE:
        rest = [copy_space(pdf, space[1], depth + 1)] if len(space) > 1 else []
        return pikepdf.Array([pikepdf.Name(kind), *rest]) if rest else pikepdf.Name(kind)
    if kind in _CALIBRATED:
        return pikepdf.Array([pikepdf.Name(kind), pick(space[1], _CALIBRATION)])
    if kind == "/ICCBased":
        return pdf.profiled(space[1].read_bytes(), _components(space[1]))
    if kind in {"/Indexed", "/I"}:
        return _indexed(pdf, space, depth)
    if kind in {"/Separation", "/DeviceN"}:
        return _spot(pdf, space, kind, depth)
    raise UnknownContent


def _components(profile: pikepdf.Object) -> int:
    count = int(profile.get("/N", 0))
    if count not in {1, 3, 4}:
        raise UnknownContent
    return count


def _indexed(pdf: Target, space: pikepdf.Array, depth: int) -> pikepdf.Array:
    table = space[3]
    data = table.read_bytes() if isinstance(table, pikepdf.Stream) else bytes(table)
    if len(data) > _MAX_LOOKUP:
        raise UnknownContent
    base = copy_space(pdf, space[1], depth + 1)
    return pikepdf.Array([pikepdf.Name.Indexed, base, int(space[2]), pikepdf.String(data)])


def _spot(pdf: Target, space: pikepdf.Array, kind: str, depth: int) -> pikepdf.Array:
    special = {"/All", "/None"}
    if kind == "/Separation":
        names: pikepdf.Object = pikepdf.Name(str(space[1]) if str(space[1]) in special else "/Spot")
    else:
        listed = [f"/Spot{i}" if str(n) != "/None" else "/None" for i, n in enumerate(space[1].as_list())]
        names = pikepdf.Array([pikepdf.Name(name) for name in listed])
    return pikepdf.Array(
        [pikepdf.Name(kind), names, copy_space(pdf, space[2], depth + 1), copy_function(pdf, space[3])]
    )


def copy_function(pdf: Target, function: pikepdf.Object, depth: int = 0) -> pikepdf.Object:
    """Copy a function or an array of functions.

    Raises:
        UnknownContent: not a known kind.
    """
    if depth > _DEPTH:
        raise UnknownContent
    if isinstance(function, pikepdf.Array):
        return pikepdf.Array([copy_function(pdf, item, depth + 1) for item in function.as_list()])
    copy = pick(function, _FUNCTION)
    if "/Functions" in function:
        copy["/Functions"] = copy_function(pdf, function["/Functions"], depth + 1)
    if not isinstance(function, pikepdf.Stream):
        return copy
    data = function.read_bytes()
    if int(function.get("/FunctionType", -1)) == 4:
        data = re.sub(rb"%[^\r\n]*", b"", data)
        if re.search(rb"[(<>\x80-\xff]", data):
            raise UnknownContent
    return _stream(pdf, data, copy)


def copy_shading(pdf: Target, shading: pikepdf.Object) -> pikepdf.Object:
    """Copy a shading.

    Raises:
        UnknownContent: not a known kind.
    """
    copy = pick(shading, _SHADING)
    copy["/ColorSpace"] = copy_space(pdf, shading["/ColorSpace"])
    if "/Function" in shading:
        copy["/Function"] = copy_function(pdf, shading["/Function"])
    if isinstance(shading, pikepdf.Stream):
        return _stream(pdf, shading.read_bytes(), copy)
    return pdf.make_indirect(copy)


def _stream(pdf: Target, data: bytes, keys: pikepdf.Dictionary) -> pikepdf.Stream:
    stream = pdf.make_stream(data)
    for key in keys.keys():  # noqa: SIM118 - pikepdf iterates over keys() only
        stream[key] = keys[key]
    return stream

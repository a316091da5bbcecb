"""Read and write Unicode maps of fonts: codes to UTF-16BE, nothing else of what a map may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qupia_redaction.faults import UnknownContent

_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_MAP = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*(\[.*?\]|<[0-9A-Fa-f\s]*>)", re.DOTALL)
_MAX_SPAN = 65_536


def write_map(texts: Mapping[int, bytes], size: int) -> bytes:
    """Return a map of codes of `size` bytes."""
    rows = [f"<{code:0{2 * size}x}> <{texts[code].hex()}>" for code in sorted(texts) if texts[code]]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    space = f"1 begincodespacerange <{'00' * size}> <{'ff' * size}> endcodespacerange"
    head = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap", "/CMapType 2 def", space]
    body = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    tail = ["endcmap CMapName currentdict /CMap defineresource pop end end"]
    return "\n".join([*head, *body, *tail]).encode()


def read_map(data: bytes) -> dict[int, bytes]:
    """Return what a map says.

    Raises:
        UnknownContent: a range that no font has.
    """
    known: dict[int, bytes] = {}
    for kind, body in _MAP.findall(data):
        if kind == b"bfchar":
            values = [_bytes(text) for text in _HEX.findall(body)]
            known.update({int.from_bytes(k, "big"): v for k, v in zip(values[::2], values[1::2], strict=False)})
            continue
        for low, high, target in _RANGE.findall(body):
            first, last = int(low, 16), int(high, 16)
            if not 0 <= last - first <= _MAX_SPAN:
                raise UnknownContent
            if target.startswith(b"["):
                known.update({first + i: _bytes(text) for i, text in enumerate(_HEX.findall(target))})
            else:
                start = _bytes(target.strip(b"<>"))
                known.update({first + i: _after(start, i) for i in range(last - first + 1)})
    return known


def _bytes(text: bytes) -> bytes:
    digits = b"".join(text.split()).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def _after(start: bytes, offset: int) -> bytes:
    value = int.from_bytes(start, "big") + offset
    return value.to_bytes(max(len(start), 1), "big") if value < 256 ** max(len(start), 1) else b""


_PLAIN = frozenset({b"Identity-H", b"Identity-V"})
_CHARS = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*(\d+)")
_SPANS = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*(\d+)")
_CIDS = re.compile(rb"begin(cidchar|cidrange|codespacerange)(.*?)end\1", re.DOTALL)


def writes_downwards(data: bytes) -> bool:
    """Tell whether an embedded encoding is for writing downwards."""
    return bool(re.search(rb"/WMode\s+1\b|/Identity-V\s+usecmap", data))


def read_cids(data: bytes) -> dict[int, int]:
    """Return the glyph numbers of an embedded encoding by code of two bytes.

    Raises:
        UnknownContent: codes of other lengths, or an encoding that builds on another one than the plain one.
    """
    based = re.findall(rb"/(\S+)\s+usecmap", data)
    if len(based) != data.count(b"usecmap") or not set(based) <= _PLAIN:
        raise UnknownContent
    known: dict[int, int] = dict(zip(range(_MAX_SPAN), range(_MAX_SPAN), strict=True)) if based else {}
    for kind, body in _CIDS.findall(data):
        if kind == b"codespacerange":
            if any(len(b"".join(end.split())) != 4 for end in _HEX.findall(body)):
                raise UnknownContent
        elif kind == b"cidchar":
            known.update({int(code, 16): int(cid) for code, cid in _CHARS.findall(body)})
        else:
            for low, high, cid in _SPANS.findall(body):
                first, last = int(low, 16), int(high, 16)
                if not 0 <= last - first <= _MAX_SPAN:
                    raise UnknownContent
                known.update({first + i: int(cid) + i for i in range(last - first + 1)})
    return known

"""Reduce a colour profile to the numbers that colours are computed with: no names, notices, makers or private tags.

Attack: a profile is a file of its own, with descriptions, copyright and any tag that somebody adds. Only tags of known
types are written anew, each exactly as long as its own counts say. Limit: tables of colours are numbers, and numbers
can hold anything; a profile that is broken, large or of another kind is replaced by the plain space of its components.
"""

from __future__ import annotations

import struct

_HEADER = 128
_MOST_TAGS = 100
_MOST_BYTES = 4 << 20
_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_CLASSES = frozenset({b"mntr", b"scnr", b"prtr", b"spac"})
_TAGS = frozenset(
    {b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad"}
    | {b"A2B0", b"A2B1", b"A2B2"}
)
_SRGB = (3144, 400, b"sRGB IEC61966-2.1")
"""Size of the profile that everybody uses, where its name stands, and its name: viewers take it for the plain space."""


def bare_profile(data: bytes, components: int) -> bytes | None:
    """Return a profile without anything but colour; None when the plain space of its components does.

    Args:
        data: the profile.
        components: how many the colour space has.
    """
    size, at, name = _SRGB
    if len(data) == size and data[at : at + len(name)] == name:
        return None
    if not _HEADER + 4 < len(data) <= _MOST_BYTES or data[36:40] != b"acsp" or data[12:16] not in _CLASSES:
        return None
    if data[16:20] != _SPACES.get(components) or data[20:24] not in {b"XYZ ", b"Lab "}:
        return None
    try:
        tags = _tags(data)
    except (struct.error, IndexError):
        return None
    return _written(data, tags) if tags else None


def _tags(data: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">I", data, _HEADER)[0]
    found: dict[bytes, bytes] = {}
    for index in range(min(count, _MOST_TAGS)):
        name, offset, length = struct.unpack_from(">4sII", data, _HEADER + 4 + 12 * index)
        if name in _TAGS:
            body = data[offset : offset + length]
            exact = _length(body)
            if exact is None or exact > len(body):
                return {}
            found[name] = body[:4] + b"\0\0\0\0" + body[8:exact]
    return found


def _length(body: bytes) -> int | None:
    """Return how long a tag is by its own counts; None for types that hold more than numbers."""
    match body[:4]:
        case b"XYZ ":
            return 20
        case b"sf32":
            return 44
        case b"curv":
            return 12 + 2 * int(struct.unpack_from(">I", body, 8)[0])
        case b"para":
            kinds = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
            kind = int(struct.unpack_from(">H", body, 8)[0])
            return 12 + 4 * kinds[kind] if kind in kinds else None
        case b"mft1":
            inputs, outputs, points = body[8:11]
            return int(48 + 256 * inputs + points**inputs * outputs + 256 * outputs)
        case b"mft2":
            inputs, outputs, points = body[8:11]
            first, last = struct.unpack_from(">HH", body, 48)
            return int(52 + 2 * (first * inputs + points**inputs * outputs + last * outputs))
        case _:
            return None


def _written(data: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, bodies, offset = [struct.pack(">I", len(tags))], [], _HEADER + 4 + 12 * len(tags)
    placed: dict[bytes, int] = {}
    for name in sorted(tags):
        body = tags[name] + b"\0" * (-len(tags[name]) % 4)
        if body not in placed:
            placed[body] = offset
            bodies.append(body)
            offset += len(body)
        table.append(struct.pack(">4sII", name, placed[body], len(tags[name])))
    head = struct.pack(">I", offset) + b"\0" * 4 + data[8:24] + b"\0" * 12 + b"acsp" + b"\0" * 24
    head += data[64:68] + data[68:80]
    return b"".join([head.ljust(_HEADER, b"\0"), *table, *bodies])

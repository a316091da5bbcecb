"""Cut a Type 1 program down to the letters that are still shown: others, and subroutines only they call, go.

Attack: a subset made for the master tells by names of glyphs, by its encoding and by its subroutines which letters the
master had. Limit: what does not read like a Type 1 program makes its page pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from fontTools.encodings.StandardEncoding import StandardEncoding

from qupia_redaction.faults import UnknownContent

_EEXEC, _CHARSTRING = 55665, 4330
_ENCODED = re.compile(rb"dup\s+(\d+)\s*/([^\s/(){}<>\[\]%]+)\s+put[ \t\r\n]*")
_LEN_IV = re.compile(rb"/lenIV\s+(\d+)\s+def")
_GLYPHS = re.compile(rb"/CharStrings\s+(\d+)\s+dict\s+dup\s+begin\s*")
_GLYPH = re.compile(rb"\s*/([^\s/(){}<>\[\]%]+)\s+(\d+)\s+(RD|-\|)[ ]")
_ROUTINES = re.compile(rb"/Subrs\s+(\d+)\s+array\s*")
_ROUTINE = re.compile(rb"\s*dup\s+(\d+)\s+(\d+)\s+(RD|-\|)[ ]")
_AFTER = re.compile(rb"\s*(?:ND|\|-|NP|\||noaccess\s+(?:def|put))")
_RETURN = b"\x0b"
_ALWAYS = frozenset(range(5))
_MOST = 100_000
_CALL, _ESCAPE, _ACCENTED, _OTHER, _POP, _REPLACES_HINTS = 10, 12, 6, 16, 17, 3
_HINTS = 4
"""The routine that replaces hints by the one whose number stands before its own."""
_TAIL = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
TAIL_LENGTH = len(_TAIL)
"""Length of what follows the private part."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A charstring or subroutine: where it stands in the private part, and what it is."""

    key: bytes
    start: int
    end: int
    code: bytes


def subset_type1(data: bytes, lengths: tuple[int, int], letters: Set[str] | None, codes: Set[int]) -> tuple[bytes, int]:
    """Return a program with some letters only, and the length of its clear part.

    Args:
        data: the program with its clear part made plain.
        lengths: of clear and private part.
        letters: names of letters that may be shown; None when the program's own encoding says so.
        codes: that are shown.

    Raises:
        UnknownContent: it does not read like a Type 1 program.
    """
    clear, private = data[: lengths[0]], _crypt(data[lengths[0] : sum(lengths)], _EEXEC, False)[4:]
    own = {name.decode("latin-1") for code, name in _ENCODED.findall(clear) if int(code) in codes}
    if letters is None and not own:
        own = {StandardEncoding[code] for code in codes if code < len(StandardEncoding)}
    clear = _ENCODED.sub(lambda match: match.group() if int(match.group(1)) in codes else b"", clear)
    iv = int(found.group(1)) if (found := _LEN_IV.search(private)) else 4
    reduced = _reduced(private, iv, {".notdef", *own, *(letters or ())})
    return clear + _crypt(b"\0\0\0\0" + reduced, _EEXEC, True) + _TAIL, len(clear)


def renamed_type1(data: bytes, lengths: tuple[int, int], names: Mapping[str, str]) -> tuple[bytes, int]:
    """Return a program with some letters only, under other names, and the length of its clear part.

    Args:
        data: the program with its clear part made plain.
        lengths: of clear and private part.
        names: new names by old ones; they say nothing.

    Raises:
        UnknownContent: it does not read like a Type 1 program, or lacks one of the letters.
    """
    data, first = subset_type1(data, lengths, names.keys(), frozenset())
    private = _crypt(data[first:-TAIL_LENGTH], _EEXEC, False)[4:]
    iv = int(found.group(1)) if (found := _LEN_IV.search(private)) else 4
    head = _GLYPHS.search(private)
    entries = {} if head is None else {e.key.decode("latin-1"): e for e in _entries(private, head.end(), _GLYPH, iv)}
    if head is None or not names.keys() <= entries.keys():
        raise UnknownContent
    parts = {part for entry in entries.values() for part in _parts(entry.code)}
    kept = {name: name for name in entries if name == ".notdef" or name in parts}
    bodies = [
        b"\n/" + new.encode() + private[entries[name].start : entries[name].end].lstrip()[len(name) + 1 :]
        for name, new in [*names.items(), *kept.items()]
    ]
    start, end = head.start(), max(entry.end for entry in entries.values())
    listed = b"/CharStrings %d dict dup begin" % len(bodies) + b"".join(bodies)
    private = private[:start] + listed + private[end:]
    return data[:first] + _crypt(b"\0\0\0\0" + private, _EEXEC, True) + _TAIL, first


def encoding_of(data: bytes, clear: int) -> dict[int, str]:
    """Return the names of letters by code as a program itself says them."""
    named = {int(code): name.decode("latin-1") for code, name in _ENCODED.findall(data[:clear])}
    return named or {code: name for code, name in enumerate(StandardEncoding) if name != ".notdef"}


def _reduced(private: bytes, iv: int, letters: Set[str]) -> bytes:
    head = _GLYPHS.search(private)
    if head is None:
        raise UnknownContent
    glyphs = list(_entries(private, head.end(), _GLYPH, iv))
    by_name = {entry.key.decode("latin-1"): entry for entry in glyphs}
    kept = [by_name[name] for name in sorted(letters) if name in by_name]
    for entry in list(kept):
        kept += [by_name[name] for name in _parts(entry.code) if name in by_name]
    names = {entry.key for entry in kept}
    first = _ROUTINES.search(private)
    routines = list(_entries(private, first.end(), _ROUTINE, iv)) if first else []
    called = _called([entry.code for entry in kept], {int(entry.key): entry.code for entry in routines})
    pieces: list[tuple[int, int, bytes]] = []
    for entry in routines:
        if int(entry.key) not in called | _ALWAYS:
            empty = _crypt(b"\0" * iv + _RETURN, _CHARSTRING, True)
            body = b"\ndup %d %d RD %s NP\n" % (int(entry.key), len(empty), empty)
            pieces.append((entry.start, entry.end, body.replace(b"RD", _operator(private, entry), 1)))
    pieces += [(entry.start, entry.end, b"") for entry in glyphs if entry.key not in names]
    pieces.append((head.start(), head.end(), b"/CharStrings %d dict dup begin\n" % len(names)))
    return _without(private, sorted(pieces))


def _operator(private: bytes, entry: _Entry) -> bytes:
    match = _ROUTINE.match(private, entry.start)
    if match is None:
        raise UnknownContent
    return match.group(3)


def _without(private: bytes, pieces: list[tuple[int, int, bytes]]) -> bytes:
    out, at = [], 0
    for start, end, body in pieces:
        out += [private[at:start], body]
        at = end
    return b"".join([*out, private[at:]])


def _entries(private: bytes, at: int, form: re.Pattern[bytes], iv: int) -> Iterator[_Entry]:
    for _ in range(_MOST):
        match = form.match(private, at)
        if match is None:
            return
        end = match.end() + int(match.group(2))
        after = _AFTER.match(private, end)
        if after is None:
            raise UnknownContent
        yield _Entry(match.group(1), at, after.end(), _crypt(private[match.end() : end], _CHARSTRING, False)[iv:])
        at = after.end()
    raise UnknownContent


def _crypt(data: bytes, key: int, forth: bool) -> bytes:
    """Encrypt or decrypt as Type 1 programs are."""
    out = bytearray(len(data))
    for index, byte in enumerate(data):
        out[index] = byte ^ (key >> 8)
        key = ((out[index] if forth else byte) + key) * 52845 + 22719 & 0xFFFF
    return bytes(out)


def _steps(code: bytes) -> Iterator[tuple[int, list[int]]]:
    """Yield the operators of a charstring, escaped ones as 256 and more, with the numbers before them."""
    numbers: list[int] = []
    at = 0
    while at < len(code):
        byte = code[at]
        at += 1
        if byte >= 32:
            width = 0 if byte <= 246 else 1 if byte <= 254 else 4
            tail = code[at : at + width]
            at += width
            if byte <= 246:
                numbers.append(byte - 139)
            elif byte == 255:
                numbers.append(int.from_bytes(tail, "big", signed=True))
            else:
                low = tail[0] if tail else 0
                numbers.append((byte - 247) * 256 + low + 108 if byte <= 250 else -(byte - 251) * 256 - low - 108)
            continue
        if byte == _ESCAPE:
            byte = 256 + (code[at] if at < len(code) else 0)
            at += 1
        yield byte, numbers
        numbers = numbers[:-1] if byte == _CALL else [] if byte != 256 + _POP else numbers


def _parts(code: bytes) -> list[str]:
    """Return the letters that an accented letter is made of."""
    for operator, numbers in _steps(code):
        if operator == 256 + _ACCENTED and len(numbers) >= 2:
            return [StandardEncoding[number] for number in numbers[-2:] if 0 <= number < len(StandardEncoding)]
    return []


def _called(codes: list[bytes], routines: Mapping[int, bytes]) -> set[int]:
    """Return the subroutines that charstrings call, by themselves or through the routine that replaces hints."""
    found: set[int] = set()
    waiting = list(codes)
    while waiting:
        for operator, numbers in _steps(waiting.pop()):
            called = numbers[-1:] if operator == _CALL else []
            if called == [_HINTS]:
                called = numbers[-2:]
            if operator == 256 + _OTHER and len(numbers) >= 3 and numbers[-1] == _REPLACES_HINTS:
                called = numbers[-3:-2]
            for number in called:
                if number in routines and number not in found:
                    found.add(number)
                    waiting.append(routines[number])
    return found

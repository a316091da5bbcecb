"""Undo what hides bytes from a plain search: hexadecimal, octal escapes, percent signs, base64, and streams by the way.

Attack: a secret that no reader shows, yet anybody finds who takes the file apart. Wrappings are undone rather than put
on: one search for plain bytes then serves them all, whatever the alphabet inside. Limits: each wrapping once, runs of
at least four bytes, streams of at most `_MOST` bytes.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator

_MOST = 64 << 20
_BLANKS = b" \t\n\r\f\v"


def _kinds(*kinds: tuple[bytes, bytes]) -> bytes:
    table = bytearray(256)
    for members, sign in kinds:
        for byte in members:
            table[byte] = sign[0]
    return bytes(table)


_HEX = re.compile(rb"00 ?(?:00 ?){5,}")
_OCTAL = re.compile(rb"\\[0-3][0-7]{2}[\x20-\x5b\x5d-\x7e]?(?:\\[0-3][0-7]{2}[\x20-\x5b\x5d-\x7e]?){3,}")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}[A-Za-z0-9_.~+-]?(?:%[0-9A-Fa-f]{2}[A-Za-z0-9_.~+-]?){3,}")
_BASE64 = re.compile(rb"AAAAAAAAAAAAA*")
_STREAM = re.compile(rb"stream\r?\n")
_DIGITS = _kinds((b"0123456789ABCDEFabcdef", b"0"), (_BLANKS, b" "))
_SIXES = _kinds((b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-", b"A"))
"""The one letter that stands for all of a kind, by byte: runs of one letter are found six times as fast as of a set."""
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_APART = b"\0\n\0\n"
_PICTURE = b"/Width"
_HEAD = 400


def unwrapped(block: bytes) -> bytes:
    """Return what all runs of wrapped bytes in a block stand for, one after the other."""
    found = [_pairs(block[slice(*match.span())]) for match in _HEX.finditer(block.translate(_DIGITS))]
    found += [_octal(match.group()) for match in _OCTAL.finditer(block)]
    found += [_percent(match.group()) for match in _PERCENT.finditer(block)]
    for match in _BASE64.finditer(block.translate(_SIXES)):
        run = block[slice(*match.span())].translate(_URL_SAFE)
        found += [_sixes(run[at:]) for at in range(4)]
    return _APART.join(found)


def carved(data: bytes) -> Iterator[bytes]:
    """Yield what inflates behind each `stream` of a raw file, whether an object owns it or not; pictures excepted."""
    for match in _STREAM.finditer(data):
        if _PICTURE not in data[max(match.start() - _HEAD, 0) : match.start()].rpartition(b"endobj")[2]:
            try:
                yield zlib.decompressobj().decompress(data[match.end() :], _MOST)
            except zlib.error:
                continue


def _pairs(run: bytes) -> bytes:
    digits = bytes(run.translate(None, _BLANKS))
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


def _sixes(run: bytes) -> bytes:
    """Decode base64 without its padding; a single letter at the end says nothing."""
    whole = run[: len(run) - (len(run) % 4 == 1)]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _octal(run: bytes) -> bytes:
    return re.sub(rb"\\([0-3][0-7]{2})", lambda found: bytes([int(found.group(1), 8)]), run)


def _percent(run: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found.group(1).decode("ascii")), run)

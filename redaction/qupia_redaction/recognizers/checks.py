"""Check digits. They raise a score; a failing one never releases text (old numbers, OCR errors)."""

from __future__ import annotations

import re
from collections.abc import Callable

_LOOKALIKE_DIGITS = str.maketrans("ОоOoӨөЗзlIіІ|бЬ", "000000331111166")
_NOT_DIGIT = re.compile(r"[^0-9]")
_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def digits(text: str) -> str:
    """Return the digits of `text`, look-alike letters read as digits."""
    return _NOT_DIGIT.sub("", text.translate(_LOOKALIKE_DIGITS))


def iin_check_digit(first_eleven: str) -> int | None:
    """Return the check digit of an IIN or BIN, or None where no valid number exists.

    Two passes modulo 11; the second has other weights and runs when the first gives 10.
    """
    for weights in (_FIRST, _SECOND):
        rest = sum(w * int(d) for w, d in zip(weights, first_eleven, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def is_iin(text: str) -> bool:
    """Tell whether `text` holds 12 digits with a right check digit."""
    number = digits(text)
    return len(number) == 12 and number != "0" * 12 and iin_check_digit(number[:11]) == int(number[11])


def is_iban(text: str) -> bool:
    """Tell whether `text` is an IBAN with remainder 1 modulo 97."""
    compact = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", compact):
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def is_card(text: str) -> bool:
    """Tell whether `text` holds 13 to 19 digits that pass Luhn."""
    number = digits(text)
    if not 13 <= len(number) <= 19 or len(set(number)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


CHECKS: dict[str, Callable[[str], bool]] = {"iin": is_iin, "iban": is_iban, "card": is_card}
"""Checks by the name that `patterns.yaml` uses."""

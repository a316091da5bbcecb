"""Copy values that cannot hold text: numbers, booleans, known names, arrays and dictionaries of these."""

from __future__ import annotations

from decimal import Decimal

import pikepdf

from qupia_redaction.faults import UnknownContent

Value = pikepdf.Object | int | float | bool | Decimal


def numbers(value: object, depth: int = 0) -> Value:
    """Copy a number, a boolean or nested arrays of numbers.

    Raises:
        UnknownContent: anything else.
    """
    if isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, pikepdf.Array) and depth < 4:
        return pikepdf.Array([numbers(item, depth + 1) for item in value.as_list()])
    raise UnknownContent


def pick(source: pikepdf.Object, keys: frozenset[str]) -> pikepdf.Dictionary:
    """Copy the numeric entries of a dictionary under known keys; all other entries are dropped."""
    target = pikepdf.Dictionary()
    for key in source.keys():  # noqa: SIM118 - pikepdf iterates over keys() only
        if key in keys:
            target[key] = numbers(source[key])
    return target


def known_name(value: object, known: frozenset[str]) -> pikepdf.Name:
    """Copy a name from a closed list.

    Raises:
        UnknownContent: another value.
    """
    if isinstance(value, pikepdf.Name) and str(value) in known:
        return pikepdf.Name(str(value))
    raise UnknownContent

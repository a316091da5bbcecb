"""One object for equal values: ten thousand rules say the same few things."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import TypeVar

MAX_SHARED = 8_192

Shared = TypeVar("Shared", bound=Hashable)


@lru_cache(maxsize=MAX_SHARED)
def _first(value: Hashable) -> Hashable:
    return value


def shared(value: Shared) -> Shared:
    """Return the first of all equal values that was given lately; for texts, and for tuples and sets of texts.

    Not for numbers and booleans: 1 and True are equal and do not mean the same.
    """
    return _first(value)  # type: ignore[return-value]

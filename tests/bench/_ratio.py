"""The shape of a benchmark's line: one ratio, its limit, and the parts it was made of."""

from __future__ import annotations

from typing import Any


def at_most(name: str, ratio: float, limit: float, aim: float | None = None, **parts: object) -> dict[str, Any]:
    """Return a line that is ok when the ratio is not above the limit."""
    return _line(name, ratio, limit, aim, ratio <= limit) | parts


def at_least(name: str, ratio: float, limit: float, aim: float | None = None, **parts: object) -> dict[str, Any]:
    """Return a line that is ok when the ratio is not below the limit."""
    return _line(name, ratio, limit, aim, ratio >= limit) | parts


def _line(name: str, ratio: float, limit: float, aim: float | None, ok: bool) -> dict[str, Any]:
    # A limit that holds only by rounding does not hold: `ok` comes from the ratio as measured.
    return {"name": name, "ratio": round(ratio, 3), "limit": limit, "aim": aim, "ok": ok}

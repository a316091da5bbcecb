"""Matrices of content streams: six numbers, applied to points from the left. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qupia_redaction.model import Box

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def matrix_of(operands: Iterable[Any]) -> Matrix:
    """Return six operands as a matrix.

    Raises:
        ValueError, TypeError: they are no six numbers.
    """
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def times(one: Matrix, other: Matrix) -> Matrix:
    """Return the matrix that applies `one`, then `other`."""
    a, b, c, d, e, f = one
    x, y = at(other, e, f)
    return (
        a * other[0] + b * other[2], a * other[1] + b * other[3],
        c * other[0] + d * other[2], c * other[1] + d * other[3], x, y,
    )  # fmt: skip


def at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a point goes."""
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


def inverse(matrix: Matrix) -> Matrix | None:
    """Return the matrix that undoes another; None for one that leaves no area."""
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    if abs(size) < 1e-9:
        return None
    return d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size


def around(points: Iterable[tuple[float, float]]) -> Box:
    """Return the box around points; at least one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))

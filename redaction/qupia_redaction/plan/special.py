"""The special categories as classes of passages: which of them an order hides, and what doubt does.

A passage belongs to the classes that its words and labels tell (`recognizers.classes`). `special` stands for all of
them but health. A passage of several classes is hidden while one of them is; one that nobody could class, or that says
more than its classes explain, is hidden while health or any class is: switching one off never shows what is unclear.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from qupia_redaction.model import Category

SPECIAL_CLASSES = frozenset(
    {
        Category.FAMILY,
        Category.ADOPTION,
        Category.NATIONALITY,
        Category.ORIGIN,
        Category.PARTY,
        Category.RELIGION,
        Category.OFFENCE,
        Category.REPRESSION,
        Category.MONEY,
        Category.CHILDREN,
        Category.SEXUAL_LIFE,
    }
)
"""What `special` stands for."""

CLASSES = SPECIAL_CLASSES | {Category.HEALTH}
"""Classes of passages, each of which can be switched off by itself."""


def covered(hide: AbstractSet[Category]) -> frozenset[Category]:
    """Return categories with every class that `special` among them stands for."""
    return frozenset(hide) | (SPECIAL_CLASSES if Category.SPECIAL in hide else frozenset())


def without(hide: AbstractSet[Category], shown: AbstractSet[Category]) -> frozenset[Category]:
    """Return what is hidden once some categories are switched off.

    Where a class is, `special` gives way to the other classes; where `special` is, so are all of them.
    """
    off = covered(shown)
    some = off & SPECIAL_CLASSES
    return (covered(hide) if some else frozenset(hide)) - off - ({Category.SPECIAL} if some else frozenset())


def hides(hide: AbstractSet[Category], category: Category, classes: AbstractSet[Category]) -> bool:
    """Tell whether a detail is hidden.

    Args:
        hide: categories that an order hides.
        category: of the detail.
        classes: its classes; `special` among them: it says more than the others explain. Empty: nobody could tell.
    """
    if category not in {Category.SPECIAL, Category.HEALTH}:
        return category in hide
    asked = covered(hide)
    told = classes or {category}
    return bool(asked & told) or (Category.SPECIAL in told and bool(asked & CLASSES))

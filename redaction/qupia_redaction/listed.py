"""Word lists over a plain text: what they add to the entities that were found in it, and what they take away."""

from __future__ import annotations

from collections.abc import Sequence

from qupia_redaction.model import PageText, PrivateText, RedactionOrder, TextSource, WordList
from qupia_redaction.recognizers.wide import Entity, without_overlaps
from qupia_redaction.terms.search import FOUND_BY, Layout, find_terms
from qupia_redaction.terms.wordlists import kept_places, narrowed, stands_in

LABEL = "TERM"
"""Of what a list hides."""

_ACCOUNTS = frozenset({"CARD", "IBAN"})
_IIN_DIGITS = 12


def with_lists(
    text: str, entities: Sequence[Entity], lists: tuple[WordList, ...]
) -> tuple[list[Entity], tuple[Entity, ...]]:
    """Return the entities of a text under its lists, and those that a list leaves alone.

    Args:
        text: as it was read.
        entities: what was found in it, in order, without overlaps.
        lists: of the archive and of the case.

    Raises:
        RedactionRefused: OBLIGATION_UNFULFILLABLE: a list changed since it was read.
    """
    page, layout = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 0, 0), Layout([()], [0])
    order = narrowed(RedactionOrder(frozenset(), lists=lists), [page], layout, ())
    kept = kept_places([page], order).get(1, ())
    left = tuple(e for e in entities if not _of_a_person(e, text) and stands_in(text, (e.start, e.end), kept))
    terms = find_terms([page], order.terms, Layout([()], [len(text)]))
    hidden = [Entity(t.start, t.end, LABEL, t.score, FOUND_BY, private=True) for t in terms]
    others = [e for e in entities if e not in left]
    return without_overlaps(sorted([*hidden, *others], key=lambda e: e.start)), left


def _of_a_person(entity: Entity, text: str) -> bool:
    """Tell whether an entity is a number that no list can free: an account's, a card's, an IIN."""
    digits = sum(map(str.isdigit, text[entity.start : entity.end]))
    return entity.label in _ACCOUNTS or (entity.label == "ID" and digits == _IIN_DIGITS)

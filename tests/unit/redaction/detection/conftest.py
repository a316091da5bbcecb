"""One loaded finder for the whole folder, and a short way to ask it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from qupia_redaction.detect import build_finder
from qupia_redaction.model import Category, Detail, KnownPerson, PageText, PrivateText, TextSource
from qupia_redaction.ports import DetailFinder

Found = tuple[str, Category, str | None]


@pytest.fixture(scope="session")
def finder() -> DetailFinder:
    """Load the models once; the finder fits the pipeline's port."""
    return build_finder()


def page(number: int, text: str) -> PageText:
    """Make a page without boxes."""
    return PageText(number, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 595.0, 842.0)


@pytest.fixture
def details(finder: DetailFinder) -> Callable[..., tuple[Detail, ...]]:
    """Find details of several pages."""

    def ask(*texts: str, persons: Sequence[KnownPerson] = ()) -> tuple[Detail, ...]:
        return finder.find([page(n, t) for n, t in enumerate(texts, 1)], persons)

    return ask


@pytest.fixture
def found(details: Callable[..., tuple[Detail, ...]]) -> Callable[..., list[Found]]:
    """Find details of one page as (words, category, owner)."""

    def ask(text: str, *persons: KnownPerson) -> list[Found]:
        return [(text[d.start : d.end], d.category, d.person_id) for d in details(text, persons=persons)]

    return ask


@pytest.fixture
def hidden(found: Callable[..., list[Found]]) -> Callable[..., list[str]]:
    """Find the words of one category on one page."""

    def ask(text: str, category: Category, *persons: KnownPerson) -> list[str]:
        return [words for words, kind, _ in found(text, *persons) if kind is category]

    return ask

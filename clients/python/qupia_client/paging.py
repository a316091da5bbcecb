"""Walk through the pages of a list, one request a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from qupia_client.errors import UnexpectedAnswer

Item = TypeVar("Item")


def pages(fetch: Callable[[str], tuple[Sequence[Item], str]]) -> Iterator[Item]:
    """Yield the items of all pages; the next page is fetched when it is needed.

    Args:
        fetch: takes a page token (empty: the first page), returns items and the next token (empty: the last
            page).

    Raises:
        UnexpectedAnswer: the server gives the same token again, which would never end.
    """
    token = ""
    while True:
        items, following = fetch(token)
        yield from items
        if not following:
            return
        if following == token:
            raise UnexpectedAnswer("The list does not move on from a page.")
        token = following


async def async_pages(fetch: Callable[[str], Awaitable[tuple[Sequence[Item], str]]]) -> AsyncIterator[Item]:
    """Yield the items of all pages, for asyncio; as `pages`.

    Raises:
        UnexpectedAnswer: the server gives the same token again, which would never end.
    """
    token = ""
    while True:
        items, following = await fetch(token)
        for item in items:
            yield item
        if not following:
            return
        if following == token:
            raise UnexpectedAnswer("The list does not move on from a page.")
        token = following

"""What may X see, and who may see D: a page at a time, each answer a decision of its own.

A list is nothing but single decisions in a fixed order, so it cannot disagree with them. A page looks at a bounded
number of candidates, however few are allowed, so that a search cannot hold a server; its token says where to go on,
and under which bundle and day the page was made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .errors import PolicyError
from .model import Decision, Facts

MAX_LOOKED_AT: Final = 2_000
"""Candidates that one page looks at, at most."""


class TokenRefused(PolicyError):
    """The token is not of this list, or of another bundle: begin again."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that X may see, or a person who may see D.

    Attributes:
        name: its name; names sort the list and are unique in it.
        facts: the whole request, as a single check would state it.
    """

    name: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list.

    Attributes:
        allowed: names and decisions, in the order of names.
        next_token: where the next page begins; empty at the end.
        looked_at: candidates decided for this page.
    """

    allowed: tuple[tuple[str, Decision], ...]
    next_token: str
    looked_at: int


def page(
    decide: Callable[[Facts], Decision], version: str, candidates: Sequence[Candidate], size: int, token: str = ""
) -> Page:
    """Return one page of the candidates that are allowed.

    Args:
        decide: a decision point of one bundle.
        version: that bundle; a token of another one is refused, since its pages would not fit.
        candidates: all of them, sorted by name.
        size: most names on a page, at least 1.
        token: of the page before; empty for the first.

    Raises:
        TokenRefused: not a token of this list.
        ValueError: a size below 1, or candidates that are not sorted.
    """
    if size < 1:
        raise ValueError("a page holds at least one name")
    after = _opened(token, version)
    rest = [one for one in candidates if one.name > after] if token else list(candidates)
    allowed: list[tuple[str, Decision]] = []
    before = after
    for number, candidate in enumerate(rest, 1):
        if candidate.name <= before and number > 1:
            raise ValueError("candidates are sorted by name, each once")
        before = candidate.name
        decision = decide(candidate.facts)
        if decision.bundle_version != version:
            raise TokenRefused("the bundle changed: begin again")
        if decision.allowed:
            allowed.append((candidate.name, decision))
        if number < len(rest) and (len(allowed) == size or number == MAX_LOOKED_AT):
            return Page(tuple(allowed), f"{version}:{candidate.name}", number)
    return Page(tuple(allowed), "", len(rest))


def _opened(token: str, version: str) -> str:
    if not token:
        return ""
    bundle, colon, after = token.partition(":")
    if not colon or bundle != version:
        raise TokenRefused("the bundle changed, or this is no token: begin again")
    return after

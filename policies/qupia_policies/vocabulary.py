"""Profiles, duties and how obligations of several rules unite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .model import Obligations, OpenScope, Profile

CATEGORIES: Final = frozenset(
    {
        "person",
        "iin",
        "document_number",
        "phone",
        "email",
        "iban",
        "card",
        "address",
        "birth_date",
        "health",
        "special",
        "code",
        "image",
        "passage",
    }
)
"""Words for categories of details; the same words as the redaction library's."""


class ObligationConflict(Exception):
    """Obligations that are unknown or contradict each other; the decision must refuse."""


@dataclass(frozen=True, slots=True)
class RuleObligations:
    """What one allow rule asks for.

    Attributes:
        profile: redaction profile.
        open_scopes: whose own details stay visible; empty for nobody.
        duties: further duties by name.
    """

    profile: Profile
    open_scopes: frozenset[OpenScope] = frozenset()
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProfileSpec:
    """What a profile means.

    Attributes:
        profile: its name.
        hide: categories that it hides.
        extract_only: only passages about the open persons.
        metadata_only: catalogue data instead of pages.
    """

    profile: Profile
    hide: frozenset[str]
    extract_only: bool = False
    metadata_only: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed vocabulary of obligations.

    Attributes:
        profiles: meaning by profile, in declared order, least strict first.
        duties: words for people by duty, by language.
    """

    profiles: Mapping[Profile, ProfileSpec]
    duties: Mapping[str, Mapping[str, str]]

    def unite(self, parts: Iterable[RuleObligations]) -> Obligations:
        """Unite the obligations of all matching rules: strictest profile, union of everything else.

        Raises:
            ObligationConflict: nothing to unite, an unknown profile or duty, an extract about nobody.
        """
        found = tuple(parts)
        order = list(self.profiles)
        unknown = [p for p in found if p.profile not in self.profiles or not p.duties <= self.duties.keys()]
        if unknown or not found:
            raise ObligationConflict("unknown obligation")
        specs = [self.profiles[part.profile] for part in found]
        scopes = frozenset(s for part in found for s in part.open_scopes if s is not OpenScope.NOBODY)
        extract_only = any(spec.extract_only for spec in specs)
        if extract_only and not scopes:
            raise ObligationConflict("an extract about nobody")
        return Obligations(
            profile=max((part.profile for part in found), key=order.index),
            hide=frozenset(word for spec in specs for word in spec.hide),
            open_scopes=scopes,
            extract_only=extract_only,
            metadata_only=any(spec.metadata_only for spec in specs),
            duties=frozenset(duty for part in found for duty in part.duties),
        )

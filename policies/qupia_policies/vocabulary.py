"""Profiles, duties and how obligations of several rules unite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from .model import Deadline, Obligations, OpenScope, PersonScope, Profile

SPECIAL: Final = frozenset(
    {
        "family",
        "adoption",
        "nationality",
        "origin",
        "party",
        "religion",
        "offence",
        "repression",
        "money",
        "children",
        "sexual_life",
    }
)
"""The classes of special details that the word `special` stands for."""

CATEGORIES: Final = SPECIAL | frozenset(
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


def covered(hide: frozenset[str]) -> frozenset[str]:
    """Return categories with every class that `special` among them stands for."""
    return hide | SPECIAL if "special" in hide else hide


class ObligationConflict(Exception):
    """Obligations that are unknown or contradict each other; the decision must refuse."""


CLASSES: Final = (PersonScope.REQUESTER, PersonScope.PERMITTED, PersonScope.INHERITED, PersonScope.REST)
"""The classes that part the persons of a document."""


@dataclass(frozen=True, slots=True)
class RuleObligations:
    """What one rule asks for.

    Attributes:
        persons: profile by class of persons; a class that is left out follows what is asked for the rest.
        duties: further duties by name.
    """

    persons: Mapping[PersonScope, Profile] = field(hash=False)
    duties: frozenset[str] = frozenset()

    @classmethod
    def of(cls, profile: Profile, opened: Iterable[OpenScope], duties: Iterable[str] = ()) -> RuleObligations:
        """Make the obligations of the short form: one profile for everyone but the opened classes, which get R0."""
        open_names = {scope.value for scope in opened}
        persons = {c: Profile.R0 if c.value in open_names else profile for c in CLASSES}
        return cls(persons, frozenset(duties))


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

    @property
    def asks_nothing(self) -> bool:
        """True when the profile leaves everything as it is."""
        return not (self.hide or self.extract_only or self.metadata_only)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed vocabulary of obligations.

    Attributes:
        profiles: meaning by profile, in declared order, least strict first.
        duties: words for people by duty, by language.
        deadlines: how soon, by duty.
    """

    profiles: Mapping[Profile, ProfileSpec]
    duties: Mapping[str, Mapping[str, str]]
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)

    def unite(self, parts: Iterable[RuleObligations], more: Iterable[RuleObligations] = ()) -> Obligations:
        """Unite the obligations of all matching rules: for each class the strictest profile, and every duty.

        A class is open only when no rule asks anything of it, so that nothing that a rule asked for is lost. A class
        that no allow rule speaks of follows the rest, whatever tighten rules say of it: they only add.

        Args:
            parts: what the matching allow rules ask for.
            more: what the matching tighten rules ask for.

        Raises:
            ObligationConflict: nothing to unite, an unknown profile or duty, an extract about nobody.
        """
        found, added = tuple(parts), tuple(more)
        persons = self._persons(found, added)
        specs = {name: self.profiles[profile] for name, profile in persons.items()}
        duties = frozenset(duty for part in (*found, *added) for duty in part.duties)
        if not duties <= self.duties.keys():
            raise ObligationConflict("unknown obligation")
        scopes = _opened(specs)
        if self._about_nobody(found, added):
            raise ObligationConflict("an extract about nobody")
        order = list(self.profiles)
        return Obligations(
            profile=max(persons.values(), key=order.index),
            hide=frozenset(word for spec in specs.values() for word in spec.hide),
            open_scopes=scopes,
            extract_only=any(spec.extract_only for spec in specs.values()),
            metadata_only=any(spec.metadata_only for spec in specs.values()),
            duties=duties,
            persons=persons,
            deadlines={duty: self.deadlines[duty] for duty in sorted(duties) if duty in self.deadlines},
        )

    def _about_nobody(self, found: tuple[RuleObligations, ...], added: tuple[RuleObligations, ...]) -> bool:
        """Tell whether the allow rules with all or some of the tighten rules ask for an extract with nobody open.

        With some: or else a tighten rule that asks for even more would turn that refusal into an allow. Not each
        choice of tighten rules is tried (thousands of rules have more than can be): where some choice brings a class
        to a profile, so do all tighten rules together that ask no more than this profile of it, and they open no class
        that the choice did not; nobody is open too where the rest is whole, so those that leave it whole are tried.
        """
        asked = {profile for part in (*found, *added) for profile in part.persons.values()}
        extracts = [profile for profile, spec in self.profiles.items() if spec.extract_only and profile in asked]
        if not extracts:
            return False
        order = list(self.profiles)
        empty = {name for name, spec in self.profiles.items() if spec.asks_nothing}
        choices = (RuleObligations(dict(one)) for one in {frozenset(part.persons.items()) for part in added})
        each = [(part, self._persons(found, (part,))) for part in choices]
        whole = [(part, persons) for part, persons in each if persons[PersonScope.REST] in empty]
        for tried, most, name in product((each, whole), map(order.index, extracts), CLASSES):
            chosen = tuple(part for part, persons in tried if order.index(persons[name]) <= most)
            if self._nobody(self._persons(found, chosen)):
                return True
        return False

    def _nobody(self, persons: Mapping[PersonScope, Profile]) -> bool:
        specs = {name: self.profiles[profile] for name, profile in persons.items()}
        return any(spec.extract_only for spec in specs.values()) and not _opened(specs)

    def _persons(
        self, parts: tuple[RuleObligations, ...], more: tuple[RuleObligations, ...]
    ) -> Mapping[PersonScope, Profile]:
        asked, added = _asked(parts), _asked(more)
        every = [profile for found in (*asked.values(), *added.values()) for profile in found]
        if not asked[PersonScope.REST] or any(profile not in self.profiles for profile in every):
            raise ObligationConflict("unknown obligation")
        order = list(self.profiles)
        rest = max((*asked[PersonScope.REST], *added[PersonScope.REST]), key=order.index)
        return {name: max((*(asked[name] or (rest,)), *added[name]), key=order.index) for name in CLASSES}


def _asked(parts: tuple[RuleObligations, ...]) -> Mapping[PersonScope, list[Profile]]:
    asked: dict[PersonScope, list[Profile]] = {name: [] for name in CLASSES}
    for part in parts:
        for name, profile in part.persons.items():
            for each in CLASSES if name is PersonScope.EVERYONE else (name,):
                asked[each].append(profile)
    return asked


def _opened(specs: Mapping[PersonScope, ProfileSpec]) -> frozenset[OpenScope]:
    """Return the classes of which nothing is hidden while something of the rest is."""
    if specs[PersonScope.REST].asks_nothing:
        return frozenset()
    own = CLASSES[:-1]
    return frozenset(OpenScope(name.value) for name in own if specs[name].asks_nothing)

"""Read what a rule asks for: a profile for each class of persons, and duties."""

from __future__ import annotations

from .model import Effect, OpenScope, PersonScope, Profile
from .reading import Fields
from .vocabulary import RuleObligations, Vocabulary

_SHORT = ("profile", "open")


def read_obligations(fields: Fields, effect: Effect, vocabulary: Vocabulary) -> RuleObligations | None:
    """Read `obligations` of an allow or tighten rule.

    Short form: `{profile: R3, open: [requester]}`. Long form: `{persons: {requester: R0, rest: R3}}`. Both take
    `duties`. A tighten rule may ask for duties alone.

    Returns:
        None when faults leave nothing to build.
    """
    inner = fields.child("obligations")
    if inner is None:
        return None
    inner.known((*_SHORT, "persons", "duties"))
    duties = frozenset(inner.words("duties", need=False))
    for duty in sorted(duties - vocabulary.duties.keys()):
        inner.fault("duties", "UNKNOWN_DUTY", f"Declare duty '{duty[:60]}' in obligations.yaml or correct it.")
    long = "persons" in inner.data
    if long and any(key in inner.data for key in _SHORT):
        inner.fault("persons", "SCOPE_CONFLICT", "Give either 'profile' and 'open', or 'persons'.")
    if not long and "profile" not in inner.data and effect is Effect.TIGHTEN and duties:
        return RuleObligations({}, duties)
    persons = _persons(inner, effect) if long else _short(inner, vocabulary)
    return None if persons is None else RuleObligations(persons, duties)


def _short(inner: Fields, vocabulary: Vocabulary) -> dict[PersonScope, Profile] | None:
    profiles = inner.enums("profile", Profile, "UNKNOWN_PROFILE")
    scopes = frozenset(inner.enums("open", OpenScope, "UNKNOWN_OBLIGATION", need=False)) - {OpenScope.NOBODY}
    if len(profiles) != 1:
        return None
    spec = vocabulary.profiles.get(profiles[0])
    if spec is not None and spec.extract_only and not scopes:
        inner.fault("open", "EMPTY_EXTRACT", "An extract needs an open scope other than nobody.")
    return dict(RuleObligations.of(profiles[0], scopes).persons)


def _persons(inner: Fields, effect: Effect) -> dict[PersonScope, Profile] | None:
    at = inner.child("persons")
    if at is None:
        return None
    persons: dict[PersonScope, Profile] = {}
    for name in at.data:
        profiles = at.enums(name, Profile, "UNKNOWN_PROFILE")
        if name not in list(PersonScope):
            at.fault(name, "UNKNOWN_OBLIGATION", f"Use only {', '.join(PersonScope)}.")
        elif len(profiles) == 1:
            persons[PersonScope(name)] = profiles[0]
    if PersonScope.EVERYONE in persons and len(persons) > 1:
        at.fault("everyone", "SCOPE_CONFLICT", "Write 'rest' beside other persons: 'everyone' is all of them.")
    if effect is Effect.ALLOW and not persons.keys() & {PersonScope.EVERYONE, PersonScope.REST}:
        inner.fault("persons", "SCOPE_CONFLICT", "Say what holds for 'rest' or for 'everyone'.")
    return persons

"""Closed vocabularies on the wire and inside: one table each way, checked for completeness by tests."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from qupia.v1 import audit_pb2, disclosure_pb2, document_pb2, policy_pb2, policy_service_pb2
from qupia_policies.change import Step
from qupia_policies.explain import Voice
from qupia_policies.model import Effect, Ground, Outcome, PersonScope, Profile
from qupia_redaction.model import Category, Language
from qupia_server.disclosure.explaining import Lack
from qupia_server.disclosure.model import PurposeCode, StateBasis
from qupia_server.disclosure.openings import Need
from qupia_server.disclosure.policy_audit import DeskFault
from qupia_server.disclosure.records import (
    Certainty,
    DocumentForm,
    DocumentKind,
    Ownership,
    PrivateLife,
    Secrecy,
    SecretKind,
)
from qupia_server.ledger.entry import EntryOutcome, Event

E = TypeVar("E", bound=Enum)


class Words(dict[int, E]):
    """Words by their wire value; `numbers` leads back."""

    def __init__(self, pairs: Mapping[int, E]) -> None:
        """Build both ways at once: every answer needs a dozen of them."""
        super().__init__(pairs)
        self.numbers: Mapping[str, int] = {str(word.value): number for number, word in pairs.items()}


def _by_name(wire: Mapping[str, int], prefix: str, words: type[E]) -> Words[E]:
    """Pair wire values and words of the same name; zero is left out."""
    return Words({number: words[name.removeprefix(prefix)] for name, number in wire.items() if number})


LANGUAGES = _by_name(dict(disclosure_pb2.Language.items()), "LANGUAGE_", Language)
GROUNDS = _by_name(dict(disclosure_pb2.Ground.items()), "GROUND_", Ground)
PROFILES = _by_name(dict(disclosure_pb2.RedactionProfile.items()), "REDACTION_PROFILE_", Profile)
CATEGORIES = _by_name(dict(disclosure_pb2.DetailCategory.items()), "DETAIL_CATEGORY_", Category)
KINDS = _by_name(dict(document_pb2.DocumentKind.items()), "DOCUMENT_KIND_", DocumentKind)
FORMS = _by_name(dict(document_pb2.DocumentForm.items()), "DOCUMENT_FORM_", DocumentForm)
CERTAINTIES = _by_name(dict(document_pb2.DateCertainty.items()), "DATE_CERTAINTY_", Certainty)
SECRECIES = _by_name(dict(document_pb2.Secrecy.items()), "SECRECY_", Secrecy)
PRIVATE_LIVES = _by_name(dict(document_pb2.PrivateLife.items()), "PRIVATE_LIFE_", PrivateLife)
OWNERSHIPS = _by_name(dict(document_pb2.Ownership.items()), "OWNERSHIP_", Ownership)
EVENTS = _by_name(dict(audit_pb2.AuditEvent.items()), "AUDIT_EVENT_", Event)
AUDIT_OUTCOMES = _by_name(dict(audit_pb2.AuditOutcome.items()), "AUDIT_OUTCOME_", EntryOutcome)
EFFECTS = _by_name(dict(policy_pb2.PolicyEffect.items()), "POLICY_EFFECT_", Effect)
STEPS = _by_name(dict(policy_pb2.PolicyStepKind.items()), "POLICY_STEP_KIND_", Step)
DESK_FAULTS = _by_name(dict(policy_service_pb2.PolicyDeskFault.items()), "POLICY_DESK_FAULT_", DeskFault)
PURPOSES = _by_name(dict(disclosure_pb2.PurposeCode.items()), "PURPOSE_CODE_", PurposeCode)
VOICES = _by_name(dict(policy_pb2.ExplanationVoice.items()), "EXPLANATION_VOICE_", Voice)
LACKS = _by_name(dict(policy_pb2.ExplanationLack.items()), "EXPLANATION_LACK_", Lack)
PERSONS = _by_name(dict(disclosure_pb2.PersonScope.items()), "PERSON_SCOPE_", PersonScope)
BASES = _by_name(dict(disclosure_pb2.StateBasis.items()), "STATE_BASIS_", StateBasis)
NEEDS = _by_name(dict(policy_service_pb2.ReaderNeed.items()), "READER_NEED_", Need)
NO_SECRETS = document_pb2.SECRET_KIND_NONE
_SECRETS = {name: number for name, number in document_pb2.SecretKind.items() if number != NO_SECRETS}
SECRETS = _by_name(_SECRETS, "SECRET_KIND_", SecretKind)
"""Secrets by their wire value; that there are none is no secret."""

OUTCOMES: Words[Outcome] = Words(
    {
        disclosure_pb2.DECISION_OUTCOME_ALLOWED: Outcome.ALLOW,
        disclosure_pb2.DECISION_OUTCOME_REFUSED: Outcome.REFUSE,
    }
)

_REASONS: Mapping[str, int] = dict(disclosure_pb2.RefusalReason.items())
_REASON_PREFIX = "REFUSAL_REASON_"
_REASON_ALIASES = {"MASTER_MISSING": "NO_MASTER"}


def number_of(words: Words[E], word: E) -> int:
    """Return the wire value of `word`.

    Raises:
        KeyError: the wire has no such value.
    """
    return words.numbers[word.value]


def number_or_zero(words: Words[E], value: str) -> int:
    """Return the wire value of the word with this value; 0 for empty or words the wire does not have."""
    return words.numbers.get(value, 0)


def refusal_number(*codes: str) -> int:
    """Return the wire value of the first code, finest first, that the wire has; 0 when it has none."""
    for code in codes:
        found = _REASONS.get(_REASON_PREFIX + _REASON_ALIASES.get(code, code))
        if found:
            return found
    return 0

"""Find the words of a decision: titles, reasons and legal bases by language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .bundle import Bundle
from .model import Decision, Reason, RuleText

DEFAULT_LANGUAGE: Final = "en"

_GENERAL: Final[Mapping[Reason, Mapping[str, str]]] = {
    Reason.NO_RULE: {
        "kk": "Бұл негіз бойынша құжатты беретін қағида жоқ.",
        "ru": "На этом основании ни одно правило не разрешает выдать документ.",
        "en": "No rule allows the document to be given on this ground.",
    },
    Reason.DENY_RULE: {
        "kk": "Бұл негіз бойынша құжат берілмейді. Қай негіз ашатынын архивтен сұраңыз.",
        "ru": "На этом основании документ не выдаётся. Спросите в архиве, какое основание его открывает.",
        "en": "The document is not given on this ground. Ask the archive which ground opens it.",
    },
    Reason.RULE_ERROR: {
        "kk": "Шешім қабылдау мүмкін болмады, сондықтан құжат берілмейді. Архивке жүгініңіз.",
        "ru": "Решение принять не удалось, поэтому документ не выдаётся. Обратитесь в архив.",
        "en": "No decision could be made, so the document is not given. Ask the archive.",
    },
    Reason.OBLIGATION_CONFLICT: {
        "kk": "Қорғау талаптарын орындау мүмкін емес, сондықтан құжат берілмейді. Архивке жүгініңіз.",
        "ru": "Требования защиты выполнить нельзя, поэтому документ не выдаётся. Обратитесь в архив.",
        "en": "The protection required cannot be given, so the document is not given. Ask the archive.",
    },
    Reason.BAD_FACTS: {
        "kk": "Сұрау салудың мәліметтері толық емес немесе жарамсыз.",
        "ru": "Сведения запроса неполны или недопустимы.",
        "en": "The facts of the request are incomplete or not valid.",
    },
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in words of one language.

    Attributes:
        titles: titles of the deciding rules (for officers).
        reasons: what the requester reads, at least one; never says what the document holds.
        legal_bases: articles of the deciding rules.
        duties: duties of the requester and the archive, in words.
        missing_facts: names of facts that would bring the nearest rules closer.
    """

    titles: tuple[str, ...]
    reasons: tuple[str, ...]
    legal_bases: tuple[str, ...]
    duties: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    opens_on: dt.date | None = None


class Voice(StrEnum):
    """Who is spoken to. The requester's words never say what the document holds."""

    OFFICER = "officer"
    REQUESTER = "requester"


class Explainer:
    """Explain decisions of one bundle.

    Args:
        bundle: the bundle that decided.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Index the rules' words."""
        self._texts = {rule.rule_id: rule.text for rule in bundle.rules}
        self._duties = bundle.vocabulary.duties
        self._version = bundle.version

    def text(self, rule_id: str) -> RuleText:
        """Return a rule's words.

        Raises:
            KeyError: no such rule in this bundle.
        """
        return self._texts[rule_id]

    def explain(self, decision: Decision, language: str = DEFAULT_LANGUAGE, voice: Voice | None = None) -> Explanation:
        """Put a decision into words.

        Args:
            decision: a decision of this bundle.
            language: kk, ru or en; another one gives English.
            voice: who is spoken to; None gives officers' titles beside requesters' reasons.

        Raises:
            ValueError: the decision was made by another bundle.
        """
        if decision.bundle_version != self._version:
            raise ValueError("the decision belongs to another bundle")
        speaks = decision.reason in {Reason.NONE, Reason.DENY_RULE}
        texts = [self._texts[rule_id] for rule_id in decision.rules]
        titles = [text.title if voice is Voice.REQUESTER else text.officer_title or text.title for text in texts]
        reasons = [text.officer_reason if voice is Voice.OFFICER else text.reason for text in texts] if speaks else []
        duties = sorted(decision.obligations.duties) if decision.obligations else []
        return Explanation(
            titles=tuple(dict.fromkeys(said_in(words, language) for words in titles)),
            reasons=tuple(dict.fromkeys(said_in(words, language) for words in reasons))
            or (said_in(_GENERAL[decision.reason], language),),
            legal_bases=tuple(dict.fromkeys(text.legal_basis for text in texts)),
            duties=tuple(said_in(self._duties[duty], language) for duty in duties),
            missing_facts=tuple(filter(tellable, decision.missing_facts))
            if voice is Voice.REQUESTER
            else decision.missing_facts,
            opens_on=decision.opens_on,
        )


def tellable(fact: str) -> bool:
    """Tell whether a requester may hear that a fact was missing: their own facts, never the document's."""
    return not fact.startswith("resource.")


def said_in(words: Mapping[str, str], language: str) -> str:
    """Return the words of a language, else the English ones."""
    return words.get(language) or words[DEFAULT_LANGUAGE]

"""Why not, for requesters: what a ground still needs of who asks, never of what the document holds.

Rules of a ground are looked at whatever kind of document they are for, and only by what they ask of the requester and
the purpose: so the answer is the same for every document that ties the same people to the requester.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .conditions import Activation
from .engine import PolicyEngine
from .model import Effect, Facts
from .rules import WILDCARD, Rule

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "subject.assurance": {
        "kk": "Жеке басыңызды электрондық қолтаңбамен және екінші растаумен дәлелдеңіз.",
        "ru": "Подтвердите личность электронной подписью и вторым подтверждением.",
        "en": "Identify yourself by a digital signature and a second proof.",
    },
    "subject.role": {
        "kk": "Бұл негіз басқа рөлге арналған.",
        "ru": "Это основание для другой роли.",
        "en": "This ground is for another role than yours.",
    },
    "subject.kind": {
        "kk": "Бұл негіз бойынша қызмет емес, адам ғана сұрай алады.",
        "ru": "На этом основании запрашивает человек, а не сервис.",
        "en": "On this ground a person asks, not a service.",
    },
    "subject.relation": {
        "kk": "Жазбаларда сіздің осы құжаттағы адамдармен байланысыңыз жоқ; архивке дәлел көрсетіңіз.",
        "ru": "В записях нет вашей связи с людьми этого документа; представьте архиву подтверждение.",
        "en": "Nothing on record ties you to the people of this document; show the archive proof.",
    },
    "subject.archive": {
        "kk": "Бұл негіз бойынша құжат сақталған архивтің қызметкері ғана сұрай алады.",
        "ru": "На этом основании запрашивает сотрудник архива, где хранится документ.",
        "en": "On this ground staff of the archive that holds the document asks.",
    },
    "purpose.code": {
        "kk": "Негізге сай мақсатты көрсетіңіз.",
        "ru": "Укажите цель, которая подходит к основанию.",
        "en": "State a purpose that fits the ground.",
    },
    "purpose.case_no": {
        "kk": "Істің нөмірін көрсетіңіз.",
        "ru": "Укажите номер дела.",
        "en": "State the number of the case.",
    },
    "purpose.authority_document": {
        "kk": "Сұрау салу негізделген құжатты көрсетіңіз.",
        "ru": "Укажите документ, на котором основан запрос.",
        "en": "State the document on which the request rests.",
    },
    "purpose.basis": {
        "kk": "Мемлекеттік орган сүйенетін заң тармағын көрсетіңіз.",
        "ru": "Укажите пункт закона, на который опирается государственный орган.",
        "en": "State the item of the law on which the state body rests.",
    },
    "resource.permission": {
        "kk": "Сізге берілген қолданыстағы жазбаша рұқсат тіркелмеген.",
        "ru": "Действующее письменное разрешение для вас не зарегистрировано.",
        "en": "No written permission in force for you is on record.",
    },
}
"""What a requester is told of an attribute that stands in the way, by language; of others nothing is told."""


def needs(engine: PolicyEngine, facts: Facts) -> tuple[str, ...]:
    """Return the attributes by which the nearest rule of the stated ground fails on the requester's side.

    Empty where nothing there stands in the way, where no rule serves the ground, and for facts that are not valid.
    """
    whole, faults = engine.completed(facts)
    if faults or whole.ground is None:
        return ()
    activation, today = Activation(whole), str(whole.attributes["env"]["today"])
    found = [
        _of_requester(rule, activation)
        for rule in engine.bundle.rules
        if _serves(rule, whole) and rule.in_force(today, ())
    ]
    return min(found, key=lambda one: (len(one), one), default=())


def _serves(rule: Rule, facts: Facts) -> bool:
    named = rule.effect is Effect.ALLOW and facts.action in rule.actions and facts.ground in rule.grounds
    return named and bool({WILDCARD, facts.archive} & set(rule.archives))


def _of_requester(rule: Rule, activation: Activation) -> tuple[str, ...]:
    asked = (paths - {"purpose.ground", "resource.archive"} for paths in rule.condition.failed_reading(activation))
    return tuple(sorted({path for paths in asked if paths and paths <= WORDS.keys() for path in paths}))

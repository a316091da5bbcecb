"""Turn obligations into an order for the redactor, and the order into a cache key.

Obligations are a closed vocabulary: one that this server does not know or cannot fulfil refuses.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import lru_cache

from qupia_policies.model import Decision, Obligations
from qupia_redaction.model import Category, KnownPerson, Language, RedactionOrder
from qupia_server.disclosure.gather import Known
from qupia_server.disclosure.model import DisclosureRequest
from qupia_server.disclosure.ports import Pseudonyms


class Duty(StrEnum):
    """Duties that this server fulfils, beside hiding."""

    CITE_SOURCE = "cite_source"
    NOTIFY_SUBJECT = "notify_subject"
    NOTIFY_TRANSFER = "notify_transfer"
    RECORD_AUTHORITY = "record_authority"
    NO_HARM = "no_harm"
    NO_REIDENTIFICATION = "no_reidentification"


NOTICES = frozenset({Duty.NOTIFY_SUBJECT.value, Duty.NOTIFY_TRANSFER.value})
"""Duties to tell a person, with a deadline in the audit entry."""


_DUTIES = frozenset(duty.value for duty in Duty)


class CannotFulfil(Exception):
    """An obligation is unknown, or this document leaves no way to fulfil it."""


def order_of(request: DisclosureRequest, known: Known, obligations: Obligations) -> RedactionOrder:
    """Return what the redactor is to do.

    Raises:
        CannotFulfil: an obligation is unknown or contradictory.
    """
    if not obligations.duties <= _DUTIES:
        raise CannotFulfil
    hide = _categories(obligations.hide)
    opened = known.open_persons(obligations.open_scopes, request.purpose.ground)
    if obligations.extract_only and not opened:
        raise CannotFulfil
    return RedactionOrder(
        hide=hide,
        persons=tuple(KnownPerson(p.person_id, p.names, p.iin) for p in known.persons),
        open_persons=opened,
        extract_only=obligations.extract_only,
        metadata_only=obligations.metadata_only,
        cipher=f"{known.document.cipher.archive} · {known.document.cipher}",
        language=Language(request.language),
        password=request.password,
    )


@lru_cache(256)
def _categories(words: frozenset[str]) -> frozenset[Category]:
    """Return the categories of words; a bundle knows a handful of such sets."""
    try:
        return frozenset(map(Category, words))
    except ValueError as error:
        raise CannotFulfil from error


def cache_key(
    pseudonyms: Pseudonyms, master_sha256: str, order: RedactionOrder, decision: Decision, engines: str
) -> str:
    """Return the rendition's cache key, 64 hex characters, keyed so that it tells nothing.

    Everything that shapes the bytes is in it: master, obligations, persons, labels, word lists, versions of bundle and
    engines; the password too, so that a cached rendition never serves a caller who could not open the master.
    """
    parts = {
        "master": master_sha256,
        "hide": sorted(order.hide),
        "persons": [
            [p.person_id, sorted(n.reveal() for n in p.names), p.iin.reveal() if p.iin else ""] for p in order.persons
        ],
        "open": sorted(order.open_persons),
        "extract": order.extract_only,
        "metadata": order.metadata_only,
        "cipher": order.cipher,
        "request": order.request,
        "language": order.language.value,
        "password": order.password.reveal() if order.password else "",
        "form": [order.rendition.value, order.plain, sorted(map(list, order.methods))],
        "lists": [[one.kind.value, one.sha256] for one in order.lists],
        "terms": [order.terms_only, *(sorted(term.reveal() for term in some) for some in (order.terms, order.keeps))],
        "project": order.project_key.reveal() if order.project_key else "",
        "bundle": decision.bundle_version,
        "engines": engines,
    }
    return pseudonyms.of(json.dumps(parts, ensure_ascii=False, sort_keys=True), domain="rendition")

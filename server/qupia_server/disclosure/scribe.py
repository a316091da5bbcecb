"""Write entries for the use cases: what is known of a request, with nothing private in clear."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from qupia_policies.model import Decision
from qupia_redaction.model import DETECTED, Category
from qupia_redaction.plan.special import SPECIAL_CLASSES, covered
from qupia_server.disclosure.gather import Known
from qupia_server.disclosure.model import DisclosureRequest, Principal, Requester
from qupia_server.disclosure.notices import notice_deadline
from qupia_server.disclosure.ports import Pseudonyms
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event

IMPORTED: Final = "ADDITION.IMPORT"
"""Reason of the entry of an import."""


class Scribe:
    """Drafts entries; people and texts stand under keyed hashes."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def opening(self, event: Event, request: DisclosureRequest) -> EntryDraft:
        """Return the draft of what is known before anything was looked up; its outcome is a refusal."""
        purpose, requester = request.purpose, request.requester
        return EntryDraft(
            event=event,
            outcome=EntryOutcome.REFUSED,
            reason="INTERNAL",
            request_id=request.request_id,
            body_digest=self.body_digest(request),
            requester=self.person(requester.subject_id.reveal()),
            requester_role=requester.role,
            caller=self.caller(requester.caller),
            assurance=requester.assurance.value,
            purpose_code=purpose.code.value if purpose.code else "",
            ground=purpose.ground.value if purpose.ground else "",
            case_number=purpose.case_number,
            authority_document=purpose.authority_document,
            basis=purpose.basis.value if purpose.basis else "",
            declared_digest=self._digest(purpose.declared_text.reveal(), "declared"),
            document=self._pseudonyms.of(request.document_id, domain="document"),
            dropped_claims=requester.dropped,
            recipient_country=request.recipient_country,
        )

    def plain(self, event: Event, outcome: EntryOutcome, reason: str, requester: Requester | Principal) -> EntryDraft:
        """Return a draft for an answer that is about no single document."""
        caller = requester.caller if isinstance(requester, Requester) else requester
        role = requester.role if isinstance(requester, Requester) else ",".join(sorted(requester.roles))
        return EntryDraft(
            event=event,
            outcome=outcome,
            reason=reason,
            requester=self.person(requester.subject_id.reveal()),
            requester_role=role,
            caller=self.caller(caller),
            assurance=requester.assurance.value,
        )

    def accepted(self, operator: str) -> EntryDraft:
        """Return the draft of what an operator at the machine says of a step that differs: the desk is right."""
        who = self.person(f"operator:{operator}")
        reason = "ALLOWED.POLICY_ACCEPTED"
        return EntryDraft(
            Event.POLICY_CHANGE, EntryOutcome.ALLOWED, reason, requester=who, requester_role="operator", caller=who
        )

    def imported(self, operator: str, sha256: str, rows: Mapping[str, int]) -> EntryDraft:
        """Return the draft of an import at the machine: who, the file's digest, rows by type; no word of it."""
        who = self.person(f"operator:{operator}")
        return EntryDraft(
            event=Event.ADDITION,
            outcome=EntryOutcome.ALLOWED,
            reason=IMPORTED,
            requester=who,
            requester_role="operator",
            caller=who,
            body_digest=sha256,
            hidden={name: count for name, count in rows.items() if count},
        )

    def located(self, draft: EntryDraft, known: Known) -> EntryDraft:
        """Add the document; an unknown one keeps the keyed hash of what was asked."""
        if not known.exists:
            return draft
        document = known.document
        latest = document.created.latest
        return replace(
            draft,
            document=document.document_id,
            archive=document.cipher.archive,
            cipher=str(document.cipher),
            created_latest=latest.isoformat() if latest else "",
            persons=document.persons,
            master_sha256=document.master_sha256,
        )

    def decided(self, draft: EntryDraft, decision: Decision, legal_bases: Sequence[str], today: dt.date) -> EntryDraft:
        """Add the decision and what it obliges to."""
        obligations = decision.obligations
        duties = tuple(sorted(obligations.duties)) if obligations else ()
        return replace(
            draft,
            bundle=decision.bundle_version,
            rules=decision.rules,
            legal_basis="; ".join(legal_bases),
            profile=obligations.profile.value if obligations else "",
            duties=duties,
            disclosed=_disclosed(obligations.hide) if obligations else (),
            missing_facts=decision.missing_facts,
            notice_deadline=notice_deadline(obligations, today),
        )

    def request_key(self, request: DisclosureRequest) -> str:
        """Return the key under which a request id is unique, or empty when the caller gave none."""
        if not request.request_id:
            return ""
        caller = request.requester.caller.subject_id.reveal()
        return self._pseudonyms.of(json.dumps([caller, request.request_id]), domain="request")

    def body_digest(self, request: DisclosureRequest) -> str:
        """Return a keyed digest of everything in the request that may change its answer."""
        purpose = request.purpose
        body = [
            request.document_id,
            request.requester.subject_id.reveal(),
            request.requester.role,
            sorted(request.requester.attributes.items()),
            purpose.code.value if purpose.code else "",
            purpose.ground.value if purpose.ground else "",
            purpose.case_number,
            purpose.declared_text.reveal(),
            request.language.value,
            request.recipient_country,
        ]
        terms = "" if purpose.terms_accepted is None else str(purpose.terms_accepted)
        said = [purpose.authority_document, purpose.basis.value if purpose.basis else "", terms]
        if any(said):
            body.append(said)  # digests of requests without are those of the time before they could be said
        return self._pseudonyms.of(json.dumps(body, ensure_ascii=False), domain="body")

    def person(self, subject_id: str) -> str:
        """Return the keyed hash under which a person or service stands in entries."""
        return self._pseudonyms.of(subject_id, domain="subject")

    def caller(self, principal: Principal) -> str:
        """Return the keyed hash of a calling principal."""
        return self.person(principal.subject_id.reveal())

    def _digest(self, text: str, domain: str) -> str:
        return self._pseudonyms.of(text, domain=domain) if text else ""


_CATEGORIES = frozenset(category.value for category in Category)


@lru_cache(256)
def _disclosed(hidden: frozenset[str]) -> tuple[str, ...]:
    """Return the categories that stay visible to the requester; `special` stands for all of its classes."""
    known = frozenset(Category(word) for word in hidden if word in _CATEGORIES)  # an unknown one refuses: `order_of`
    shown = DETECTED - covered(known)
    whole = shown >= SPECIAL_CLASSES
    return tuple(sorted(shown - (SPECIAL_CLASSES if whole else {Category.SPECIAL})))

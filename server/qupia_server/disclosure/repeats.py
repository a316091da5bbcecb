"""The same request id twice: the same answer and one entry (AIP-155)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qupia_policies.model import Action, Reason
from qupia_server.disclosure.answer import Case, Stop, refused_by_policy
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.gather import facts_of
from qupia_server.disclosure.model import DisclosureRequest, Refusal, RefusalReason
from qupia_server.disclosure.refused import Refused
from qupia_server.errors import InvalidRequest, NotFound, QupiaError, RequestIdReused
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome
from qupia_server.ledger.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Repeat:
    """An allowed answer that was recorded under this request id."""

    entry: Entry
    receipt: Receipt

    def holds(self, draft: EntryDraft) -> bool:
        """Tell whether the answer due now is the recorded one: rules, bundle, obligations, bytes."""
        then = self.entry.draft
        return (
            then.bundle == draft.bundle
            and then.rules == draft.rules
            and then.profile == draft.profile
            and then.rendition_sha256 == draft.rendition_sha256
        )


async def find_repeat(gate: Gate, case: Case) -> Repeat | None:
    """Look for an earlier answer to this request id.

    Returns:
        The recorded allow, which must still be due; None when the id is new or absent.

    Raises:
        Stop: the id was used with another body.
        QupiaError: the recorded refusal, word for word, under its own entry.
    """
    key = gate.scribe.request_key(case.request)
    if not key:
        return None
    found = await gate.audit.by_request(key)
    if found is None:
        return None
    entry, receipt = found
    case.repeated = True
    if entry.draft.body_digest != case.draft.body_digest:
        raise Stop(Refusal(RefusalReason.REQUEST_ID_REUSED, "REQUEST_ID_REUSED"), RequestIdReused())
    if entry.draft.outcome is EntryOutcome.ALLOWED:
        return Repeat(entry, receipt)
    raise Recorded(await _refusal_again(gate, case.request, entry, receipt))


class Recorded(Exception):
    """A refusal that stands in the ledger already and is only repeated.

    Attributes:
        error: what the caller gets.
    """

    def __init__(self, error: QupiaError) -> None:
        super().__init__(error.reason)
        self.error = error


async def _refusal_again(gate: Gate, request: DisclosureRequest, entry: Entry, receipt: Receipt) -> QupiaError:
    """Rebuild the answer from its entry."""
    reason_word, _, code = entry.draft.reason.partition(".")
    reason = RefusalReason(reason_word)
    if reason is RefusalReason.NOT_FOUND:
        return NotFound(entry=receipt.name)
    if reason is RefusalReason.PURPOSE_MISSING:
        return InvalidRequest({"purpose": "State purpose and ground."}, entry=receipt.name)
    if reason is RefusalReason.POLICY:
        return Refused(replace(await _in_the_same_words(gate, request, entry, code), receipt=receipt))
    texts = gate.policies.current().texts(entry.draft.rules)
    return Refused(Refusal(reason=reason, code=code, rules=texts, bundle=entry.draft.bundle, receipt=receipt))


async def _in_the_same_words(gate: Gate, request: DisclosureRequest, entry: Entry, code: str) -> Refusal:
    """Return a refusal by the rules as it was told; in general words where the same rules would not refuse any more."""
    point = gate.policies.current()
    known = await gate.gather(request.requester, request.document_id)
    facts = facts_of(Action.READ, request.requester, request.purpose, known, request.recipient_country)
    read = point.decide(facts)
    then = entry.draft
    if known.exists and not read.allowed and (read.bundle_version, read.rules) == (then.bundle, then.rules):
        return refused_by_policy(point, request, known, (facts, read))
    return Refusal(RefusalReason.POLICY, code, bundle=then.bundle, told=Reason.DENY_RULE.value)

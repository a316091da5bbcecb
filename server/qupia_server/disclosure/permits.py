"""What written permissions come to: whose details they open, and what the rules hear of them (NAF Art. 16(1-1)).

One permission never spoils another: those to which nothing can be said against speak alone where there are any. Only
where all have a flaw do the rules hear of the flaw, and refuse by it with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qupia_policies.model import Value
from qupia_policies.terms import almaty_day
from qupia_server.disclosure.records import Kinship, Permission


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is judged.

    Attributes:
        now: the instant, UTC.
        today: the archive's day.
    """

    now: dt.datetime
    today: dt.date


@dataclass(frozen=True, slots=True)
class Permits:
    """The permissions of one requester for one document.

    Attributes:
        speaking: those in force that the rules hear of.
        ended: the ones that are no longer in force, where none is.
        heirs: known heirs by the person whom they inherit from, signers among them.
        kdp: what the state service says of those that speak: valid, expired or absent; withdrawn where all ended so.
    """

    speaking: tuple[Permission, ...]
    ended: tuple[Permission, ...]
    heirs: Mapping[str, frozenset[str]]
    kdp: str

    @property
    def persons(self) -> frozenset[str]:
        """The persons whose details they open."""
        return frozenset(given.person for given in self.speaking)

    def facts(self) -> dict[str, Value]:
        """Return what the rules hear, by the names of the schema's `resource`."""
        if not self.speaking:
            return {"permission": False, **_ended(self.ended)}
        facts: dict[str, Value] = {
            "permission": True,
            # It names whom it is for and what: without a further word it covers giving just that.
            "permission_third_party": all(given.third_party is not False for given in self.speaking),
            "permission_cross_border": all(given.cross_border for given in self.speaking),
            "permission_notice": any(given.notice for given in self.speaking),
        }
        ends = [given.valid_to for given in self.speaking if given.valid_to is not None]
        if ends:
            facts["permission_expires_on"] = min(ends).isoformat()
        return facts | self._signed()

    def _signed(self) -> dict[str, Value]:
        """Return who signed; of several dead the one of whom most heirs are still to sign."""
        signed = _signers(self.speaking)
        dead = [person for person in signed if person not in signed[person]]
        if not dead:
            return {"permission_by": "person"}
        person = max(dead, key=lambda one: (len(self.heirs[one] - signed[one]), one))
        return {
            "permission_by": "heirs",
            "heirs_known": len(self.heirs[person]),
            "heirs_permitted": len(self.heirs[person] & signed[person]),
        }


def permits(given: Sequence[Permission], heirs: Sequence[Kinship], moment: Moment, *, in_state_system: bool) -> Permits:
    """Judge permissions about persons whom the document concerns.

    Args:
        given: permissions that stand: by the person, or by another for somebody dead.
        heirs: proven heirs of these persons.
        moment: when.
        in_state_system: whether the state service must have confirmed them.
    """
    standing = [one for one in given if one.holds(moment.now, moment.today)]
    known = {
        person: frozenset(tie.relative for tie in heirs if tie.person == person) | signers
        for person, signers in _signers(standing).items()
    }

    def flawless(one: Permission) -> bool:
        signed = _signers(standing)[one.person]
        whole = one.person in signed or signed >= known[one.person]
        confirmed = _kdp(one, moment.today) == "valid" or not in_state_system
        return whole and confirmed and one.third_party is not False

    speaking = tuple(filter(flawless, standing)) or tuple(standing)
    ended = () if standing else tuple(one for one in given if _over(one, moment))
    states = {_kdp(one, moment.today) for one in speaking}
    worst = next((state for state in ("absent", "expired") if state in states), "valid" if states else "absent")
    withdrawn = bool(ended) and all(one.revoked_at is not None for one in ended)
    return Permits(speaking, ended, known, "withdrawn" if withdrawn else worst)


def _signers(given: Sequence[Permission]) -> dict[str, frozenset[str]]:
    return {one.person: frozenset(other.signer for other in given if other.person == one.person) for one in given}


def _kdp(given: Permission, today: dt.date) -> str:
    if not given.kdp_token:
        return "absent"
    return "expired" if given.kdp_valid_to is not None and given.kdp_valid_to < today else "valid"


def _over(given: Permission, moment: Moment) -> bool:
    """Tell whether it was in force once, so that one can say that it is not any more."""
    revoked = given.revoked_at is not None and given.revoked_at <= moment.now
    return revoked or (given.valid_to is not None and given.valid_to < moment.today)


def _ended(ended: Sequence[Permission]) -> dict[str, Value]:
    """Return when the permission ended that ended last."""
    facts: dict[str, Value] = {}
    expired = [one.valid_to for one in ended if one.revoked_at is None and one.valid_to is not None]
    withdrawn = [one.revoked_at for one in ended if one.revoked_at is not None]
    if expired:
        facts["permission_expires_on"] = max(expired).isoformat()
    if withdrawn:
        facts["permission_withdrawn_on"] = almaty_day(max(withdrawn)).isoformat()
    return facts

"""What written permissions come to: no permission spoils another, and a flaw is told where all have one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qupia_server.disclosure.permits import Moment, Permits, permits
from qupia_server.disclosure.records import Kinship, Permission, RelationKind
from tests.support.fakes import NOW

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
OWN = Permission("p-1", "p-1", "person:one", "d-1")
BY_HEIR = Permission("p-2", "person:h1", "person:one", "d-1")
HEIRS = tuple(Kinship("p-2", f"person:h{number}", RelationKind.HEIR, proven=True) for number in (1, 2, 3))
TOKEN = {"kdp_token": "t", "kdp_valid_to": TODAY}


def judged(*given: Permission, in_state_system: bool = False) -> Permits:
    return permits(given, HEIRS, Moment(NOW, TODAY), in_state_system=in_state_system)


def test_one_of_three_heirs_is_told_and_opens_only_where_nothing_else_does() -> None:
    alone = judged(BY_HEIR)
    assert alone.facts() | {"heirs_known": 3, "heirs_permitted": 1, "permission_by": "heirs"} == alone.facts()
    assert alone.persons == {"p-2"}
    beside = judged(BY_HEIR, OWN)
    assert beside.persons == {"p-1"}
    assert beside.facts()["permission_by"] == "person"


def test_all_heirs_open_the_dead_person() -> None:
    every = judged(*(replace(BY_HEIR, signer=heir.relative) for heir in HEIRS), OWN)
    assert every.persons == {"p-1", "p-2"}
    assert every.facts() | {"permission_by": "heirs", "heirs_known": 3, "heirs_permitted": 3} == every.facts()


def test_a_signer_whom_nobody_recorded_as_heir_is_one_more_who_is_known() -> None:
    unknown = judged(replace(BY_HEIR, signer="person:h9"))
    assert (unknown.facts()["heirs_known"], unknown.facts()["heirs_permitted"]) == (4, 1)


@pytest.mark.parametrize(
    ("said", "kdp"),
    [
        ({}, "absent"),
        (TOKEN, "valid"),
        ({**TOKEN, "kdp_valid_to": TODAY - DAY}, "expired"),
        ({"kdp_token": "t"}, "valid"),
    ],
)
def test_the_token_of_the_state_service_is_judged_by_its_day(said: dict[str, object], kdp: str) -> None:
    assert judged(replace(OWN, **said)).kdp == kdp  # type: ignore[arg-type]


def test_where_consent_goes_through_the_state_service_a_confirmed_permission_speaks_alone() -> None:
    other = replace(OWN, person="p-3", signer="p-3", **TOKEN)  # type: ignore[arg-type]
    assert judged(OWN, other, in_state_system=True).persons == {"p-3"}
    assert judged(OWN, other, in_state_system=True).kdp == "valid"
    assert judged(OWN, other).persons == {"p-1", "p-3"}
    assert judged(OWN, in_state_system=True).kdp == "absent"


def test_what_permissions_say_is_the_least_of_them() -> None:
    wide = replace(OWN, cross_border=True, third_party=True)
    other = replace(OWN, person="p-3", signer="p-3", notice=True, valid_to=TODAY + DAY)
    facts = judged(wide, other).facts()
    assert facts["permission_cross_border"] is False
    assert facts["permission_notice"] is True
    assert facts["permission_third_party"] is True
    assert facts["permission_expires_on"] == (TODAY + DAY).isoformat()
    assert judged(replace(OWN, third_party=False)).facts()["permission_third_party"] is False
    assert judged(replace(OWN, third_party=False), other).persons == {"p-3"}


def test_what_ended_is_told_with_its_day_and_opens_nobody() -> None:
    expired = judged(replace(OWN, valid_to=TODAY - DAY))
    assert expired.facts() == {"permission": False, "permission_expires_on": (TODAY - DAY).isoformat()}
    late = dt.datetime.combine(TODAY - DAY, dt.time(20), tzinfo=dt.UTC)  # the next day in Almaty
    withdrawn = judged(replace(OWN, revoked_at=late))
    assert withdrawn.facts() == {"permission": False, "permission_withdrawn_on": TODAY.isoformat()}
    assert withdrawn.kdp == "withdrawn"
    assert expired.persons == withdrawn.persons == frozenset()
    assert judged(replace(OWN, valid_from=TODAY + DAY)).facts() == {"permission": False}
    assert judged(replace(OWN, valid_to=TODAY - DAY), replace(OWN, person="p-3", signer="p-3")).persons == {"p-3"}

"""From peers to principals, and from claims to requesters: only what somebody vouches for counts."""

from __future__ import annotations

import dataclasses

import pytest

from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.errors import MethodForbidden, Unauthenticated
from qupia_server.rpc.call import Caller
from qupia_server.rpc.identity import ANONYMOUS, Identity, OnBehalf, Peer, ServiceGrant
from qupia_server.rpc.tokens import TokenVerifier

PORTAL, COURT = "spiffe://qupia.test/portal", "spiffe://qupia.test/court"
ORDER = ("auditor", "court", "researcher", "citizen")
PERSON = Principal(
    PrincipalKind.PERSON,
    PrivateText("person:one"),
    frozenset({"researcher", "citizen"}),
    Assurance.HIGH,
    {"org": "uni"},
)


class Tokens(TokenVerifier):
    """Knows one token, and two whose subjects pass for somebody else."""

    def __init__(self) -> None:
        pass

    async def verify(self, token: PrivateText) -> Principal:
        if token.reveal() == "service":
            return dataclasses.replace(PERSON, subject_id=PrivateText(PORTAL))
        if token.reveal() == "nobody":
            return dataclasses.replace(PERSON, subject_id=PrivateText(ANONYMOUS + PORTAL))
        if token.reveal() != "good":
            raise Unauthenticated
        return PERSON


def identity() -> Identity:
    grants = {
        PORTAL: ServiceGrant(frozenset({"ingest"}), {}, frozenset({"subject", "role", "assurance"})),
        COURT: ServiceGrant(frozenset({"court"}), {"archive": "central"}),
    }
    return Identity(Tokens(), grants, ORDER)


def peer(*uris: str, token: str | None = None, encrypted: bool = True) -> Peer:
    return Peer(encrypted, uris, () if token is None else (PrivateText(f"Bearer {token}"),))


def claims(**stated: str) -> OnBehalf:
    return OnBehalf(None, tuple((name, PrivateText(value)) for name, value in stated.items()))


async def service(uri: str = PORTAL, token: str | None = None) -> Caller:
    return await identity().caller(peer(uri, token=token))


@pytest.mark.parametrize(
    "who",
    [
        peer(),
        peer(token="bad"),
        peer(token="service"),
        peer(token="nobody"),
        peer(token="good", encrypted=False),
        peer(PORTAL, encrypted=False),
        peer("spiffe://qupia.test/stranger"),
        peer("spiffe://qupia.test/stranger", token="good"),
        peer(PORTAL, COURT),
        peer(PORTAL, token="bad"),
        Peer(True, (), (PrivateText("Basic good"),)),
        Peer(True, (), (PrivateText("Bearer good"), PrivateText("Bearer good"))),
    ],
)
async def test_nobody_vouches_for_these(who: Peer) -> None:
    with pytest.raises(Unauthenticated):
        await identity().caller(who)


async def test_without_an_issuer_no_token_counts() -> None:
    with pytest.raises(Unauthenticated):
        await Identity(None, {}, ORDER).caller(peer(token="good"))


async def test_a_token_beside_a_certificate_names_the_requester() -> None:
    caller = await service(token="good")
    assert caller.principal.kind is PrincipalKind.SERVICE
    assert caller.acting == PERSON
    requester = await identity().requester(caller, None)
    assert (requester.subject_id, requester.role, requester.assurance) == ("person:one", "researcher", Assurance.HIGH)
    assert requester.attributes == {"org": "uni"}
    assert requester.caller == caller.principal


async def test_a_service_asks_for_itself_in_its_own_role() -> None:
    assert (await identity().requester(await service(COURT), None)).role == "court"
    plain = await identity().requester(await service(PORTAL), None)
    assert (plain.role, plain.subject_id.reveal()) == ("service", PORTAL)


async def test_a_person_does_not_ask_for_others() -> None:
    caller = await identity().caller(peer(token="good"))
    for behalf in (OnBehalf(), claims(role="court"), OnBehalf(PrivateText("good"))):
        with pytest.raises(MethodForbidden):
            await identity().requester(caller, behalf)


async def test_a_claim_counts_only_by_a_service_trusted_for_it() -> None:
    stated = claims(subject="person:two", role="court", assurance="low", archive="central", org="x", iin="1")
    trusted = await identity().requester(await service(), stated)
    assert (trusted.subject_id, trusted.role, trusted.assurance) == ("person:two", "court", Assurance.LOW)
    assert trusted.attributes == {}
    # A name that is no attribute is the caller's own text, and is not repeated.
    assert trusted.dropped == ("archive", "org", "other")

    untrusted = await identity().requester(await service(COURT), stated)
    assert (untrusted.role, untrusted.assurance) == ("citizen", Assurance.NONE)
    assert untrusted.subject_id.reveal() == ANONYMOUS + COURT
    assert len(untrusted.dropped) == 6


@pytest.mark.parametrize(
    "stated",
    [claims(role="emperor"), claims(assurance="total"), claims(subject=PORTAL), claims(subject=ANONYMOUS + "x")],
)
async def test_a_trusted_service_cannot_state_nonsense(stated: OnBehalf) -> None:
    requester = await identity().requester(await service(), stated)
    assert requester.dropped == (stated.claims[0][0],)
    assert (requester.role, requester.assurance) == ("citizen", Assurance.NONE)


async def test_the_token_wins_over_claims() -> None:
    behalf = dataclasses.replace(
        claims(subject="person:two", role="court", assurance="high"), token=PrivateText("good")
    )
    requester = await identity().requester(await service(), behalf)
    assert (requester.subject_id, requester.role) == ("person:one", "researcher")
    assert requester.dropped == ("subject", "role", "assurance")


async def test_two_tokens_are_one_too_many() -> None:
    with pytest.raises(Unauthenticated):
        await identity().requester(await service(token="good"), OnBehalf(PrivateText("good")))


async def test_a_bad_requester_token_is_no_requester() -> None:
    for token in ("bad", "service", "nobody"):
        with pytest.raises(Unauthenticated):
            await identity().requester(await service(), OnBehalf(PrivateText(token)))


@pytest.mark.parametrize(("chosen", "role"), [("citizen", "citizen"), ("auditor", "researcher"), ("", "researcher")])
async def test_a_role_is_chosen_among_ones_own(chosen: str, role: str) -> None:
    person = dataclasses.replace(PERSON, attributes={"role": chosen} if chosen else {})
    assert (await identity().requester(Caller(person), None)).role == role


async def test_a_person_without_a_known_role_is_a_citizen() -> None:
    person = dataclasses.replace(PERSON, roles=frozenset({"emperor"}))
    assert (await identity().requester(Caller(person), None)).role == "citizen"


def test_grants_cannot_name_unknown_attributes() -> None:
    with pytest.raises(ValueError, match="unknown attributes"):
        Identity(None, {PORTAL: ServiceGrant(vouches_for=frozenset({"relation"}))}, ORDER)

"""Tokens are verified once in a while, not at each call; whatever makes one bad is noticed at once all the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.errors import Unauthenticated, Unavailable
from qupia_server.rpc.token_memory import TokenMemory
from qupia_server.rpc.tokens import TokenRules, TokenVerifier

NOW = 4_070_908_800  # 2099-01-01
KEY, OTHER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
PERSON = Principal(PrincipalKind.PERSON, PrivateText("person:one"), frozenset(), Assurance.HIGH)
FOUND = ("one", {"kty": "EC"})


class Issuer:
    """Keys and a clock that a test can change."""

    def __init__(self) -> None:
        self.now = float(NOW)
        self.key: ECKey | None = KEY
        self.away = False

    async def find(self, kid: str) -> Mapping[str, object] | None:
        if self.away:
            raise Unavailable
        return {**self.key.as_dict(private=False), "kid": kid} if self.key else None


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def verifier(issuer: Issuer) -> TokenVerifier:
    return TokenVerifier(TokenRules("https://issuer.test", "qupia"), issuer, lambda: issuer.now)


def token(subject: str = "person:one", seconds: int = 600) -> PrivateText:
    claims = {"iss": "https://issuer.test", "aud": "qupia", "sub": subject, "iat": NOW, "exp": NOW + seconds}
    return PrivateText(jwt.encode({"alg": "ES256", "kid": "one"}, claims, KEY))


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each verification of a signature."""
    notes: list[str] = []
    real = jwt.decode

    def decode(text: str, *rest: object, **named: object) -> object:
        notes.append(text)
        return real(text, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("qupia_server.rpc.tokens.jwt.decode", decode)
    return notes


async def test_the_same_token_is_verified_once_a_minute(
    issuer: Issuer, verifier: TokenVerifier, verified: list[str]
) -> None:
    one = token()
    first = await verifier.verify(one)
    issuer.now += 59
    assert await verifier.verify(one) == first
    assert len(verified) == 1
    issuer.now += 2
    assert await verifier.verify(one) == first
    assert len(verified) == 2


async def test_another_token_is_another_person(verifier: TokenVerifier) -> None:
    names = [(await verifier.verify(token(name))).subject_id.reveal() for name in ("person:one", "person:two")]
    assert names == ["person:one", "person:two"]


async def test_a_changed_signature_is_not_remembered(verifier: TokenVerifier) -> None:
    good = token()
    await verifier.verify(good)
    head, body, _ = good.reveal().split(".")
    foreign = token("person:two").reveal().rpartition(".")[2]
    with pytest.raises(Unauthenticated):
        await verifier.verify(PrivateText(f"{head}.{body}.{foreign}"))


async def test_a_token_is_never_remembered_beyond_its_end(
    issuer: Issuer, verifier: TokenVerifier, verified: list[str]
) -> None:
    short = token(seconds=10)
    await verifier.verify(short)
    issuer.now += 10
    await verifier.verify(short)  # the clock's skew is forgiven still, but by looking again
    assert len(verified) == 2
    issuer.now += 61
    with pytest.raises(Unauthenticated):
        await verifier.verify(short)


async def test_a_withdrawn_or_changed_key_forgets_its_tokens(issuer: Issuer, verifier: TokenVerifier) -> None:
    good = token()
    for key in (None, OTHER):
        issuer.key = KEY
        await verifier.verify(good)
        issuer.key = key
        with pytest.raises(Unauthenticated):
            await verifier.verify(good)


async def test_keys_that_are_away_are_away_for_remembered_tokens_too(issuer: Issuer, verifier: TokenVerifier) -> None:
    good = token()
    await verifier.verify(good)
    issuer.away = True
    with pytest.raises(Unavailable):
        await verifier.verify(good)


async def test_a_bad_token_is_bad_each_time(verifier: TokenVerifier) -> None:
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await verifier.verify(token(seconds=-61))


def test_the_memory_is_bounded_and_keeps_what_is_used() -> None:
    memory = TokenMemory(max_tokens=2)
    for name in ("a", "b"):
        memory.keep(name, PERSON, FOUND, NOW, NOW + 600)
    assert memory.find("a", NOW) is not None
    memory.keep("c", PERSON, FOUND, NOW, NOW + 600)
    assert [memory.find(name, NOW) is not None for name in ("a", "b", "c")] == [True, False, True]


@pytest.mark.parametrize(("at", "there"), [(-1, False), (0, True), (59.9, True), (60, False)])
def test_the_memory_is_for_a_minute_and_not_for_the_past(at: float, there: bool) -> None:
    memory = TokenMemory()
    memory.keep("a", PERSON, FOUND, NOW, NOW + 600)
    assert (memory.find("a", NOW + at) is not None) is there


def test_the_memory_holds_no_token() -> None:
    memory = TokenMemory()
    memory.keep("header.claims.signature", PERSON, FOUND, NOW, NOW + 600)
    assert "header" not in repr(vars(memory))

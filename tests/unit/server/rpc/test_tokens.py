"""Tokens: what gets in, and every way of not getting in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from qupia_redaction.model import PrivateText
from qupia_server.adapters.jwks import CachedJwks, KeyAges
from qupia_server.disclosure.model import Assurance, PrincipalKind
from qupia_server.errors import Unauthenticated, Unavailable
from qupia_server.rpc.tokens import MAX_TOKEN_CHARS, TokenRules, TokenVerifier

NOW = 4_070_908_800  # 2099-01-01
RULES = TokenRules("https://issuer.test", "qupia")
KEYS: dict[str, Key] = {
    "ES256": ECKey.generate_key("P-256"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
    "RS256": RSAKey.generate_key(2048),
}
CLAIMS: dict[str, Any] = {
    "iss": "https://issuer.test",
    "aud": "qupia",
    "sub": "person:one",
    "iat": NOW,
    "exp": NOW + 600,
    "roles": ["citizen", "researcher"],
    "assurance": "high",
    "archive": "central",
}


class OneKey:
    """Knows the keys of `KEYS` by algorithm name."""

    async def find(self, kid: str) -> dict[str, object] | None:
        return {**KEYS[kid].as_dict(private=False), "kid": kid} if kid in KEYS else None


def verifier(keys: Any = None) -> TokenVerifier:
    return TokenVerifier(RULES, keys or OneKey(), lambda: NOW)


def signed(header: dict[str, Any] | None = None, key: Key | None = None, **claims: Any) -> PrivateText:
    head = {"alg": "ES256", "kid": "ES256"} | (header or {})
    body = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return PrivateText(jwt.encode(head, body, key or KEYS[head["kid"]], algorithms=[head["alg"]]))


def by_hand(header: dict[str, Any], signature: bytes | None = None, secret: bytes = b"") -> PrivateText:
    """Put a token together without a library, as an attacker would."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    signing = f"{part(json.dumps(header).encode())}.{part(json.dumps(CLAIMS).encode())}"
    mac = hmac.digest(secret, signing.encode(), hashlib.sha256) if signature is None else signature
    return PrivateText(f"{signing}.{part(mac)}")


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519", "RS256"])
async def test_a_good_token_names_a_person(algorithm: str) -> None:
    person = await verifier().verify(signed({"alg": algorithm, "kid": algorithm}))
    assert person.kind is PrincipalKind.PERSON
    assert person.subject_id.reveal() == "person:one"
    assert person.roles == {"citizen", "researcher"}
    assert person.assurance is Assurance.HIGH
    assert person.attributes == {"archive": "central"}


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # joserfc warns the signer, here the test itself
async def test_the_old_name_of_ed25519_is_understood() -> None:
    assert (await verifier().verify(signed({"alg": "EdDSA", "kid": "Ed25519"}))).subject_id


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({"exp": NOW - 61}, "claim_exp"),
        ({"exp": None}, "claim_exp"),
        ({"exp": "tomorrow"}, "claim_exp"),
        ({"exp": NOW + 25 * 3600}, "claim_exp"),
        ({"nbf": NOW + 61}, "claim_nbf"),
        ({"iat": NOW + 61, "exp": NOW + 600}, "claim_iat"),
        ({"iat": None}, "claim_iat"),
        ({"iss": "https://elsewhere.test"}, "claim_iss"),
        ({"iss": None}, "claim_iss"),
        ({"aud": "another"}, "claim_aud"),
        ({"aud": ["another"]}, "claim_aud"),
        ({"aud": None}, "claim_aud"),
        ({"sub": None}, "claim_sub"),
        ({"sub": ""}, "claim_sub"),
        ({"sub": "x" * 300}, "claim_sub"),
        ({"roles": "auditor"}, "claim_roles"),
        ({"roles": [1]}, "claim_roles"),
        ({"roles": ["r"] * 33}, "claim_roles"),
        ({"archive": 7}, "claim_archive"),
    ],
)
async def test_claims_that_do_not_hold(claims: dict[str, Any], fault: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        await verifier().verify(signed(**claims))
    assert caught.value.facts == {"token": fault}


@pytest.mark.parametrize(
    "claims", [{"exp": NOW - 59}, {"nbf": NOW + 59}, {"iat": NOW + 59}, {"aud": ["other", "qupia"]}]
)
async def test_skew_and_lists_of_audiences_are_forgiven(claims: dict[str, Any]) -> None:
    assert (await verifier().verify(signed(**claims))).subject_id


@pytest.mark.parametrize(
    ("stated", "level"),
    [(None, Assurance.LOW), ("none", Assurance.NONE), ("total", Assurance.NONE), (3, Assurance.NONE)],
)
async def test_assurance_is_never_more_than_said(stated: object, level: Assurance) -> None:
    assert (await verifier().verify(signed(assurance=stated))).assurance is level


async def test_an_unsigned_token_is_refused() -> None:
    for algorithm in ("none", "None", "NONE"):
        with pytest.raises(Unauthenticated) as caught:
            await verifier().verify(by_hand({"alg": algorithm, "kid": "ES256"}, signature=b""))
        assert caught.value.facts == {"token": "algorithm_not_allowed"}


async def test_a_public_key_is_no_hmac_secret() -> None:
    key = KEYS["RS256"]
    assert isinstance(key, RSAKey)
    public = key.as_pem(private=False)
    with pytest.raises(Unauthenticated) as caught:
        await verifier().verify(by_hand({"alg": "HS256", "kid": "RS256"}, secret=public))
    assert caught.value.facts == {"token": "algorithm_not_allowed"}


async def test_settings_cannot_bring_back_weak_algorithms() -> None:
    for weak in ("none", "HS256"):
        with pytest.raises(ValueError, match="asymmetric"):
            TokenRules("i", "a", algorithms=frozenset({weak}))


async def test_an_algorithm_needs_its_own_type_of_key() -> None:
    with pytest.raises(Unauthenticated) as caught:
        await verifier().verify(by_hand({"alg": "ES256", "kid": "RS256"}))
    assert caught.value.facts == {"token": "key_not_usable"}


@pytest.mark.parametrize(
    "header", [{"jwk": {"kty": "EC"}}, {"jku": "https://x.test"}, {"x5c": []}, {"crit": ["b64"], "b64": False}]
)
async def test_a_token_does_not_choose_its_key(header: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated) as caught:
        await verifier().verify(by_hand({"alg": "ES256", "kid": "ES256", **header}))
    assert caught.value.facts == {"token": "header_not_allowed"}


async def test_a_signature_of_another_key_is_refused() -> None:
    with pytest.raises(Unauthenticated) as caught:
        await verifier().verify(signed(key=ECKey.generate_key("P-256")))
    assert caught.value.facts == {"token": "signature"}


async def test_a_changed_claim_breaks_the_signature() -> None:
    head, _, tail = signed().reveal().split(".")
    body = base64.urlsafe_b64encode(json.dumps(CLAIMS | {"roles": ["auditor"]}).encode()).decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        await verifier().verify(PrivateText(f"{head}.{body}.{tail}"))


@pytest.mark.parametrize("text", ["", ".", "a.b", "a.b.c.d", "....", "é.é.é", "x" * (MAX_TOKEN_CHARS + 1)])
async def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        await verifier().verify(PrivateText(text))


@pytest.mark.filterwarnings("ignore:Key size should be")  # joserfc warns as well
async def test_a_short_rsa_key_is_refused() -> None:
    weak = RSAKey.generate_key(1024)

    class Weak:
        async def find(self, kid: str) -> dict[str, object]:
            return {**weak.as_dict(private=False), "kid": kid}

    with pytest.raises(Unauthenticated) as caught:
        await verifier(Weak()).verify(by_hand({"alg": "RS256", "kid": "w"}))
    assert caught.value.facts == {"token": "key_not_usable"}


class Source:
    """A key set that changes and goes away."""

    def __init__(self, *kids: str) -> None:
        self.kids = kids
        self.away = False
        self.fetches = 0
        self.time = 0.0

    async def fetch(self) -> bytes:
        self.fetches += 1
        if self.away:
            raise OSError
        return json.dumps(
            {"keys": [{**KEYS["ES256"].as_dict(private=False), "kid": kid} for kid in self.kids]}
        ).encode()

    def cache(self) -> CachedJwks:
        return CachedJwks(self.fetch, KeyAges(300, 10, 3600), lambda: self.time)


async def test_a_rotated_key_is_found_by_one_more_fetch() -> None:
    source = Source("old")
    keys = source.cache()
    assert (await verifier(keys).verify(signed({"kid": "old"}, KEYS["ES256"]))).subject_id
    source.kids, source.time = ("new",), 11
    assert (await verifier(keys).verify(signed({"kid": "new"}, KEYS["ES256"]))).subject_id
    with pytest.raises(Unauthenticated):
        await verifier(keys).verify(signed({"kid": "old"}, KEYS["ES256"]))
    assert source.fetches == 2


async def test_invented_key_ids_do_not_flood_the_issuer() -> None:
    source = Source("a")
    keys = source.cache()
    for number in range(50):
        assert await keys.find(f"invented-{number}") is None
    assert source.fetches == 1


async def test_remembered_keys_serve_for_a_while_without_the_issuer() -> None:
    source = Source("a")
    keys = source.cache()
    assert await keys.find("a")
    source.away, source.time = True, 3600
    assert await keys.find("a")
    source.time = 3700
    with pytest.raises(Unavailable):
        await keys.find("a")


async def test_a_key_set_that_cannot_be_read_keeps_the_old_one() -> None:
    texts = [json.dumps({"keys": [{"kty": "EC", "kid": "a"}]}).encode(), b"[]", b'{"keys": 1}', b"x" * (257 << 10)]
    time = [0.0]

    async def fetch() -> bytes:
        return texts.pop(0)

    keys = CachedJwks(fetch, KeyAges(1, 0, 3600), lambda: time[0])
    for _ in range(4):
        assert await keys.find("a")
        time[0] += 10


async def test_symmetric_keys_of_a_key_set_are_left_out() -> None:
    async def fetch() -> bytes:
        return json.dumps({"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}).encode()

    assert await CachedJwks(fetch).find("a") is None

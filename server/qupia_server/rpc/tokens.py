"""Verify bearer tokens (JWT, RFC 7519) with joserfc.

Hostile input. Attacks and limits: a huge token (8 KiB at most, checked before decoding); `alg: none` and a public
key used as an HMAC secret (only listed asymmetric algorithms, keys of matching type only); a key of the token's own
choosing (`jwk`, `x5c`, `jku` are refused, keys come from the issuer's JWKS by `kid`); extensions we do not know
(`crit` is refused); tokens of other issuers, for other audiences, expired, not yet valid or without an end. No
value of a token is ever logged.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.errors import Unauthenticated
from qupia_server.rpc.token_memory import TokenMemory

MAX_TOKEN_CHARS = 8192
MAX_ROLES = 32
MAX_VALUE_CHARS = 256
MIN_RSA_BITS = 2048
ALGORITHMS: Mapping[str, type[Key]] = {"ES256": ECKey, "EdDSA": OKPKey, "Ed25519": OKPKey, "RS256": RSAKey}
"""Signature algorithms and the type of key each needs. Symmetric ones and `none` are not here, on purpose."""
PUBLIC_MEMBERS: Mapping[str, frozenset[str]] = {
    "EC": frozenset({"kty", "crv", "x", "y", "kid", "use", "alg"}),
    "OKP": frozenset({"kty", "crv", "x", "kid", "use", "alg"}),
    "RSA": frozenset({"kty", "n", "e", "kid", "use", "alg"}),
}
"""Members of a JWK that are read; private members in a key set are left where they are."""
ATTRIBUTES = ("archive", "org", "name", "role")
"""Claims that become attributes of the principal."""


class KeyFinder(Protocol):
    """Finds the issuer's public keys."""

    async def find(self, kid: str) -> Mapping[str, object] | None:
        """Return the JWK of this id, or None.

        Raises:
            Unavailable: no keys could be read and none are remembered.
        """
        ...


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What a token must say.

    Attributes:
        issuer: required `iss`.
        audience: required member of `aud`.
        skew_seconds: clock difference that is forgiven, seconds.
        max_age_seconds: longest life (`exp` - `iat`) that is accepted, seconds.
        algorithms: subset of `ALGORITHMS`.
    """

    issuer: str
    audience: str
    skew_seconds: int = 60
    max_age_seconds: int = 24 * 3600
    algorithms: frozenset[str] = field(default_factory=lambda: frozenset(ALGORITHMS))

    def __post_init__(self) -> None:
        """Refuse algorithms outside the list, so that no setting can bring back `none` or HMAC."""
        if not self.algorithms <= ALGORITHMS.keys():
            raise ValueError("only asymmetric algorithms are allowed for tokens")


class TokenVerifier:
    """Turn a token into a person.

    Args:
        rules: what a token must say.
        keys: the issuer's keys.
        now: seconds since the epoch.
        memory: tokens that were verified a moment ago.
    """

    def __init__(
        self,
        rules: TokenRules,
        keys: KeyFinder,
        now: Callable[[], float] = time.time,
        memory: TokenMemory | None = None,
    ) -> None:
        self._rules = rules
        self._keys = keys
        self._now = now
        self._memory = memory or TokenMemory()

    async def verify(self, token: PrivateText) -> Principal:
        """Return the person whom `token` names.

        Raises:
            Unauthenticated: the token is not good; `facts` say which kind of fault, never a value.
            Unavailable: the issuer's keys are away.
        """
        text, now = token.reveal(), self._now()
        if len(text) > MAX_TOKEN_CHARS:
            raise _bad("malformed")
        remembered = self._memory.find(text, now)
        if remembered is not None and await self._keys.find(remembered.kid) == remembered.key:
            return remembered.person
        algorithm, kid = self._header(text)
        found = await self._keys.find(kid)
        if found is None:
            raise _bad("unknown_key")
        key = _public_key(found, algorithm)
        claims = self._signed_claims(text, key, algorithm)
        self._check(claims)
        person = _person(claims)
        self._memory.keep(text, person, (kid, found), now, claims["exp"])
        return person

    def _header(self, text: str) -> tuple[str, str]:
        """Return algorithm and key id of a token that is not verified yet."""
        if text.count(".") != 2:
            raise _bad("malformed")
        head = text.partition(".")[0]
        try:
            header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        except (ValueError, RecursionError) as error:
            raise _bad("malformed") from error
        if not isinstance(header, dict) or header.keys() - {"alg", "kid", "typ", "cty"}:
            raise _bad("header_not_allowed")
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in self._rules.algorithms:
            raise _bad("algorithm_not_allowed")
        if not isinstance(kid, str) or not 0 < len(kid) <= MAX_VALUE_CHARS:
            raise _bad("key_id_missing")
        return algorithm, kid

    def _signed_claims(self, text: str, key: Key, algorithm: str) -> dict[str, Any]:
        try:
            return jwt.decode(text, key, registry=_OneAlgorithm(algorithms=[algorithm])).claims
        except (JoseError, ValueError, RecursionError) as error:
            raise _bad("signature") from error

    def _check(self, claims: dict[str, Any]) -> None:
        rules = self._rules
        registry = JWTClaimsRegistry(
            now=int(self._now()),
            leeway=rules.skew_seconds,
            iss={"essential": True, "value": rules.issuer},
            aud={"essential": True, "value": rules.audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(claims)
        except (JoseError, ValueError, OverflowError) as error:
            fault = getattr(error, "claim", None) or "claims"
            raise _bad(f"claim_{fault}") from error
        if claims["exp"] - claims["iat"] > rules.max_age_seconds:
            raise _bad("claim_exp")


class _OneAlgorithm(JWSRegistry):
    """Allow what it is built with, and do not warn of the name EdDSA, which issuers keep using (RFC 9864)."""

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return the algorithm if it is the allowed one."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


def _bad(fault: str) -> Unauthenticated:
    return Unauthenticated({"token": fault})


def _public_key(found: Mapping[str, object], algorithm: str) -> Key:
    """Import the public half of a JWK for exactly this algorithm."""
    members = PUBLIC_MEMBERS.get(str(found.get("kty")))
    if members is None or found.get("use", "sig") != "sig" or found.get("alg", algorithm) != algorithm:
        raise _bad("key_not_usable")
    try:
        key = import_key({name: str(value) for name, value in found.items() if name in members})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _bad("key_not_usable") from error
    if not isinstance(key, ALGORITHMS[algorithm]):
        raise _bad("key_not_usable")
    if isinstance(key, RSAKey) and key.raw_value.key_size < MIN_RSA_BITS:
        raise _bad("key_not_usable")
    return key


def _person(claims: Mapping[str, Any]) -> Principal:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_VALUE_CHARS:
        raise _bad("claim_sub")
    roles = claims.get("roles", [])
    if not isinstance(roles, list) or len(roles) > MAX_ROLES or not all(_word(role) for role in roles):
        raise _bad("claim_roles")
    attributes = {}
    for name in ATTRIBUTES:
        if name not in claims:
            continue
        if not _word(claims[name]):
            raise _bad(f"claim_{name}")
        attributes[name] = PrivateText(claims[name]) if name == "name" else claims[name]
    return Principal(PrincipalKind.PERSON, PrivateText(subject), frozenset(roles), _assurance(claims), attributes)


def _word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_VALUE_CHARS


def _assurance(claims: Mapping[str, Any]) -> Assurance:
    """Read how surely the issuer knows the person: nothing said is a plain login, an unknown word is no assurance."""
    stated = claims.get("assurance", Assurance.LOW.value)
    try:
        return Assurance(stated)
    except ValueError:
        return Assurance.NONE

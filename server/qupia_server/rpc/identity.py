"""Who calls and for whom: certificates and tokens become a `Principal`, claims become a `Requester`.

Hostile input: metadata and claims are the caller's words. A service counts by the SAN URI of a certificate that the
TLS layer has verified, a person by a verified token, an attribute only by its voucher. What nobody vouches for is
dropped and noted by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qupia_redaction.model import PrivateText
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind, Requester
from qupia_server.errors import MethodForbidden, Unauthenticated
from qupia_server.rpc.call import Caller
from qupia_server.rpc.tokens import TokenVerifier

BEARER = "bearer "
CITIZEN = "citizen"
SERVICE = "service"
ANONYMOUS = "unidentified-via:"
CLAIMABLE = frozenset({"subject", "role", "assurance", "archive", "org", "name"})
"""Attributes a service can be trusted for."""


@dataclass(frozen=True, slots=True)
class ServiceGrant:
    """What the configuration says about one service.

    Attributes:
        roles: its own roles, for methods and for requests in its own name.
        attributes: its own attributes, e.g. `archive`.
        vouches_for: attributes of requesters for which its word counts; names from `CLAIMABLE`.
    """

    roles: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    vouches_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """What a service says about the requester.

    Attributes:
        token: the requester's own token, or None.
        claims: attributes in the order stated, names unique.
    """

    token: PrivateText | None = None
    claims: tuple[tuple[str, PrivateText], ...] = ()


@dataclass(frozen=True, slots=True)
class Peer:
    """What the transport knows about the other end.

    Attributes:
        encrypted: the channel is TLS.
        uris: SAN URIs of the verified client certificate; empty without one.
        authorization: values of the `authorization` metadata.
    """

    encrypted: bool
    uris: tuple[str, ...] = ()
    authorization: tuple[PrivateText, ...] = ()


class Identity:
    """Resolve callers and requesters.

    Args:
        tokens: verifies tokens; None when no issuer is configured (then only services get in).
        services: grants by SAN URI. A certificate of our CA that is not listed identifies nobody.
        role_order: roles a request can be made in; a person with several asks in the first of these.
    """

    def __init__(
        self, tokens: TokenVerifier | None, services: Mapping[str, ServiceGrant], role_order: tuple[str, ...]
    ) -> None:
        for uri, grant in services.items():
            if not grant.vouches_for <= CLAIMABLE:
                raise ValueError(f"{uri}: cannot vouch for unknown attributes")
        self._tokens = tokens
        self._services = dict(services)
        self._role_order = role_order

    async def caller(self, peer: Peer) -> Caller:
        """Return who calls.

        Raises:
            Unauthenticated: neither a known certificate nor a good token.
            Unavailable: the issuer's keys are away.
        """
        if not peer.encrypted or len(peer.authorization) > 1:
            raise Unauthenticated
        service = self._service(peer.uris)
        person = await self._person(peer.authorization[0]) if peer.authorization else None
        if service is not None:
            return Caller(service, person)
        if person is None:
            raise Unauthenticated
        return Caller(person)

    def _service(self, uris: tuple[str, ...]) -> Principal | None:
        """Return the service of a certificate; a certificate that names several, or an unknown one, is nobody's."""
        if not uris:
            return None
        grant = self._services.get(uris[0]) if len(uris) == 1 else None
        if grant is None:
            raise Unauthenticated({"certificate": "unknown_service"})
        attributes = dict(grant.attributes)
        return Principal(PrincipalKind.SERVICE, PrivateText(uris[0]), grant.roles, Assurance.LOW, attributes)

    async def _person(self, authorization: PrivateText) -> Principal:
        text = authorization.reveal()
        if self._tokens is None or text[: len(BEARER)].lower() != BEARER:
            raise Unauthenticated({"token": "scheme"})
        return self._plain(await self._tokens.verify(PrivateText(text[len(BEARER) :].strip())))

    async def requester(self, caller: Caller, behalf: OnBehalf | None) -> Requester:
        """Return for whom the caller asks.

        Raises:
            MethodForbidden: a person asks on behalf of somebody.
            Unauthenticated: the requester's token is not good, or there are two that could differ.
            Unavailable: the issuer's keys are away.
        """
        service = caller.principal
        if behalf is None and caller.vouched is None:
            return self._itself(service)
        if service.kind is not PrincipalKind.SERVICE:
            raise MethodForbidden({"on_behalf_of": "only services may ask on behalf of others"})
        behalf = behalf or OnBehalf()
        person = await self._named(caller.vouched, behalf.token)
        return self._represented(service, person, behalf.claims)

    async def _named(self, vouched: Principal | None, token: PrivateText | None) -> Principal | None:
        if token is None:
            return vouched
        if vouched is not None or self._tokens is None:
            raise Unauthenticated({"token": "more_than_one" if vouched else "no_issuer"})
        return self._plain(await self._tokens.verify(token))

    def _plain(self, person: Principal) -> Principal:
        """Return the person unless their id passes for a service or for the stand-in of an unknown one."""
        if self._reserved(person.subject_id.reveal()):
            raise Unauthenticated({"token": "claim_sub"})
        return person

    def _reserved(self, subject: str) -> bool:
        return subject in self._services or subject.startswith(ANONYMOUS)

    def _itself(self, principal: Principal) -> Requester:
        return Requester(
            subject_id=principal.subject_id,
            role=self._role(principal),
            assurance=principal.assurance,
            attributes=_without_role(principal.attributes),
            dropped=(),
            caller=principal,
        )

    def _represented(
        self, service: Principal, person: Principal | None, claims: Iterable[tuple[str, PrivateText]]
    ) -> Requester:
        """Join what the token says with what the service may say; the token wins, the rest is dropped."""
        trusted = self._services[service.subject_id.reveal()].vouches_for
        settled = frozenset[str]() if person is None else _said_by(person)
        kept, dropped = {}, []
        for name, value in claims:
            if name in trusted and name not in settled and self._sensible(name, value):
                kept[name] = value if name == "name" else value.reveal()
            else:
                # An unknown name is the caller's own text: it is noted, but not repeated in the entry.
                dropped.append(name if name in CLAIMABLE else "other")
        if person is not None:
            role, assurance, subject = self._role(person), person.assurance, person.subject_id
        else:
            role, assurance = kept.get("role", CITIZEN), Assurance(kept.get("assurance", Assurance.NONE.value))
            subject = PrivateText(kept.get("subject", ANONYMOUS + service.subject_id.reveal()))
        own = {} if person is None else _without_role(person.attributes)
        claimed = {name: value for name, value in kept.items() if name not in {"subject", "role", "assurance"}}
        return Requester(subject, role, assurance, {**claimed, **own}, tuple(dropped), service)

    def _sensible(self, name: str, value: PrivateText) -> bool:
        """Tell whether a claimed value is one that the attribute can have."""
        text = value.reveal()
        if name == "role":
            return text in self._role_order
        if name == "assurance":
            return text in {level.value for level in Assurance}
        if name == "subject":
            return bool(text) and not self._reserved(text)
        return bool(text)

    def _role(self, principal: Principal) -> str:
        """Return the one role: the token's own choice among its roles, else the first in order, else the plain one."""
        chosen = principal.attributes.get("role", "")
        if chosen in principal.roles and chosen in self._role_order:
            return chosen
        own = CITIZEN if principal.kind is PrincipalKind.PERSON else SERVICE
        return next((role for role in self._role_order if role in principal.roles), own)


def _said_by(person: Principal) -> frozenset[str]:
    """Return the attributes that a token has settled: who, in which role, how surely, and what else it states."""
    return frozenset({"subject", "role", "assurance", *person.attributes})


def _without_role(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name != "role"}

"""The development identity: CA, issuer and client profile on loopback, so that one machine works at once."""

from __future__ import annotations

import os
from pathlib import Path

from qupia_server.adapters.dev_identity import DevIdentity
from qupia_server.config import Settings

DEVELOPMENT_SERVICE = "spiffe://qupia.localhost/archive-portal"
"""The service that the development CA vouches for."""
DEVELOPMENT_PERSON = "person:aigerim"
"""The person of the sample archive as whom the client profile asks; an auditor too, so that she can see the log."""
TOKEN_SECONDS = 12 * 3600


def make_identity(settings: Settings) -> DevIdentity:
    """Return the development identity in the home folder, made now if it is not there.

    Raises:
        ConfigurationError: the server listens on more than loopback.
    """
    given = settings.identity
    identity = DevIdentity.open(settings.home / "identity", settings.listen.host, given.issuer, given.audience)
    identity.save_certificate(DEVELOPMENT_SERVICE, "archive-portal")
    return identity


def write_client_profile(settings: Settings, target: str) -> Path:
    """Write `client.env`, from which `qupiactl` and the client library connect, with a fresh token beside it."""
    identity = make_identity(settings)
    token = identity.mint_token(DEVELOPMENT_PERSON, ("citizen", "auditor"), "high", TOKEN_SECONDS, role="citizen")
    return _write_profile(settings, target, ("client", "person"), token)


def write_officer_profiles(settings: Settings, target: str) -> None:
    """Write `author.env` and `approver.env` for the two officers that a change of rules needs, with fresh tokens."""
    identity = make_identity(settings)
    for name in ("author", "approver"):
        token = identity.mint_token(f"officer:{name}", (f"policy_{name}",), "high", TOKEN_SECONDS)
        _write_profile(settings, target, (name, name), token)


def _write_profile(settings: Settings, target: str, names: tuple[str, str], token: str) -> Path:
    """Write a profile and its token; `names` are theirs, without ending."""
    profile, file = settings.home / f"{names[0]}.env", f"{names[1]}.token"
    _write_private(settings.home / file, token + "\n")
    lines = (f"QUPIA_TARGET={target}", "QUPIA_CA=identity/ca.pem", f"QUPIA_TOKEN_FILE={file}")
    _write_private(profile, "\n".join(lines) + "\n")
    return profile


def _write_private(target: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(target)

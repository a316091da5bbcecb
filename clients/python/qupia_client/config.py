"""Where the client connects to: environment, a profile file, or the folder of a development server.

One source is used whole, never mixed: a token never meets a target that came from elsewhere.
In this order: a profile that is named; the environment, if any of the six names is set; `.qupia/client.env`
under the current folder, which `qupia init` and `qupia serve` write in development. A profile has lines
`NAME=VALUE` with the same names; relative paths in it count from its own folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qupia_client.connection import Credentials
from qupia_client.errors import ConfigurationFault

NAMES: Final = ("QUPIA_TARGET", "QUPIA_CA", "QUPIA_CERT", "QUPIA_KEY", "QUPIA_TOKEN", "QUPIA_TOKEN_FILE")
DEVELOPMENT_PROFILE: Final = Path(".qupia") / "client.env"
_MAX_PROFILE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Profile:
    """A target and the credentials for it."""

    target: str
    credentials: Credentials


def load(
    profile: Path | None = None, *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Profile:
    """Return the profile to use.

    Args:
        profile: file to read; None: environment, then the development profile.
        environ: variables; None: those of this process.
        folder: where `.qupia/client.env` is looked for; None: the current folder.

    Raises:
        ConfigurationFault: nothing is configured, or a file or a line is not usable.
    """
    variables = os.environ if environ is None else environ
    if profile is not None:
        return _from_file(profile)
    if any(variables.get(name) for name in NAMES):
        return _from_names(variables, Path())
    fallback = (folder or Path()) / DEVELOPMENT_PROFILE
    if fallback.is_file():
        return _from_file(fallback)
    raise ConfigurationFault(
        f"No server is configured: set QUPIA_TARGET, name a profile, or start where {DEVELOPMENT_PROFILE} is."
    )


def parse(text: str) -> dict[str, str]:
    """Return the names and values of a profile's text.

    Blank lines, lines that start with `#` and names of others are passed over; quotes around a value are
    taken off.

    Raises:
        ConfigurationFault: a line is not `NAME=VALUE`; the message has its number, not its text.
    """
    found: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise ConfigurationFault(f"Line {number} of the profile is not NAME=VALUE.")
        if name.strip() in NAMES:
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _from_file(path: Path) -> Profile:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_MAX_PROFILE_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationFault(f"The profile {path} cannot be read.") from error
    return _from_names(parse(text), path.parent)


def _from_names(found: Mapping[str, str], base: Path) -> Profile:
    target = found.get("QUPIA_TARGET", "")
    if not target:
        raise ConfigurationFault("QUPIA_TARGET is not set: it is host:port, such as localhost:7443.")
    files = {name: base / found[name] for name in NAMES if found.get(name) and name != "QUPIA_TARGET"}
    return Profile(
        target,
        Credentials(
            ca_file=files.get("QUPIA_CA"),
            certificate_file=files.get("QUPIA_CERT"),
            key_file=files.get("QUPIA_KEY"),
            token=found.get("QUPIA_TOKEN", ""),
            token_file=files.get("QUPIA_TOKEN_FILE"),
        ),
    )

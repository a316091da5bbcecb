"""Settings: read once, validated, frozen. From `qupia.toml`, then from the environment (`QUPIA_...`).

Nothing in the code asks whether it runs embedded or on many machines: only `app.py` reads these values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qupia_redaction.model import Limits
from qupia_server.errors import ConfigurationError


class ListenSettings(BaseModel, frozen=True):
    """Where the server listens.

    Attributes:
        host: address; anything but loopback refuses the development identity.
        services_port: mTLS, for services; 0 picks a free one.
        persons_port: TLS with bearer tokens, for people; 0 picks a free one.
        metrics_port: Prometheus on loopback; 0 picks a free one, -1 switches it off.
        reflection: offer server reflection.
        drain_seconds: time that running streams get at SIGTERM.
    """

    host: str = "127.0.0.1"
    services_port: int = Field(default=7443, ge=0, le=65535)
    persons_port: int = Field(default=7444, ge=0, le=65535)
    metrics_port: int = Field(default=7445, ge=-1, le=65535)
    reflection: bool = True
    drain_seconds: float = Field(default=30.0, ge=0)


class IdentitySettings(BaseModel, frozen=True):
    """Who vouches for callers.

    Attributes:
        development: make a CA and an issuer at first start; loopback only.
        ca_file, certificate_file, key_file: PEM files of the server's TLS; ignored in development.
        issuer, audience: expected claims of tokens.
        jwks: file or https URL of the issuer's keys.
        skew_seconds: tolerated clock difference.
        trusted_vouchers: service SAN URI -> attributes of requesters that it may vouch for.
        service_roles: service SAN URI -> roles.
        service_archives: service SAN URI -> archive it belongs to.
    """

    development: bool = True
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    issuer: str = "https://issuer.qupia.localhost"
    audience: str = "qupia"
    jwks: str = ""
    skew_seconds: int = Field(default=60, ge=0, le=600)
    trusted_vouchers: dict[str, frozenset[str]] = Field(default_factory=dict)
    service_roles: dict[str, frozenset[str]] = Field(default_factory=dict)
    service_archives: dict[str, str] = Field(default_factory=dict)


class StoreSettings(BaseModel, frozen=True):
    """Where bytes and rows lie.

    Attributes:
        database: SQLAlchemy URL; empty: SQLite in the home folder.
        objects: store URL (`file:///...`, `s3://bucket/prefix`); empty: a folder in the home folder.
        s3_endpoint, s3_region, s3_key, s3_secret: for S3-speaking servers that are not AWS.
        cache_bytes, cache_seconds: bounds of the rendition cache.
    """

    database: str = ""
    objects: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_key: str = Field(default="", repr=False)
    s3_secret: str = Field(default="", repr=False)
    cache_bytes: int = Field(default=1 << 30, ge=0)
    cache_seconds: int = Field(default=86_400, ge=0)


class WorkerSettings(BaseModel, frozen=True):
    """Redaction workers and the bounds of one job; see `qupia_redaction.model.Limits`."""

    processes: int = Field(default=2, ge=1, le=256)
    recycle_after: int = Field(default=200, ge=1)
    max_bytes: int = Field(default=Limits().max_bytes, ge=1)
    max_pages: int = Field(default=Limits().max_pages, ge=1)
    max_pixels: int = Field(default=Limits().max_pixels, ge=1)
    max_inflated: int = Field(default=Limits().max_inflated, ge=1)
    max_seconds: float = Field(default=Limits().max_seconds, gt=0)
    max_memory: int = Field(default=Limits().max_memory, ge=1 << 28)

    @property
    def limits(self) -> Limits:
        """The bounds as the redaction library takes them."""
        return Limits(
            max_bytes=self.max_bytes,
            max_pages=self.max_pages,
            max_pixels=self.max_pixels,
            max_inflated=self.max_inflated,
            max_seconds=self.max_seconds,
            max_memory=self.max_memory,
        )


class RuleSettings(BaseModel, frozen=True):
    """What rules are told of this server and of the world around it.

    Attributes:
        state_system: this is a system of a state body, so that written permission must come with a token of the state
            service (PD Art. 8(1)); a document of the catalogue may say otherwise of itself.
        protecting_countries: states that protect personal data (PD Art. 16), ISO 3166-1 alpha-2; to others documents
            inside their term do not go without permission.
    """

    state_system: bool = False
    protecting_countries: frozenset[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = frozenset()


class Settings(BaseSettings):
    """All settings of one server process.

    Attributes:
        home: folder of the embedded default: database, objects, keys.
        policies: folder of the bundle, or a desk, whose bundle in force is followed while the server runs; empty: the
            national bundle inside the package.
        desk_recorded_elsewhere: the steps of the desk stand in the audit log of another server, and this one cannot
            check them: it follows whatever the desk says. False: a desk that differs from the audit log is refused.
        facts_days: with a desk, for how many days the facts of decisions are kept to be replayed; 0: none are kept.
        word_lists: folder with lists of words that archives always hide or never hide; the same on every machine; None:
            there are none.
        stamp_requests: each page bears the id of its request, so that every copy leads to its own audit entry; a
            rendition then serves one request and is not cached. False: the stamp names the cipher only.
        log_level: DEBUG, INFO, WARNING or ERROR.
        trace_file: finished spans go here as JSON; None: no spans are kept.
    """

    model_config = SettingsConfigDict(
        env_prefix="QUPIA_", env_nested_delimiter="__", frozen=True, extra="forbid", env_ignore_empty=True
    )

    home: Path = Path(".qupia")
    policies: str = ""
    desk_recorded_elsewhere: bool = False
    facts_days: int = Field(default=30, ge=0, le=366)
    word_lists: Path | None = None
    stamp_requests: bool = False
    log_level: str = "INFO"
    trace_file: Path | None = None
    listen: ListenSettings = ListenSettings()
    identity: IdentitySettings = IdentitySettings()
    store: StoreSettings = StoreSettings()
    workers: WorkerSettings = WorkerSettings()
    rules: RuleSettings = RuleSettings()

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then the file named by `toml_file`."""
        del dotenv_settings, file_secret_settings
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.store.database or f"sqlite:///{(self.home / 'qupia.db').resolve()}"


def load_settings(file: Path | None = None, home: Path | None = None) -> Settings:
    """Read and validate the settings.

    Args:
        file: TOML file; None: `qupia.toml` in the home folder, if it is there.
        home: overrides the home folder.

    Raises:
        ConfigurationError: a setting is unknown or not valid; `facts` names it, never its value.
    """
    source = file or (home or Path(".qupia")) / "qupia.toml"
    if file is not None and not file.is_file():
        raise ConfigurationError({"config": "There is no such file."})

    class FromFile(Settings):
        """Settings with this call's file."""

        model_config = SettingsConfigDict(toml_file=source)

    try:
        return FromFile() if home is None else FromFile(home=home)
    except ValidationError as error:
        faults = {".".join(map(str, fault["loc"])): fault["msg"] for fault in error.errors(include_input=False)}
        raise ConfigurationError(faults) from error
    except ValueError as error:
        raise ConfigurationError({"config": "The file is not valid TOML."}) from error

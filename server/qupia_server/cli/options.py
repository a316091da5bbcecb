"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qupia_redaction.model import Language
from qupia_server.config import Settings, load_settings

Home = Annotated[Path, typer.Option(help="Folder of configuration, keys, database and objects.", envvar="QUPIA_HOME")]
Config = Annotated[Path | None, typer.Option(help="TOML file; default: qupia.toml in the home folder.")]
LanguageOption = Annotated[Language, typer.Option("--language", help="Language of marks, labels and texts.")]

HOME = Path(".qupia")


def settings_of(home: Path, config: Path | None = None) -> Settings:
    """Read the settings for a command."""
    return load_settings(config, home)

"""Every command, argument and option of `qupia` and `qupiactl` says what it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from qupia_client.cli.app import app as qupiactl
from qupia_policies import default_bundle_dir
from qupia_server.cli import application as qupia
from qupia_server.cli.redact import PROFILES


def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, f"{path} {name}")


ALL = [*walk(typer.main.get_command(qupia), "qupia"), *walk(typer.main.get_command(qupiactl), "qupiactl")]


def test_the_commands_that_were_promised_are_there() -> None:
    promised = "serve; init; db upgrade; catalogue import; redact; detect; policies test; audit list; demo"
    names = {path for path, _ in ALL}
    assert {f"qupia {name}" for name in promised.split("; ")} <= names
    assert {f"qupiactl {name}" for name in ("disclose", "check", "documents list", "audit list")} <= names


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_a_command_and_all_it_takes_say_what_they_do(path: str, command: Any) -> None:
    words = (command.help or "").strip()
    assert words, f"{path} says nothing"
    assert words.splitlines()[0].rstrip().endswith((".", ":")), f"{path}: a sentence ends with a full stop"
    silent = [one.name for one in command.params if not getattr(one, "help", None)]
    assert silent == [], f"{path}: {silent}"


def test_profiles_of_redact_hide_what_those_of_the_rules_hide() -> None:
    parts = yaml.safe_load((Path(default_bundle_dir()) / "obligations.yaml").read_text(encoding="utf-8"))
    ours = {name.value: {category.value for category in hidden} for name, hidden in PROFILES.items()}
    assert ours == {name: set(profile["hide"]) for name, profile in parts["profiles"].items()}

"""What every command needs: how to connect, which language to speak, how to report an error and end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import typer

from qupia_client.cli import messages
from qupia_client.cli.exits import code_of
from qupia_client.cli.output import Output, console, print_json, shown
from qupia_client.client import Client
from qupia_client.enums import Language, Word
from qupia_client.errors import QupiaClientError, Refused

Connect = Callable[[Path | None], Client]


@dataclass(frozen=True, slots=True)
class State:
    """The command's surroundings; tests put their own.

    Attributes:
        connect: makes the client out of the named profile, or None.
        profile: the named profile.
        environ: variables that choose the language.
    """

    connect: Connect = Client.from_env
    profile: Path | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def client(self) -> Client:
        """Return a connected client."""
        return self.connect(self.profile)

    def speak(self, language: str | None) -> Speaker:
        """Return the words in the language asked for, else in that of the console."""
        chosen = Language.parse(language) if language else messages.ui_language(self.environ)
        return Speaker(chosen)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The catalogue in one language."""

    language: Language

    def label(self, key: str) -> str:
        """Return a label."""
        return messages.text(messages.LABELS, key, self.language)

    def word(self, value: Word) -> str:
        """Return a word of the contract."""
        return messages.word(value, self.language)

    def error(self, error: Exception) -> str:
        """Return the sentence for an error, with what the server said of it."""
        kind = type(error) if isinstance(error, QupiaClientError | ValueError) else OSError
        sentence = messages.text(messages.ERRORS, kind.__name__, self.language)
        if isinstance(error, OSError):
            return f"{sentence}: {error.strerror or error} {error.filename or ''}".rstrip()
        return f"{sentence}: {error}" if str(error) else sentence


@contextmanager
def reporting(speaker: Speaker, output: Output) -> Iterator[None]:
    """Turn an error into words on stderr and the exit code for it."""
    try:
        yield
    except (QupiaClientError, OSError, ValueError) as error:
        if output is Output.JSON:
            print_json({"error": _facts(error)}, stderr=True)
        else:
            _tell(error, speaker)
        raise typer.Exit(code_of(error)) from error


def _facts(error: Exception) -> dict[str, object]:
    facts: dict[str, object] = {"kind": type(error).__name__, "message": str(error)}
    if isinstance(error, QupiaClientError):
        details = error.details
        facts |= {"code": details.code, "reason": details.reason, "entry": details.entry}
        facts |= {"fields": details.fields, "retry_after": details.retry_after, "refusal": details.refusal}
    return facts


def _tell(error: Exception, speaker: Speaker) -> None:
    out = console(stderr=True)
    out.print(shown(speaker.error(error)), style="bold red", soft_wrap=True)
    if not isinstance(error, QupiaClientError):
        return
    for name, sentence in error.fields.items():
        out.print(shown(f"  {name}: {sentence}"), soft_wrap=True)
    for label, value in _lines(error, speaker):
        if value:
            out.print(shown(f"  {label}: {value}"), soft_wrap=True)


def _lines(error: QupiaClientError, speaker: Speaker) -> Iterator[tuple[str, object]]:
    if isinstance(error, Refused) and error.refusal is not None:
        refusal = error.refusal
        yield speaker.label("reason"), speaker.word(refusal.reason)
        for rule in refusal.rules:
            yield speaker.label("rules"), f"{rule.title or rule.rule} ({rule.legal_basis})"
        yield speaker.label("opens_on"), refusal.opens_on
        yield speaker.label("missing_facts"), ", ".join(refusal.missing_facts)
    yield speaker.label("entry"), error.entry
    if error.retry_after is not None:
        yield speaker.label("retry").rstrip(":"), f"{error.retry_after:g}"

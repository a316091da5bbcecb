"""The demo, step by step."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from qupia_client import Client, Credentials, NotFound, OnBehalfOf, QupiaClientError, Refused
from qupia_redaction.model import Category, Language
from qupia_redaction.plan.labels import label
from qupia_server import app
from qupia_server.config import Settings, load_settings
from qupia_server.demo.asks import Ask, own_asks, read_asks, write_own_catalogue
from qupia_server.demo.host import Host, running_server
from qupia_server.demo.pictures import side_by_side
from qupia_server.demo.words import word
from qupia_server.errors import ConfigurationError
from qupia_server.samples import build_archive

MARKER = ".qupia-demo"
TOKEN_SECONDS = 3600
SHORT_ID = 8
PLAIN_WIDTH = 150
"""Columns of the table where no terminal says how wide it is."""
FREE_PORTS = "[listen]\nservices_port = 0\npersons_port = 0\nmetrics_port = 0\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request ended, as the table shows it."""

    ask: Ask
    decision: str
    rule: str = ""
    hidden: Mapping[str, int] = field(default_factory=dict)
    entry: str = ""
    seconds: float = 0.0

    @property
    def expected(self) -> bool:
        """True when it ended as the request's data say it should."""
        return self.decision == self.ask.expect


def run_demo(out: Path, document: Path | None, language: str) -> bool:
    """Run the demo and print its table.

    Args:
        out: folder for the returned PDFs and the pictures; made anew.
        document: the user's own PDF, or None for the sample archive.
        language: kk, ru or en.

    Returns:
        True when every request ended as expected; for a file of the user's own, always.

    Raises:
        ConfigurationError: `out` is a folder of something else, or the server did not start.
    """
    console = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
    home, archive = out / "server", out / "archive"
    _make_anew(out)
    archive.mkdir()
    settings = _settings(home)
    with console.status(word("building", language)):
        catalogue, asks = _material(archive, document)
        asyncio.run(app.initialise(settings))
    with console.status(word("importing", language)):
        loaded = asyncio.run(app.import_catalogue(settings, catalogue, lambda _done: None))
    if loaded.faults:
        raise ConfigurationError({"catalogue": f"{len(loaded.faults)} bad rows"})
    with console.status(word("starting", language)) as status, running_server(home, out / "server.log") as host:
        status.update(word("asking", language))
        desk = _Desk(settings, host, out, archive, language)
        outcomes = [_asked(ask, number, desk) for number, ask in enumerate(asks, 1)]
    console.print(_table(outcomes, language))
    console.print(f"{word('left', language)} {out}/")
    return document is not None or all(outcome.expected for outcome in outcomes)


def _settings(home: Path) -> Settings:
    """Write a configuration with free ports, so that the demo runs beside any other server, and read it."""
    home.mkdir(mode=0o700)
    (home / "qupia.toml").write_text(FREE_PORTS, encoding="utf-8")
    return load_settings(home=home)


def _make_anew(out: Path) -> None:
    """Empty the demo's own folder; never one that something else made."""
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise ConfigurationError({"out": "This folder holds something else; name another one."})
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARKER).touch()


def _material(archive: Path, document: Path | None) -> tuple[Path, tuple[Ask, ...]]:
    if document is None:
        build_archive(archive)
        return archive / "catalogue.jsonl", read_asks(archive / "requests.yaml")
    shutil.copyfile(document, archive / "your-document.pdf")
    return write_own_catalogue(archive / "your-document.pdf", archive), own_asks()


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one request is asked from."""

    settings: Settings
    host: Host
    out: Path
    archive: Path
    language: str

    def client(self, ask: Ask) -> Client:
        """Return a client as the asking person, or as an archive service."""
        folder = self.settings.home / "identity"
        ca_file = folder / "ca.pem"
        if ask.caller == "service":
            files = folder / "archive-portal.pem", folder / "archive-portal.key"
            return Client(self.host.services, Credentials(ca_file, *files))
        return Client(self.host.persons, Credentials(ca_file, token=self.token(ask)))

    def token(self, ask: Ask) -> str:
        """Return a fresh token of the asking person."""
        identity = app.make_identity(self.settings)
        return identity.mint_token(ask.subject, (ask.role,), "high", TOKEN_SECONDS, **ask.attributes)


def _asked(ask: Ask, number: int, desk: _Desk) -> Outcome:
    started = time.perf_counter()
    name = f"{number:02d}-{ask.ask_id}"
    try:
        outcome = _disclosed(ask, desk, desk.out / f"{name}.pdf")
    except Refused as refused:
        outcome = Outcome(ask, "refused", _why(refused), entry=refused.entry)
    except NotFound as error:
        outcome = Outcome(ask, "not_found", str(error), entry=error.entry)
    except QupiaClientError as error:
        decision = "invalid_argument" if error.fields else "failed"
        why = "; ".join(error.fields) or str(error)
        outcome = Outcome(ask, decision, why, entry=error.entry)
    return Outcome(ask, outcome.decision, outcome.rule, outcome.hidden, outcome.entry, time.perf_counter() - started)


def _disclosed(ask: Ask, desk: _Desk, target: Path) -> Outcome:
    behalf = OnBehalfOf(token=desk.token(ask)) if ask.caller == "service" else None
    with (
        desk.client(ask) as client,
        client.disclose(
            ask.document,
            purpose=ask.purpose,
            ground=ask.ground,
            case_number=ask.case_number,
            on_behalf_of=behalf,
            language=desk.language,
        ) as answer,
    ):
        answer.save(target)
        decision, receipt = answer.decision, answer.receipt
    master = desk.archive / f"{ask.document}.pdf"
    if master.exists():
        side_by_side(master, target, target.with_suffix(".png"))
    hidden = {category.value: count for category, count in decision.hidden_counts.items()}
    return Outcome(ask, "allowed", "; ".join(rule.title for rule in decision.rules), hidden, receipt.audit_entry)


def _why(refused: Refused) -> str:
    refusal = refused.refusal
    if refusal is None:
        return str(refused)
    titles = "; ".join(rule.title for rule in refusal.rules)
    return titles or refusal.text


def _table(outcomes: list[Outcome], language: str) -> Table:
    table = Table(title=word("title", language), show_lines=True)
    for key in ("who", "document", "decision", "rule", "hidden", "entry", "time"):
        table.add_column(word(key, language), overflow="fold")
    for outcome in outcomes:
        wrong = "" if outcome.expected else f" ({word('unexpected', language)}: {word(outcome.ask.expect, language)})"
        table.add_row(
            outcome.ask.title[language],
            outcome.ask.document,
            word(outcome.decision, language) + wrong,
            outcome.rule,
            "\n".join(f"{label(Category(name), Language(language))} {count}" for name, count in outcome.hidden.items()),
            outcome.entry.removeprefix("auditEntries/")[:SHORT_ID],
            f"{outcome.seconds:.2f} s",
        )
    return table

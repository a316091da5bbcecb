"""Switch off each defence of the redactor, one at a time, and see whether a test turns red.

`make mutants` runs all, `make mutants MUTANTS="look-alikes codes"` those whose row or name holds one of the words. Each
mutant is a fork of one process that has everything loaded: the defence is replaced in every module that knows it, and
pytest runs the few tests that ought to fail. `survived` means that no test noticed; the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import builtins
import contextlib
import importlib
import io
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_RED, _GREEN = 1, 0
_OPTIONS = ("-n0", "-q", "--no-header", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib")

Change = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defence that is switched off.

    Attributes:
        row: of the threat tables, short.
        name: what is switched off.
        change: does it.
        tests: node ids, of which one at least must fail.
    """

    row: str
    name: str
    change: Change
    tests: tuple[str, ...]


def swap(place: str, value: Any) -> Change:
    """Return a change that replaces `module:name` (or `module:Class.name`), wherever it was imported to."""

    def change() -> None:
        module_name, _, name = place.partition(":")
        holder = importlib.import_module(f"qupia_redaction.{module_name}")
        if "." in name:
            owner, name = name.split(".")
            holder = getattr(holder, owner)
        before = getattr(holder, name, None) if hasattr(builtins, name) else getattr(holder, name)
        setattr(holder, name, value)
        if before is not None and not isinstance(before, (int, float, str, tuple, frozenset)):
            _everywhere(name, before, value)

    return change


def _everywhere(name: str, before: Any, value: Any) -> None:
    for other, module in list(sys.modules.items()):
        if other.startswith(("qupia_redaction", "tests.")) and getattr(module, name, None) is before:
            setattr(module, name, value)


def both(*changes: Change) -> Change:
    """Return one change that makes several."""

    def change() -> None:
        for one in changes:
            one()

    return change


def nothing(*_: Any, **__: Any) -> None:
    """Stand in for a step that is left out."""


def always(value: Any) -> Callable[..., Any]:
    """Return a stand-in that says the same whatever it is asked."""
    return lambda *_, **__: value


def preload() -> None:
    """Import all of the library, so that forks are quick and every importer is known."""
    package = importlib.import_module("qupia_redaction")
    for found in pkgutil.walk_packages(package.__path__, "qupia_redaction."):
        if ".workers" not in found.name and not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def collect(tests: tuple[str, ...]) -> None:
    """Import the tests and what pytest itself needs, which would cost more than most tests do."""
    import pytest

    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*_OPTIONS, "--collect-only", *sorted({str(ROOT / test.partition("::")[0]) for test in tests})])


def outcome(tests: tuple[str, ...], change: Change = nothing) -> int:
    """Run tests in a fork after a change; return pytest's exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 99
    try:
        import pytest

        quiet = io.StringIO()
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            change()
            stop = "-rf" if change is nothing else "-x"
            code = int(pytest.main([*_OPTIONS, stop, *(str(ROOT / test) for test in tests)]))
        if os.environ.get("MUTANTS_SHOW") or (change is nothing and code):
            sys.stderr.write(quiet.getvalue())
    finally:
        os._exit(code)


def run(chosen: Sequence[Mutant], first: bool) -> int:
    """Print a line for each mutant and return 1 if one survived, or if a test fails without any change.

    Args:
        chosen: what to switch off.
        first: run all tests without a change before.
    """
    preload()
    good = True
    every = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
    collect(every)
    if first and outcome(every) != _GREEN:
        sys.stdout.write("the tests fail without any change: nothing can be told\n")
        return 1
    for mutant in chosen:
        start = time.monotonic()
        code = outcome(mutant.tests, mutant.change)
        said = {_RED: "red", _GREEN: "SURVIVED"}.get(code, f"BROKEN {code}")
        good = good and code == _RED
        sys.stdout.write(f"{said:9} {time.monotonic() - start:5.1f} s  {mutant.row}: {mutant.name}\n")
        sys.stdout.flush()
    return 0 if good else 1


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="rows or names to run; all without any")
    parser.add_argument("--quick", action="store_true", help="only those whose tests need no OCR, as CI does")
    parser.add_argument("--green", action="store_true", help="the tests are known to pass without a change")
    options = parser.parse_args()
    from tests.support.mutant_table import MUTANTS

    named = (m for m in MUTANTS if not options.words or any(word in f"{m.row} {m.name}" for word in options.words))
    quick = [m for m in named if not options.quick or all(test.startswith("tests/unit/") for test in m.tests)]
    return run(quick, first=not options.green)


if __name__ == "__main__":
    sys.exit(main())

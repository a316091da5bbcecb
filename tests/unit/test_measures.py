"""The measures that the house holds itself to: how long files and functions are, what is said, what must not stand."""

from __future__ import annotations

import ast
import math
import statistics
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("server/", "redaction/", "policies/", "clients/", "protos/")
LONGEST_FILE, P95_FILE, MEDIAN_FILE = 600, 400, 150
LONG_FUNCTION, SHARE_OF_LONG, P95_FUNCTION, MEDIAN_FUNCTION = 60, 0.03, 45, 12
DOCUMENTED = 0.95
MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("work", "root", "home"))
"""Folders of somebody's machine; taken apart here so that this file does not hold them."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[str, ...]:
    """Return the files of the project, those not yet added too."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def sources(*folders: str) -> tuple[str, ...]:
    """Return the Python files under the folders."""
    found = tuple(name for name in files() if name.endswith(".py") and name.startswith(folders))
    assert len(found) > 20
    return found


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name))


def functions(*folders: str) -> dict[str, int]:
    """Return the length of every function in lines, by place."""
    return {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name in sources(*folders)
        for node in ast.walk(tree(name))
        if isinstance(node, Function)
    }


def p95(values: list[int]) -> int:
    """Return the value that 95 of 100 do not exceed (nearest rank)."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def test_no_file_is_too_long_to_hold_in_the_head() -> None:
    lengths = {name: text(name).count("\n") for name in sources(*CODE, "tests/")}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}
    code = [lines for name, lines in lengths.items() if name.startswith(CODE)]
    assert statistics.median(code) <= MEDIAN_FILE
    assert p95(code) <= P95_FILE
    assert p95([lines for name, lines in lengths.items() if name.startswith("tests/")]) <= P95_FILE


def test_functions_are_short() -> None:
    lengths = functions(*CODE)
    long = {place: lines for place, lines in lengths.items() if lines > LONG_FUNCTION}
    assert len(long) < SHARE_OF_LONG * len(lengths), long
    assert p95(list(lengths.values())) <= P95_FUNCTION
    assert statistics.median(lengths.values()) <= MEDIAN_FUNCTION


def test_functions_of_tests_are_short() -> None:
    lengths = functions("tests/")
    assert [place for place, lines in lengths.items() if lines > LONG_FUNCTION] == []
    assert p95(list(lengths.values())) <= P95_FUNCTION


def test_nothing_is_caught_without_a_name() -> None:
    bare = [
        f"{name}:{node.lineno}"
        for name in sources(*CODE, "tests/")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Yield public classes and functions, methods of public classes too."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{prefix}:{node.lineno} {node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, prefix)


def test_what_is_public_is_documented() -> None:
    named = [pair for name in sources(*CODE) for pair in public(tree(name).body, name)]
    silent = [place for place, node in named if not ast.get_docstring(node)]
    assert len(silent) <= (1 - DOCUMENTED) * len(named), silent


def test_everything_is_annotated() -> None:
    missing = [
        f"{name}:{node.lineno} {node.name}"
        for name in sources(*CODE)
        for node in ast.walk(tree(name))
        if isinstance(node, Function) and (node.returns is None or unannotated(node))
    ]
    assert missing == []


def unannotated(node: Function) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return any(one.annotation is None and one.arg not in {"self", "cls"} for one in arguments)


def test_no_path_of_a_machine_stands_anywhere() -> None:
    found = [
        f"{name}: {path}" for name in files() for path in MACHINE_PATHS if path.encode() in (ROOT / name).read_bytes()
    ]
    assert found == []

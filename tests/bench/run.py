"""Run the benchmarks: each module beside this file has `run() -> Iterable[dict]`; each dict becomes a JSON line.

python tests/bench/run.py            all of them, by name
python tests/bench/run.py decide     only tests/bench/decide.py

A dict with `"ok": false` missed its budget: the lines go on, the exit code is 1.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # benchmarks share helpers with the tests: `tests.support`, `tests.bench`


def modules(wanted: list[str]) -> list[Path]:
    """Return the benchmark files, all or the named ones; raise SystemExit for a name that is not there."""
    found = {p.stem: p for p in sorted(HERE.glob("*.py")) if not p.stem.startswith("_") and p.stem != "run"}
    unknown = [name for name in wanted if name not in found]
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(found)}")
    return [found[name] for name in wanted or found]


def load(path: Path) -> Iterable[dict[str, Any]]:
    """Import a file by its path, register it (spawned workers look it up by name), and start its `run`."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {path.name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    results: Iterable[dict[str, Any]] = module.run()
    return results


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what one benchmark measured; a benchmark that fails yields one line that is not ok."""
    start = time.perf_counter()
    try:
        for result in load(path):
            yield {"bench": path.stem, **result, "seconds_total": round(time.perf_counter() - start, 3)}
    except Exception as error:  # noqa: BLE001  process edge: the other benchmarks still run
        traceback.print_exc()
        yield {"bench": path.stem, "ok": False, "error": type(error).__name__}


def main(wanted: list[str]) -> int:
    """Print every line as soon as it is measured; return 1 when one is not ok."""
    good = True
    for path in modules(wanted):
        for line in lines(path):
            print(json.dumps(line, ensure_ascii=False), flush=True)
            good = good and line.get("ok", True) is not False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A small commented bundle to begin with."""

from __future__ import annotations

from pathlib import Path


def starter_dir() -> Path:
    """Return the folder of the starter bundle that is shipped."""
    return Path(__file__).parent / "starter_bundle"


def write_starter(folder: Path, source: Path | None = None) -> tuple[str, ...]:
    """Write the starter bundle, or another one, into a new or empty folder.

    Returns:
        Names of the files written.

    Raises:
        FileExistsError: the folder holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    names = []
    root = source or starter_dir()
    for path in sorted(root.rglob("*.yaml")):
        name = path.relative_to(root)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(path.read_bytes())
        names.append(name.as_posix())
    return tuple(names)

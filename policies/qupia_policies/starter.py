"""A small commented bundle to begin with."""

from __future__ import annotations

from pathlib import Path


def starter_dir() -> Path:
    """Return the folder of the starter bundle that is shipped."""
    return Path(__file__).parent / "starter_bundle"


def write_starter(folder: Path) -> tuple[str, ...]:
    """Write the starter bundle into a new or empty folder.

    Returns:
        Names of the files written.

    Raises:
        FileExistsError: the folder holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    names = []
    for path in sorted(starter_dir().rglob("*.yaml")):
        name = path.relative_to(starter_dir())
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(path.read_bytes())
        names.append(name.as_posix())
    return tuple(names)

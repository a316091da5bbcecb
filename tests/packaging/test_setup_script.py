"""`.ci/setup` on machines that lack something: it does it, or says exactly what to type."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "dirname", "grep", "tr", "cat", "env", "cut", "rm", "chmod")
COMMAND = (
    "sudo apt-get update && sudo apt-get install -y tesseract-ocr tesseract-ocr-kaz tesseract-ocr-rus tesseract-ocr-eng"
)
ENGINE = "#!/bin/sh\necho 'List of available languages'\nfor l in {languages}; do echo $l; done\n"


class Machine:
    """A PATH of our own: the tools of the script, and what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "log"
        self.log.touch()
        self.script = folder / ".ci" / "setup"
        self.script.parent.mkdir()
        shutil.copy(ROOT / ".ci" / "setup", self.script)  # it works in the folder above its own
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, tool
            (self.bin / tool).symlink_to(found)

    def put(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(script)
        path.chmod(0o755)

    def user(self, number: int) -> None:
        self.put("id", f"#!/bin/sh\necho {number}\n")

    def engine(self, *languages: str) -> None:
        self.put("tesseract", ENGINE.format(languages=" ".join(languages)))

    def package_manager(self, *languages: str) -> None:
        """An apt-get that notes how it was called and, on install, brings an engine with these languages."""
        engine = ENGINE.format(languages=" ".join(languages))
        body = f"echo \"$@\" >> {self.log}\ncase $1 in install) cat > {self.bin}/tesseract <<'EOF'\n{engine}EOF\n"
        self.put("apt-get", f"#!/bin/sh\n{body}chmod +x {self.bin}/tesseract ;; esac\n")

    def setup(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / "bash"), str(self.script), *arguments],
            env={"PATH": str(self.bin)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_engine_with_the_three_languages_is_enough(machine: Machine) -> None:
    machine.engine("eng", "kaz", "osd", "rus")
    machine.package_manager("eng")
    machine.user(0)
    done = machine.setup("tesseract")
    assert (done.returncode, done.stderr, machine.log.read_text()) == (0, "", "")


def test_root_gets_what_is_missing(machine: Machine) -> None:
    machine.engine("eng")
    machine.package_manager("eng", "kaz", "rus")
    machine.user(0)
    done = machine.setup("tesseract")
    assert done.returncode == 0, done.stderr
    assert "missing: kaz rus" in done.stderr
    assert "tesseract-ocr-kaz" in machine.log.read_text()


def test_a_user_with_sudo_gets_what_is_missing(machine: Machine) -> None:
    machine.put("sudo", '#!/bin/sh\nshift\nexec "$@"\n')
    machine.put("true", "#!/bin/sh\n")
    machine.package_manager("eng", "kaz", "rus")
    machine.user(1000)
    done = machine.setup("tesseract")
    assert done.returncode == 0, done.stderr
    assert "install -y" in machine.log.read_text()


def test_a_user_without_sudo_is_told_what_to_type(machine: Machine) -> None:
    machine.package_manager("eng", "kaz", "rus")
    machine.user(1000)
    done = machine.setup("tesseract")
    assert done.returncode != 0
    assert COMMAND in done.stderr
    assert machine.log.read_text() == ""


def test_a_machine_without_apt_is_told_what_to_type(machine: Machine) -> None:
    machine.user(0)
    done = machine.setup("tesseract")
    assert done.returncode != 0
    assert COMMAND in done.stderr


def test_an_install_that_brings_too_little_is_no_success(machine: Machine) -> None:
    machine.package_manager("eng", "rus")
    machine.user(0)
    done = machine.setup("tesseract")
    assert done.returncode != 0
    assert COMMAND in done.stderr


def test_a_machine_without_a_new_enough_python_is_told_so(machine: Machine) -> None:
    machine.put("python3", "#!/bin/sh\nexit 1\n")
    done = machine.setup("venv")
    assert done.returncode != 0
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_without_ensurepip_is_told_what_to_type(machine: Machine) -> None:
    # The script asks the interpreter itself for its path; the answer is the stub.
    machine.put(
        "python3",
        f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; *executable*) echo {machine.bin}/python3 ;; esac\n',
    )
    done = machine.setup("venv")
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr


def test_an_unknown_part_is_refused(machine: Machine) -> None:
    assert machine.setup("everything").returncode == 2

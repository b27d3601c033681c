"""The wheel stands alone: it carries every file it needs and runs where no checkout is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOMS = ("counter", "screens", "models", "data")
SHIPPED = {".py", ".typed", ".toml", ".tcss", ".mo", ".mako"}


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command's outcome, away from the checkout and from this process's Python settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**ours, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the tools that are installed: nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--no-index", "--wheel-dir", folder, CHECKOUT),
        cwd=folder,
    )
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of a new environment that holds the wheel and no path to the checkout.

    The dependencies are those of this process: a ``.pth`` file names their folder, and Python does
    not follow the ``.pth`` files of a folder that was named so, the checkout's among them.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scheme = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    scripts = Path(sysconfig.get_path("scripts", "venv", scheme))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    python = scripts / Path(sys.executable).name
    done = run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"),
        *("--no-index", "--ignore-installed", wheel),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return scripts


def test_wheel_carries_every_shipped_file(wheel: Path) -> None:
    expected = {
        path.relative_to(CHECKOUT).as_posix()
        for room in ROOMS
        for path in (CHECKOUT / room).rglob("*")
        if path.is_file() and path.suffix in SHIPPED
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert expected - held == set()


@pytest.mark.parametrize(
    "pattern",
    [
        "data/migrations/versions/*.py",
        "data/reference/**/*.toml",
        "data/locale/zh_CN/LC_MESSAGES/counter.mo",
        "screens/styles/*.tcss",
        *(f"{room}/py.typed" for room in ROOMS),
    ],
)
def test_wheel_holds_what_the_program_reads_at_run_time(wheel: Path, pattern: str) -> None:
    folder, _, rest = pattern.partition("/")
    wanted = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / folder).glob(rest)}

    assert wanted, f"the checkout has no {pattern}"
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_the_four_rooms_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(ROOMS)
    assert [name for name in names if name.endswith((".po", ".pot", ".pyc", ".db"))] == []


def test_installed_counter_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "import counter, screens, models, data; print(counter.__file__, *data.__path__)"
    shown = run(installed / Path(sys.executable).name, "-c", script, cwd=tmp_path)

    assert shown.returncode == 0, shown.stderr
    assert all(part.startswith(str(installed.parent)) for part in shown.stdout.split())


def test_installed_command_explains_itself(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shown = run(installed / "counter", "--help", cwd=tmp_path, COUNTER_HOME=str(home))

    assert shown.returncode == 0, shown.stderr
    assert "doctor" in shown.stdout
    assert not home.exists(), "help opens no store"


def test_installed_command_examines_itself(installed: Path, tmp_path: Path) -> None:
    """From an empty folder: migrations, reference files and catalogues come from the wheel."""
    home = tmp_path / "home"
    home.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    shown = run(installed / "counter", "doctor", "--json", cwd=work, COUNTER_HOME=str(home))

    assert "Traceback" not in shown.stderr
    assert isinstance(json.loads(shown.stdout), dict), shown.stderr
    assert list(work.iterdir()) == [], "nothing is written where the command happens to stand"

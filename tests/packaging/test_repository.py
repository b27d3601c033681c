"""What must hold of the files themselves: nobody's machine in them, and pins."""

from __future__ import annotations

import ast
import re
import runpy
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
FOLDERS = (".ci", "counter", "data", "docs", "models", "screens", "tests")
ROOMS = ("counter", "data", "models", "screens")
IMPORTED_BY_OTHERS = {"tzdata"}
"""What ``zoneinfo`` finds by itself."""
BINARY = {".mo", ".png", ".pyc", ".db", ".zip", ".gz"}

PINS = runpy.run_path(str(CHECKOUT / ".ci" / "pins.py"))
read_pins: Callable[[str], dict[str, str]] = PINS["pins"]
differences: Callable[[dict[str, str], dict[str, str]], list[str]] = PINS["differences"]
canonical: Callable[[str], str] = PINS["canonical"]

# Each is written so that it does not match itself.
ADDRESSES = re.compile(
    r"index[-_]url|find[-_]links|trusted[-_]host|pypi[.]org|python[h]osted|artifact[o]ry|"
    r"/simple[/]|file:/[/]/",
    re.IGNORECASE,
)
MACHINES = re.compile(r"(?<![\w.}/-])/(work|root|home/\w+|Users/\w+)/|\b[A-Z]:\\Users\\\w")
SCRATCH = re.compile(r"(?<![\w.}/-])/(tm[p]|var/tm[p])/")


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every text file of the repository."""
    files = [path for path in CHECKOUT.iterdir() if path.is_file()]
    files += [path for folder in FOLDERS for path in (CHECKOUT / folder).rglob("*")]
    for path in sorted(files):
        if path.is_file() and path.suffix not in BINARY and path.name not in {".git", ".coverage"}:
            name = path.relative_to(CHECKOUT).as_posix()
            yield name, path.read_text(encoding="utf-8", errors="replace")


def lines_with(pattern: re.Pattern[str], *, tests: bool = True) -> list[str]:
    """``file:line: text`` of every line that matches."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, content in texts()
        if tests or not name.startswith("tests/")
        for number, line in enumerate(content.splitlines(), 1)
        if pattern.search(line)
    ]


def project() -> dict[str, Any]:
    """``pyproject.toml``."""
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def direct_dependencies() -> list[str]:
    """Every requirement that pyproject.toml names: runtime, extras and build tools."""
    found = project()
    extras = found["project"].get("optional-dependencies", {}).values()
    return [
        *found["project"]["dependencies"],
        *(requirement for extra in extras for requirement in extra),
        *found["build-system"]["requires"],
    ]


def test_no_file_names_where_packages_come_from() -> None:
    assert lines_with(ADDRESSES) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert lines_with(MACHINES) == []
    assert lines_with(SCRATCH, tests=False) == []


@pytest.mark.parametrize("requirement", direct_dependencies())
def test_direct_dependency_has_a_lower_bound_and_a_pin(requirement: str) -> None:
    match = re.match(r"([A-Za-z0-9._-]+)(\[[^]]*\])?>=\d", requirement)
    assert match, f"{requirement}: no lower bound"

    pinned = read_pins((CHECKOUT / "constraints.txt").read_text(encoding="utf-8"))
    assert canonical(match[1]) in pinned


def test_every_direct_dependency_says_what_it_is_for() -> None:
    source = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    tables = re.findall(r"^(?:dependencies|\w+) = \[\n(.*?)^\]", source, re.MULTILINE | re.DOTALL)
    lists = [table for table in tables if ">=" in table]
    assert lists

    for table in lists:
        above = ""
        for line in table.splitlines():
            if re.match(r'\s*"[\w.-]+(\[.*\])?>=', line):
                assert "#" in line or "#" in above, f"{line.strip()}: what for?"
            if "#" in line or "#" not in above:
                above = line


FOR_PEOPLE = ("printer",)
"""Extras that a shop installs; the others are for whoever works on the program."""


def test_runtime_dependencies_are_what_the_rooms_import() -> None:
    homes = packages_distributions()
    metadata = project()["project"]
    extras = metadata["optional-dependencies"]
    declared = {
        canonical(re.split(r"[\[>]", requirement)[0])
        for requirements in (metadata["dependencies"], *map(extras.get, FOR_PEOPLE))
        for requirement in requirements
    }
    imported = {
        canonical(homes.get(module, [module])[0])
        for room in ROOMS
        for path in (CHECKOUT / room).rglob("*.py")
        for module in imported_modules(path.read_text(encoding="utf-8"))
        if module not in sys.stdlib_module_names and module not in ROOMS
    }

    assert imported - declared == set(), "imported, but only there by the grace of another library"
    assert declared - imported - IMPORTED_BY_OTHERS == set(), "installed for nothing"


def imported_modules(source: str) -> Iterator[str]:
    """The top-level name of every absolute import, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("rich>=15", "name==version"),
        ("Rich==15.0.0", "name==version"),
        ("rich @ https://example.invalid/rich.whl", "name==version"),
        ("typer==0.29.2\nrich==15.0.0", "out of order or twice"),
        ("rich==15.0.0\nrich==15.0.0", "out of order or twice"),
    ],
)
def test_pins_of_another_form_are_refused(line: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_pins(line)


def test_unpinned_and_differing_distributions_are_named() -> None:
    found = differences({"rich": "15.0.0"}, {"rich": "14.2.0", "left-over": "1.0"})

    assert found == [
        "left-over 1.0 is installed, but constraints.txt does not pin it",
        "rich 14.2.0 is installed, but constraints.txt pins 15.0.0",
    ]

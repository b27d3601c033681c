"""The real commands, typed at a counter of one's own, and how each of them may end."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner, Result

from counter.cli import app
from tests.premises import PIN, places_at

OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey, were it ever printed."""

HOSTILE: Final = {
    "closing tag": "[/x]",
    "open bracket": "5[/",
    "bold": "[b]x",
    "click": "[@click=app.quit]x[/]",
    "template": "{path} {0} %s %(x)s",
    "colour": "a\x1b[31mb\x1b[2J",
    "title": "a\x1b]0;owned\x07b",
    "clipboard": "a\x1b]52;c;aGk=\x1b\\b",
    "c1": "a\x9b31mb\x9d0;x\x9cc",
    "return": "a\rb",
    "override": "a\u202egnp.exe\u2066b",
    "joiner": "👩\u200d👩\u200d👧\u200d👦",
    "accents": "e" + "\u0301" * 30,
    "long word": "W" * 70,
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "at": "@SUM(A1)",
    "minus": "-2+3",
    "quote": 'a"b;c,d',
}
"""Texts that somebody may write, scan or import."""


@dataclass(frozen=True)
class Shell:
    """A folder with a store in it, and a prompt.

    ``sun`` (supervisor) and ``li`` (clerk) work there; one receipt was sold.
    """

    home: Path

    @property
    def store(self) -> Path:
        """The store's file."""
        return places_at(self.home).store.path

    @property
    def digest(self) -> str | None:
        """What the store's file holds; None where there is no file to read."""
        if not self.store.is_file():
            return None
        return hashlib.sha256(self.store.read_bytes()).hexdigest()

    def type(self, *words: str, typed: str | bytes = "", **environment: str) -> Result:
        """Type a command; whatever it does, no traceback and no control character comes out."""
        result = CliRunner().invoke(
            app, list(words), input=typed, env={"COUNTER_HOME": str(self.home), **environment}
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            words,
            result.exception,
        )
        assert result.exit_code != 70, (words, result.output, self.crash_report)
        assert "Traceback" not in result.output
        assert OBEYED.search(result.output) is None, (words, result.output)
        return result

    def work(self, *words: str, who: str = "sun", **environment: str) -> Result:
        """Type a command that needs a person."""
        split = words.index("--") if "--" in words else len(words)
        signed = (*words[:split], "--as", who, "--pin-stdin", *words[split:])
        return self.type(*signed, typed=f"{PIN}\n", **environment)

    def answer(self, *words: str) -> Any:
        """What a person's command says in JSON."""
        split = words.index("--") if "--" in words else len(words)
        result = self.work(*words[:split], "--json", *words[split:])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def put_back(self, original: Path) -> None:
        """Begin again with the files of ``original``."""
        shutil.rmtree(self.home, ignore_errors=True)
        if self.home.exists():
            self.home.unlink()
        shutil.copytree(original, self.home)

    @property
    def crash_report(self) -> str:
        """The newest report, for the message of a test that fails."""
        reports = sorted((self.home / "crashes").glob("*")) if self.home.is_dir() else []
        return reports[-1].read_text(encoding="utf-8") if reports else ""


def refusal(result: Result, *statuses: int) -> str:
    """The one line on standard error with which a command ended; a usage fault may show more."""
    assert result.exit_code in (statuses or (1, 2)), (result.exit_code, result.output)
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    if not lines[0].startswith(("Usage:", "用法：")):
        assert len({line.partition(": ")[0] for line in lines}) == 1, lines
    assert len(lines[-1]) < 1500
    return lines[-1]

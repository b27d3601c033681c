"""What the doctor found: a sentence with values, and how bad it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a finding is, or was before it was repaired."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: a sentence with named values, untranslated."""

    code: str
    severity: Severity
    sentence: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        values = {name: _plain(value) for name, value in self.values.items()}
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": str(self),
            "values": values,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was examined."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """No finding is a fault; notes are no illness, and what was repaired is none any more."""
        return all(finding.severity is not Severity.FAULT for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """For ``--json``."""
        found = [finding.to_json() for finding in self.findings]
        return {"healthy": self.healthy, "findings": found}


class Tally:
    """Counts what is wrong and remembers the first one.

    Attributes:
        count: how many there are.
        no: what the first one is called.
        detail: what is wrong with it.
    """

    def __init__(self) -> None:
        self.count = 0
        self.no = ""
        self.detail = ""

    def add(self, no: str, detail: str = "") -> None:
        """Count one more."""
        if not self.count:
            self.no, self.detail = no, detail
        self.count += 1


def ok(code: str, sentence: str, **values: Any) -> Finding:
    """What was found in order."""
    return Finding(code, Severity.OK, sentence, values)


def note(code: str, sentence: str, **values: Any) -> Finding:
    """What is worth knowing and no illness."""
    return Finding(code, Severity.NOTE, sentence, values)


def fault(code: str, sentence: str, **values: Any) -> Finding:
    """What is wrong."""
    return Finding(code, Severity.FAULT, sentence, values)


def repaired(code: str, sentence: str, **values: Any) -> Finding:
    """What was wrong and was put right."""
    return Finding(code, Severity.REPAIRED, sentence, values)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | None) else str(value)

"""Crash reports: where the program stood, and nothing of what it held."""

from __future__ import annotations

import os
import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

from counter.version import program_version


def write_report(folder: Path, error: BaseException) -> Path | None:
    """Write files, lines and kinds of the errors; None when even that cannot be written.

    Messages of exceptions are left out: they may quote what a customer said. Names of files are
    cut to the parts inside the program.
    """
    now = datetime.now(UTC)
    lines = [
        f"Counter {program_version()}, Python {platform.python_version()}, {platform.system()}",
        now.isoformat(),
        "",
    ]
    shown: BaseException | None = error
    while shown is not None:
        lines.append(f"{type(shown).__module__}.{type(shown).__qualname__}")
        lines += [
            f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(shown.__traceback__)
        ]
        shown = shown.__cause__ or shown.__context__
    path = folder / f"crash-{now:%Y%m%dT%H%M%S%fZ}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
    except OSError:
        return None
    return path

"""Files of service times for tests: what is shipped, with changes."""

from __future__ import annotations

from pathlib import Path

from data.service_files import shipped_file


def times_at(folder: Path, *changes: tuple[str, str], more: str = "") -> str:
    """A file with the shipped times, each change made once, and more lines behind them."""
    text = shipped_file("default").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(f"{text}{more}", encoding="utf-8")
    return str(path)

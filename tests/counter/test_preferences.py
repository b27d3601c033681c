from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from counter import preferences
from counter.preferences import keep
from data import csvfile
from models.errors import FileRefused
from tests.premises import places_at


def test_one_value_is_kept_and_comments_stay(tmp_path: Path) -> None:
    places = places_at(tmp_path)
    places.settings_file.write_text("# ours\nlock_after_minutes = 5\n", encoding="utf-8")
    keep(places, "language", "zh_CN")

    said = places.settings_file.read_text(encoding="utf-8")
    assert said == '# ours\nlock_after_minutes = 5\nlanguage = "zh_CN"\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "settings.toml",
        "settings.toml.lock",
    ]


def test_settings_outlive_a_power_cut(tmp_path: Path, syncs: list[str]) -> None:
    keep(places_at(tmp_path), "language", "en")

    assert syncs[:2] == ["sync file", "rename to settings.toml"]


def test_a_disk_that_refuses_leaves_the_settings_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    places = places_at(tmp_path)
    keep(places, "language", "en")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileRefused, match="cannot be written: No space left"):
        keep(places, "language", "zh_CN")

    assert places.settings_file.read_text(encoding="utf-8") == 'language = "en"\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "settings.toml",
        "settings.toml.lock",
    ]


def test_two_terminals_at_once_keep_both_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes after the first has read the file, and before the first writes it."""
    places, write = places_at(tmp_path), csvfile.write_whole
    refused: list[BaseException | None] = []

    def beside_another(path: Path, content: bytes) -> None:
        if not refused:
            second = others.submit(keep, places, "theme", "high-contrast")
            refused.append(second.exception())
        write(path, content)

    monkeypatch.setattr(preferences, "write_whole", beside_another)
    monkeypatch.setattr(preferences, "WAIT_SECONDS", 0.0)
    with ThreadPoolExecutor(1) as others:
        keep(places, "language", "en")
    assert isinstance(refused[0], FileRefused)
    monkeypatch.setattr(preferences, "WAIT_SECONDS", 10.0)
    keep(places, "theme", "high-contrast")

    assert places.read_settings() == {"language": "en", "theme": "high-contrast"}

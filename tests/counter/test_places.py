from __future__ import annotations

from pathlib import Path

import pytest

from counter.places import Places


def test_the_argument_wins_over_the_environment_and_that_over_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_platform = Places.find()
    monkeypatch.setenv("COUNTER_HOME", str(tmp_path / "env"))
    by_environment = Places.find()
    by_argument = Places.find(tmp_path / "arg")

    assert by_platform.home.name == "counter"
    assert by_environment.home == tmp_path / "env"
    assert by_argument.home == tmp_path / "arg"
    assert by_argument.store.path == tmp_path / "arg" / "counter.db"


def test_another_store_leaves_the_folder_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTER_DB", f"sqlite:///{tmp_path}/env.db")
    by_environment = Places.find(tmp_path)
    by_argument = Places.find(tmp_path, str(tmp_path / "arg.db"))

    assert by_environment.store.path == tmp_path / "env.db"
    assert by_argument.store.path == tmp_path / "arg.db"
    assert by_argument.backups == tmp_path / "backups"


def test_a_relative_folder_does_not_move_with_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    places = Places.find(Path("shop"))
    other = Places.find(Path("shop"), "other.db")
    monkeypatch.chdir("/")

    assert places.home.absolute() == tmp_path / "shop"
    assert places.store.path.absolute() == tmp_path / "shop" / "counter.db"
    assert other.store.path.absolute() == tmp_path / "other.db"


def test_looking_for_the_places_makes_none(tmp_path: Path) -> None:
    places = Places.find(tmp_path / "new")

    assert places.language_setting() is None
    assert not places.home.exists()


def test_the_language_is_read_without_checking_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places.find(tmp_path)
    places.settings_file.write_text('language = "zh_CN"\nnonsense = 1\n', encoding="utf-8")
    assert places.language_setting() == "zh_CN"
    places.settings_file.write_text("language = ", encoding="utf-8")
    assert places.language_setting() is None
    monkeypatch.setenv("COUNTER_LANGUAGE", "en")
    assert places.language_setting() == "en"

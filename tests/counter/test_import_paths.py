"""Paths as they are typed, pasted and dropped, and names that are suggested."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from counter.import_paths import common_beginning, completions, path_from


@pytest.mark.parametrize(
    "typed",
    [
        "{folder}/my till.csv",
        " {folder}/my till.csv ",
        "'{folder}/my till.csv'",
        '"{folder}/my till.csv"',
        r"{folder}/my\ till.csv",
        "file://{escaped}/my%20till.csv",
    ],
)
def test_a_path_is_understood_however_it_came(tmp_path: Path, typed: str) -> None:
    path = tmp_path / "my till.csv"
    path.touch()
    said = typed.format(folder=tmp_path, escaped=tmp_path)
    assert path_from(said, ()) == path


def test_a_quote_and_a_backslash_in_the_name_itself_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "o'neill\\ 1.csv"
    path.touch()
    assert path_from(str(path), ()) == path


def test_a_home_is_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert path_from("~/till.csv", ()) == tmp_path / "till.csv"


def test_a_name_without_a_folder_is_looked_for_in_each_root(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    (second / "till.csv").touch()
    assert path_from("till.csv", (first, second)) == second / "till.csv"
    assert path_from("none.csv", (first, second)) == first / "none.csv"


def test_folders_and_tables_are_suggested_and_hidden_names_are_not(tmp_path: Path) -> None:
    (tmp_path / "tills").mkdir()
    for name in ("Till.csv", "till.csv.gz", "till.exe", ".till.csv"):
        (tmp_path / name).touch()
    begin = f"{tmp_path}/ti"
    assert completions(begin, ()) == [
        f"{tmp_path}/{name}" for name in sorted(["Till.csv", "till.csv.gz", f"tills{os.sep}"])
    ]
    assert "Till.csv" in completions("", (tmp_path,))
    assert ".till.csv" not in completions("", (tmp_path,))


def test_a_folder_that_is_not_there_suggests_nothing(tmp_path: Path) -> None:
    assert completions(f"{tmp_path}/none/x", ()) == []


def test_names_begin_with_what_all_of_them_have() -> None:
    assert common_beginning(["goods-april", "goods-march"]) == "goods-"
    assert common_beginning(["a", "ab"]) == "a"
    assert common_beginning([]) == ""

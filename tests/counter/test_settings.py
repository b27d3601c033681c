from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from counter import language
from counter.settings import Settings, load_settings
from models.errors import InvalidInput
from models.terms import PersonalData
from tests.premises import places_at


def written(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(text, encoding="utf-8")
    return home


def test_no_settings_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(places_at(tmp_path / "new"))

    assert settings.lock_after_minutes == 10
    assert settings.personal_data is PersonalData.MASKED
    assert settings.language is None


def test_the_file_is_read(tmp_path: Path) -> None:
    written(tmp_path, 'language = "zh_CN"\nlock_after_minutes = 3\n[keymap]\n"app.lock" = "f9"\n')

    settings = load_settings(places_at(tmp_path))

    assert settings.language == "zh_CN"
    assert settings.lock_after_minutes == 3
    assert settings.keymap == {"app.lock": "f9"}


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "lock_after_minutes = 3\n")
    monkeypatch.setenv("COUNTER_LOCK_AFTER_MINUTES", "7")

    assert load_settings(places_at(tmp_path)).lock_after_minutes == 7


def test_a_right_variable_covers_a_wrong_value_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "theme = 'loud'\n")
    monkeypatch.setenv("COUNTER_THEME", "high-contrast")

    assert load_settings(places_at(tmp_path)).theme == "high-contrast"


def test_an_empty_variable_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "lock_after_minutes = 3\n")
    monkeypatch.setenv("COUNTER_LOCK_AFTER_MINUTES", "")
    monkeypatch.setenv("COUNTER_KEYMAP", "")

    assert load_settings(places_at(tmp_path)).lock_after_minutes == 3


def test_every_setting_is_read_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {
        "LANGUAGE": "zh_CN",
        "THEME": "high-contrast",
        "LOCK_AFTER_MINUTES": "480",
        "EXPORTS": "/srv/exports",
        "PERSONAL_DATA": "pseudonymous",
        "KEYMAP": '{"app.lock": "f9"}',
    }.items():
        monkeypatch.setenv(f"COUNTER_{name}", text)

    assert load_settings(places_at(tmp_path)) == Settings(
        language="zh_CN",
        theme="high-contrast",
        lock_after_minutes=480,
        exports=Path("/srv/exports"),
        personal_data=PersonalData.PSEUDONYMOUS,
        keymap={"app.lock": "f9"},
    )


def test_a_variable_changes_one_key_and_leaves_the_files_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, '[keymap]\n"app.lock" = "f9"\n"app.find" = "f8"\n')
    monkeypatch.setenv("COUNTER_KEYMAP", '{"app.lock": "f12"}')

    assert load_settings(places_at(tmp_path)).keymap == {"app.lock": "f12", "app.find": "f8"}


def test_settings_are_not_changed_behind_the_readers_back() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().theme = "high-contrast"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lock_after_minutes = 0\n", "lock_after_minutes"),
        ('language = "fr"\n', "language"),
        ("no_such_setting = 1\n", "no_such_setting"),
        ("lock_after_minutes = true\n", "lock_after_minutes"),
        ("lock_after_minutes = 1.5\n", "lock_after_minutes"),
        ("exports = ' '\n", "exports"),
        ("personal_data = ['full']\n", "personal_data"),
        ('[keymap]\n"app.find" = "f8"\n"app.lock" = 9\n', "keymap.app.lock"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, text: str, key: str) -> None:
    written(tmp_path, text)

    with pytest.raises(InvalidInput) as refused:
        load_settings(places_at(tmp_path))

    assert refused.value.field == key
    assert "settings.toml" in str(refused.value)


def test_a_file_that_is_no_toml_is_named_with_the_place(tmp_path: Path) -> None:
    written(tmp_path, "language = \n")

    with pytest.raises(InvalidInput, match=r"settings\.toml is no valid TOML: .*line 1"):
        load_settings(places_at(tmp_path))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("language = \n", "see line 1, column 12."),
        ("theme = 'normal'\ntheme = 'normal'\n", "see line 2, column "),
        ("keymap = ", "something is missing at its end."),
        ('exports = """', "something is missing at its end."),
    ],
)
def test_no_word_of_the_library_is_said_of_it(tmp_path: Path, text: str, place: str) -> None:
    written(tmp_path, text)

    with pytest.raises(InvalidInput) as refused:
        load_settings(places_at(tmp_path))

    assert f"settings.toml is no valid TOML: {place}" in language.sentence(refused.value)


def test_a_file_in_another_encoding_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes('theme = "\u7ea2"'.encode("gb18030"))

    with pytest.raises(InvalidInput, match="cannot be read"):
        load_settings(places_at(tmp_path))

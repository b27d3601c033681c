from __future__ import annotations

from pathlib import Path

import pytest

from counter.settings import load_settings
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


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lock_after_minutes = 0\n", "lock_after_minutes"),
        ('language = "fr"\n', "language"),
        ("no_such_setting = 1\n", "no_such_setting"),
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


def test_a_file_in_another_encoding_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes('theme = "\u7ea2"'.encode("gb18030"))

    with pytest.raises(InvalidInput, match="cannot be read"):
        load_settings(places_at(tmp_path))

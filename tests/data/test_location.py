from __future__ import annotations

from pathlib import Path

import pytest

from data.location import Location
from models.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("shop.db", "shop.db"),
        ("/srv/our shop.db", "/srv/our shop.db"),
        ("sqlite:///shop.db", "shop.db"),
        ("sqlite:////srv/our%20shop.db", "/srv/our shop.db"),
        ("sqlite+pysqlite:////srv/店.db", "/srv/店.db"),
    ],
)
def test_a_path_and_its_url_name_the_same_file(text: str, path: str) -> None:
    assert Location.parse(text).path == Path(path)


def test_the_home_folder_may_be_abbreviated() -> None:
    assert Location.parse("~/shop.db").path == Path.home() / "shop.db"


@pytest.mark.parametrize(
    "text", ["mysql://host/db", "postgresql://counter@host/shop", "sqlite://host/shop.db"]
)
def test_a_url_that_this_version_cannot_open_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be opened") as refused:
        Location.parse(text)

    assert refused.value.field == "db"

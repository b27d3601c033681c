from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counter.shop import Shop
from data import driver, opening
from data.driver import (
    APPLICATION_ID,
    SQLITE_VERSION,
    connect,
    network_mount,
    refuse_network_folder,
    sqlite3,
    wal_is_sound,
)
from data.store import Author
from models.errors import CounterError, StoreBusy, StoreNewer, StoreUnusable
from models.product import Product
from tests.premises import MORNING, Clock, places_at, rows, shop_at

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 4), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_a_shared_write_ahead_log_needs_a_sound_sqlite(
    version: tuple[int, ...], sound: bool
) -> None:
    assert wal_is_sound(version) is sound


@pytest.mark.skipif(not wal_is_sound(SQLITE_VERSION), reason="this SQLite keeps a journal instead")
def test_every_writing_connection_is_set_up_for_power_cuts_and_references(shop: Shop) -> None:
    connection = connect(shop.places.store.path)
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }
    connection.close()

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }


def test_an_affected_sqlite_keeps_a_rollback_journal(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.close()
    monkeypatch.setattr(driver, "SQLITE_VERSION", (3, 40, 1))

    connection = connect(shop.places.store.path)
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()

    assert mode == "delete"


def test_a_reading_connection_cannot_write(shop: Shop) -> None:
    connection = connect(shop.places.store.path, query_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("UPDATE site SET name = 'x'")
    connection.close()


# --- network drives -------------------------------------------------------------------------

MOUNTS = [
    (Path("/"), "ext4"),
    (Path("/srv"), "nfs4"),
    (Path("/srv/local"), "xfs"),
    (Path("/srv/share"), "fuse.sshfs"),
]


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/counter", None),
        ("/srv/counter", "nfs4"),
        ("/srv", "nfs4"),
        ("/srv/local/counter", None),
        ("/srvx/counter", None),
        ("/srv/share/a/b", "fuse.sshfs"),
    ],
)
def test_the_innermost_mount_tells_whether_a_folder_is_on_the_network(
    folder: str, kind: str | None
) -> None:
    assert network_mount(Path(folder), MOUNTS) == kind


def test_a_store_on_a_network_drive_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_mounts", lambda: [(Path("/"), "ext4"), (tmp_path, "cifs")])

    with pytest.raises(StoreUnusable, match=r"network drive \(cifs\)"):
        shop_at(tmp_path / "home", Clock())
    with pytest.raises(StoreUnusable, match="network drive"):
        refuse_network_folder(tmp_path)
    assert not (tmp_path / "home").exists()


# --- files that are no usable store ---------------------------------------------------------


def refusal(home: Path) -> CounterError:
    with pytest.raises(CounterError) as refused:
        shop_at(home, Clock()).close()
    assert str(home) in str(refused.value)
    return refused.value


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.suffix not in (".db-shm", ".lock")
    }


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = places_at(tmp_path).store.path
    path.write_bytes(b"receipt_no,sold_at\r\n" * 1000)
    before = bytes_of(tmp_path)

    error = refusal(tmp_path)

    assert isinstance(error, StoreUnusable)
    assert "no store of Counter" in str(error)
    assert bytes_of(tmp_path) == before


def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    path = places_at(tmp_path).store.path
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE song (title TEXT)")
    other.commit()
    other.close()
    before = bytes_of(tmp_path)

    error = refusal(tmp_path)

    assert isinstance(error, StoreUnusable)
    assert "another program" in str(error)
    assert bytes_of(tmp_path) == before


def test_a_store_of_a_newer_program_is_refused_untouched(shop: Shop) -> None:
    shop.close()
    home = shop.places.home
    newer = sqlite3.connect(shop.places.store.path)
    newer.execute("PRAGMA journal_mode = DELETE")
    newer.execute("UPDATE alembic_version SET version_num = '9000'")
    newer.commit()
    newer.close()
    before = bytes_of(home)

    error = refusal(home)

    assert isinstance(error, StoreNewer)
    assert "9000" in str(error)
    assert bytes_of(home) == before


def test_a_folder_in_the_place_of_the_store_is_named(tmp_path: Path) -> None:
    places_at(tmp_path).store.path.mkdir()

    assert isinstance(refusal(tmp_path), StoreUnusable)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")

    assert isinstance(refusal(tmp_path / "home"), StoreUnusable)


def test_a_damaged_store_points_to_the_backup(shop: Shop) -> None:
    shop.close()
    path = shop.places.store.path
    content = bytearray(path.read_bytes())
    content[100:4096] = bytes(3996)
    path.write_bytes(content)

    error = refusal(shop.places.home)

    assert isinstance(error, StoreUnusable)
    assert "backup" in str(error)


def test_a_store_that_became_damaged_while_open_is_told_by_lists_and_saving(shop: Shop) -> None:
    shop.warm_up()
    assert rows(shop, "SELECT * FROM ticket") == []
    shop.close()
    path = shop.places.store.path
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) - 4096))

    with (
        pytest.raises(StoreUnusable, match="damaged"),
        shop.store.writing(Author(None, "system"), MORNING) as work,
    ):
        work.session.add(Product(sku="A"))
    with pytest.raises(StoreUnusable, match="damaged"):
        rows(shop, "SELECT * FROM ticket")


def test_a_store_that_may_not_be_written_says_so(shop: Shop) -> None:
    with shop.store.engine.connect() as pooled:
        pooled.exec_driver_sql("PRAGMA query_only = ON")

    with (
        pytest.raises(StoreUnusable, match="read-only"),
        shop.store.writing(Author(None, "system"), MORNING) as work,
    ):
        work.session.add(Product(sku="A"))


# --- locks ----------------------------------------------------------------------------------


@pytest.fixture
def held(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another program holds the store's write lock for the length of the test."""
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.05)
    other = connect(shop.places.store.path)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_held_store_is_busy_and_saves_once_it_is_free(
    shop: Shop, held: sqlite3.Connection
) -> None:
    def save() -> None:
        with shop.store.writing(Author(None, "system"), MORNING) as work:
            work.session.add(Product(sku="A"))

    with pytest.raises(StoreBusy, match="Nothing was saved"):
        save()
    held.execute("ROLLBACK")
    save()

    assert rows(shop, "SELECT sku FROM product") == [("A",)]


@pytest.mark.skipif(not wal_is_sound(SQLITE_VERSION), reason="readers wait for a journal's writer")
def test_readers_do_not_wait_for_a_writer(shop: Shop, held: sqlite3.Connection) -> None:
    assert rows(shop, "SELECT count(*) FROM site") == [(1,)]


def test_a_terminal_waits_for_another_one_that_sets_the_store_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MIGRATION_SECONDS", 0.05)
    location = places_at(tmp_path).store
    with opening.lock_for(location), pytest.raises(StoreBusy, match="Another terminal"):
        shop_at(tmp_path, Clock())
    assert not location.path.exists()


# --- a full disk ----------------------------------------------------------------------------


def test_a_full_disk_is_called_full(shop: Shop) -> None:
    with shop.store.engine.connect() as pooled:
        pages = pooled.exec_driver_sql("PRAGMA page_count").scalar()
        pooled.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with (
        pytest.raises(StoreUnusable, match=r"disk of .*counter\.db is full\. Nothing was saved"),
        shop.store.writing(Author(None, "system"), MORNING) as work,
    ):
        work.session.add(Product(sku="A", name="x" * 100_000))


def test_our_stores_are_marked_in_the_file_header(shop: Shop) -> None:
    shop.close()
    header = shop.places.store.path.read_bytes()[68:72]

    assert int.from_bytes(header, "big") == APPLICATION_ID

"""Files about tickets: copied whole before a row names them, and missed when they are gone."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter.attachments import LARGEST, attach, attached, open_path
from counter.desk import Actor
from counter.doctor import Finding, Severity, examine
from counter.shop import Shop
from counter.tickets import TicketDraft, cancel, open_ticket
from models.errors import FileRefused, InvalidInput, NotAllowed, NotFound, WrongState
from models.terms import Role
from tests.faults.disks import LimitedFiles, SmallDisk, mounted, unmount
from tests.premises import Clock, hire, rows, shop_at

PHOTO = b"\xff\xd8\xff\xe0 a photo"
SUM = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def no(shop: Shop, clerk: Actor) -> str:
    with shop.writing(clerk) as desk:
        return open_ticket(desk, TicketDraft(kind="complaint", summary="Scratched")).no


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Scratch 1.JPG"
    path.write_bytes(PHOTO)
    return path


def kept(shop: Shop) -> list[str]:
    """Names of the files in the counter's folder."""
    return sorted(path.name for path in shop.places.attachments.glob("*"))


# --- what is kept ---------------------------------------------------------------------------


def test_a_photo_is_copied_and_named_by_its_sum(
    shop: Shop, clerk: Actor, no: str, photo: Path
) -> None:
    row = attach(shop, clerk, no, photo, "left side")

    assert (row.name, row.media_type, row.bytes) == ("Scratch 1.JPG", "image/jpeg", len(PHOTO))
    assert (row.sha256, row.added_by) == (SUM, "Li")
    assert kept(shop) == [f"{SUM}.jpg"]
    assert open_path(shop.places, row).read_bytes() == PHOTO
    with shop.reading(clerk) as desk:
        assert attached(desk, no.lower()) == (row,)


def test_the_copy_stays_when_the_photo_is_deleted(
    shop: Shop, clerk: Actor, no: str, photo: Path
) -> None:
    row = attach(shop, clerk, no, photo)
    photo.unlink()

    assert open_path(shop.places, row).read_bytes() == PHOTO


def test_the_history_says_who_attached_what(shop: Shop, clerk: Actor, no: str, photo: Path) -> None:
    attach(shop, clerk, no, photo, "left side")

    ((text, payload),) = rows(shop, "SELECT text, payload FROM ticket_event WHERE kind = 'attach'")
    assert text == "left side"
    assert SUM in payload


def test_the_same_file_twice_is_one(shop: Shop, clerk: Actor, no: str, photo: Path) -> None:
    first = attach(shop, clerk, no, photo)
    copy = photo.with_name("copy.jpg")
    copy.write_bytes(PHOTO)

    assert attach(shop, clerk, no, copy, "again") == first
    assert kept(shop) == [f"{SUM}.jpg"]
    assert rows(shop, "SELECT count(*) FROM ticket_event WHERE kind = 'attach'") == [(1,)]


def test_two_tickets_may_name_one_file(shop: Shop, clerk: Actor, no: str, photo: Path) -> None:
    with shop.writing(clerk) as desk:
        other = open_ticket(desk, TicketDraft(kind="inquiry", summary="same")).no

    attach(shop, clerk, no, photo)
    attach(shop, clerk, other, photo)

    assert rows(shop, "SELECT count(*) FROM attachment") == [(2,)]
    assert kept(shop) == [f"{SUM}.jpg"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_nobody_else_can_read_it(shop: Shop, clerk: Actor, no: str, photo: Path) -> None:
    path = open_path(shop.places, attach(shop, clerk, no, photo))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_copy_is_safe_on_the_disk_before_it_has_its_name(
    shop: Shop, clerk: Actor, no: str, photo: Path, syncs: list[str]
) -> None:
    attach(shop, clerk, no, photo)

    named = syncs.index(f"rename to {SUM}.jpg")
    assert "sync file" in syncs[:named]
    assert syncs[named + 1] == "sync folder"


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("letter.pdf", ".pdf"),
        ("noending", ""),
        (".hidden", ""),
        ("a.tar.gz", ".gz"),
        ("evil.j\tpg", ""),
        ("照片.JPEG", ".jpeg"),
        ("x.waytoolongending", ""),
    ],
)
def test_only_a_plain_ending_is_kept(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path, name: str, ending: str
) -> None:
    if sys.platform == "win32" and "\t" in name:
        pytest.skip("no such name on Windows")
    path = tmp_path / name
    path.write_bytes(PHOTO)

    attach(shop, clerk, no, path)

    assert kept(shop) == [f"{SUM}{ending}"]


def test_a_name_that_is_too_long_keeps_its_ending(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{'n' * 230}.png"
    path.write_bytes(PHOTO)

    row = attach(shop, clerk, no, path)

    assert len(row.name) == 200
    assert row.name.endswith(".png")
    assert open_path(shop.places, row).is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no such names on Windows")
def test_a_name_that_a_terminal_would_obey_is_cleaned(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path
) -> None:
    path = tmp_path / "a\x1b[2J\u202e.jpg"
    path.write_bytes(PHOTO)

    assert attach(shop, clerk, no, path).name == "a[2J.jpg"


# --- what is refused ------------------------------------------------------------------------


def refused(shop: Shop, clerk: Actor, no: str, path: Path) -> str:
    with pytest.raises(FileRefused) as error:
        attach(shop, clerk, no, path)
    assert kept(shop) == []
    assert rows(shop, "SELECT count(*) FROM attachment") == [(0,)]
    return str(error.value)


def test_a_file_that_is_not_there_is_told(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path
) -> None:
    assert "No such file" in refused(shop, clerk, no, tmp_path / "none.jpg")


def test_a_folder_is_no_file(shop: Shop, clerk: Actor, no: str, tmp_path: Path) -> None:
    refused(shop, clerk, no, tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such files on Windows")
@pytest.mark.parametrize("kind", ["pipe", "device", "null"])
def test_what_is_no_plain_file_is_refused_and_never_waited_for(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path, kind: str
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = {"pipe": pipe, "device": Path("/dev/zero"), "null": Path("a\0b")}[kind]

    assert "is no file" in refused(shop, clerk, no, path)


def test_an_empty_file_is_refused(shop: Shop, clerk: Actor, no: str, tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()

    assert "is empty" in refused(shop, clerk, no, path)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="this account may read all"
)
def test_a_file_that_may_not_be_read_is_told(
    shop: Shop, clerk: Actor, no: str, photo: Path
) -> None:
    photo.chmod(0)

    assert "Permission denied" in refused(shop, clerk, no, photo)


def test_a_file_whose_disk_is_broken_is_told(shop: Shop, clerk: Actor, no: str) -> None:
    broken = Path("/proc/self/mem")  # begins where nothing can be read
    if not broken.exists():
        pytest.skip("no such file on this system")

    assert "Input/output error" in refused(shop, clerk, no, broken)


def test_a_file_may_have_twenty_megabytes_and_not_a_byte_more(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path
) -> None:
    path = tmp_path / "big.mp4"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert "20 MB" in refused(shop, clerk, no, path)

    with path.open("r+b") as file:
        file.truncate(LARGEST)
    assert attach(shop, clerk, no, path).bytes == LARGEST


def test_a_note_that_is_too_long_is_refused(shop: Shop, clerk: Actor, no: str, photo: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        attach(shop, clerk, no, photo, "n" * 401)

    assert error.value.field == "note"
    assert kept(shop) == []


def test_a_ticket_that_takes_no_files_copies_none(
    shop: Shop, clerk: Actor, no: str, photo: Path
) -> None:
    with shop.writing(clerk) as desk:
        cancel(desk, no, "twice")
    with pytest.raises(WrongState):
        attach(shop, clerk, no, photo)
    with pytest.raises(NotFound):
        attach(shop, clerk, "C-1", photo)
    with pytest.raises(InvalidInput):
        attach(shop, clerk, " ", photo)
    with pytest.raises(NotAllowed):
        attach(shop, hire(shop, "ann", Role.AUDITOR), no, photo)

    assert kept(shop) == []


# --- a full disk, a kill --------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit on this system")
def test_a_file_that_cannot_grow_leaves_nothing(
    shop: Shop, clerk: Actor, no: str, tmp_path: Path
) -> None:
    path = tmp_path / "big.jpg"
    path.write_bytes(PHOTO * 100_000)

    with LimitedFiles(tmp_path).full(1 << 20):
        said = refused(shop, clerk, no, path)

    assert "disk is full" in said
    attach(shop, clerk, no, path)
    assert len(kept(shop)) == 1


@pytest.fixture
def small(tmp_path: Path, clock: Clock, founded_store: Path) -> Iterator[tuple[Shop, SmallDisk]]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder):
        pytest.skip("only root may mount a small disk, on Linux")
    opened = shop_at(folder / "home", clock, founded_store)
    yield opened, SmallDisk(folder)
    opened.close()
    unmount(folder)


def test_a_full_disk_is_told_and_takes_the_file_later(
    small: tuple[Shop, SmallDisk], tmp_path: Path
) -> None:
    shop, disk = small
    clerk = hire(shop, "li", Role.CLERK)
    with shop.writing(clerk) as desk:
        no = open_ticket(desk, TicketDraft(kind="complaint", summary="Scratched")).no
    path = tmp_path / "big.jpg"
    path.write_bytes(PHOTO * 200_000)

    with disk.full(1 << 20):
        assert "disk is full" in refused(shop, clerk, no, path)

    attach(shop, clerk, no, path)
    assert len(kept(shop)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from counter import attachments
from tests.premises import Clock, places_at
from counter.settings import Settings
from counter.shop import open_shop
shop = open_shop(places_at(Path(sys.argv[1])), Settings(), clock=Clock())
write = attachments.write_whole
def killed(path, content):
    write(path, content)
    os.kill(os.getpid(), signal.SIGKILL)
attachments.write_whole = killed
attachments.attach(shop, shop.system, sys.argv[2], Path(sys.argv[3]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no kill on Windows")
def test_a_kill_between_file_and_row_leaves_a_file_that_the_doctor_notes(
    shop: Shop, supervisor: Actor, no: str, photo: Path
) -> None:
    words = [sys.executable, "-c", KILLED, str(shop.places.home), no, str(photo)]
    root = Path(__file__).parents[2]
    subprocess.run(words, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False)

    assert kept(shop) == [f"{SUM}.jpg"]
    assert rows(shop, "SELECT count(*) FROM attachment") == [(0,)]
    report = examine(shop, supervisor)
    assert report.healthy
    assert [one.severity for one in report.findings if one.code == "attachments"] == [
        Severity.OK,
        Severity.NOTE,
    ]
    attach(shop, supervisor, no, photo)
    assert found(shop, supervisor) == [(Severity.OK, "All 1 attached files are there.")]


# --- what the doctor says -------------------------------------------------------------------


def found(shop: Shop, actor: Actor, *, full: bool = False) -> list[tuple[Severity, str]]:
    def told(finding: Finding) -> tuple[Severity, str]:
        return finding.severity, str(finding)

    findings = examine(shop, actor, full=full).findings
    return [told(finding) for finding in findings if finding.code == "attachments"]


def test_a_file_that_is_gone_is_a_fault(
    shop: Shop, supervisor: Actor, no: str, photo: Path
) -> None:
    row = attach(shop, supervisor, no, photo)
    open_path(shop.places, row).unlink()

    ((severity, said),) = found(shop, supervisor)
    assert severity is Severity.FAULT
    assert "1 attached files are missing" in said
    with pytest.raises(NotFound):
        open_path(shop.places, row)


def test_a_file_of_another_size_is_a_fault(
    shop: Shop, supervisor: Actor, no: str, photo: Path
) -> None:
    open_path(shop.places, attach(shop, supervisor, no, photo)).write_bytes(b"cut")

    ((severity, said),) = found(shop, supervisor)
    assert severity is Severity.FAULT
    assert "not as they were attached" in said


def test_a_file_that_was_changed_in_place_is_found_by_a_full_examination(
    shop: Shop, supervisor: Actor, no: str, photo: Path
) -> None:
    path = open_path(shop.places, attach(shop, supervisor, no, photo))
    path.write_bytes(PHOTO[::-1])

    assert found(shop, supervisor)[0][0] is Severity.OK
    assert found(shop, supervisor, full=True)[0][0] is Severity.FAULT


def test_attaching_it_again_mends_a_file(
    shop: Shop, supervisor: Actor, no: str, photo: Path
) -> None:
    open_path(shop.places, attach(shop, supervisor, no, photo)).unlink()

    attach(shop, supervisor, no, photo)

    assert found(shop, supervisor, full=True) == [(Severity.OK, "All 1 attached files are there.")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_file_that_others_may_read_is_a_fault(
    shop: Shop, supervisor: Actor, no: str, photo: Path
) -> None:
    open_path(shop.places, attach(shop, supervisor, no, photo)).chmod(0o644)

    assert not examine(shop, supervisor).healthy

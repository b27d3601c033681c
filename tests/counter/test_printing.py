"""Slips on paper: what goes to the printer, and what is told when it does not take it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from escpos.printer import Dummy
from hypothesis import given
from hypothesis import strategies as st

from counter import printing
from counter.printing import barcode, is_set_up, print_slip, printed
from counter.settings import Settings, load_settings
from counter.slip_layout import Slip, SlipLine, Style
from models.errors import FileRefused, InvalidInput
from tests.premises import places_at

NO = "R-20250308-0007"

SLIP = Slip(
    NO,
    "Return",
    (
        SlipLine("Maple Street", style=Style.TITLE),
        SlipLine(NO, style=Style.BIG),
        SlipLine(style=Style.RULE),
        SlipLine("Café crème", "4,50 €"),
    ),
    NO,
    copy=False,
)
CHINESE = Slip(
    NO, "退货", (SlipLine("顾客", "王伟"), SlipLine("（：）"), SlipLine("Li")), NO, copy=True
)


def one_line(text: str) -> Slip:
    return Slip(NO, "Return", (SlipLine(text),), NO, copy=False)


# --- what goes to the printer ---------------------------------------------------------------


def test_the_number_is_printed_big_and_in_the_middle() -> None:
    expected = Dummy()
    expected.set_with_default(align="center", bold=True, double_width=True, double_height=True)

    assert expected.output + NO.encode() + b"\n" in printed(SLIP, 42)


def test_what_comes_after_is_small_again() -> None:
    content = printed(SLIP, 42)

    after = content[content.index(NO.encode()) :]
    small = Dummy()
    small.set_with_default()
    assert small.output in after
    assert b"-" * 42 in after


def test_letters_of_europe_go_out_in_the_pages_of_the_printer() -> None:
    content = printed(SLIP, 42)

    assert "Café cr".encode("cp437") in content  # the page that a printer starts with
    assert re.search(rb"4,50 \x1bt[^\x00][^?]\n", content)  # another page, and no question mark


def test_chinese_goes_out_as_gb18030() -> None:
    content = printed(CHINESE, 32)

    assert "顾客".encode("gb18030") + b" " * 24 + "王伟".encode("gb18030") + b"\n" in content


def test_signs_of_full_width_without_a_chinese_one_do_not_become_question_marks() -> None:
    assert "（：）".encode("gb18030") in printed(CHINESE, 32)


def test_a_printer_may_want_everything_in_gb18030() -> None:
    content = printed(SLIP, 42, "gb18030")

    assert "Café crème".encode("gb18030") in content


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp858", "cp1252"])
def test_a_printer_may_want_everything_in_one_page(encoding: str) -> None:
    content = printed(one_line("Café 王"), 42, encoding)

    assert "Café ".encode(encoding) + b"?" in content


def test_every_line_of_the_slip_is_printed_and_the_paper_cut() -> None:
    content = printed(SLIP, 42)

    assert b"Maple Street" in content
    assert content.endswith(b"\x1dV\x00")


@given(st.text(st.characters(max_codepoint=0x2100)))
def test_nothing_on_the_slip_is_a_command(text: str) -> None:
    """The slip that says it sends no more commands than the one that says nothing."""
    commands = re.compile(rb"[\x00-\x09\x0b-\x1f]")
    content = printed(one_line(text), 42, "gb18030")

    assert (
        len(commands.findall(content))
        == len(commands.findall(printed(one_line(""), 42, "gb18030")))
        + (content.count(b"\x1c&") - 1) * _COMMANDS_OF_A_LINE
    )


def _commands_of_a_line() -> int:
    commands = re.compile(rb"[\x00-\x09\x0b-\x1f]")
    two = Slip(NO, "Return", (SlipLine("a"), SlipLine("b")), NO, copy=False)
    one, both = printed(one_line("a"), 42, "gb18030"), printed(two, 42, "gb18030")
    return len(commands.findall(both)) - len(commands.findall(one))


_COMMANDS_OF_A_LINE = _commands_of_a_line()


def test_pairs_of_digits_keep_the_barcode_narrow() -> None:
    content = barcode(NO)

    data = b"{BR-{C\x14\x19\x03\x08{B-{C\x00\x07"
    assert content.endswith(b"\x1dkI" + bytes([len(data)]) + data + b"\n")
    signs = len(data) - data.count(b"{")  # each switch of a set is one sign
    assert (signs + 1) * 11 + 13 + 20 <= 384 // 2  # 58 mm paper in modules of two dots


@given(st.from_regex(r"[A-Z]-[0-9]{8}-[0-9]{4,7}", fullmatch=True))
def test_a_barcode_holds_its_number(no: str) -> None:
    content = barcode(no)
    data = content[content.index(b"\x1dkI") + 4 : -1]

    assert read_code128(data) == no


def read_code128(data: bytes) -> str:
    """What a printer makes of the data of a Code 128."""
    text, subset, at = "", "", 0
    while at < len(data):
        if data[at : at + 1] == b"{":
            subset, at = chr(data[at + 1]), at + 2
            continue
        text += f"{data[at]:02d}" if subset == "C" else chr(data[at])
        at += 1
    return text


# --- to a printer ---------------------------------------------------------------------------


def test_a_slip_goes_to_the_device_that_the_settings_name(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()

    print_slip(Settings(printer=f"file:{device}", printer_columns=32), SLIP)
    print_slip(Settings(printer=f"file:{device}", printer_columns=32), SLIP)

    assert device.read_bytes() == printed(SLIP, 32) * 2


def test_a_slip_goes_over_the_network() -> None:
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                while block := connection.recv(4096):
                    received.append(block)

        printer = Thread(target=listen)
        printer.start()
        port = server.getsockname()[1]
        print_slip(Settings(printer=f"network:127.0.0.1:{port}"), SLIP)
        printer.join(10)

    assert b"".join(received) == printed(SLIP, 42)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
def test_a_slip_goes_over_a_serial_line() -> None:
    import os
    import pty
    import tty

    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    try:
        print_slip(Settings(printer=f"serial:{os.ttyname(theirs)}"), SLIP)
        content = b""
        while len(content) < len(printed(SLIP, 42)):
            content += os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)

    assert content == printed(SLIP, 42)


def test_the_dummy_takes_every_slip() -> None:
    settings = Settings(printer="dummy:")

    assert is_set_up(settings)
    print_slip(settings, SLIP)


def test_without_a_printer_the_setting_is_told() -> None:
    assert not is_set_up(Settings())
    with pytest.raises(InvalidInput) as refused:
        print_slip(Settings(), SLIP)

    assert 'printer = "file:/dev/usb/lp0"' in str(refused.value)


def test_a_printer_that_was_pulled_out_does_not_become_a_file(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    with pytest.raises(FileRefused) as refused:
        print_slip(Settings(printer=f"file:{device}"), SLIP)

    assert "No such file or directory" in str(refused.value)
    assert not device.exists()


def test_a_printer_without_paper_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    with pytest.raises(FileRefused) as refused:
        print_slip(Settings(printer="file:/dev/full"), SLIP)

    assert "No space left on device" in str(refused.value)


def test_a_folder_is_no_printer(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        print_slip(Settings(printer=f"file:{tmp_path}"), SLIP)


def test_a_network_printer_that_is_off_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(FileRefused) as refused:
        print_slip(Settings(printer=f"network:127.0.0.1:{port}"), SLIP)

    assert f"network:127.0.0.1:{port}" in str(refused.value)


def test_a_serial_line_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        print_slip(Settings(printer=f"serial:{tmp_path / 'ttyUSB0'}"), SLIP)

    assert "ttyUSB0" in str(refused.value)


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    printing._library.cache_clear()
    monkeypatch.setitem(sys.modules, "escpos.capabilities", None)
    try:
        with pytest.raises(FileRefused) as refused:
            print_slip(Settings(printer="dummy:"), SLIP)
    finally:
        printing._library.cache_clear()

    assert 'pip install "counter[printer]"' in str(refused.value)


def test_printing_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    script = (
        "from counter.printing import printed\n"
        "from counter.slip_layout import Slip, SlipLine\n"
        "printed(Slip('R-1', 'x', (SlipLine('x'),), 'R-1', copy=False), 42)\n"
    )
    subprocess.run([sys.executable, "-c", script], env={"TMPDIR": str(tmp_path)}, check=True)

    assert list(tmp_path.iterdir()) == []


def test_the_library_is_not_imported_before_a_slip_is_printed() -> None:
    script = "import sys, counter.printing; sys.exit('escpos' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# --- the settings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "printer",
    [
        "file:/dev/usb/lp0",
        "network:192.0.2.7:9100",
        "network:till.example",
        "serial:COM3",
        "dummy:",
    ],
)
def test_a_printer_may_be_written_like_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printer: str
) -> None:
    monkeypatch.setenv("COUNTER_PRINTER", printer)
    monkeypatch.setenv("COUNTER_PRINTER_COLUMNS", "32")
    monkeypatch.setenv("COUNTER_PRINTER_ENCODING", "gb18030")

    settings = load_settings(places_at(tmp_path))

    assert settings.printer == printer
    assert settings.printer_columns == 32
    assert settings.printer_encoding == "gb18030"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("printer", "lp0"),
        ("printer", "file:"),
        ("printer", "usb:04b8"),
        ("printer", "network:a b"),
        ("printer", "network:host:0"),
        ("printer", "network:host:65536"),
        ("printer", "dummy:x"),
        ("printer_columns", "40"),
        ("printer_columns", "wide"),
        ("printer_encoding", "utf-8"),
    ],
)
def test_a_setting_that_no_printer_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"COUNTER_{name.upper()}", value)

    with pytest.raises(InvalidInput) as refused:
        load_settings(places_at(tmp_path))

    assert refused.value.field == name

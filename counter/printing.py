"""A slip on paper: through python-escpos to the printer that the settings name.

The whole slip is put together before the first byte leaves, so that a printer never stops in its
middle for want of a letter. python-escpos is an extra (``printer``), imported with the first slip.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import chain
from typing import Any, Final

from counter.settings import Settings
from counter.slip_layout import Slip, Style, laid_out
from models.errors import FileRefused, InvalidInput
from models.messages import N_
from models.refusals import reason

ANSWER_SECONDS: Final = 5
"""So long a printer may take to answer; somebody waits before it."""

_PORT: Final = 9100
_PAIRS: Final = re.compile(r"(?:[0-9]{2}){2,}")

# As Epson's reference of ESC/POS names them: FS &, FS ., GS h, GS w, GS H, GS k 73.
_CHINESE: Final = b"\x1c&"
_NOT_CHINESE: Final = b"\x1c."
_BARCODE_HEIGHT: Final = b"\x1dh\x50"
_BARCODE_WIDTH: Final = b"\x1dw\x02"
_BARCODE_WITHOUT_TEXT: Final = b"\x1dH\x00"
_CODE128: Final = b"\x1dkI"

_LOOKS: Final[dict[Style, dict[str, Any]]] = {
    Style.PLAIN: {},
    Style.RULE: {},
    Style.BOLD: {"bold": True},
    Style.CENTRE: {"align": "center"},
    Style.TITLE: {"align": "center", "bold": True},
    Style.BIG: {"align": "center", "bold": True, "double_width": True, "double_height": True},
}


def is_set_up(settings: Settings) -> bool:
    """Whether there is a printer."""
    return settings.printer is not None


def print_slip(settings: Settings, slip: Slip) -> None:
    """Print a slip; whoever calls this notes it afterwards (``counter.slips.record_print``).

    It takes as long as the printer: never to be called on the event loop.

    Raises:
        InvalidInput: the settings name no printer.
        FileRefused: the printer does not answer, or python-escpos is not installed. The slip can be
            printed again.
    """
    if settings.printer is None:
        raise InvalidInput(
            N_('The settings name no printer. Write it like this: printer = "{example}"'),
            field="printer",
            example="file:/dev/usb/lp0",
        )
    content = printed(slip, settings.printer_columns, settings.printer_encoding)
    kind, _, address = settings.printer.partition(":")
    try:
        _WAYS[kind](address, content)
    except OSError as error:
        raise _silent(settings.printer, error) from error
    except _library().exceptions.Error as error:
        # The library says in English what the system said, and keeps that as the context.
        cause = error.__cause__ or error.__context__
        raise _silent(settings.printer, cause) from error


def printed(slip: Slip, columns: int, encoding: str | None = None) -> bytes:
    """Everything that goes to the printer for a slip.

    Args:
        slip: what stands on it.
        columns: cells of a line.
        encoding: what the printer reads all its text in; None: lines with wide signs go out as
            GB18030, as Chinese printers take them, all others in the code pages of the printer.

    Raises:
        FileRefused: python-escpos is not installed.
    """
    printer = _library().printer.Dummy()
    printer.hw("INIT")
    if encoding is not None and encoding != "gb18030":
        printer.magic.force_encoding(encoding.upper())
    for text, style in laid_out(slip, columns):
        printer.set_with_default(**_LOOKS[style])
        if encoding == "gb18030" or (encoding is None and _is_wide(text)):
            printer._raw(_CHINESE + text.encode("gb18030", "replace") + b"\n" + _NOT_CHINESE)
        else:
            printer.text(f"{text}\n")
    printer.set_with_default(align="center")
    printer.ln()
    if slip.barcode:
        printer._raw(barcode(slip.barcode))
    printer.cut()
    content: bytes = printer.output
    return content


def barcode(text: str) -> bytes:
    """Code 128 of ``text``: pairs of digits in one sign each, so that it fits on 58 mm paper."""
    parts = re.split(f"({_PAIRS.pattern})", text)
    coded = bytes(chain.from_iterable(map(_coded, parts)))
    whole = _BARCODE_HEIGHT + _BARCODE_WIDTH + _BARCODE_WITHOUT_TEXT
    return whole + _CODE128 + bytes([len(coded)]) + coded + b"\n"


def _coded(part: str) -> bytes:
    if not part:
        return b""
    if _PAIRS.fullmatch(part):
        return b"{C" + bytes(int(part[at : at + 2]) for at in range(0, len(part), 2))
    return b"{B" + part.encode("ascii", "replace").replace(b"{", b"{{")


def _is_wide(text: str) -> bool:
    return any(unicodedata.east_asian_width(sign) in "WF" for sign in text)


# --- to the printer -------------------------------------------------------------------------


def _to_device(path: str, content: bytes) -> None:
    """Write to a device that is there: a printer that was pulled out must not become a file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def _to_network(address: str, content: bytes) -> None:
    host, _, port = address.partition(":")
    where = (host, int(port or _PORT))
    with socket.create_connection(where, timeout=ANSWER_SECONDS) as connection:
        connection.sendall(content)


def _to_serial(path: str, content: bytes) -> None:
    printer = _library().printer.Serial(path, timeout=ANSWER_SECONDS)
    try:
        printer.open()
        printer._raw(content)
    finally:
        printer.close()


def _nowhere(address: str, content: bytes) -> None:
    """To try out what a slip is like without paper."""


_WAYS: Final[dict[str, Callable[[str, bytes], None]]] = {
    "file": _to_device,
    "network": _to_network,
    "serial": _to_serial,
    "dummy": _nowhere,
}


def _silent(printer: str, cause: BaseException | None) -> FileRefused:
    if isinstance(cause, OSError) and (cause.errno is not None or cause.strerror):
        return FileRefused(
            N_("The printer {printer} does not answer: {detail}. Look at it, then print again."),
            field="printer",
            printer=printer,
            detail=reason(cause),
        )
    return FileRefused(
        N_("The printer {printer} does not answer. Look at it, then print again."),
        field="printer",
        printer=printer,
    )


@cache
def _library() -> Any:
    """python-escpos with its printers.

    Raises:
        FileRefused: it is not installed.
    """
    try:
        import escpos.capabilities
        import escpos.exceptions
        import escpos.printer
    except ImportError as error:
        raise FileRefused(
            N_('Printing needs python-escpos. Install it: pip install "counter[printer]"'),
            field="printer",
        ) from error
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:  # a new folder with each start
        shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos

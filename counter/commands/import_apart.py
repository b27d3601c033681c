"""An import in a process of its own, for the application: its keys never wait for our rows.

The order is the first line of the standard input. Standard output is JSON, one object a line:
``progress`` (see :class:`counter.commands.progress.ProgressLines`), then the last one, ``done``
with the summary, ``stopped``, or ``failed`` with code, title, sentence and field of the error.

When the standard input ends, the import stops between two transactions: somebody cancelled it, or
the application is gone, however that came about. What is in stays, and importing the file again
goes on from there.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from counter import language
from counter.commands.output import json_text
from counter.commands.progress import ProgressLines
from counter.import_order import ImportOrder
from counter.importing import ImportSummary, import_file
from models.errors import CounterError

_LOWER: Final = 2
"""How much lower than the application's our priority is: clerks come first. Not lower still: for a
few milliseconds at a time we hold the store, and a clerk must not wait for us to get our turn."""

_LAST_STEP: Final = 5.0
"""Seconds after which an import that was told to stop ends in the middle of what it does. Killing
it at any moment loses nothing, too; an orderly end takes the copy of a dry run away."""


class _Stopped(Exception):
    """Nobody waits for the import any more."""


def main(order: str) -> None:
    """Carry the order out; everything that is to be known goes to the standard output."""
    _come_last()
    stop = threading.Event()
    threading.Thread(target=_watch_input, args=(stop,), daemon=True).start()
    try:
        _tell(_outcome(ImportOrder.from_line(order), stop))
    except BrokenPipeError:  # nobody is there to be told
        os._exit(1)


def _come_last() -> None:
    if hasattr(os, "nice"):
        os.nice(_LOWER)


def _watch_input(stop: threading.Event) -> None:
    # Not through sys.stdin: at the end of the process its buffer must not be held by a thread.
    while os.read(0, 4096):
        pass
    stop.set()
    threading.Event().wait(_LAST_STEP)
    os._exit(1)


def _outcome(order: ImportOrder, stop: threading.Event) -> dict[str, Any]:
    """The last line."""
    try:
        summary = _carry_out(order, stop)
    except _Stopped:
        return {"event": "stopped"}
    except CounterError as error:
        return _failed(error.code, language.title(error), language.sentence(error), error.field)
    except BrokenPipeError:
        raise
    except Exception as error:
        return _crashed(order, error)
    return {"event": "done", "was_known": summary.was_known, **summary.to_json()}


def _carry_out(order: ImportOrder, stop: threading.Event) -> ImportSummary:
    from counter.settings import load_settings
    from counter.shop import open_shop

    language.use(order.language)
    shop = open_shop(order.places, load_settings(order.places))
    try:
        return import_file(
            shop,
            order.actor,
            order.kind,
            order.path,
            profile=order.profile,
            dry_run=order.dry_run,
            again=order.again,
            progress=_until(stop, ProgressLines(_write).show),
        )
    finally:
        shop.close()


def _until(
    stop: threading.Event, show: Callable[[int, int, int], None]
) -> Callable[[int, int, int], None]:
    """``show``, as long as somebody waits for the import."""

    def told(rows: int, done: int, total: int) -> None:
        if stop.is_set():
            raise _Stopped
        show(rows, done, total)

    return told


def _crashed(order: ImportOrder, error: Exception) -> dict[str, Any]:
    from counter.crash import write_report

    path = write_report(order.places.crashes, error)
    said = language._("The import had to stop. What is in stays; importing again goes on there.")
    if path is not None:
        sentence = language._("The report is in {path}; it holds no personal data.")
        said += f" {sentence.format(path=path)}"
    return _failed("crash", language._(CounterError.title), said, None)


def _failed(code: str, title: str, sentence: str, field: str | None) -> dict[str, Any]:
    return {"event": "failed", "error": code, "title": title, "message": sentence, "field": field}


def _tell(said: dict[str, Any]) -> None:
    _write(json_text(said))


def _write(line: str) -> None:
    sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()

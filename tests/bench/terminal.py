"""A real terminal for benchmarks: a process in a pty, and when a word appears on its screen.

Pilot adds 62 ms to every key; what a clerk waits for is measured from outside.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

_ESCAPES: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")

PATIENCE: Final = 60.0
"""Seconds after which a benchmark gives up: the word never came."""


class Terminal:
    """A process in a pty of ``columns`` x ``lines``; what it writes is read and timed."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        self.output = b""
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # the child
            os.execvpe(command[0], list(command), {**os.environ, **environment})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def wait_for(self, word: str) -> float:
        """Seconds from the start of the process until ``word`` was on the screen.

        Raises:
            TimeoutError: it never came; the message holds the last of the output.
        """
        wanted = word.encode()
        deadline = time.perf_counter() + PATIENCE
        while wanted not in _ESCAPES.sub(b"", self.output):
            ready, _, _ = select.select([self._fd], [], [], max(deadline - time.perf_counter(), 0))
            if not ready:
                raise TimeoutError(f"{word!r} never came: {self.output[-2000:]!r}")
            self._read()
        return time.perf_counter() - self.started

    def settle(self, quiet: float = 0.3) -> None:
        """Read until nothing has been written for ``quiet`` seconds."""
        while select.select([self._fd], [], [], quiet)[0]:
            self._read()

    def press(self, keys: str, *, paints: bool = False) -> float:
        """Type ``keys``; seconds until the last byte of what is painted for them (50 ms quiet).

        Where the keys surely paint something, that is waited for, however busy the machine is.
        """
        os.write(self._fd, keys.encode())
        begun = last = time.perf_counter()
        quiet = PATIENCE if paints else 0.05
        while select.select([self._fd], [], [], quiet)[0]:
            self._read()
            last, quiet = time.perf_counter(), 0.05
        return last - begun

    def paints(self, found: re.Pattern[bytes], begun: float, keys: str = "") -> float:
        """Type ``keys``; seconds since ``begun`` until the last byte of a painting with ``found``.

        50 ms quiet end it. What was written before does not count.
        """
        self.forget()
        os.write(self._fd, keys.encode())
        last, seen = begun, False
        while select.select([self._fd], [], [], 0.05 if seen else PATIENCE)[0]:
            self._read()
            last = time.perf_counter()
            seen = seen or found.search(_ESCAPES.sub(b"", self.output)) is not None
        if not seen:
            raise TimeoutError(f"{found.pattern!r} never came: {self.output[-2000:]!r}")
        return last - begun

    def goes_on(self, begun: float, quiet: float) -> float | None:
        """Seconds since ``begun`` until the last byte before ``quiet`` seconds of none, if any."""
        last: float | None = None
        while select.select([self._fd], [], [], quiet)[0]:
            self._read()
            last = time.perf_counter()
        return None if last is None else last - begun

    def type_letter(self, letter: str, quiet: float = 0.015) -> float:
        """Type one letter; seconds until the last byte of the repaint that shows it.

        A shorter quiet than for :meth:`press`, and only once the letter is there: a clock or a
        count that changes at that moment is no part of its repaint.
        """
        before = len(self.output)
        os.write(self._fd, letter.encode())
        begun = last = time.perf_counter()
        seen = False
        while select.select([self._fd], [], [], quiet if seen else PATIENCE)[0]:
            self._read()
            last = time.perf_counter()
            seen = seen or letter.encode() in _ESCAPES.sub(b"", self.output[before:])
        if not seen:
            raise TimeoutError(f"{letter!r} never came: {self.output[-2000:]!r}")
        return last - begun

    def answer(self, keys: str, word: str) -> float:
        """Type ``keys``; seconds until ``word`` is on the screen, written after them."""
        self.forget()
        begun = time.perf_counter()
        os.write(self._fd, keys.encode())
        self.wait_for(word)
        return time.perf_counter() - begun

    def forget(self) -> None:
        """Forget what was written so far, so that a word is looked for in what comes."""
        self.output = b""

    def resident_kib(self) -> int:
        """Resident memory of the process in KiB (Linux)."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def _read(self) -> None:
        try:
            self.output += os.read(self._fd, 65536)
        except OSError as error:  # the child is gone
            raise TimeoutError(f"The process ended: {self.output[-2000:]!r}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

"""Importing beside the application: a process of its own, told over pipes and heard over pipes.

In a thread of the application an import would fight for the interpreter's lock, and letters would
appear late while it runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final, Self

from counter.import_order import ImportOrder
from models.errors import CounterError
from models.messages import N_
from models.refusals import reason

# The same modules as here, wherever they lie: the first line says where, the second what to do.
# Nothing of the folder the counter was started in is imported (-P).
_BEGIN: Final = (
    "import json, sys\n"
    "sys.path[:] = json.loads(sys.stdin.readline())\n"
    "from counter.commands.import_apart import main\n"
    "main(sys.stdin.readline())\n"
)

_LONGEST_LINE: Final = 1 << 24
"""Bytes in a line: the summary of a file of staff holds a code for everybody in it."""

_PATIENCE: Final = 8.0
"""Seconds that an import has to end in after it was told to stop."""


class ImportNotStarted(CounterError):
    """The computer refuses another process."""

    code = "import_not_started"


class ImportProcess:
    """A running import. Whoever started it reads :meth:`lines` to the end."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        into: asyncio.StreamWriter,
        out_of: asyncio.StreamReader,
    ) -> None:
        self._process = process
        self._input = into
        self._output = out_of

    @classmethod
    async def start(cls, order: ImportOrder) -> Self:
        """Start the import.

        Raises:
            ImportNotStarted: there is no room for another process.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-c",
                _BEGIN,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                limit=_LONGEST_LINE,
                # A terminal that is closed ends us; the import hears of it and ends in order.
                start_new_session=True,
            )
        except OSError as error:
            raise ImportNotStarted(
                N_("The import could not be started ({detail}). Nothing was taken in."),
                detail=reason(error),
            ) from error
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("A process with pipes has none.")
        started = cls(process, process.stdin, process.stdout)
        paths = json.dumps([os.path.abspath(folder) for folder in sys.path])
        started._input.write(f"{paths}\n{order.to_line()}\n".encode())
        return started

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """What the import says, see :mod:`counter.commands.import_apart`.

        ``{"event": "lost"}`` is said for an import that ended without a last word: it was killed.
        """
        event = ""
        async for line in self._output:
            said: dict[str, Any] = json.loads(line)
            event = said["event"]
            yield said
        await self._process.wait()
        if event not in ("done", "failed", "stopped"):
            yield {"event": "lost"}

    def stop(self) -> None:
        """Let it end between two transactions; what is in stays."""
        self._input.close()

    async def ended(self) -> None:
        """Wait until it has ended; one that does not is killed, which loses nothing either.

        To be called by who reads :meth:`lines`, when that is over: what it still says is dropped.
        """
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._output.read()

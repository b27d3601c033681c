"""A disk that gets full and has space again, in the two ways in which a test can have one."""

from __future__ import annotations

import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SMALL: Final = 24 * 1024 * 1024
"""Bytes of the small disk."""


@dataclass(frozen=True)
class Disk(ABC):
    """A folder on a disk that gets full when a test wants it."""

    folder: Path

    @abstractmethod
    def full(self, spare: int = 0) -> AbstractContextManager[None]:
        """A block in which no more than ``spare`` bytes can be written."""


@dataclass(frozen=True)
class LimitedFiles(Disk):
    """Files of this process that cannot grow beyond a size; any account may ask for that.

    What a file holds already can be written over, as on a disk that is full.
    """

    @contextmanager
    def full(self, spare: int = 0) -> Iterator[None]:
        """No file of this process can be longer than ``spare`` bytes, or than it is."""
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (spare, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@dataclass(frozen=True)
class SmallDisk(Disk):
    """A disk of its own, filled up with something else."""

    @contextmanager
    def full(self, spare: int = 0) -> Iterator[None]:
        """All but ``spare`` bytes are taken."""
        found = os.statvfs(self.folder)
        ballast = self.folder / "ballast"
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - spare)
        try:
            yield
        finally:
            ballast.unlink()


def mounted(folder: Path) -> bool:
    """Mount a small disk at ``folder``; false where this account may not."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=0700", "none", str(folder)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def unmount(folder: Path) -> None:
    """Take the small disk away, whatever still holds it."""
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=True)

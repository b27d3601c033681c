"""Which characters a file's bytes are: recognised with certainty, or refused with the guesses."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final, cast

from models.errors import FileRefused
from models.messages import N_
from models.refusals import reason

BLOCK: Final = 1 << 18
LONGEST_LINE: Final = 32 << 20
"""Bytes without a line break that no table of ours has: it is another kind of file."""

_GZIP: Final = b"\x1f\x8b"
_COMMON: Final = 0.9
"""Least share of GB 2312 among a GB18030 file's characters; accented Latin text stays far below."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a first walk over a file found.

    Attributes:
        sha256: over the bytes as they lie on the disk.
        size: bytes on the disk.
        packed: whether it is a gzip file.
        encoding: for ``codecs``; a byte order mark is already accounted for.
        damaged: some lines do not decode; they become rejects.
    """

    sha256: str
    size: int
    packed: bool
    encoding: str
    damaged: bool


def recognise(file: IO[bytes], name: str) -> Recognised:
    """Walk over the whole file once and say what it is.

    Raises:
        FileRefused: empty, binary, damaged as a gzip file, or in an encoding that cannot be told.
    """
    file.seek(0)
    packed = file.read(2) == _GZIP
    file.seek(0)
    hashed = Hashed(file)
    blocks = _blocks(hashed, packed)
    first = next(blocks, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, damaged = _utf16(chain([first], blocks), name), False
    else:
        census = _Census(name, marked=first.startswith(codecs.BOM_UTF8))
        for block in chain([first], blocks):
            census.count(block)
        census.end()
        encoding, damaged = census.verdict(lambda: _is_chinese(file, packed))
    if hashed.count == 0:
        raise is_empty(name)
    return Recognised(hashed.sha256, hashed.count, packed, encoding, damaged)


class Hashed:
    """A file's bytes, hashed and counted while they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next ``size`` bytes at most."""
        block = self._file.read(size)
        self._digest.update(block)
        self.count += len(block)
        return block

    @property
    def sha256(self) -> str:
        """SHA-256 of what was read so far, as hexadecimal text."""
        return self._digest.hexdigest()


class refused_when_damaged:  # noqa: N801  reads as a verb, like contextlib's own
    """A block in which a damaged file becomes a :class:`FileRefused` with a sentence."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (EOFError, gzip.BadGzipFile, zlib.error)):
            raise FileRefused(
                N_("{file} is a damaged gzip file: it breaks off or does not unpack."),
                file=self._name,
            ) from error
        if isinstance(error, FileNotFoundError):
            raise FileRefused(
                N_("There is no file {file} here. Check its name and its folder."),
                file=self._name,
            ) from error
        if isinstance(error, IsADirectoryError):
            raise FileRefused(
                N_("{file} is a folder. Name one of the files in it."), file=self._name
            ) from error
        if isinstance(error, PermissionError):
            raise FileRefused(
                N_("{file} cannot be read. Give this account the right to read it."),
                file=self._name,
            ) from error
        if isinstance(error, OSError):
            raise FileRefused(
                N_("{file} cannot be read ({detail})."),
                file=self._name,
                detail=reason(error),
            ) from error


def _blocks(hashed: Hashed, packed: bool) -> Iterator[bytes]:
    if packed:
        with gzip.GzipFile(fileobj=cast("IO[bytes]", hashed), mode="rb") as unpacked:
            yield from iter(lambda: unpacked.read(BLOCK), b"")
        while hashed.read(BLOCK):  # what follows a gzip member is part of the file
            pass
    else:
        yield from iter(lambda: hashed.read(BLOCK), b"")


def _utf16(blocks: Iterable[bytes], name: str) -> str:
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        for block in blocks:
            if "\0" in decoder.decode(block):
                raise _binary(name)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _guessed(name, "UTF-16") from error
    return "utf-16"


def _is_chinese(file: IO[bytes], packed: bool) -> tuple[bool, bool]:
    """Whether the whole file is valid GB18030, and whether its characters are those in use."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("gb18030")()
    characters = common = 0
    try:
        for block in _blocks(Hashed(file), packed):
            for character in decoder.decode(block):
                if not character.isascii():
                    code = character.encode("gb18030")
                    characters += 1
                    common += len(code) == 2 and code[0] >= 0xA1 and code[1] >= 0xA1
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False, False
    return True, characters > 0 and common >= _COMMON * characters


class _Census:
    """Counts which lines are UTF-8; whole blocks while everything is."""

    def __init__(self, name: str, *, marked: bool) -> None:
        self._name = name
        self._marked = marked
        self._rest = b""
        self._lines = self._utf8 = self._bad = 0

    def count(self, block: bytes) -> None:
        """Take the next block into account."""
        if b"\0" in block:
            raise _binary(self._name)
        whole, newline, rest = (self._rest + block).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise FileRefused(
                N_("{file} is no table: it has a line of more than {limit} MiB."),
                file=self._name,
                limit=LONGEST_LINE >> 20,
            )
        self._rest = rest
        self._weigh(whole + newline)

    def end(self) -> None:
        """The file has ended."""
        self._weigh(self._rest)
        self._rest = b""

    def _weigh(self, lines: bytes) -> None:
        self._lines += lines.count(b"\n") + (lines[-1:] not in (b"", b"\n"))
        if lines.isascii():
            return
        try:
            lines.decode("utf-8")
        except UnicodeDecodeError:
            for line in lines.split(b"\n"):
                self._weigh_line(line)
        else:
            self._utf8 += 1

    def _weigh_line(self, line: bytes) -> None:
        if line.isascii():
            return
        try:
            line.decode("utf-8")
            self._utf8 += 1
        except UnicodeDecodeError:
            self._bad += 1

    def verdict(self, is_chinese: Callable[[], tuple[bool, bool]]) -> tuple[str, bool]:
        """The encoding, and whether some lines are damaged.

        Raises:
            FileRefused: most of the file is in an encoding that cannot be told.
        """
        if self._bad == 0:
            return "utf-8-sig", False
        if self._marked or self._utf8 > self._bad // 10:
            return "utf-8-sig", True
        valid, common = is_chinese()
        if valid and common:
            return "gb18030", False
        if self._bad * 2 > self._lines:
            guesses = "GB18030, Windows-1252" if valid else "Windows-1252, ISO 8859-1"
            raise _guessed(self._name, guesses)
        return "utf-8-sig", True


def is_empty(name: str) -> FileRefused:
    """What is said of a file without a single character."""
    return FileRefused(N_("{file} is empty. Save or export it again."), file=name)


def _binary(name: str) -> FileRefused:
    return FileRefused(
        N_("{file} is no table but a binary file. Save it as CSV and try again."), file=name
    )


def _guessed(name: str, guesses: str) -> FileRefused:
    return FileRefused(
        N_(
            "The characters of {file} cannot be told with certainty. It is not valid UTF-8; it "
            "may be {guesses}. Save it as CSV in UTF-8 and try again."
        ),
        file=name,
        guesses=guesses,
    )

"""Reading a batch back: is every file there, and is every byte what the manifest says?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.exporting.manifest import MANIFEST
from models.messages import N_
from models.refusals import reason

_AT_ONCE: Final = 1 << 20
_FILE_NAME: Final = re.compile(r"[a-z0-9_]+\.csv\Z")
_PROPERTIES: Final[dict[str, type]] = {
    **dict.fromkeys(("store", "epoch", "business_date", "audit_head", "made_at"), str),
    **dict.fromkeys(("batch", "schema_version", "from_seq", "to_seq"), int),
    "full": bool,
    "totals": dict,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a sentence with named values, untranslated."""

    sentence: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True, slots=True)
class Verified:
    """What reading a batch back found.

    Attributes:
        folder: the batch.
        manifest: ``datapackage.json`` as it stands; empty when it cannot be read.
        manifest_sha256: SHA-256 of that file, by which the next batch names this one.
        rows: rows of all files together.
        faults: everything that is wrong; none in a good batch.
    """

    folder: Path
    manifest: dict[str, Any]
    manifest_sha256: str | None
    rows: int
    faults: tuple[Fault, ...]


def verify(folder: Path) -> Verified:
    """Compare a batch with its manifest: files, bytes, SHA-256, header and rows."""
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        sentence = N_("{path} cannot be read ({detail}): this folder is no batch.")
        return _unreadable(folder, sentence, path=path, detail=reason(error))
    try:
        manifest = json.loads(content)
        faults = list(_faults_of_shape(manifest))
    except (ValueError, RecursionError):
        return _unreadable(folder, N_("{path} is no JSON document."), path=path)
    except (KeyError, TypeError, AttributeError):
        return _unreadable(folder, N_("{path} describes no batch of Counter."), path=path)
    digest = hashlib.sha256(content).hexdigest()
    rows = 0
    if not faults:
        for resource in manifest["resources"]:
            found, sentences = _verify_file(folder, resource)
            rows += found
            faults += sentences
        faults += _strangers(folder, manifest)
    return Verified(folder, manifest, digest, rows, tuple(faults))


def _unreadable(folder: Path, sentence: str, **values: Any) -> Verified:
    return Verified(folder, {}, None, 0, (Fault(sentence, values),))


def _faults_of_shape(manifest: dict[str, Any]) -> Iterator[Fault]:
    """What is missing in the manifest itself; raises when it is of another shape altogether."""
    for name, kind in _PROPERTIES.items():
        if not isinstance(manifest.get(name), kind):
            yield Fault(N_("The manifest says no {name}."), {"name": name})
    if not manifest["resources"]:
        yield Fault(N_("The manifest names no file."), {})
    for resource in manifest["resources"]:
        path, *_ = (resource[name] for name in ("path", "name", "rows", "bytes", "hash"))
        if not [field["name"] for field in resource["schema"]["fields"]]:
            raise KeyError("fields")
        if not _FILE_NAME.match(path):
            yield Fault(N_("The manifest names a file outside the batch: {path}."), {"path": path})


def _verify_file(folder: Path, resource: dict[str, Any]) -> tuple[int, list[Fault]]:
    name = resource["path"]
    try:
        found = read_back(folder / name)
    except OSError as error:
        values = {"name": name, "detail": reason(error)}
        return 0, [Fault(N_("{name} cannot be read ({detail})."), values)]
    faults = []
    if found.bytes != resource["bytes"]:
        faults.append(
            Fault(
                N_("{name} has {found} bytes; the manifest says {said}."),
                {"name": name, "found": found.bytes, "said": resource["bytes"]},
            )
        )
    if f"sha256:{found.sha256}" != resource["hash"]:
        faults.append(Fault(N_("{name} was changed: its SHA-256 is another one."), {"name": name}))
    if found.rows != resource["rows"]:
        faults.append(
            Fault(
                N_("{name} has {found} rows; the manifest says {said}."),
                {"name": name, "found": found.rows, "said": resource["rows"]},
            )
        )
    header = ",".join(field["name"] for field in resource["schema"]["fields"])
    if found.header != header.encode():
        faults.append(Fault(N_("{name} has other columns than the manifest."), {"name": name}))
    return found.rows, faults


def _strangers(folder: Path, manifest: dict[str, Any]) -> list[Fault]:
    known = {MANIFEST, *(resource["path"] for resource in manifest["resources"])}
    names = sorted(path.name for path in folder.iterdir() if path.name not in known)
    return [Fault(N_("{name} does not belong to the batch."), {"name": name}) for name in names]


# --- files ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A machine file as it stands on the disk; ``header`` is its first line without the end."""

    header: bytes
    rows: int
    bytes: int
    sha256: str


def read_back(path: Path) -> ReadBack:
    """Count and hash a machine file in one pass.

    A row ends with CRLF outside quotes. Between two quote characters a block is either all inside
    or all outside, so counting needs no parser; an unclosed quote shows as rows that are missing.
    """
    digest, size, ends, inside, held = hashlib.sha256(), 0, 0, False, b""
    with path.open("rb") as file:
        header = file.readline().removesuffix(b"\r\n")
        file.seek(0)
        while block := file.read(_AT_ONCE):
            digest.update(block)
            size += len(block)
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""
            parts = block[: len(block) - len(held)].split(b'"')
            ends += sum(part.count(b"\r\n") for part in parts[inside::2])
            inside ^= len(parts) % 2 == 0
    return ReadBack(header, max(ends - 1, 0), size, digest.hexdigest())

"""What an import in a process of its own is told, and what it tells: JSON, one object a line.

The order goes over the standard input, which nobody else can read: no name of a file and nothing
about the person stands in the list of processes or in an environment. It holds no PIN either. The
import reads role and session of its actor from the store, as every operation does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from counter.desk import Actor
from counter.places import Places
from data.location import Location
from models.terms import PROFILES, ImportKind, ImportProfile, Role


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """One file to take in for somebody who is signed in.

    Attributes:
        places: the counter whose store takes it.
        actor: who imports.
        kind: what the file holds.
        path: the file.
        language: what sentences are said in, those of the reject file included.
        profile: whose columns the file has; told by its header when absent.
        dry_run: check everything and store nothing.
        again: read a file that was imported before.
    """

    places: Places
    actor: Actor
    kind: ImportKind
    path: Path
    language: str
    profile: ImportProfile | None = None
    dry_run: bool = False
    again: bool = False

    def to_line(self) -> str:
        """The order as one line."""
        return json.dumps(
            {
                "home": str(self.places.home),
                "store": str(self.places.store.path),
                "actor": {
                    "id": self.actor.id,
                    "login": self.actor.login,
                    "name": self.actor.name,
                    "role": self.actor.role,
                    "session_no": self.actor.session_no,
                },
                "kind": self.kind,
                "path": str(self.path),
                "language": self.language,
                "profile": self.profile,
                "dry_run": self.dry_run,
                "again": self.again,
            }
        )

    @classmethod
    def from_line(cls, line: str) -> Self:
        """The order that stands in ``line``."""
        said: dict[str, Any] = json.loads(line)
        who, kind = said["actor"], ImportKind(said["kind"])
        profiles = {str(profile): profile for profile in PROFILES.get(kind, ())}
        profile = said["profile"]
        return cls(
            Places(Path(said["home"]), Location(Path(said["store"]))),
            Actor(who["id"], who["login"], who["name"], Role(who["role"]), who["session_no"]),
            kind,
            Path(said["path"]),
            said["language"],
            None if profile is None else profiles[profile],
            said["dry_run"],
            said["again"],
        )

"""One run of the repairs: rows worked out again a portion at a time, after one verified backup."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from counter.desk import Actor
from counter.safekeeping import back_up_store
from counter.shop import Shop
from data import repairs
from data.auditing import Deed
from data.reading import Reader
from data.repairs import Repair, RepairWriter
from models.errors import FileRefused, StoreUnusable

_BEFORE: Final = "-before-repair"


class Round:
    """One run of the repairs, with one backup before its first change."""

    def __init__(self, shop: Shop, actor: Actor, writer: RepairWriter) -> None:
        self.shop = shop
        self.actor = actor
        self.writer = writer
        self.backup: Path | None = None

    def keys(self, find: Callable[[Reader], Iterator[int]]) -> array[int]:
        """What is to be repaired, as one snapshot shows it; eight bytes a row."""
        with self.shop.reading(self.shop.system) as desk:
            return array("q", find(desk.reader))

    @contextmanager
    def transaction(self) -> Iterator[Repair]:
        """One transaction, after the backup."""
        if self.backup is None:
            try:
                self.backup = back_up_store(self.shop, self.actor, label=_BEFORE)
            except StoreUnusable as error:  # nothing is tried without one
                refusal = FileRefused(error.sentence)
                refusal.values = error.values
                raise refusal from error
        with self.writer.transaction() as repair:
            yield repair

    def mend(
        self, code: str, keys: Sequence[int], mend: Callable[[Repair, int], Deed | bool]
    ) -> int:
        """Repair rows a portion at a time; how many were changed.

        Args:
            code: what the audit calls it.
            keys: the rows.
            mend: works one row out again and writes it. It gives back what the audit keeps of the
                row, or whether anything was changed; then the audit keeps how many.
        """
        done = 0
        for portion in self.writer.portions(keys):
            with self.transaction() as repair:
                told = [what for key in portion if (what := mend(repair, key))]
                deeds = [what for what in told if isinstance(what, Deed)]
                if len(deeds) < len(told):
                    deeds.append(self.deed(repair, code, len(told)))
                repair.deeds += deeds
            done += len(told)
        return done

    def deed(self, repair: Repair, code: str, rows: int) -> Deed:
        """What the audit keeps of a repair of the store as a whole."""
        uid = repairs.shop_uid(repair)
        return self.writer.deed("store.repair", "store", uid, what=code, rows=rows)

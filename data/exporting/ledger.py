"""The store's own book of its batches. Keeping it draws no change number."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from data.csvfile import Written
from data.exporting.manifest import Plan
from data.exporting.tables import SCHEMA_VERSION, SEND_ALL
from data.store import Author, Store
from models.exchange import ExportBatch, ExportFile
from models.site import StoreFact
from models.terms import ExportStatus, PersonalData

PSEUDONYM_KEY: Final = "pseudonym_key"
"""Name of the store fact that keyed hashes are made with; it never leaves the store."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an export is asked for.

    Attributes:
        store: code of the shop, which names the folder.
        epoch: the life of the store file.
        out: the folder that batches go to.
        business_date: label of the batch.
        full: begin at change number 0 even where a verified batch stands.
        personal_data: how much of a person leaves.
        author: who asks.
        now: when, UTC.
    """

    store: str
    epoch: str
    out: Path
    business_date: date
    full: bool
    personal_data: PersonalData
    author: Author
    now: datetime


class Ledger:
    """Reads and writes the rows of ``export_batch`` and ``export_file``."""

    def __init__(self, store: Store, request: Request) -> None:
        self._store = store
        self._request = request

    def plan(self, lowest_free: int) -> Plan:
        """The batch that is to be written now: the unfinished one again, or the next.

        The same wish on the same business date keeps the moment of the first plan, so that an
        unchanged store gives the same bytes.

        Args:
            lowest_free: the first number that no folder bears yet; a new epoch begins with it.
        """
        request = self._request
        with self._store.writing(request.author, request.now) as work:
            session = work.session
            last = self._newest(session, verified=True)
            batch = self._newest(session, verified=False)
            continues = last is not None and self._continues(last)
            full = request.full or not continues or self._must_send_all(session)
            wished: dict[str, Any] = {
                "business_date": request.business_date,
                "schema_version": SCHEMA_VERSION,
                "personal_data": str(request.personal_data),
                "full": full,
                "from_change": 0 if full or last is None else last.to_change,
            }
            if batch is None:
                number = last.batch_no + 1 if last else self._first_number(session, lowest_free)
                batch = ExportBatch(
                    epoch=request.epoch,
                    batch_no=number,
                    covers_from=_covers_from(last, request.business_date),
                    made_at=request.now,
                    **wished,
                )
            else:
                batch.attempt += 1
                if any(getattr(batch, name) != value for name, value in wished.items()):
                    batch.made_at = request.now
                    batch.covers_from = _covers_from(last, request.business_date)
                    for name, value in wished.items():
                        setattr(batch, name, value)
            batch.status, batch.error, batch.manifest_sha256 = ExportStatus.PLANNED, None, None
            batch.to_change, batch.folder = None, None
            session.add(batch)
            return self._plan_of(batch, last)

    def recorded(
        self,
        plan: Plan,
        folder: Path,
        manifest: dict[str, Any],
        digest: str,
        files: Sequence[Written],
    ) -> None:
        """Note what is about to be renamed into ``folder``, so that it can be adopted."""
        request = self._request
        with self._store.writing(request.author, request.now) as work:
            batch = self._row(work.session, plan)
            batch.status = ExportStatus.WRITTEN
            batch.to_change = manifest["to_seq"]
            batch.folder = str(folder)
            batch.manifest_sha256 = digest
            batch.totals = manifest["totals"]
            work.session.add(batch)
            key = batch.id or 0
            work.session.exec(sa.delete(ExportFile).where(col(ExportFile.export_batch_id) == key))
            for file in files:
                work.session.add(
                    ExportFile(
                        export_batch_id=key,
                        name=file.path.stem,
                        path=file.path.name,
                        rows=file.rows,
                        bytes=file.bytes,
                        sha256=file.sha256,
                    )
                )

    def verified(self, plan: Plan) -> None:
        """Let the next batch start where this one ends."""
        request = self._request
        with self._store.writing(request.author, request.now) as work:
            batch = self._row(work.session, plan)
            batch.status = ExportStatus.VERIFIED
            work.session.add(batch)
            work.audit(
                "export.batch",
                "export_batch",
                batch.uid,
                batch=batch.batch_no,
                business_date=batch.business_date,
                to_seq=batch.to_change,
                manifest=batch.manifest_sha256,
                personal_data=batch.personal_data,
            )

    def failed(self, plan: Plan, reason: str) -> None:
        """Keep why the batch was not made; the next run takes the same number."""
        request = self._request
        with self._store.writing(request.author, request.now) as work:
            batch = self._row(work.session, plan)
            batch.status, batch.error = ExportStatus.FAILED, reason
            work.session.add(batch)

    def unfinished(self) -> tuple[Plan, Path, str] | None:
        """The batch that was recorded but never verified: its plan, folder and manifest's hash."""
        with self._store.asking() as session:
            batch = self._newest(session, verified=False)
            recorded = batch is not None and batch.status == ExportStatus.WRITTEN
            if batch is None or not recorded or not batch.folder or not batch.manifest_sha256:
                return None
            plan = self._plan_of(batch, self._newest(session, verified=True))
            return plan, Path(batch.folder), batch.manifest_sha256

    def pseudonym_key(self) -> str:
        """The key of keyed hashes; made once and kept, so that a person stays the same text."""
        request = self._request
        if request.personal_data is not PersonalData.PSEUDONYMOUS:
            return ""
        with self._store.writing(request.author, request.now) as work:
            fact = work.session.get(StoreFact, PSEUDONYM_KEY)
            if fact is None:
                fact = StoreFact(name=PSEUDONYM_KEY, value=secrets.token_hex(32))
                work.session.add(fact)
            return fact.value

    def _continues(self, last: ExportBatch) -> bool:
        """Whether rows that left before still read as they would leave today.

        A new code of the shop, other columns and another setting for persons change rows that draw
        no change number: then everything leaves again.
        """
        return (
            last.schema_version == SCHEMA_VERSION
            and last.personal_data == self._request.personal_data
            and Path(last.folder or "").parent.name == self._request.store
        )

    def _must_send_all(self, session: Session) -> bool:
        """Whether a repair asked for everything, and no full batch has left since."""
        fact = session.get(StoreFact, SEND_ALL)
        if fact is None:
            return False
        statement = select(ExportBatch.id).where(
            ExportBatch.epoch == self._request.epoch,
            ExportBatch.status == ExportStatus.VERIFIED,
            col(ExportBatch.full),
            col(ExportBatch.to_change) >= int(fact.value),
        )
        return session.exec(statement).first() is None

    def _newest(self, session: Session, *, verified: bool) -> ExportBatch | None:
        status = col(ExportBatch.status)
        wanted = status == ExportStatus.VERIFIED if verified else status != ExportStatus.VERIFIED
        statement = (
            select(ExportBatch)
            .where(ExportBatch.epoch == self._request.epoch, wanted)
            .order_by(col(ExportBatch.batch_no).desc())
        )
        return session.exec(statement).first()

    @staticmethod
    def _first_number(session: Session, lowest_free: int) -> int:
        """A new epoch goes on counting, so that no folder of an older one is in its way."""
        used = session.exec(select(sa.func.max(col(ExportBatch.batch_no)))).one()
        return max(lowest_free, (used or 0) + 1)

    @staticmethod
    def _row(session: Session, plan: Plan) -> ExportBatch:
        return session.exec(select(ExportBatch).where(ExportBatch.uid == plan.uid)).one()

    def _plan_of(self, batch: ExportBatch, last: ExportBatch | None) -> Plan:
        return Plan(
            uid=batch.uid,
            store=self._request.store,
            epoch=batch.epoch,
            batch_no=batch.batch_no,
            business_date=batch.business_date,
            covers_from=batch.covers_from,
            full=batch.full,
            from_seq=batch.from_change,
            made_at=batch.made_at,
            personal_data=PersonalData(batch.personal_data),
            previous_sha256=last.manifest_sha256 if last else None,
        )


def _covers_from(last: ExportBatch | None, business_date: date) -> date:
    """The day after the last batch's; the business date itself when that is not later."""
    if last is None or last.business_date >= business_date:
        return business_date
    return last.business_date + timedelta(days=1)

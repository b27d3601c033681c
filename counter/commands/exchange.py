"""``counter import`` and ``counter export``: CSV in, batches out. They act as ``system``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counter.commands.output import print_facts, print_json, print_table, safe
from counter.commands.session import JsonOption, ending_in_words, named_path, opened_shop
from counter.language import _, number, phrase
from counter.words import label
from models.messages import N_
from models.terms import (
    PROFILES,
    ComplaintProfile,
    ExportStatus,
    ImportKind,
    ImportProfile,
    ReceiptProfile,
)

if TYPE_CHECKING:
    from data.importing.run import Progress as Show

export_app = typer.Typer(
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
)


class Progressing(StrEnum):
    """How an import shows the way through its file."""

    TEXT = "text"
    JSON = "json"


class AnyProfile(StrEnum):
    """Whose columns a file has, for every kind together: Typer takes one enumeration."""

    NATIVE = ReceiptProfile.NATIVE
    ONLINE_RETAIL = ReceiptProfile.ONLINE_RETAIL
    NYC_MEDIATED = ComplaintProfile.NYC_MEDIATED

    @property
    def meant(self) -> ImportProfile:
        """The profile as it is known to its kind."""
        return next(
            one for profiles in PROFILES.values() for one in profiles if str(one) == str(self)
        )


_USUAL: dict[ImportKind, ImportProfile] = {ImportKind.RECEIPTS: ReceiptProfile.NATIVE}
"""The profile of a kind where none is named; else the header tells it."""


@ending_in_words
def import_(
    kind: Annotated[ImportKind, typer.Argument(metavar="KIND", help="What the file holds.")],
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", parser=named_path, help="A CSV file; .gz is read as it is."),
    ],
    profile: Annotated[
        AnyProfile | None,
        typer.Option(
            help="Whose columns the file has. receipts: native (usual), online-retail; "
            "complaints: nyc-mediated."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check every row and store nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Read a file that was imported before.")
    ] = False,
    progress: Annotated[
        Progressing, typer.Option(help="How the way through the file is shown on standard error.")
    ] = Progressing.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Take in receipts, products, customers, staff, complaints; bad rows go to FILE.rejects.csv."""
    with opened_shop() as shop:
        from counter.importing import import_file

        with _shown(progress) as show:
            summary = import_file(
                shop,
                shop.system,
                kind,
                file,
                profile=profile.meant if profile else _USUAL.get(kind),
                dry_run=dry_run,
                again=again,
                progress=show,
            )
        if as_json:
            print_json(summary.to_json())
            return
        if summary.was_known:
            print(_("This very file was taken in before; nothing was read. --again reads it."))
        print_facts(
            [
                (_("file"), str(summary.file)),
                (_("rows"), number(summary.rows)),
                (_("accepted"), number(summary.accepted)),
                (_("unchanged"), number(summary.unchanged)),
                (_("matched returns"), number(summary.matched_returns)),
                (_("rejected"), number(summary.rejected)),
                *((f"  {safe(code)}", number(count)) for code, count in summary.reasons.items()),
                (_("rejects file"), str(summary.rejects_file) if summary.rejects_file else None),
            ]
        )
        for login, code in summary.codes.items():
            said = N_("One-time code for {login}: {code}")
            print(phrase(said, {"login": login, "code": code}))


@contextmanager
def _shown(progress: Progressing) -> Iterator[Show]:
    from counter.commands.progress import Progress, ProgressLines

    if progress is Progressing.JSON:
        yield ProgressLines(lambda line: print(line, file=sys.stderr, flush=True)).show
    else:
        with Progress(sys.stderr) as text:
            yield text.show


@export_app.callback()
@ending_in_words
def export(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=named_path, help="Another folder than usual."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything, not only changes.")] = False,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Business date on the batch; selects no rows."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write what changed since the last batch as CSV."""
    if context.invoked_subcommand is not None:
        return
    with opened_shop() as shop:
        from counter.exporting import export_batch

        summary = export_batch(shop, shop.system, out=out, full=full, date=date)
        if as_json:
            print_json(summary.to_json())
        else:
            print_facts(
                [
                    (_("batch"), str(summary.folder)),
                    (_("rows"), number(summary.rows)),
                    (_("changes"), f"{summary.from_seq} - {summary.to_seq}"),
                ]
            )


@export_app.command("verify")
@ending_in_words
def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", parser=named_path, help="A batch's folder.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Read a batch back and compare rows and hashes with its manifest."""
    from counter.exporting import verify_batch

    report = verify_batch(folder)
    if as_json:
        print_json(report.to_json())
    elif report.sound:
        print(
            _("Sound: {rows} rows in {files} files.").format(rows=report.rows, files=report.files)
        )
    else:
        for fault in report.faults:
            print(phrase(fault.sentence, fault.values))
    if not report.sound:
        raise typer.Exit(1)


@export_app.command("list")
@ending_in_words
def list_(as_json: JsonOption = False) -> None:
    """List the batches of this store, the newest first."""
    with opened_shop() as shop:
        from counter.exporting import list_batches

        batches = list_batches(shop, shop.system)
        if as_json:
            print_json({"batches": batches})
            return
        print_table(
            [_("batch"), _("date"), _("status"), _("rows"), _("folder")],
            [
                [
                    str(batch.batch_no),
                    batch.business_date.isoformat(),
                    label(ExportStatus(batch.status)),
                    number(batch.rows),
                    batch.folder or "",
                ]
                for batch in batches
            ],
        )

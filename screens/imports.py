"""Import files: what a file holds, a check first, the way through it, and earlier imports."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from counter import import_book
from counter.import_book import ImportRow
from counter.import_order import ImportOrder
from counter.import_paths import completions, path_from
from counter.language import _, active, number, short_moment
from counter.words import label
from models.messages import N_
from models.terms import PROFILES, ImportKind, ImportProfile, ImportStatus
from models.views import Page, Span
from screens.frame import FramedScreen
from screens.import_result import told
from screens.import_run import ImportRun
from screens.widgets.columns import Cell, Column, Flex, Toned
from screens.widgets.confirm import Confirm
from screens.widgets.controls import Choice, SubmitLine
from screens.widgets.dialog import open_dialog
from screens.widgets.form import ChoiceField, Form
from screens.widgets.paged_table import PagedTable
from screens.widgets.path import PathField
from screens.widgets.plain import PlainText
from screens.widgets.sheet import Sheet

BY_HEADER: Final = "header"
CHECK: Final = "check"
IMPORT: Final = "import"
AGAIN: Final = "again"


class _Earlier(PagedTable[ImportRow]):
    """The imports so far; Enter shows what became of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Details"), show=False, id="imports.open"),
    ]


class LeaveImport(Confirm):
    """The question before an import is stopped; a key that repeats asks it once."""


class ImportsScreen(FramedScreen):
    """One file at a time is imported beside the application, whatever is done meanwhile."""

    CSS_PATH = "styles/imports.tcss"
    AUTO_FOCUS = "#field-kind ChoiceLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "cancel", N_("Cancel"), id="imports.cancel"),
        Binding("r", "result", N_("Result"), id="imports.result"),
        Binding("escape", "back", N_("Back"), id="imports.back"),
    ]

    def compose_body(self) -> ComposeResult:
        kinds = [Choice(str(kind), partial(label, kind)) for kind in ImportKind]
        profiles = _profiles(PROFILES[ImportKind.RECEIPTS])
        manners = [
            Choice(CHECK, N_("check only")),
            Choice(IMPORT, N_("import")),
            Choice(AGAIN, N_("import again")),
        ]
        yield PlainText(_("Import files"), classes="headline")
        yield Form(
            ChoiceField("kind", N_("It holds"), kinds, value=ImportKind.RECEIPTS),
            ChoiceField("profile", N_("Columns"), profiles, value=BY_HEADER),
            PathField(
                "file",
                N_("File"),
                lambda typed: completions(typed, self._roots),
                hint=N_("Type, paste or drop a path; Tab completes it. ~ is your own folder."),
            ),
            ChoiceField(
                "manner",
                N_("What to do"),
                manners,
                value=CHECK,
                hint=N_("A check stores nothing: it says what an import would do."),
            ),
            submit=N_("Go on"),
            id="import-form",
        )
        yield PlainText("", id="import-progress")
        yield PlainText(_("Earlier imports"), classes="heading")
        yield _Earlier(
            self._columns(), self._load, empty=N_("None yet."), markable=False, id="imports"
        )

    def on_mount(self) -> None:
        self.show_run()

    def store_changed(self) -> None:
        """Read the list of imports again, and say how far the one is that goes on."""
        self._table.reload()
        self.show_run()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _(
                "A check says how many rows would be accepted and why others would not, and stores"
                " nothing. After it, Enter imports."
            ),
            _(
                "An import goes on beside everything else; the title bar says how far it is. One"
                " that was stopped goes on when the same file is imported again: no row twice."
            ),
            _("Rows that were not taken in lie beside the file. Mended, they can be imported."),
        ]

    @property
    def _roots(self) -> tuple[Path, ...]:
        """Where names without a folder are looked for."""
        return self.counter_app.places.home, Path.home()

    @property
    def _form(self) -> Form:
        return self.query_one("#import-form", Form)

    @property
    def _table(self) -> _Earlier:
        return self.query_one("#imports", _Earlier)

    # --- the form ---------------------------------------------------------------------------

    @on(Form.Changed)
    def _changed(self, event: Form.Changed) -> None:
        fields = self._form.fields
        if event.field.key == "kind":
            self._offer_profiles(fields["kind"].value)
        if event.field.key in ("kind", "file"):
            fields["manner"].value = CHECK

    def _offer_profiles(self, kind: str) -> None:
        """Ask for the columns where files of the kind may have several."""
        known = PROFILES.get(ImportKind(kind), ()) if kind else ()
        field = self._form.fields["profile"]
        field.display = len(known) > 1
        if field.display and isinstance(field, ChoiceField):
            field.offer(_profiles(known))
            field.value = field.value or BY_HEADER

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        values = event.values
        faults = {
            name: _("Please choose.") for name in ("kind", "profile", "manner") if not values[name]
        }
        if not values["file"]:
            faults["file"] = _("Say which file: its path, or its name in your own folder.")
        if faults:
            self._form.show_errors(faults)
            return
        self.run_worker(self._look_for_file(values), group="file", exclusive=True)

    async def _look_for_file(self, values: dict[str, str]) -> None:
        """Find the file in a thread, and not in a handler: on a slow disk keys go on working."""
        path, refusal = await self.in_thread(partial(_file_from, values["file"], self._roots))
        if refusal:
            self._form.show_errors({"file": refusal})
        else:
            self._begin_import(path, values)

    def _begin_import(self, path: Path, values: dict[str, str]) -> None:
        app = self.counter_app
        run = app.import_run
        if run is not None and not run.is_over:
            self.say(_("One file at a time: {file} is being imported.").format(file=run.file))
            return
        kind = ImportKind(values["kind"])
        known = {str(profile): profile for profile in PROFILES.get(kind, ())}
        app.begin_import(
            ImportOrder(
                app.places,
                app.actor,
                kind,
                path,
                active(),
                profile=known.get(values["profile"]),  # else the header tells
                dry_run=values["manner"] == CHECK,
                again=values["manner"] == AGAIN,
            )
        )
        self.say("")
        self._table.focus()
        self.show_run()

    # --- the import that goes on ------------------------------------------------------------

    def show_run(self) -> None:
        """Show how far the import is, or what became of it."""
        run = self.counter_app.import_run
        goes_on = run is not None and not run.is_over
        line = self.query_one("#import-progress", PlainText)
        line.display = goes_on
        if run is not None and goes_on:
            line.update(run.progress() if run is self.counter_app.own_import else run.sign())
        if self._form.display is goes_on:
            self._form.display = not goes_on
            self.refresh_bindings()
        own = self.counter_app.own_import
        if own is not None and own.is_over and not own.is_seen and self.is_active:
            own.is_seen = True
            self._show_end(own)

    def _show_end(self, run: ImportRun) -> None:
        words, tone = run.news()
        if run.summary is not None and run.order.dry_run and not run.summary["was_known"]:
            words = _("{news} Enter imports it.").format(news=words)
        self.say(words, tone)
        self.show_title()
        self._table.reload()
        self.refresh_bindings()
        form = self._form
        if run.failure is not None and run.failure[0] in ("file_refused", "invalid_input"):
            form.show_errors({"file": run.failure[2]})
            return
        form.show_errors({})  # the next submission answers what was just told; it is no repeat
        if run.summary is None or run.order.dry_run:  # Enter does the next thing
            self.set_focus(form.query_one(SubmitLine))
        if run.summary is not None:
            form.fields["manner"].value = IMPORT if run.order.dry_run else CHECK
            self.action_result()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense now."""
        run = self.counter_app.own_import
        if action == "cancel":
            return run is not None and not run.is_over and not run.is_stopping
        if action == "result":
            return run is not None and run.summary is not None
        return True

    def action_cancel(self) -> None:
        """Ask whether, then let the import end after the rows it is at."""
        run = self.counter_app.own_import
        if run is None:
            return

        def answered(agrees: bool | None) -> None:
            if agrees:
                run.stop()
                self.show_run()
                self.refresh_bindings()

        if run.order.dry_run:  # nothing was stored
            answered(True)
            return
        detail = _("What is in stays. Importing the same file again goes on from there.")
        question = _("Stop importing {file}?").format(file=run.file)
        open_dialog(self.app, LeaveImport(question, detail=detail), answered)

    def action_result(self) -> None:
        """Show once more what became of the last file."""
        run = self.counter_app.own_import
        if run is not None and run.summary is not None:
            title = _("{file} was checked") if run.order.dry_run else _("{file} was imported")
            open_dialog(self.app, Sheet(title.format(file=run.file), told(run.summary)))

    # --- earlier imports --------------------------------------------------------------------

    def _load(self, span: Span) -> Page[ImportRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return import_book.imports(desk, span)

    def _columns(self) -> list[Column[ImportRow]]:
        return [
            Column(N_("begun"), self._begun, width=16),
            Column(N_("file"), lambda row: row.file, width=Flex(12)),
            Column(N_("holds"), lambda row: label(row.kind), width=10),
            Column(N_("rows"), lambda row: number(row.rows), width=9, align="right"),
            Column(N_("rejected"), lambda row: number(row.rejected), width=8, align="right"),
            Column(N_("state"), _state, width=10),
        ]

    def _begun(self, row: ImportRow) -> str:
        return short_moment(row.started_at, self.counter_app.shop.site.zone)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    @on(PagedTable.RowChosen)
    def _row_chosen(self, event: PagedTable.RowChosen) -> None:
        row: ImportRow = event.row

        def show(reasons: dict[str, int]) -> None:
            facts = {
                "rows": row.rows,
                "accepted": row.accepted,
                "unchanged": row.unchanged,
                "matched_returns": row.matched_returns,
                "rejected": row.rejected,
                "reasons": reasons,
            }
            if self.is_active:  # else the hand went on to something else
                open_dialog(self.app, Sheet(row.file, told(facts)))

        self.read(lambda desk: import_book.reasons(desk, row.id), show, group="reasons")


def _profiles(known: Iterable[ImportProfile]) -> list[Choice]:
    named = [Choice(str(profile), partial(str, profile)) for profile in known]
    return [Choice(BY_HEADER, N_("as its header says")), *named]


def _file_from(typed: str, roots: tuple[Path, ...]) -> tuple[Path, str]:
    """The file that is meant, and why it cannot be imported."""
    path = path_from(typed, roots)
    if path.is_file():
        return path, ""
    said = _("{path} is a folder.") if path.is_dir() else _("There is no file {path}.")
    return path, said.format(path=path)


def _state(row: ImportRow) -> Cell:
    # Of the row alone: the list draws a row's line once. What goes on stands in the title bar.
    if row.status is ImportStatus.DONE:
        return _("done")
    return Toned(_("! not done"), "warning")

"""Who works here: add people, reset PINs, change names and roles, let people leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from counter import staff
from counter.counting import amount
from counter.desk import WritingDesk
from counter.language import _, money, ngettext, time_of_day
from counter.list_files import export_staff
from counter.permissions import Action, allowed
from counter.staff import CodeIssued, StaffDraft
from counter.words import label
from models.errors import CounterError
from models.messages import N_
from models.money import from_minor, minor_digits
from models.terms import Role
from models.views import Counts, Page, Span, StaffRow
from screens.asking import KeptAsk
from screens.frame import FramedScreen
from screens.widgets.columns import Cell, Column, Flex, Toned
from screens.widgets.confirm import Confirm
from screens.widgets.controls import Choice
from screens.widgets.dialog import Dialog, open_dialog
from screens.widgets.form import ChoiceField, Field, TextField
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, plain

Operation = Callable[[WritingDesk, dict[str, str]], CodeIssued | None]


class _People(PagedTable[StaffRow]):
    """The list; Enter changes the person under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Change"), show=False, id="people.open"),
    ]


class StaffScreen(FramedScreen):
    """The people of the shop; who may not manage them sees the list only."""

    CSS_PATH = "styles/staff.tcss"
    AUTO_FOCUS = "#people"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", N_("Add"), id="staff.add"),
        Binding("r", "reset", N_("New code"), id="staff.reset"),
        Binding("c", "change", N_("Change"), id="staff.change"),
        Binding("d", "leave", N_("Left / back"), id="staff.leave"),
        Binding("l", "limit", N_("Goodwill"), id="staff.limit"),
        Binding("e", "export", N_("CSV"), id="staff.export"),
        Binding("escape", "back", N_("Back"), id="staff.back"),
    ]

    def compose_body(self) -> ComposeResult:
        yield PlainText(_("Staff"), classes="headline")
        yield _People(
            self._columns(),
            self._load,
            self._count,
            empty=N_("Nobody yet."),
            markable=False,
            sorted_by=("number", False),
            id="people",
        )
        yield PlainText("", id="staff-counts")

    def store_changed(self) -> None:
        """Read the list again; the cursor stays on its person."""
        self._table.reload()

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _(
                "Whoever is added signs in first with a one-time code, shown once, and chooses a"
                " PIN. The code holds for seven days."
            ),
            _("r takes a forgotten PIN away and gives a new code; it also ends a lock-out."),
            _("d lets a person leave or come back. Nobody is deleted: the history names them."),
            _("l says up to which amount a person grants goodwill without a second one."),
        ]

    @property
    def _table(self) -> _People:
        return self.query_one("#people", _People)

    def _load(self, span: Span) -> Page[StaffRow]:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return staff.staff_list(desk, span)

    def _count(self, first: tuple[Any, ...] | None) -> Counts:
        app = self.counter_app
        with app.shop.reading(app.actor) as desk:
            return staff.staff_count(desk, first)

    def _columns(self) -> list[Column[StaffRow]]:
        return [
            Column(N_("number"), lambda row: row.login, width=14),
            Column(N_("name"), _name, width=Flex(16)),
            Column(N_("role"), lambda row: label(row.role), width=14),
            Column(N_("sign-in"), self._sign_in, width=24),
            Column(N_("goodwill up to"), self._limit, width=16, align="right", hide_below=100),
        ]

    def _limit(self, row: StaffRow) -> Cell:
        minor = row.goodwill_limit_minor
        return money(minor, self.counter_app.shop.site.currency) if minor else ""

    def _sign_in(self, row: StaffRow) -> Cell:
        now = self.counter_app.shop.clock()
        if not row.active:
            return Toned(_("has left"), "muted")
        if row.locked_until is not None and row.locked_until > now:
            return Toned(_locked(row.locked_until, self), "warning")
        if row.waiting_for_code:
            return Toned(_("waits for the code"), "strong")
        return _("by PIN") if row.has_pin else Toned(_("! needs a code (r)"), "warning")

    @on(PagedTable.CountsChanged)
    def _counted(self, event: PagedTable.CountsChanged) -> None:
        if event.counts is not None:
            total = event.counts.total
            said = ngettext("{count} person", "{count} people", total.rows)
            self.query_one("#staff-counts", PlainText).update(said.format(count=amount(total)))

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    @on(PagedTable.RowHighlighted)
    def _row_highlighted(self) -> None:
        self.refresh_bindings()

    @on(PagedTable.RowChosen)
    def _row_chosen(self) -> None:
        if self.check_action("change", ()):
            self.action_change()

    # --- acting -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what the role does not allow."""
        if action in ("add", "reset", "change", "leave", "limit"):
            return allowed(self.counter_app.actor.role, Action.MANAGE_STAFF)
        return action != "export" or allowed(self.counter_app.actor.role, Action.EXPORT_VIEW)

    def action_export(self) -> None:
        """Write the list for a spreadsheet."""
        self.export(export_staff)

    def action_add(self) -> None:
        """Ask who is new, and show the one-time code."""
        fields: list[Field] = [
            TextField("login", N_("Number"), hint=N_("Letters, digits or . _ -"), longest=32),
            TextField("name", N_("Name"), longest=80),
            _role_field(Role.CLERK),
        ]

        def add(desk: WritingDesk, values: dict[str, str]) -> CodeIssued | None:
            draft = StaffDraft(values["login"], values["name"], values["role"])
            return staff.add_staff(desk, draft)

        self._ask("staff:add", _("Add somebody"), fields, add)

    def action_change(self) -> None:
        """Ask for another name or role of the person under the cursor."""
        row = self._table.current
        if row is None:
            return
        fields: list[Field] = [
            TextField("name", N_("Name"), value=row.name, longest=80),
            _role_field(row.role),
        ]

        def change(desk: WritingDesk, values: dict[str, str]) -> None:
            staff.change_staff(desk, row.login, name=values["name"], role=values["role"])

        title = _("Change {login}, {name}").format(login=row.login, name=row.name)
        self._ask(f"staff:change:{row.login}", title, fields, change)

    def action_limit(self) -> None:
        """Ask up to which amount the person under the cursor grants goodwill alone."""
        row = self._table.current
        if row is None:
            return
        currency = self.counter_app.shop.site.currency
        amount = f"{from_minor(row.goodwill_limit_minor, currency):.{minor_digits(currency)}f}"

        def hint() -> str:
            return _("In {currency}; 0: none without a second person.").format(currency=currency)

        fields: list[Field] = [TextField("limit", N_("Up to"), value=amount, hint=hint, longest=20)]

        def change(desk: WritingDesk, values: dict[str, str]) -> None:
            staff.set_limit(desk, row.login, values["limit"])

        title = _("Goodwill that {login}, {name}, grants alone").format(
            login=row.login, name=row.name
        )
        self._ask(f"staff:limit:{row.login}", title, fields, change, named=row.name)

    def action_reset(self) -> None:
        """Ask whether, then take the PIN away and show a one-time code."""
        row = self._table.current
        if row is None:
            return
        question = _("Take the PIN of {login}, {name}, away?")
        detail = _("A one-time code is shown once; with it a new PIN is chosen at the sign-in.")
        self._confirm(
            question.format(login=row.login, name=row.name),
            detail,
            lambda: self.write(
                lambda desk: staff.reset_pin(desk, row.login),
                self._show_code,
                group="staff",
            ),
        )

    def action_leave(self) -> None:
        """Ask whether, then let the person under the cursor leave or come back."""
        row = self._table.current
        if row is None:
            return
        question = (
            _("Does {login}, {name}, leave?") if row.active else _("Is {login}, {name}, back?")
        )
        detail = _("Who left cannot sign in; tickets and history keep the name.")

        def change(desk: WritingDesk) -> None:
            staff.change_staff(desk, row.login, active=not row.active)

        self._confirm(
            question.format(login=row.login, name=row.name),
            detail if row.active else "",
            lambda: self.write(change, lambda _nothing: self._kept(row.name), group="staff"),
        )

    def _confirm(self, question: str, detail: str, go_on: Callable[[], None]) -> None:
        def answered(agrees: bool | None) -> None:
            if agrees:
                go_on()

        open_dialog(self.app, Confirm(question, detail=detail), answered)

    def _ask(
        self,
        draft: str,
        title: str,
        fields: list[Field],
        operation: Operation,
        *,
        named: str = "",
    ) -> None:
        """Ask, and keep it; what is wrong stands under its field, and the typing stays."""
        issued: list[CodeIssued] = []

        async def check(values: dict[str, str]) -> dict[str, str]:
            try:
                code = await ask.carry_out(lambda desk: operation(desk, values))
            except CounterError as error:
                return ask.refused(error)
            issued.extend([code] if code is not None else [])
            return {}

        def done(values: dict[str, str] | None) -> None:
            if values is not None:
                self._kept(named or values["name"])
                if issued:
                    self._show_code(issued[0])

        ask = KeptAsk(title, fields, draft=draft, validate=check)
        open_dialog(self.app, ask, done)

    def _kept(self, name: str) -> None:
        self.say(_("Saved: {name}.").format(name=name), "done")
        self.store_changed()

    def _show_code(self, issued: CodeIssued) -> None:
        self.store_changed()
        self.when_in_front(lambda: open_dialog(self.app, CodeShown(issued)))


class CodeShown(Dialog[None]):
    """A one-time code, large, once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "close", N_("Back")),
    ]

    def __init__(self, issued: CodeIssued) -> None:
        super().__init__()
        self._issued = issued

    def compose(self) -> ComposeResult:
        issued = self._issued
        half = len(issued.code) // 2
        shown = f"{issued.code[:half]} {issued.code[half:]}"
        with Vertical(id="dialog"):
            title = _("One-time code for {login}, {name}")
            yield PlainText(
                title.format(login=issued.login, name=issued.name), classes="dialog--title"
            )
            yield PlainText(Content.styled(plain(" ".join(shown)).plain, "bold"), id="code")
            yield PlainText(
                _(
                    "Hand it over now: it is not shown again. Typed instead of a PIN, without the"
                    " blanks, it lets its owner choose one. It holds for seven days."
                ),
                classes="dialog--detail",
            )
            yield PlainText(_("Enter or Esc: back."), classes="dialog--keys")

    def help_lines(self) -> list[str]:
        """What this window is for."""
        return [_("The code is kept only as a hash: nobody can look it up later.")]

    def action_close(self) -> None:
        """Close; the code is gone."""
        if self.is_current:
            self.dismiss()


def _name(row: StaffRow) -> Cell:
    return row.name if row.active else Toned(row.name, "muted")


def _locked(until: datetime, screen: FramedScreen) -> str:
    zone = screen.counter_app.shop.site.zone
    return _("! locked until {time}").format(time=time_of_day(until, zone))


def _role_field(role: Role) -> ChoiceField:
    choices = [Choice(str(term), partial(label, term)) for term in Role]
    return ChoiceField("role", N_("Role"), choices, value=role)

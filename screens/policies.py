"""The return rules: what is in force, what they say, and every version of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from counter.desk import ReadingDesk
from counter.language import _, day, full_day, sentence, short_moment
from counter.permissions import Action, allowed
from counter.policy_notice import notice
from counter.policy_versions import approve_version, policy_numbered, versions, withdraw_version
from counter.rules.fields import Faults
from counter.words import label
from models.errors import CounterError
from models.messages import N_
from models.policy_views import VersionRow
from models.terms import PolicyStatus
from screens.facts import fact
from screens.frame import FramedScreen
from screens.widgets.ask import Ask
from screens.widgets.columns import Cell, CellTone, Column, Flex, Toned
from screens.widgets.confirm import Confirm
from screens.widgets.dialog import open_dialog
from screens.widgets.form import TextField
from screens.widgets.held_table import HeldRow, HeldTable
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText

if TYPE_CHECKING:
    from screens.app import CounterApp

MOST_VERSIONS: Final = 4
"""Lines for versions above the notice; the list scrolls when there are more."""

_TONES: Final[Mapping[PolicyStatus, CellTone]] = {
    PolicyStatus.EFFECTIVE: "done",
    PolicyStatus.DRAFT: "warning",
    PolicyStatus.SUPERSEDED: "muted",
    PolicyStatus.WITHDRAWN: "muted",
}


class _Versions(HeldTable[VersionRow]):
    """The versions; Enter goes to the notice of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Read"), id="versions.read"),
    ]


class Policies(FramedScreen):
    """The versions of the return rules and the notice of the one under the cursor."""

    CSS_PATH = "styles/policies.tcss"
    AUTO_FOCUS = "#versions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", N_("Put in force"), id="policy.approve"),
        Binding("w", "withdraw", N_("Withdraw"), id="policy.withdraw"),
        Binding("escape", "back", N_("Back"), id="policy.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._is_awaited = True

    @property
    def is_opening(self) -> bool:
        """Until the versions are read, keys wait for them."""
        return self._is_awaited or super().is_opening

    def compose_body(self) -> ComposeResult:
        yield PlainText(_("Return rules"), classes="headline")
        yield _Versions(
            [
                Column(N_("version"), lambda row: str(row.value.version_no), width=8),
                Column(N_("status"), _status, width=12),
                Column(N_("pack"), _pack, width=Flex(12)),
                Column(N_("from"), lambda row: _first_day(row.value), width=14),
                Column(N_("to"), lambda row: _last_day(row.value), width=14),
            ],
            empty=N_("The store has no return rules."),
            id="versions",
        )
        yield PlainText("", id="version-facts")
        with VerticalScroll(id="notice", can_focus=True):
            yield PlainText("", id="notice-text")

    def store_changed(self) -> None:
        """Read the versions again; the cursor stays on its version."""
        self.read(versions, self._show, group="versions", failed=self._not_read)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Above stand the versions, below what the one under the cursor says, as a notice."),
            _("Enter or Tab goes to the notice, the arrows scroll it; Esc goes back."),
            _("a puts a draft in force that another supervisor added, w takes one back."),
            _("counter policy add reads a new version, counter policy diff compares two."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _not_read(self, error: CounterError) -> None:
        self._is_awaited = False
        self.say_error(error)

    def _show(self, rows: list[VersionRow]) -> None:
        self._is_awaited = False
        newest_first = sorted(rows, key=lambda row: -row.version_no)
        self._table.styles.height = min(len(rows), MOST_VERSIONS) + 2
        self._table.hold((row.version_no, row) for row in newest_first)
        self.refresh_bindings()

    @property
    def _table(self) -> _Versions:
        return self.query_one("#versions", _Versions)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    @on(PagedTable.RowHighlighted)
    def _highlighted(self, event: PagedTable.RowHighlighted) -> None:
        row: VersionRow = event.row.value
        zone = self.counter_app.shop.site.zone
        added = row.added_by or ""
        if row.added_at is not None:
            added = f"{added} {short_moment(row.added_at, zone)}".strip()
        approved = row.approved_by or ""
        if row.approved_at is not None:
            approved = f"{approved} {short_moment(row.approved_at, zone)}".strip()
        pairs = [fact(_("added"), added or "-"), fact(_("approved"), approved or "-")]
        facts = Content("\n").join([Content("   ").join(pairs), fact("SHA-256", row.sha256)])
        self.query_one("#version-facts", PlainText).update(facts)
        self.read(partial(_notice_of, row=row), self._show_notice, group="notice")
        self.refresh_bindings()

    def _show_notice(self, text: str) -> None:
        self.query_one("#notice-text", PlainText).update(text)
        self.query_one("#notice").scroll_home(animate=False)

    @on(PagedTable.RowChosen)
    def _read_it(self) -> None:
        self.query_one("#notice").focus()

    def action_back(self) -> None:
        """From the notice to the versions, from there to where one came from."""
        if self.query_one("#notice").has_focus:
            self._table.focus()
        else:
            super().action_back()

    # --- acting -----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the version under the cursor and the role allow."""
        if action not in ("approve", "withdraw"):
            return True
        current = self._table.current if self.is_mounted else None
        if current is None or not allowed(self.counter_app.actor.role, Action.MANAGE_POLICY):
            return False
        status = current.value.status
        if action == "approve":
            return status is PolicyStatus.DRAFT
        return status in (PolicyStatus.DRAFT, PolicyStatus.APPROVED)

    def action_approve(self) -> None:
        """Ask from which day on the draft holds, and put it in force."""
        current = self._table.current
        if current is None:
            return
        no = current.value.version_no

        app = self.counter_app

        async def approve(values: dict[str, str]) -> dict[str, str]:
            try:
                begins = _typed_day(values["begins"])
                await asyncio.to_thread(_put_in_force, app, no, begins)
            except CounterError as error:
                return {"begins": sentence(error)}
            said = _("Version {no} holds from {day} on.")
            self._done(said.format(no=no, day=full_day(begins)))
            return {}

        first_day = TextField(
            "begins",
            N_("First day"),
            hint=N_("The version before ends on the day before."),
            value=app.today().isoformat(),
            longest=10,
        )
        title = _("From which day on does version {no} hold?").format(no=no)
        open_dialog(app, Ask(title, [first_day], validate=approve, submit=N_("Put in force")))

    def action_withdraw(self) -> None:
        """Take a draft back, or a version that has not begun."""
        current = self._table.current
        if current is None:
            return
        no = current.value.version_no

        def answered(agrees: bool | None) -> None:
            if agrees:
                self.write(lambda desk: withdraw_version(desk, no), done)

        def done(_row: VersionRow) -> None:
            self._done(_("Version {no} is withdrawn.").format(no=no))

        question = _("Withdraw version {no} of the return rules?").format(no=no)
        open_dialog(self.app, Confirm(question), answered)

    def _done(self, said: str) -> None:
        self.say(said, "done")
        self.store_changed()


def _put_in_force(app: CounterApp, version_no: int, begins: date) -> None:
    with app.shop.writing(app.actor) as desk:
        approve_version(desk, version_no, begins)


def _typed_day(typed: str) -> date:
    faults = Faults()
    found = faults.day("begins", typed, required=True)
    faults.raise_if_any()
    if found is None:
        raise RuntimeError("A checked day is missing.")
    return found


def _notice_of(desk: ReadingDesk, row: VersionRow) -> str:
    stored = policy_numbered(desk.ask, row.version_no)
    return notice(desk.site.name, desk.site.zone, stored, row)


def _status(row: HeldRow[VersionRow]) -> Cell:
    return Toned(label(row.value.status), _TONES.get(row.value.status, "plain"))


def _pack(row: HeldRow[VersionRow]) -> Cell:
    return f"{row.value.pack} {row.value.pack_version}"


def _first_day(row: VersionRow) -> str:
    if row.effective_from is not None:
        return day(row.effective_from)
    drafts = (PolicyStatus.DRAFT, PolicyStatus.WITHDRAWN)
    return "" if row.status in drafts else _("the beginning")


def _last_day(row: VersionRow) -> str:
    return day(row.effective_to) if row.effective_to is not None else ""

"""Service times: every version, its targets, and the hours of a calendar month by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from counter.beside_words import calendar_words
from counter.desk import ReadingDesk
from counter.language import _, short_moment
from counter.rules.calendar_month import month_of
from counter.rules.service import ServiceRules
from counter.service_versions import service_of, versions
from counter.service_words import date_line, target_titles, target_words, week
from models.errors import CounterError
from models.messages import N_
from models.service_views import ServiceVersionRow
from screens.facts import fact
from screens.frame import FramedScreen
from screens.widgets.cells import fit, width_of
from screens.widgets.columns import Column, Flex
from screens.widgets.held_table import HeldRow, HeldTable
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText, plain

MOST_VERSIONS: Final = 3
"""Lines for versions above the times; the list scrolls when there are more."""

_GAP: Final = "  "


class _Versions(HeldTable[ServiceVersionRow]):
    """The versions; Enter goes to the times of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Read"), id="times.read"),
    ]


class ServiceTimes(FramedScreen):
    """The versions of the service times; below, what the one under the cursor says."""

    CSS_PATH = "styles/service.tcss"
    AUTO_FOCUS = "#times-versions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "calendar", N_("Calendar"), id="times.calendar"),
        Binding("p", "turn(-1)", N_("Month before"), id="times.before"),
        Binding("n", "turn(1)", N_("Month after"), id="times.after"),
        Binding("t", "this_month", N_("This month"), id="times.this_month"),
        Binding("escape", "back", N_("Back"), id="times.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rules: ServiceRules | None = None
        self._code = ""
        self._month = date.min
        self._is_awaited = True

    @property
    def is_opening(self) -> bool:
        """Until the versions are read, keys wait for them."""
        return self._is_awaited or super().is_opening

    def compose_body(self) -> ComposeResult:
        yield PlainText(_("Service times"), classes="headline")
        yield _Versions(
            [
                Column(N_("version"), lambda row: str(row.value.version_no), width=8),
                Column(N_("title"), lambda row: row.value.name, width=Flex(12)),
                Column(N_("added by"), lambda row: row.value.added_by or "", width=12),
                Column(N_("when"), self._added, width=16),
            ],
            empty=N_("The store has no service times."),
            id="times-versions",
        )
        yield PlainText("", id="times-facts")
        with VerticalScroll(id="times", can_focus=True):
            yield PlainText("", id="times-text")

    def on_mount(self) -> None:
        self._month = self.counter_app.today().replace(day=1)

    def store_changed(self) -> None:
        """Read the versions again; the cursor stays on its version."""
        self.read(versions, self._show, group="versions", failed=self._not_read)

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Above stand the versions, below the targets and hours of the one under the cursor."),
            _("New tickets run under the newest version; open ones stay with theirs."),
            _("c shows the next calendar, p and n the month before and after, t this month."),
            _("Enter or Tab goes to the times, the arrows scroll them; Esc goes back."),
            _("counter service add reads a new version, counter service diff compares two."),
        ]

    # --- showing ----------------------------------------------------------------------------

    def _not_read(self, error: CounterError) -> None:
        self._is_awaited = False
        self.say_error(error)

    def _show(self, rows: list[ServiceVersionRow]) -> None:
        self._is_awaited = False
        newest_first = sorted(rows, key=lambda row: -row.version_no)
        self._table.styles.height = min(len(rows), MOST_VERSIONS) + 2
        self._table.hold((row.version_no, row) for row in newest_first)

    @property
    def _table(self) -> _Versions:
        return self.query_one("#times-versions", _Versions)

    def _added(self, row: HeldRow[ServiceVersionRow]) -> str:
        return short_moment(row.value.added_at, self.counter_app.shop.site.zone)

    @on(PagedTable.LoadFailed)
    def _load_failed(self, event: PagedTable.LoadFailed) -> None:
        self.say_failure(event.error)

    @on(PagedTable.RowHighlighted)
    def _highlighted(self, event: PagedTable.RowHighlighted) -> None:
        if not self.stands:
            return
        row: ServiceVersionRow = event.row.value
        self.query_one("#times-facts", PlainText).update(fact("SHA-256", row.sha256))
        self.read(partial(_times_of, version_no=row.version_no), self._show_times, group="times")

    def _show_times(self, rules: ServiceRules) -> None:
        self._rules = rules
        if self._code not in rules.calendars:
            self._code = next(iter(rules.calendars))
        self._write_times()
        self.refresh_bindings()

    def _write_times(self) -> None:
        if self._rules is not None:
            lines = [*_targets(self._rules), Content(""), *self._calendar(self._rules)]
            self.query_one("#times-text", PlainText).update(Content("\n").join(lines))

    def _calendar(self, rules: ServiceRules) -> list[Content]:
        calendar, month = rules.calendars[self._code], self._month
        head = Content.assemble(
            (plain(calendar_words(self._code)).plain, "bold"), _GAP,
            (f"{month:%Y-%m}", "bold"), _GAP, (plain(calendar.tz).plain, "dim"),
        )  # fmt: skip
        weekly = [Content.styled(line, "dim") for line in week(calendar)]
        days = month_of(calendar, month.year, month.month)
        table = [list(date_line(one)) for one in days]
        lines = [
            Content.styled(line, "" if one.windows else "dim")
            for line, one in zip(_aligned(table), days, strict=True)
        ]
        return [head, *weekly, Content(""), *lines]

    # --- moving -----------------------------------------------------------------------------

    @on(PagedTable.RowChosen)
    def _read_it(self) -> None:
        self.query_one("#times").focus()

    def action_back(self) -> None:
        """From the times to the versions, from there to where one came from."""
        if self.query_one("#times").has_focus:
            self._table.focus()
        else:
            super().action_back()

    def action_calendar(self) -> None:
        """Show the next calendar of the version."""
        if self._rules is not None:
            codes = list(self._rules.calendars)
            self._code = codes[(codes.index(self._code) + 1) % len(codes)]
            self._write_times()

    def action_turn(self, months: int) -> None:
        """Show another month, so many later."""
        count = self._month.year * 12 + self._month.month - 1 + months
        if date.min.year * 12 <= count < (date.max.year + 1) * 12:
            self._month = date(count // 12, count % 12 + 1, 1)
            self._write_times()

    def action_this_month(self) -> None:
        """Show the month of today again."""
        self._month = self.counter_app.today().replace(day=1)
        self._write_times()


def _times_of(desk: ReadingDesk, version_no: int) -> ServiceRules:
    return service_of(desk.ask, version_no)


def _targets(rules: ServiceRules) -> list[Content]:
    rows = [
        [priority.value, *target_words(replace(one, calendar=calendar_words(one.calendar)))]
        for priority, one in rules.targets.items()
    ]
    head, *lines = _aligned([[_("priority"), *target_titles()], *rows])
    return [Content.styled(head, "dim"), *map(Content, lines)]


def _aligned(rows: list[list[str]]) -> list[str]:
    """The rows of a small table, each column as wide as its widest cell."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]

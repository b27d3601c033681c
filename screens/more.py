"""F9 and ctrl+g: everything that has no key of its own, and the actions of the moment by digit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from counter import language
from counter.language import _, ngettext
from counter.permissions import ROLES, Action, allowed, name_of
from counter.words import label
from models.errors import CounterError
from screens.keymap import KeyAction, keys_of
from screens.themes import HIGH_CONTRAST, NORMAL
from screens.widgets.cells import fit, width_of
from screens.widgets.dialog import open_dialog
from screens.widgets.menu import ActionMenu, MenuAction
from screens.widgets.sheet import Part, Sheet

if TYPE_CHECKING:
    from counter.doctor import Report
    from counter.exporting import ExportSummary
    from screens.app import CounterApp
    from screens.frame import FramedScreen
    from screens.widgets.statusline import Tone

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do that belongs to the counter and not to one screen.

    Attributes:
        label: verb and object, translated.
        explanation: a few words more, translated.
        run: does it.
        key: the key it has elsewhere.
    """

    label: str
    explanation: str
    run: Callable[[], object]
    key: str = ""


def errands(app: CounterApp) -> list[Errand]:
    """What the signed-in person may do from anywhere, in the order of the menu."""
    role = app.actor.role
    found = [
        Errand(
            _("Show the complaints"),
            _("and every other ticket"),
            partial(_go, app, "tickets"),
            "F5",
        )
    ]
    if allowed(role, Action.HANDLE_RETURN):
        found.append(
            Errand(
                _("Check a return"),
                _("what the customer is entitled to"),
                app.action_check_return,
                "F4",
            )
        )
    found += [
        Errand(
            _("Show the returns"),
            _("to decide, awaited, to pay back"),
            partial(_go, app, "cases"),
            "F12",
        ),
        Errand(
            _("Show what is overdue"),
            _("every clock, the latest first"),
            partial(_go, app, "overdue"),
            "F7",
        ),
        Errand(
            _("Show what was paid out"),
            _("the day's refunds by clerk and means"),
            partial(show_cash_up, app),
        ),
        Errand(
            _("Hand over the shift"),
            _("a note to the next one, with your numbers"),
            partial(show_handover, app),
        ),
        Errand(
            _("Show the return rules"),
            _("what is in force, and every version"),
            partial(show_policies, app),
        ),
        Errand(
            _("Show the service times"),
            _("targets, opening hours, every version"),
            partial(show_service_times, app),
        ),
    ]
    if allowed(role, Action.MANAGE_STAFF):
        found.append(
            Errand(
                _("Manage staff"), _("people, roles, one-time codes"), partial(_go, app, "staff")
            )
        )
    if allowed(role, Action.IMPORT):
        found.append(
            Errand(
                _("Import files"),
                _("receipts, products, customers, staff"),
                partial(_go, app, "imports"),
            )
        )
    if allowed(role, Action.EXPORT):
        found.append(
            Errand(
                _("Export now"), _("what changed since the last batch"), partial(export_now, app)
            )
        )
    if allowed(role, Action.EXAMINE):
        found.append(
            Errand(
                _("Examine the store"),
                _("compares what is kept; changes nothing"),
                partial(examine_store, app),
            )
        )
    other = _other_language()
    strong = app.theme != HIGH_CONTRAST
    return [
        *found,
        Errand(_("Change my PIN"), _("asks for the old one"), partial(_change_pin, app)),
        Errand(_("Show who may do what"), _("the table of roles"), partial(show_roles, app)),
        Errand(_("Change keys"), _("the key map"), partial(_go, app, "keys")),
        Errand(
            _("Speak {language}").format(language=language.LANGUAGES[other]),
            _("now and from the next start on"),
            partial(speak, app, other),
        ),
        Errand(
            _("Show strong contrast") if strong else _("Show calm colours"),
            _("now and from the next start on"),
            partial(wear, app, HIGH_CONTRAST if strong else NORMAL),
        ),
        Errand(_("Lock the counter"), _("everything stays as it is"), app.action_lock, "Ctrl+L"),
        Errand(_("Quit"), _("what is being typed is kept"), partial(_quit, app), "Ctrl+Q"),
    ]


def open_more(app: CounterApp) -> None:
    """Show everything that has no key of its own."""
    found = errands(app)

    def picked(name: str | None) -> None:
        if name is not None:
            found[int(name)].run()

    lines = [MenuAction(str(at), errand.label, errand.key) for at, errand in enumerate(found)]
    _open_menu(app, _("More"), lines, picked)


def open_actions(app: CounterApp) -> None:
    """List what can be done where the focus stands by digit, then what can be done everywhere."""
    found = [action for action in keys_of(app.screen) if _is_for_the_menu(action)]

    def picked(name: str | None) -> None:
        if name is not None:
            action = found[int(name)]
            app.call_later(app.run_action, action.action, action.node)

    lines = [
        MenuAction(str(at), action.label, action.keys.split("  ")[0])
        for at, action in enumerate(found)
    ]
    _open_menu(app, _("Actions"), lines, picked)


def _is_for_the_menu(action: KeyAction) -> bool:
    is_menu = action.is_everywhere and action.action == "menu"
    return not (action.is_moving or action.is_family or is_menu)


def _open_menu(
    app: CounterApp,
    title: str,
    lines: list[MenuAction],
    picked: Callable[[str | None], None],
) -> None:
    if not app.screen.is_modal:
        open_dialog(app, ActionMenu(title, lines), picked)


# --- the errands ----------------------------------------------------------------------------


def _go(app: CounterApp, mode: str) -> None:
    app.action_go(mode)


def _quit(app: CounterApp) -> None:
    app.run_worker(app.action_quit(), group="quit")


def _change_pin(app: CounterApp) -> None:
    from screens.pin import change_pin

    app.in_front(change_pin)


def show_cash_up(app: CounterApp) -> None:
    """Show what was paid out today."""
    from screens.cash_up import CashUp

    app.push_screen(CashUp())


def show_handover(app: CounterApp) -> None:
    """Show the notes of the last shifts, and the way to leave one."""
    from screens.handover import ShiftNotes

    app.push_screen(ShiftNotes())


def show_policies(app: CounterApp) -> None:
    """Show the return rules and their versions."""
    from screens.policies import Policies

    app.push_screen(Policies())


def show_service_times(app: CounterApp) -> None:
    """Show what is due when: the targets, the calendars and their versions."""
    from screens.service import ServiceTimes

    app.push_screen(ServiceTimes())


def show_roles(app: CounterApp) -> None:
    """Show which role permits what, one line an action."""
    roles = list(ROLES)
    numbered = [f"{at}  {label(role)}" for at, role in enumerate(roles, 1)]
    mine = roles.index(app.actor.role) + 1
    room = max(width_of(name_of(action)) for action in Action) + 2
    head = " " * room + "  ".join(str(at) for at in range(1, len(roles) + 1))
    table = [
        fit(name_of(action), room)
        + "  ".join("x" if allowed(role, action) else "-" for role in roles)
        for action in Action
    ]
    yours = _("Yours is {number}: {role}.").format(number=mine, role=label(app.actor.role))
    parts = [Part(_("Roles"), ["   ".join(numbered), yours]), Part(_("May"), [head, *table])]
    open_dialog(app, Sheet(_("Who may do what"), parts))


def speak(app: CounterApp, name: str) -> None:
    """Speak another language, now and from the next start on."""
    from counter.preferences import keep

    def kept(_nothing: None) -> None:
        app.run_worker(app.start_over(name), group="language")

    _work(app, partial(keep, app.places, "language", name), kept)


def wear(app: CounterApp, theme: str) -> None:
    """Show other colours, now and from the next start on."""
    from counter.preferences import keep

    setting = "high-contrast" if theme == HIGH_CONTRAST else "normal"
    app.theme = theme
    _work(app, partial(keep, app.places, "theme", setting), lambda _nothing: None)


def export_now(app: CounterApp) -> None:
    """Let what changed since the last batch leave, in a thread."""
    from counter.exporting import export_batch

    def done(summary: ExportSummary) -> None:
        said = ngettext(
            "Batch {batch} with {rows} row was written and verified.",
            "Batch {batch} with {rows} rows was written and verified.",
            summary.rows,
        )
        rows = language.number(summary.rows)
        _say(app, said.format(batch=summary.batch, rows=rows), "done")
        app.refresh_numbers()

    _say(app, _("Exporting ..."))
    _work(app, partial(export_batch, app.shop, app.actor), done)


def examine_store(app: CounterApp) -> None:
    """Examine the store in a thread and show what was found."""
    from counter.doctor import examine

    def begin(screen: FramedScreen) -> None:
        def done(report: Report) -> None:
            if screen.stands:
                screen.say("")
                sheet = Sheet(_("The store was examined"), _findings(report))
                screen.when_in_front(lambda: open_dialog(app, sheet))

        screen.say(_("Examining the store ..."))
        _work(app, partial(examine, app.shop, app.actor), done)

    app.in_front(begin)


def _findings(report: Report) -> list[Part]:
    from counter.doctor import Severity

    headings = {
        Severity.FAULT: _("Faults: ask for help before going on"),
        Severity.NOTE: _("Worth knowing"),
        Severity.OK: _("In order"),
    }
    parts = []
    for severity, heading in headings.items():
        lines = [
            language.phrase(finding.sentence, finding.values)
            for finding in report.findings
            if finding.severity is severity
        ]
        parts.append(Part(heading, lines))
    return [part for part in parts if part.lines]


def _other_language() -> str:
    return "en" if language.active() == "zh_CN" else "zh_CN"


# --- work in threads, whichever screen is in front when it ends -----------------------------


def _work(app: CounterApp, work: Callable[[], T], done: Callable[[T], None]) -> None:
    async def run() -> None:
        try:
            result = await asyncio.to_thread(work)
        except CounterError as error:
            app.say_in_front(error)
            return
        done(result)

    app.run_worker(run(), group="errand")


def _say(app: CounterApp, text: str, tone: Tone = "hint") -> None:
    app.in_front(lambda screen: screen.say(text, tone))

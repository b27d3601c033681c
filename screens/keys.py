"""The key map: every action with its keys, each of which can be another one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode

import screens
from counter.keymap import is_key, sorted_out
from counter.language import _
from counter.places import Places
from counter.preferences import keep
from models.errors import CounterError
from models.messages import N_
from models.views import Counts, Page, Span
from screens.frame import FramedScreen
from screens.widgets.columns import Cell, Column, Flex, Toned
from screens.widgets.dialog import Dialog, open_dialog
from screens.widgets.held import counts_of, page_of
from screens.widgets.keybar import key_name
from screens.widgets.paged_table import PagedTable
from screens.widgets.plain import PlainText

_WHERE: Final[Mapping[str, str]] = {
    "app": N_("everywhere"),
    "list": N_("lists"),
    "form": N_("forms"),
    "ask": N_("windows"),
    "home": N_("home"),
    "intake": N_("new ticket"),
    "tickets": N_("tickets"),
    "ticket": N_("a ticket"),
    "return": N_("a return"),
    "slip": N_("a return"),
    "cases": N_("returns"),
    "overdue": N_("overdue"),
    "call": N_("a call"),
    "handover": N_("shift hand-over"),
    "paid": N_("paid out"),
    "policy": N_("return rules"),
    "versions": N_("return rules"),
    "times": N_("service times"),
    "receipt": N_("a receipt"),
    "goods": N_("a receipt"),
    "customer": N_("a customer"),
    "returns": N_("return check"),
    "lines": N_("return check"),
    "staff": N_("staff"),
    "people": N_("staff"),
    "imports": N_("import"),
    "path": N_("import"),
    "keys": N_("key map"),
    "sign_in": N_("sign-in"),
    "first_run": N_("sign-in"),
}
"""What the part of an id before the dot is called, in the order of the list."""

_MEETS_ALL: Final = frozenset({"app", "list", "form", "ask"})
"""Parts whose keys work beside those of every screen."""

_TYPES: Final = frozenset(
    {"app", "form", "ask", "home", "intake", "imports", "path", "sign_in", "first_run"}
)
"""Parts where letters are typed: a key of theirs must not be one."""

_UNSURE: Final = frozenset({"f3", "f10", "f11", "ctrl+c", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"})
"""Keys that terminals keep for themselves or send as others."""

_SILENT: Final = frozenset(
    "backspace delete down end enter escape home insert left pagedown pageup right tab up".split()
)
"""Keys without Ctrl that write nothing."""

_FIXED: Final = frozenset({"enter", "tab", "shift+tab", "backspace", "space"})
"""Keys that mean the same everywhere."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action of the key map; ``keys`` and ``usual`` as Textual writes them, with commas."""

    id: int
    name: str
    what: str
    keys: str
    usual: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Its place in the list."""
        return (self.id,)

    @property
    def part(self) -> str:
        """What it belongs to: the id up to the dot."""
        return self.name.partition(".")[0]


def key_rows(keymap: Mapping[str, str]) -> tuple[KeyRow, ...]:
    """Every action that can have another key, with the keys that ``keymap`` gives."""
    usual: dict[str, tuple[str, list[str]]] = {}
    for binding in _bindings():
        _what, keys = usual.setdefault(binding.id or "", (binding.description, []))
        keys.append(binding.key)
    places = list(_WHERE)
    names = sorted(usual, key=lambda name: places.index(name.partition(".")[0]))
    return tuple(
        KeyRow(at, name, usual[name][0], _keys(keymap[name]) if name in keymap else own, own)
        for at, name in enumerate(names)
        for own in (",".join(usual[name][1]),)
    )


def _keys(keys: str) -> str:
    """The keys as Textual names them: ``/`` is ``slash``."""
    return ",".join(one.key for one in Binding.make_bindings([Binding(keys, "", "")]))


def _bindings() -> Iterator[Binding]:
    """The bindings with an id of every screen and widget of ours."""
    for module in walk_packages(screens.__path__, "screens."):
        import_module(module.name)
    left: list[type[DOMNode]] = [DOMNode]
    seen: set[type[DOMNode]] = set()
    while left:
        kind = left.pop()
        left += (child for child in kind.__subclasses__() if child not in seen)
        seen.add(kind)
        if kind.__module__.startswith("screens."):
            for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
                if binding.id:
                    yield binding


def refusal(row: KeyRow, key: str, rows: tuple[KeyRow, ...]) -> str:
    """Why ``key`` cannot be the key of ``row``, translated; empty when it can."""
    named = _names(key)
    if key in _UNSURE or not is_key(key):
        return _("Not every terminal sends {key}. Take another.").format(key=named)
    if key in _FIXED:
        return _("{key} means the same everywhere. Take another.").format(key=named)
    if _types(key) and row.part in _TYPES:
        return _("{key} would be typed there. Take a key with Ctrl, or an F key.").format(key=named)
    for other in rows:
        together = other.part == row.part or _MEETS_ALL & {other.part, row.part}
        if together and other.name != row.name and key in other.keys.split(","):
            return _("{key} is '{what}' already.").format(key=named, what=_(other.what))
    return ""


def _types(key: str) -> bool:
    """Whether the key writes a sign where text is typed."""
    is_function = key[0] == "f" and key[1:].isdigit()
    return "+" not in key and key not in _SILENT and not is_function


def _names(keys: str) -> str:
    bindings = (Binding(key.strip(), "", "") for key in keys.split(","))
    return "  ".join(key_name(binding, long=True) for binding in bindings)


class _Actions(PagedTable[KeyRow]):
    """The actions; Enter changes the key of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Change key"), id="keys.change"),
    ]


class KeysScreen(FramedScreen):
    """Every action and its keys; Enter gives the one under the cursor another key."""

    AUTO_FOCUS = "#keys-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "usual", N_("Usual key"), id="keys.usual"),
        Binding("escape", "back", N_("Back"), id="keys.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[KeyRow, ...] = ()
        self._writing = asyncio.Lock()

    def compose_body(self) -> ComposeResult:
        yield PlainText(_("Key map"), classes="headline")
        yield _Actions(
            [
                Column(N_("screen"), lambda row: _(_WHERE[row.part]), width=12),
                Column(N_("action"), lambda row: _(row.what), width=Flex(20, 2)),
                Column(N_("keys"), _shown_keys, width=Flex(16, 1)),
                Column(N_("setting"), lambda row: row.name, width=20, hide_below=76),
            ],
            empty="",
            markable=False,
            id="keys-list",
        )

    def on_mount(self) -> None:
        table = self.query_one("#keys-list", PagedTable)
        table.show(self._page, self._counts)
        self.run_worker(self._read(), group="keys")

    def help_lines(self) -> list[str]:
        """What this screen is for."""
        return [
            _("Enter, then the new key: it holds at once and from the next start on."),
            _("d gives an action its usual key back. The settings file keeps the map."),
        ]

    def _page(self, span: Span) -> Page[KeyRow]:
        return page_of(self._rows, span)

    def _counts(self, first: tuple[Any, ...] | None) -> Counts:
        return counts_of(self._rows, first)

    async def _read(self) -> None:
        """Show the keys of the settings, in a thread: every screen is imported for its own."""
        try:
            rows = await asyncio.to_thread(_rows_of, self.counter_app.places)
        except CounterError as error:
            self.say_error(error)
            return
        self._show(rows)

    def _show(self, rows: tuple[KeyRow, ...]) -> None:
        self._rows = rows
        self.query_one("#keys-list", PagedTable).reload()

    @on(PagedTable.RowChosen)
    def _change(self, event: PagedTable.RowChosen) -> None:
        row: KeyRow = event.row

        def pressed(key: str | None) -> None:
            if key is not None:
                self._keep(row, key)

        open_dialog(self.app, PressKey(row, self._rows), pressed)

    def action_usual(self) -> None:
        """Give the action under the cursor its usual key back."""
        row = self.query_one("#keys-list", PagedTable).current
        if row is not None:
            self._keep(row, None)

    def _keep(self, row: KeyRow, key: str | None) -> None:
        """Let the key hold now and write it into the settings, in a thread."""
        app = self.counter_app
        changed = replace(row, keys=key or row.usual)
        # At once: the next change begins with this one, however long a slow disk takes.
        self._show(tuple(changed if one.name == row.name else one for one in self._rows))
        keymap = {one.name: one.keys for one in self._rows if one.keys != one.usual}

        async def run() -> None:
            async with self._writing:
                try:
                    await asyncio.to_thread(partial(keep, app.places, "keymap", keymap))
                except CounterError as error:
                    await self._read()
                    self.say_error(error)
                    return
                app.set_keymap(keymap)
            said = _("{what}: {key}").format(what=_(row.what), key=_names(changed.keys))
            self.say(said, "done")

        self.run_worker(run(), group="keys")


def _rows_of(places: Places) -> tuple[KeyRow, ...]:
    keymap = places.read_settings().get("keymap", {})
    said = {str(name): str(keys) for name, keys in keymap.items()}
    kept, _faults = sorted_out(said, places.settings_file)
    return key_rows(kept)


def _shown_keys(row: KeyRow) -> Cell:
    return Toned(_names(row.keys), "strong" if row.keys != row.usual else "plain")


class PressKey(Dialog[str | None]):
    """Waits for the new key of an action; what cannot be its key is said, and it waits on."""

    def __init__(self, row: KeyRow, rows: tuple[KeyRow, ...]) -> None:
        super().__init__()
        self._row = row
        self._rows = rows

    def compose(self) -> ComposeResult:
        title = _("The new key for: {what}").format(what=_(self._row.what))
        with Vertical(id="dialog"):
            yield PlainText(title, classes="dialog--title")
            yield PlainText(_("Press it now."), id="said", classes="dialog--detail")
            yield PlainText(_("Esc: back."), classes="dialog--keys")

    async def on_event(self, event: events.Event) -> None:
        """Take the key before any binding does."""
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
            return
        said = refusal(self._row, event.key, self._rows)
        if said:
            self.query_one("#said", PlainText).update(f"! {said}")
        else:
            self.dismiss(event.key)

"""ctrl+p: every action by verb and object, found by typing any part of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from textual.command import (
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
    SearchIcon,
)
from textual.content import Content
from textual.widgets.option_list import Option

from counter.language import _
from screens.keymap import keys_of
from screens.more import errands
from screens.widgets.cells import fit, width_of
from screens.widgets.plain import plain

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.app import CounterApp

_SAID_BETTER: Final = frozenset(
    {"go('tickets')", "check_return", "lock", "quit", "menu", "palette"}
)
"""Actions of the application that an errand names by verb and object, or that list actions."""


class Command(NamedTuple):
    """What can be picked: verb and object, a few words more, and what runs."""

    words: str
    explanation: str
    run: Callable[[], object]


def commands(app: CounterApp) -> Iterator[Command]:
    """What the signed-in person can do now: the screen's actions first, then the counter's."""
    for action in keys_of(app.screen):
        if action.is_moving or action.is_family:
            continue
        if action.is_everywhere and action.action in _SAID_BETTER:
            continue
        yield Command(
            action.label, action.keys, partial(app.run_action, action.action, action.node)
        )
    for errand in errands(app):
        words = "  ".join(part for part in (errand.key, errand.explanation) if part)
        yield Command(errand.label, words, errand.run)


def open_palette(app: CounterApp) -> None:
    """Open the palette over the screen in front; it closes with escape."""
    if not app.screen.is_modal:
        app.push_screen(Palette(list(commands(app))))


class _Found(Provider):
    """Offers the commands of the palette that asks."""

    def __init__(self, screen: Screen[Any], match_style: Any = None) -> None:
        super().__init__(screen, match_style)
        self._commands = cast("Palette", screen.app.screen).commands
        self._room = max((width_of(command.words) for command in self._commands), default=0) + 2

    async def discover(self) -> Hits:
        """Everything, in its order."""
        for command in self._commands:
            display = plain(fit(command.words, self._room))
            yield DiscoveryHit(self._line(display, command), command.run, command.words)

    async def search(self, query: str) -> Hits:
        """What fits the typed words, the verb and object before the explanation.

        Of an explanation only whole stretches count: letters that are strewn over a sentence
        would offer "Quit" to whoever looks for "Take".
        """
        matcher = self.matcher(query)
        for command in self._commands:
            score = matcher.match(command.words)
            display = matcher.highlight(fit(command.words, self._room))
            if not score and query.casefold() in command.explanation.casefold():
                score = matcher.match(command.explanation) / 2
                display = plain(fit(command.words, self._room))
            if score:
                yield Hit(score, self._line(display, command), command.run, command.words)

    def _line(self, words: Content, command: Command) -> Content:
        return Content.assemble(words, (plain(command.explanation).plain, "not bold dim"))


class Palette(CommandPalette):
    """Textual's palette in the language of the counter: one line an action, no pictograms.

    Args:
        commands: what can be picked.
    """

    DEFAULT_CSS = """
    Palette {
        & > Vertical { margin: 1 2; background: $panel; }
        & #--input { border: solid $foreground 60%; border-bottom: none; background: $panel; }
        & CommandList { border: solid $foreground 60%; background: $panel; max-height: 18; }
        & CommandList:focus { border: solid $foreground 60%; }
        & CommandList > .option-list--option-highlighted {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
        }
        & SearchIcon { color: $foreground; }
    }
    """

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__([_Found], placeholder=_("What do you want to do?"))
        self.commands = tuple(commands)

    def on_mount(self) -> None:
        self.query_one(SearchIcon).icon = ">"

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Say at once that nothing fits; Textual's own words are English."""
        self._stop_no_matches_countdown()
        if not search_value:
            self._list_visible = False
            return
        nothing = Option(plain(_("No action fits.")), disabled=True, id=self._NO_MATCHES)
        self.query_one(CommandList).add_option(nothing)
        self._list_visible = True

"""The keys of the moment: what can be done where the focus stands, and by which keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from textual.binding import Binding

from counter.language import _
from screens.widgets.keybar import key_name

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.screen import Screen

_MOVING: Final = frozenset(
    {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"}
)


@dataclass(frozen=True, slots=True)
class KeyAction:
    """One thing that can be done now.

    Attributes:
        node: whose action it is; actions run in its namespace.
        action: the action as Textual writes it.
        description: what it is called, untranslated.
        bindings: its keys, one binding a key.
        is_everywhere: it belongs to the application and not to this screen.
        is_family: the keys do the same thing to different objects (the views of a list), so that
            it cannot be done without saying which.
    """

    node: DOMNode
    action: str
    description: str
    bindings: tuple[Binding, ...]
    is_everywhere: bool
    is_family: bool = False

    @property
    def label(self) -> str:
        """What it is called, in the active language."""
        return _(self.description)

    @property
    def keys(self) -> str:
        """Its keys as they are written: ``F2  Ctrl+N``."""
        names = (key_name(replace(key, key_display=None), long=True) for key in self.bindings)
        written = list(dict.fromkeys(names))
        return f"{written[0]} ... {written[-1]}" if self.is_family else "  ".join(written)

    def also(self, node: DOMNode, binding: Binding) -> KeyAction:
        """With one more key: the same action, another way to it, or another of its family."""
        another = node is self.node and binding.action != self.action
        return replace(
            self, bindings=(*self.bindings, binding), is_family=self.is_family or another
        )

    @property
    def is_moving(self) -> bool:
        """It only moves the cursor."""
        return all(binding.key in _MOVING for binding in self.bindings)


def keys_of(screen: Screen[Any]) -> list[KeyAction]:
    """What can be done on ``screen`` now, the focused thing's first, the application's last.

    What Textual binds by itself (editing keys of a line) is left out: every program has those.
    """
    found: dict[tuple[bool, str], KeyAction] = {}
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if not binding.description or not active.enabled or not _is_ours(node, binding.action):
            continue
        place = (node is screen.app, binding.description)
        before = found.get(place)
        found[place] = (
            before.also(node, binding)
            if before
            else KeyAction(node, binding.action, binding.description, (binding,), place[0])
        )
    # What works through everything (leaving) was found first, and comes last.
    return sorted(found.values(), key=lambda action: action.bindings[0].priority)


def key_for(screen: Screen[Any], name: str) -> str:
    """The key of the action with that id, for a sentence: the key map's, else the usual one.

    Also where the key is dead at this moment, as behind a window or while a filter is typed.
    """
    bound = (
        binding
        for node in (screen, screen.app)
        for bindings in node._bindings.key_to_bindings.values()
        for binding in bindings
    )
    return _key_among(bound, screen.app, name)


def key_on(kind: type[Screen[Any]], app: App[Any], name: str) -> str:
    """The same for a screen that is not there yet: its key once it is opened."""
    return _key_among(_bound_by_us(kind), app, name)


def _key_among(bound: Iterable[Binding], app: App[Any], name: str) -> str:
    if chosen := app._keymap.get(name):
        return key_name(Binding(chosen.split(",")[0].strip(), ""), long=True)
    for binding in bound:
        if binding.id == name:
            return key_name(replace(binding, key_display=None), long=True)
    return ""


def _is_ours(node: DOMNode, action: str) -> bool:
    return any(binding.action == action for binding in _bound_by_us(type(node)))


def _bound_by_us(kind: type[DOMNode]) -> Iterator[Binding]:
    for parent in kind.__mro__:
        if not parent.__module__.startswith("textual."):
            yield from Binding.make_bindings(parent.__dict__.get("BINDINGS", ()))

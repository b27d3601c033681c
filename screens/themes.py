"""The two looks of the application: calm and dark, and one with the strongest contrast there is."""

from __future__ import annotations

from typing import Any, Final

from textual.app import App
from textual.theme import Theme

NORMAL: Final = "counter"
HIGH_CONTRAST: Final = "counter-high-contrast"

_NORMAL: Final = Theme(
    name=NORMAL,
    primary="#8ab4d8",
    secondary="#6f93b3",
    accent="#d8b56a",
    foreground="#dde1e6",
    background="#15181c",
    surface="#1f242a",
    panel="#272d35",
    success="#8cc58f",
    warning="#e3bd6e",
    error="#ec8a84",
    dark=True,
    variables={
        "block-cursor-background": "#8ab4d8",
        "block-cursor-foreground": "#0f1216",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#3a4550",
        "block-cursor-blurred-foreground": "#dde1e6",
        "input-cursor-background": "#dde1e6",
        "input-cursor-foreground": "#15181c",
        "input-selection-background": "#3d5a73",
        "border": "#6f93b3",
    },
)

_HIGH_CONTRAST: Final = Theme(
    name=HIGH_CONTRAST,
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    success="#00ff5f",
    warning="#ffd700",
    error="#ff8080",
    dark=True,
    text_alpha=1.0,
    variables={
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#ffffff",
        "block-cursor-blurred-foreground": "#000000",
        "input-cursor-background": "#ffff00",
        "input-cursor-foreground": "#000000",
        "input-selection-background": "#0000d7",
        "border": "#ffffff",
        "text-success": "#00ff5f",
        "text-warning": "#ffd700",
        "text-error": "#ff8080",
    },
)


def register_themes(app: App[Any]) -> None:
    """Make both looks known to ``app`` and put on the normal one, before anything is drawn."""
    app.register_theme(_NORMAL)
    app.register_theme(_HIGH_CONTRAST)
    # Nothing is drawn yet: the setter would have all styles worked out once more.
    app.set_reactive(App.theme, NORMAL)


def theme_for(setting: str) -> str:
    """The name of the look that the setting ``theme`` asks for."""
    return HIGH_CONTRAST if setting == "high-contrast" else NORMAL

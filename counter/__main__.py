"""``counter``: without a command it opens the application, and nothing else is imported for that.

The first frame is painted before Typer, pydantic or SQLModel are needed; ``counter.cli`` brings
them in for commands only.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

_PLACE_OPTIONS = ("--home", "--db")

_TURN_SECONDS = 0.0005
"""How long a thread may go on while the hand's keys wait; Python's own 5 ms can be felt."""


def main() -> None:
    """Run the command line."""
    # What is imported at the start stays for good: collecting garbage meanwhile costs a twentieth
    # of the first frame and finds none. The application turns it on again after its first frame.
    gc.disable()
    _open_closed_streams()
    options = _only_places(sys.argv[1:])
    if options is not None:
        home = options.get("--home")
        sys.exit(open_application(Path(home) if home else None, options.get("--db")))
    from counter.cli import app

    gc.freeze()
    gc.enable()
    try:
        app()
    finally:
        gc.freeze()  # the process ends: looking through all it holds once more frees nothing


def open_application(home: Path | None, db: str | None) -> int:
    """Open the application on the counter at ``home``; gives back the exit status."""
    from counter import language
    from counter.places import Places
    from models.errors import CounterError
    from screens.app import CounterApp

    try:
        places = Places.find(home, db)
    except CounterError as error:
        print(language.sentence(error), file=sys.stderr)
        return error.exit_status
    language.use(language.preferred(places.language_setting()))
    if not _can_draw():
        return 2
    sys.setswitchinterval(_TURN_SECONDS)
    application = CounterApp(places)
    application.run()
    if application.wants_demo:
        return open_demo()
    return application.return_code or 0


def has_terminal() -> bool:
    """Whether there is a terminal to type into and to draw on; Textual draws on standard error."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def _can_draw() -> bool:
    """Whether the screens can be drawn here; says why where they cannot."""
    from counter.language import _

    if not has_terminal():
        said = _("The screens need a terminal. In scripts use the commands: counter --help")
    elif os.environ.get("TERM") == "dumb":
        said = _(
            "The screens need a terminal that can place text, and this one is dumb (TERM). Use "
            "another one, or the commands: counter --help"
        )
    else:
        return True
    print(said, file=sys.stderr)
    return False


def _open_closed_streams() -> None:
    """Open what of standard input, output and error was closed by whoever started us.

    Python has None in its place, and the next file that is opened, the store perhaps, would get
    its number and whatever some library prints.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115  it stays open
            setattr(sys, name, stream)


def open_demo() -> int:
    """Open the application on a throw-away shop; gives back the exit status."""
    if not _can_draw():
        return 2
    from counter.demo import throw_away_shop
    from screens.app import CounterApp

    with throw_away_shop() as places:
        application = CounterApp(places, demo=True)
        application.run()
        return application.return_code or 0


def _only_places(arguments: list[str]) -> dict[str, str] | None:
    """The options that say where the files are, or None when anything else was typed."""
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name not in _PLACE_OPTIONS:
            return None
        options[name] = value if equals else next(rest, "")
        if not options[name]:
            return None
    return options


if __name__ == "__main__":
    main()

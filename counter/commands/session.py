"""What every command needs: the shop, who acts, and one way to end in words."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, ParamSpec, TypeVar

import typer

from counter import language
from counter.commands.output import UNREAD, print_json, safe, stop_writing
from counter.places import Places
from models.errors import CounterError, InvalidInput, SignInRefused
from models.messages import N_, NP_

if TYPE_CHECKING:
    from counter.desk import Actor
    from counter.shop import Shop

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Invocation:
    """The options that stand before the command."""

    home: Path | None = None
    db: str | None = None

    def places(self) -> Places:
        """Where this counter's files are."""
        return Places.find(self.home, self.db)


invocation = Invocation()
"""Filled by the root command, read by the others; one process runs one command."""


@contextmanager
def opened_shop() -> Iterator[Shop]:
    """The shop that the options and the environment name, created where it is missing."""
    from counter.settings import load_settings
    from counter.shop import open_shop

    places = invocation.places()
    settings = load_settings(places)
    language.use(language.preferred(settings.language))
    if settings.keymap:
        from counter.keymap import sorted_out

        for fault in sorted_out(settings.keymap, places.settings_file)[1]:
            typer.echo(language.sentence(fault), err=True)
    shop = open_shop(places, settings)
    try:
        yield shop
    finally:
        shop.close()


def named(text: str) -> str:
    """What names a file, a folder or a store.

    An empty name would mean the folder one happens to stand in, or the usual store; in a script
    it is a variable that was never set.
    """
    if not text.strip():
        raise typer.BadParameter(language._("The name is empty. Write one, or leave it out."))
    return text


def named_path(text: str) -> Path:
    """A file or folder that was named."""
    return Path(named(text))


AsOption = Annotated[
    str | None,
    typer.Option("--as", metavar="LOGIN", envvar="COUNTER_AS", help="The staff number that acts."),
]
PinOption = Annotated[
    bool, typer.Option("--pin-stdin", help="Read the PIN from standard input instead of asking.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@contextmanager
def signed_in(login: str | None, pin_stdin: bool) -> Iterator[tuple[Shop, Actor]]:
    """The shop and the person who acts, after the PIN.

    Raises:
        SignInRefused: nobody was named, or number and PIN do not go together.
    """
    if not login:
        raise InvalidInput(
            N_("Say who acts: --as and a staff number (or COUNTER_AS in the environment)."),
            field="as",
        )
    with opened_shop() as shop:
        from counter.signin import CodeAccepted, sign_in

        actor = sign_in(shop, login, read_secret(language._("PIN"), pin_stdin))
        if isinstance(actor, CodeAccepted):
            raise SignInRefused(
                N_("{login} has to choose a PIN first: counter staff set-pin {login}"),
                login=login,
            )
        yield shop, actor


_LONGEST_SECRET: Final = 1000
"""Characters of a line that are read as a PIN or code: whatever is longer is none."""


def read_secret(label: str, from_stdin: bool) -> str:
    """A PIN or code: one line of standard input, or typed without being shown."""
    if from_stdin:
        return sys.stdin.readline(_LONGEST_SECRET).strip()
    return str(typer.prompt(label, hide_input=True, value_proc=str))


CRASHED: Final = 70
"""Exit status after an error of the program itself (``EX_SOFTWARE``)."""


def ending_in_words(command: Callable[P, T]) -> Callable[P, T]:
    """Let a command end with a sentence and an exit status instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        as_json = bool(kwargs.get("as_json"))
        try:
            return command(*args, **kwargs)
        except CounterError as error:
            fail(error, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except BrokenPipeError as error:
            stop_writing()
            raise typer.Exit(UNREAD) from error
        except Exception as error:
            crash(error, as_json=as_json)
            raise typer.Exit(CRASHED) from error

    return run


_FIELDS = frozenset(
    {
        NP_("Field", "address"),
        NP_("Field", "amount_minor"),
        NP_("Field", "approve-by"),
        NP_("Field", "as"),
        NP_("Field", "body"),
        NP_("Field", "category"),
        NP_("Field", "cause"),
        NP_("Field", "channel"),
        NP_("Field", "code"),
        NP_("Field", "currency"),
        NP_("Field", "customer"),
        NP_("Field", "customer_name"),
        NP_("Field", "customer_phone"),
        NP_("Field", "date"),
        NP_("Field", "day"),
        NP_("Field", "db"),
        NP_("Field", "department"),
        NP_("Field", "for"),
        NP_("Field", "formula"),
        NP_("Field", "freight_minor"),
        NP_("Field", "freight_payer"),
        NP_("Field", "from"),
        NP_("Field", "informed"),
        NP_("Field", "jurisdiction"),
        NP_("Field", "kind"),
        NP_("Field", "language"),
        NP_("Field", "legal_base"),
        NP_("Field", "liability"),
        NP_("Field", "line"),
        NP_("Field", "line_no"),
        NP_("Field", "lines"),
        NP_("Field", "login"),
        NP_("Field", "method"),
        NP_("Field", "mode"),
        NP_("Field", "name"),
        NP_("Field", "new-model"),
        NP_("Field", "new-serial"),
        NP_("Field", "note"),
        NP_("Field", "on"),
        NP_("Field", "outcome"),
        NP_("Field", "paid_by"),
        NP_("Field", "parent"),
        NP_("Field", "pin"),
        NP_("Field", "policy"),
        NP_("Field", "priority"),
        NP_("Field", "proof"),
        NP_("Field", "quantity"),
        NP_("Field", "reason"),
        NP_("Field", "receipt_no"),
        NP_("Field", "received"),
        NP_("Field", "ref"),
        NP_("Field", "remedy"),
        NP_("Field", "role"),
        NP_("Field", "scrapped"),
        NP_("Field", "serial"),
        NP_("Field", "serial_no"),
        NP_("Field", "set"),
        NP_("Field", "sku"),
        NP_("Field", "slot_from"),
        NP_("Field", "slot_to"),
        NP_("Field", "sold_on"),
        NP_("Field", "summary"),
        NP_("Field", "through"),
        NP_("Field", "tickets"),
        NP_("Field", "to"),
        NP_("Field", "today"),
        NP_("Field", "tracking_no"),
        NP_("Field", "waived"),
        NP_("Field", "wake_on"),
        NP_("Field", "zone"),
    }
)
"""What an error may be about; a field that is not among them is named as it is."""


def crash(error: Exception, *, as_json: bool) -> None:
    """Write a report of an error that nobody foresaw, and say where it is; never what was held."""
    from counter.crash import write_report

    try:
        path = write_report(invocation.places().crashes, error)
    except CounterError:  # there is no place for it
        path = None
    said = language._("Counter had to stop. What was saved is safe.")
    if path is not None:
        sentence = N_("The report is in {path}; it holds no personal data.")
        said += f" {language.phrase(sentence, {'path': path})}"
    if as_json:
        print_json({"error": "crash", "message": said, "field": None})
    typer.echo(said, err=True)


def fail(error: CounterError, *, as_json: bool) -> None:
    """Say on standard error what went wrong; in JSON also on standard output."""
    faults = getattr(error, "faults", ()) or (error,)
    if as_json:
        answer: dict[str, Any] = {
            "error": error.code,
            "message": language.sentence(error),
            "field": error.field,
        }
        if len(faults) > 1:
            answer["faults"] = {fault.field: language.sentence(fault) for fault in faults}
        print_json(answer)
    for fault in faults:
        field = language.pgettext("Field", fault.field) if fault.field in _FIELDS else fault.field
        name = f"{safe(field)}: " if field else ""
        typer.echo(f"{language.title(error)}: {name}{language.sentence(fault)}", err=True)

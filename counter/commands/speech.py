"""The command line's words in the active language: help, usage, and what was typed wrongly.

Help is written in English where a command is defined, in its docstring and its options, without
any mark: :func:`texts` walks the finished commands, once to put every text into the active
language before one of them runs, and once to collect the texts for the catalogues. Typer's own
words pass through no catalogue; :data:`TYPERS_WORDS` lists them as the sentences they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import typer
from typer._click.core import Command
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption

from counter import language
from counter.commands.output import UNREAD, all_was_read, safe, settle_streams
from counter.commands.values import take_plainly
from counter.language import _
from counter.places import Places
from counter.wrapping import cell_len, wrapped
from models.errors import CounterError
from models.messages import N_
from models.text import shortened

TYPERS_WORDS: Final = (
    N_("Usage:"),
    N_("Arguments:"),
    N_("Options:"),
    N_("Commands:"),
    N_("Show this message and exit."),
    N_("required"),
    N_("default: {value}"),
    N_("env var: {name}"),
    N_("<str>"),
    N_("<int>"),
    N_("<path>"),
    N_("<int range>"),
    N_("Missing command."),
    N_("Missing argument {name}. {detail}"),
    N_("Missing argument {name}."),
    N_("Missing option {name}. {detail}"),
    N_("Missing option {name}."),
    N_("Choose from: {choices}"),
    N_("No such command {name}. Did you mean {others}?"),
    N_("No such command {name}."),
    N_("No such option: {name} (Possible options: {others})"),
    N_("No such option: {name}"),
    N_("Option {name} does not take a value."),
    N_("Option {name} requires an argument."),
    N_("Got unexpected extra argument(s) ({value})"),
    N_("Invalid value for {name}: {detail}"),
    N_("Invalid value: {detail}"),
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be greater than or equal to {limit}"),
    N_("Input should be less than or equal to {limit}"),
    N_("Value error, {detail}"),
    N_("{value} is not one of {choices}."),
)
"""What Typer says by itself, in the order in which a text is compared with it."""

_SPOKEN: Final = ("help", "short_help", "epilog", "options_metavar", "subcommand_metavar")
_OF_PARAMETERS: Final = ("help", "metavar", "prompt")


class Part(NamedTuple):
    """A command that is imported when it is asked for: most runs need one, and help needs none.

    Attributes:
        module: where it is defined.
        attribute: a function, or a ``Typer`` with subcommands.
        summary: its help, an untranslated message.
    """

    module: str
    attribute: str
    summary: str

    def load(self, name: str) -> Command:
        """Import the command, speaking the active language."""
        defined = getattr(import_module(self.module), self.attribute)
        if isinstance(defined, typer.Typer):
            command: Command = typer.main.get_command(defined)
        else:
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(name, help=self.summary)(defined)
            command = typer.main.get_command(alone)
        command.name, command.help = name, self.summary
        return command


class Parts(dict[str, Command]):
    """The commands by name; each is imported when it is first looked at."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        super().__init__()
        self.parts = parts

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __contains__(self, name: object) -> bool:
        return name in self.parts

    def __missing__(self, name: str) -> Command:
        command = self.parts[name].load(name)
        put_into_words(command)
        self[name] = command
        return command

    def get(self, name: str, default: Any = None) -> Any:
        """The command of that name, imported now if need be, or ``default``."""
        return self[name] if name in self.parts else default

    def keys(self) -> Any:
        """The names, without importing anything."""
        return self.parts.keys()

    def values(self) -> Any:
        """Every command, all of them imported."""
        return [self[name] for name in self.parts]

    def items(self) -> Any:
        """Every name with its command, all of them imported."""
        return [(name, self[name]) for name in self.parts]


def texts(command: Command, *, deep: bool = True) -> Iterator[tuple[Any, str, str]]:
    """Every text of a command and its parameters: owner, attribute, text.

    Args:
        command: a finished command.
        deep: its subcommands too.
    """
    owners = [(command, _SPOKEN), *((parameter, _OF_PARAMETERS) for parameter in command.params)]
    for owner, attributes in owners:
        for attribute in attributes:
            text = getattr(owner, attribute, None)
            if text:
                yield owner, attribute, text
    if deep and isinstance(command, TyperGroup):
        for part in command.commands.values():
            yield from texts(part)


def put_into_words(command: Command, *, deep: bool = True) -> None:
    """Let a command, and everything below it, speak the active language."""
    for owner, attribute, text in list(texts(command, deep=deep)):
        setattr(owner, attribute, _(text))
    _lay_out(command, deep=deep)


def _explain_choices(command: Command) -> None:
    """Say behind an option's help what its values mean, where they are not the words for it."""
    from counter.words import label

    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption):
            choices = parameter.type_descriptor.choices or ()
            meant = [(str(choice), label(choice)) for choice in choices]
            said_better = "; ".join(f"{value}={word}" for value, word in meant if value != word)
            if said_better:
                parameter.help = f"{parameter.help or ''} {said_better}".lstrip()


def _lay_out(command: Command, *, deep: bool) -> None:
    command.context_class = _Context
    # A short help of its own, or Typer would cut the help at the first blank after 45 characters.
    command.short_help = command.short_help or command.help
    if deep and isinstance(command, TyperGroup):
        for part in command.commands.values():
            _lay_out(part, deep=True)


def said(text: str) -> str:
    """One of Typer's own sentences in the active language; any other text as it is."""
    for sentence in TYPERS_WORDS:
        before, variable, _rest = sentence.partition("{")
        if not text.startswith(before):
            continue
        if not variable:
            if text == sentence:
                return _(sentence)
        elif match := re.fullmatch(_pattern(sentence), text):
            values = {key: said(value) for key, value in match.groupdict().items()}
            return _(sentence).format(**values)
    return text


def _pattern(sentence: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence))


class SpeakingGroup(TyperGroup):
    """The root command: it settles the language before anything is parsed or said.

    A subclass names its commands in :attr:`parts`; none of them is imported for the help.
    """

    parts: ClassVar[Mapping[str, Part]] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = Parts(self.parts)

    def format_commands(self, ctx: Any, formatter: HelpFormatter) -> None:
        """List the commands by their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _(part.summary)) for name, part in self.parts.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and end the process, as Typer does, but in words."""
        settle_streams()
        _settle_language(sys.argv[1:] if args is None else args)
        put_into_words(self, deep=False)
        run = super().main
        try:
            result = run(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.TyperException as error:
            if not standalone_mode:
                raise
            _show(error)
            sys.exit(error.exit_code)
        except typer.Abort:
            if not standalone_mode:
                raise
            print(_("Nothing was done."), file=sys.stderr)
            sys.exit(1)
        if not all_was_read():
            result = UNREAD
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _settle_language(arguments: Sequence[str]) -> None:
    """Speak what the settings or the environment say; ``--home`` may name other settings."""
    home: str | None = None
    words = iter(arguments)
    for word in words:
        if not word.startswith("-"):
            break
        name, equals, value = word.partition("=")
        if name in ("--home", "--db"):
            value = value if equals else next(words, "")
            home = value if name == "--home" else home
    try:
        setting = Places.find(Path(home) if home else None).language_setting()
    except CounterError:  # said when the store is opened
        setting = None
    language.use(language.preferred(setting))


def _show(error: typer.TyperException) -> None:
    """Say what was typed wrongly, and where help is."""
    if isinstance(error, NoArgsIsHelpError):
        print(error.format_message(), file=sys.stderr)
        return
    context = error.ctx if isinstance(error, UsageError) else None
    if context is not None:
        print(context.get_usage(), file=sys.stderr)
        command = f"{context.command_path} {context.help_option_names[0]}"
        print(_("Try '{command}' for help.").format(command=command), end="\n\n", file=sys.stderr)
    detail = said(" ".join(error.format_message().split()))
    detail = shortened(safe(detail), language.LONGEST_VALUE)
    print(_("Error: {detail}").format(detail=detail), file=sys.stderr)


# --- layout by cells ------------------------------------------------------------------------

_EXTRAS: Final = r"(?:^|(?<=  ))\[([^\]]*)\]$"
"""What Typer says of a parameter's value, behind its help."""

_HELP_COLUMN: Final = 30


class _Words(HelpFormatter):
    """Help in the active language, laid out by cells: a Chinese character is two."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        head = f"{said('Usage:')} {prog} "
        indent = cell_len(head)
        self._write(args, indent=indent, head=head)

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{said(heading + ':')}\n")

    def write_text(self, text: str) -> None:
        for at, paragraph in enumerate(text.split("\n\n")):
            if at:
                self.write("\n")
            self._write(" ".join(paragraph.split()), indent=self.current_indent)

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = _HELP_COLUMN, col_spacing: int = 2
    ) -> None:
        said_rows = [(_named(name), _explained(text)) for name, text in rows]
        widest = max(cell_len(name) for name, _text in said_rows)
        column = self.current_indent + min(widest, col_max) + col_spacing
        for name, explanation in said_rows:
            head = " " * self.current_indent + name
            if cell_len(head) + col_spacing > column and explanation:
                self.write(f"{head}\n")
                head = ""
            self._write(explanation, indent=column, head=head)

    def _write(self, text: str, *, indent: int, head: str = "") -> None:
        """``text`` wrapped behind ``head``, all lines beginning at the same cell."""
        lines = wrapped(text, max(self.width - indent, 10))
        self.write(f"{head}{' ' * (indent - cell_len(head))}{lines[0]}".rstrip() + "\n")
        for line in lines[1:]:
            self.write(f"{' ' * indent}{line}\n")


class _Context(typer.Context):
    """The context of one command, with :class:`_Words` for its help."""

    formatter_class = _Words

    def __init__(self, command: Command, *args: Any, **options: Any) -> None:
        super().__init__(command, *args, **options)
        for parameter in command.get_params(self):
            take_plainly(parameter)

    def get_help(self) -> str:
        """The help, with what the values of options mean."""
        _explain_choices(self.command)
        return super().get_help()


def _named(name: str) -> str:
    """How a parameter is written; an argument's name says enough without its type."""
    if not name.startswith("-"):
        return re.sub(r" <(list\[)?(str|[Pp]ath|int range)\]?>$", "", name)
    return re.sub("<[^<>|]*>", lambda match: said(match[0]), name)


def _explained(text: str) -> str:
    """A parameter's or command's help, with what Typer adds in brackets behind it."""
    extras = re.search(_EXTRAS, text)
    if extras is None:
        return said(text)
    parts = "; ".join(said(part) for part in extras[1].split("; "))
    return f"{said(text[: extras.start()].rstrip())}  [{parts}]".lstrip()

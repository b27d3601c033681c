"""The catalogues: every sentence of the code, collected; the translations, brought in step."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

CHECKOUT = Path(__file__).parent.parent
sys.path.insert(0, str(CHECKOUT))  # the code that stands here, wherever another is installed

from counter.cli import app  # noqa: E402
from counter.commands.speech import texts  # noqa: E402

ROOMS = ("counter", "data", "models", "screens")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "NP_": ((1, "c"), 2),
}
TRANSLATIONS = CHECKOUT / "data" / "locale"


def collected() -> Catalog:
    """Every message of the code: what is marked, and the help of the commands, which is not."""
    catalogue = Catalog()
    for room in ROOMS:
        for _file, _line, message, _comments, context in extract_from_dir(
            CHECKOUT / room, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            catalogue.add(message, context=context)
    for _owner, _attribute, text in texts(get_command(app)):
        catalogue.add(text)
    return catalogue


def languages() -> Iterator[tuple[str, Path]]:
    """Each language of the catalogues and its source."""
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/counter.po")):
        yield source.parents[1].name, source


def brought_in_step(language: str, source: Path, template: Catalog) -> Catalog:
    """The catalogue of a language with exactly the messages of ``template``, none guessed."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, domain="counter")
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def is_translated(message: Message) -> bool:
    """Whether every form of a message is there, and none is a guess."""
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(forms) and not message.fuzzy


def main() -> int:
    """Bring every catalogue in step and compile it; 1 when a message is not translated yet."""
    template = collected()
    open_messages = 0
    for language, source in languages():
        catalogue = brought_in_step(language, source, template)
        with source.open("wb") as file:
            write_po(
                file, catalogue, width=100, no_location=True, sort_output=True, ignore_obsolete=True
            )
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = [message for message in catalogue if message.id and not is_translated(message)]
        for message in missing:
            print(f"{language}: not translated: {message.id}")
        print(f"{language}: {len(catalogue) - len(missing)} of {len(catalogue)} messages")
        open_messages += len(missing)
    return 1 if open_messages else 0


if __name__ == "__main__":
    sys.exit(main())

"""The translations: complete, compiled, with the same values, and short enough for their places."""

from __future__ import annotations

import ast
import re
import runpy
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from rich.cells import cell_len

from counter import language, words
from models import terms, views
from screens.widgets.form import LABEL_WIDTH

CHECKOUT = Path(__file__).parents[2]

SCRIPT = runpy.run_path(str(CHECKOUT / ".ci" / "catalogues.py"))
collected: Callable[[], Catalog] = SCRIPT["collected"]
languages: Callable[[], Iterator[tuple[str, Path]]] = SCRIPT["languages"]

KEY_LABEL_WIDTH = 10
"""Five Chinese characters; a line of 80 cells holds seven keys with such labels."""

NEVER_SHOWN = {
    terms.CategoryFlag,
    terms.CompensationStatus,
    terms.ComplaintProfile,  # typed and read as it is: the name of a format
    terms.ComplaintStatus,
    terms.ContactResult,
    terms.DeductionKind,
    terms.Demand,
    terms.FaultPart,
    terms.FollowUpKind,
    terms.FollowUpStatus,
    terms.FreightPayer,
    terms.ImportStatus,
    terms.Jurisdiction,
    terms.PersonalData,
    terms.PointsKind,
    terms.Proof,
    terms.ReceiptProfile,  # typed and read as it is: the name of a format
    terms.RejectCode,  # read as it is: it stands in the file of rejects and in documentation
    terms.RefundStatus,
    terms.ReturnMode,
    terms.ReturnReason,
    terms.ReturnStatus,
    terms.RollRule,
    terms.Severity,
    terms.SurveyMode,
    terms.SurveyStatus,
    terms.WaitCause,
}
"""Terms for work that has no screen and no command yet, and codes that stay codes."""


def messages(catalogue: Catalog) -> dict[tuple[str | None, tuple[str, ...]], Message]:
    """Every message by its context and its English forms."""
    return {(message.context, english_of(message)): message for message in catalogue if message.id}


def english_of(message: Message) -> tuple[str, ...]:
    """The message itself, in all its plural forms."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> list[str]:
    """The translation, in all its plural forms."""
    found = message.string
    return [form or "" for form in found] if isinstance(found, list | tuple) else [found or ""]


def values_in(text: str) -> set[str]:
    """The names in braces."""
    return {name for _before, name, _spec, _conversion in Formatter().parse(text) if name}


def keys_in(text: str) -> set[str]:
    """Keys in brackets, behind what they do: ``take it (t)``."""
    return set(re.findall(r"(?<!argument)\(\w\)", text))


@pytest.fixture(scope="module")
def english() -> Catalog:
    return collected()


def test_there_is_a_catalogue_for_every_language_but_english() -> None:
    assert {name for name, _source in languages()} == set(language.LANGUAGES) - {"en"}


def test_no_message_stands_where_none_is_collected() -> None:
    """Within an f-string Python 3.11 shows the collector a mere string."""
    hidden = [
        f"{path.relative_to(CHECKOUT)}:{call.lineno}"
        for room in SCRIPT["ROOMS"]
        for path in sorted((CHECKOUT / room).rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in SCRIPT["KEYWORDS"]
        and any(isinstance(word, ast.Constant) for word in call.args)
    ]

    assert hidden == []


@pytest.mark.parametrize(("name", "source"), languages())
def test_every_message_is_translated_with_the_same_values(
    name: str, source: Path, english: Catalog
) -> None:
    with source.open("rb") as file:
        translated = messages(read_po(file, locale=name))
    wanted = messages(english)

    assert sorted(map(str, set(wanted) - set(translated))) == [], "make catalogues"
    assert sorted(map(str, set(translated) - set(wanted))) == [], "make catalogues"
    for place, message in translated.items():
        assert not message.fuzzy, place
        assert all(forms(message)), place
        ids = english_of(message)
        for form in forms(message):
            assert values_in(form) == set().union(*map(values_in, ids)), place
            assert keys_in(form) == keys_in(ids[-1]), place


@pytest.mark.parametrize(("name", "source"), languages())
def test_no_character_is_wider_in_one_terminal_than_in_another(name: str, source: Path) -> None:
    with source.open("rb") as file:
        translated = messages(read_po(file, locale=name))

    ambiguous = {
        sign
        for message in translated.values()
        for form in forms(message)
        for sign in form
        if unicodedata.east_asian_width(sign) == "A"
    }
    assert ambiguous == set()


@pytest.mark.parametrize(("name", "source"), languages())
def test_what_is_read_at_run_time_is_compiled_from_the_source(name: str, source: Path) -> None:
    fresh = BytesIO()
    with source.open("rb") as file:
        write_mo(fresh, read_po(file, locale=name))
    fresh.seek(0)
    with source.with_suffix(".mo").open("rb") as file:
        kept = read_mo(file)

    as_text = {place: forms(message) for place, message in messages(kept).items()}
    wanted = {place: forms(message) for place, message in messages(read_mo(fresh)).items()}
    assert as_text == wanted, "make catalogues"


def test_plural_forms_are_those_of_chinese() -> None:
    ((name, source),) = languages()
    with source.open("rb") as file:
        catalogue = read_po(file, locale=name)

    assert (catalogue.num_plurals, str(catalogue.locale)) == (1, "zh_Hans_CN")
    assert not catalogue.fuzzy


# --- terms ----------------------------------------------------------------------------------


def enumerations() -> list[type[StrEnum]]:
    """Every enumeration of the vocabulary."""
    return [
        found
        for module in (terms, views)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
    ]


@pytest.mark.parametrize("kind", sorted(set(enumerations()) - NEVER_SHOWN, key=str))
def test_every_term_that_is_shown_has_a_word(kind: type[StrEnum]) -> None:
    language.use("zh_CN")
    for term in kind:
        said = words.label(term)
        assert said, term
        assert said != str(term) or kind is terms.Priority, f"{term!r} is shown raw"


# --- room -----------------------------------------------------------------------------------


def calls_in_screens() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the screens, with the name of what is called."""
    for path in sorted((CHECKOUT / "screens").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id, node


def marked(node: ast.expr) -> str | None:
    """The message in ``N_("...")``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
        (argument,) = node.args
        return str(ast.literal_eval(argument))
    return None


def form_labels() -> set[str]:
    """The labels of every form's fields: the second argument of a field."""
    found = {
        marked(call.args[1])
        for name, call in calls_in_screens()
        if (name.endswith("Field") or name in ("LastSecret", "_choice")) and len(call.args) > 1
    }
    return {label for label in found if label}


def key_labels() -> set[str]:
    """The labels of the keys that stand in the line of keys."""
    found = {
        marked(call.args[2])
        for name, call in calls_in_screens()
        if name == "Binding" and len(call.args) > 2 and not is_hidden(call)
    }
    return {label for label in found if label}


def is_hidden(binding: ast.Call) -> bool:
    return any(
        word.arg == "show" and isinstance(word.value, ast.Constant) and word.value.value is False
        for word in binding.keywords
    )


@pytest.mark.parametrize("name", language.LANGUAGES)
def test_labels_of_fields_fit_beside_their_fields(name: str) -> None:
    labels = form_labels()
    assert len(labels) > 15

    language.use(name)
    wide = [said for said in map(language._, sorted(labels)) if cell_len(said) >= LABEL_WIDTH]
    assert wide == []


def test_labels_of_keys_are_short_in_chinese() -> None:
    labels = key_labels()
    assert len(labels) > 20

    language.use("zh_CN")
    wide = [said for said in map(language._, sorted(labels)) if cell_len(said) > KEY_LABEL_WIDTH]
    assert wide == []


@pytest.mark.parametrize("name", language.LANGUAGES)
def test_titles_of_columns_fit_into_their_columns(name: str) -> None:
    language.use(name)
    wide = []
    for called, call in calls_in_screens():
        title = marked(call.args[0]) if called == "Column" and call.args else None
        for word in call.keywords:
            if title and word.arg == "width" and isinstance(word.value, ast.Constant):
                room = word.value.value
                if isinstance(room, int) and cell_len(language._(title)) > room:
                    wide.append((language._(title), room))
    assert wide == []

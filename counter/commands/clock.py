"""``counter clock``: when something is due, and why.

Questions come as JSON Lines, one clock a line, from a file or standard input; each is answered
before the next is read, in order. A store is opened only where a line names a calendar or leaves
its target to the priority, and only where there is one: else the times count that come with the
program.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple

import typer

from counter import language
from counter.commands.json_lines import id_of, numbered, opened, parsed
from counter.commands.output import print_facts, print_plain_json, safe
from counter.commands.session import JsonOption, ending_in_words, invocation, named, opened_shop
from counter.language import _, full_day, moment, ngettext, pgettext
from counter.rules import clock_answers
from counter.rules.clock_answers import Answer, AnswerState, Question
from counter.rules.clock_lines import question_of
from counter.rules.service import ServiceRules
from counter.words import label
from models.errors import InvalidInput
from models.messages import N_, NP_

_SHIPPED: Final = "default"
"""The service times that come with the program."""

_ZONE: Final = "Asia/Shanghai"
_JURISDICTION: Final = "CN"
"""Whose shop it is taken for where there is none, as a new store is."""

_STATES: Final[Mapping[AnswerState, str]] = {
    AnswerState.RUNNING: NP_("AnswerState", "running"),
    AnswerState.PAUSED: NP_("AnswerState", "paused"),
    AnswerState.ON_TIME: NP_("AnswerState", "on time"),
    AnswerState.OVERDUE: NP_("AnswerState", "overdue"),
}


@ending_in_words
def clock(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            parser=named,
            show_default=False,
            help="Questions as JSON Lines, one clock a line; - or nothing: standard input.",
        ),
    ] = "-",
    as_json: JsonOption = False,
) -> None:
    """Say when something is due, and why: targets, calendars, pauses, line by line."""
    answer = _as_json if as_json else _in_words
    service = _Service()
    all_good = True
    with opened(file, N_("Reading questions from the keyboard, one JSON object a line.")) as lines:
        for number, line in numbered(lines):
            found = _answered(line, service)
            answer(found, number)
            sys.stdout.flush()  # whoever asks line by line waits for this one
            all_good &= isinstance(found, _Answered)
    if not all_good:
        raise typer.Exit(InvalidInput.exit_status)


class _Answered(NamedTuple):
    """A question and its answer."""

    question: Question
    answer: Answer


class _Refused(NamedTuple):
    """A line that holds no question; ``id`` is its own where it can be read."""

    id: str | int | None
    error: InvalidInput


class _Service:
    """The service times, read when the first line asks for them."""

    def __init__(self) -> None:
        self._rules: ServiceRules | None = None

    def __call__(self) -> ServiceRules:
        if self._rules is None:
            self._rules = _of_store() if invocation.places().store.path.exists() else _shipped()
        return self._rules


def _shipped() -> ServiceRules:
    from counter.service_versions import shipped_service

    return shipped_service(_SHIPPED, _ZONE, _JURISDICTION)[1]


def _of_store() -> ServiceRules:
    """The newest version of the store, and the shipped calendars that it has not."""
    from counter.service_versions import named_for, newest

    with opened_shop() as shop, shop.reading(shop.system) as desk:
        rules, shipped = newest(desk.ask), named_for(desk, _SHIPPED)[1]
    return replace(rules, calendars={**shipped.calendars, **rules.calendars})


def _answered(line: bytes, service: _Service) -> _Answered | _Refused:
    given: Any = None
    try:
        given = parsed(line)
        question = question_of(given, service)
        return _Answered(question, clock_answers.clock(question))
    except InvalidInput as error:
        return _Refused(id_of(given), error)


def _as_json(found: _Answered | _Refused, number: int) -> None:
    if isinstance(found, _Refused):
        said = language.sentence(found.error)
        print_plain_json({"id": found.id, "error": said, "field": found.error.field})
        return
    print_plain_json(found.answer.to_json())


def _in_words(found: _Answered | _Refused, number: int) -> None:
    if isinstance(found, _Refused):
        said = _("Line {number}: {problem}").format(
            number=number, problem=language.sentence(found.error)
        )
        typer.echo(said, err=True)
        return
    question, answer = found

    def at(instant: datetime | None) -> str | None:
        return None if instant is None else moment(instant, answer.zone)

    print_facts(
        [
            (_("question"), None if answer.id is None else str(answer.id)),
            (_("clock"), label(question.clock)),
            (_("target"), f"{question.target} {label(question.unit)}"),
            (_("state"), pgettext("AnswerState", _STATES[answer.state])),
            (_("due"), at(answer.due_at)),
            (_("last day"), full_day(answer.due_on) if answer.due_on else None),
            (_("due before"), at(answer.previous_due_at)),
            (_("remaining"), _minutes(answer.remaining_minutes)),
            (_("overdue"), _minutes(answer.overdue_minutes)),
            (_("level 1"), at(answer.level1_at)),
            (_("level 3"), at(answer.level3_at)),
        ]
    )
    for line in answer.explanation:
        print(f"  {safe(line)}")
    print()


def _minutes(count: int | None) -> str | None:
    if count is None:
        return None
    return ngettext("{count} minute", "{count} minutes", count).format(count=count)

"""``counter check``: what a customer is entitled to, until when, by which rule, and why.

Facts come as JSON Lines, one case a line, from a file or standard input; each is answered before
the next is read, in order, and no store is opened. With a receipt and a line it is goods of the
store that are judged (``check_line``).
"""

from __future__ import annotations

import sys
from typing import Annotated, Any, NamedTuple

import typer

from counter import language
from counter.commands.answers import (
    NONE_SET,
    CategoryOption,
    ProofOption,
    QuantityOption,
    Reason,
    SerialOption,
    SetOption,
)
from counter.commands.json_lines import id_of, numbered, opened, parsed
from counter.commands.output import print_plain_json
from counter.commands.session import AsOption, JsonOption, PinOption, ending_in_words, named
from counter.commands.verdicts import print_verdict
from counter.language import _
from counter.rules.eligibility import decide
from counter.rules.facts import Facts, read_facts
from counter.rules.policy import Policy
from counter.rules.verdict import Verdict
from models.errors import InvalidInput
from models.messages import N_


@ending_in_words
def check(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-|RECEIPT",
            parser=named,
            show_default=False,
            help="Facts as JSON Lines, one case a line; - or nothing: standard input. With LINE: "
            "the number of a receipt.",
        ),
    ] = "-",
    line: Annotated[
        str | None,
        typer.Argument(metavar="LINE", show_default=False, help="A line of that receipt."),
    ] = None,
    reason: Reason = "",
    quantity: QuantityOption = "",
    on: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            show_default=False,
            help="The day of the check, such as 2025-03-08; today when absent.",
        ),
    ] = "",
    proof: ProofOption = "",
    category: CategoryOption = "",
    serial: SerialOption = "",
    sets: SetOption = NONE_SET,
    policy: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="The policy to judge facts by: cn for mainland China, which is the usual one, eu "
            "or gb. A line is judged by the version in force.",
        ),
    ] = "",
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a customer is entitled to, until when, by which rule, and why."""
    answers = {
        "reason": reason,
        "quantity": quantity,
        "proof": proof,
        "category": category,
        "serial_no": serial,
    }
    if line is not None:
        from counter.commands.check_line import check_line

        _refuse(N_("A line of the store is judged by the version in force."), policy=policy)
        check_line(file, line, answers, sets, on, login, pin_stdin, as_json)
        return
    _refuse(
        N_("This says something of a line: name a receipt and a line."),
        **{**answers, "set": sets, "on": on},
    )
    _check_facts(file, policy or "cn", as_json)


def _refuse(sentence: str, **given: object) -> None:
    """Say that an option does not go with what is judged.

    Raises:
        InvalidInput: one was given.
    """
    for name, value in given.items():
        if value:
            raise InvalidInput(sentence, field=name)


def _check_facts(file: str, policy: str, as_json: bool) -> None:
    from counter.policies import shipped_policy

    chosen = shipped_policy(policy)
    answer = _as_json if as_json else _in_words
    all_good = True
    with opened(file, N_("Reading facts from the keyboard, one JSON object a line.")) as lines:
        for number, line in numbered(lines):
            judged = _judged(line, chosen)
            answer(judged, chosen, number)
            sys.stdout.flush()  # whoever asks case by case waits for this one
            all_good &= isinstance(judged, _Judged)
    if not all_good:
        raise typer.Exit(InvalidInput.exit_status)


class _Judged(NamedTuple):
    """Facts and what was decided."""

    facts: Facts
    verdict: Verdict


class _Refused(NamedTuple):
    """A line that holds no facts; ``id`` is its own where it can be read."""

    id: str | int | None
    error: InvalidInput


def _judged(line: bytes, policy: Policy) -> _Judged | _Refused:
    given: Any = None
    try:
        given = parsed(line)
        facts = read_facts(given)
    except InvalidInput as error:
        return _Refused(id_of(given), error)
    return _Judged(facts, decide(facts, policy))


# --- answering ------------------------------------------------------------------------------


def _as_json(judged: _Judged | _Refused, policy: Policy, number: int) -> None:
    if isinstance(judged, _Refused):
        said = language.sentence(judged.error)
        print_plain_json({"id": judged.id, "error": said, "field": judged.error.field})
        return
    from counter.verdict_words import explanation

    facts, verdict = judged
    print_plain_json(verdict.to_json(explanation(facts, policy, verdict)))


def _in_words(judged: _Judged | _Refused, policy: Policy, number: int) -> None:
    if isinstance(judged, _Refused):
        said = _("Line {number}: {problem}").format(
            number=number, problem=language.sentence(judged.error)
        )
        typer.echo(said, err=True)
        return
    facts, verdict = judged
    case = None if verdict.id is None else str(verdict.id)
    print_verdict(facts, verdict, policy, about=[(_("case"), case)])
    print()

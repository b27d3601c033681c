"""Why a return stands as it does, in words: its verdicts again, and how its days were counted.

Nothing here imports SQLModel.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from counter.desk import ReadingDesk
from counter.language import _, full_day, moment
from counter.permissions import Action
from counter.policy_versions import policy_by_id
from counter.rules.eligibility import decide
from counter.rules.facts import read_facts
from counter.rules.goods import questions
from counter.verdict_words import changing, explanation
from models.return_views import DecisionRow, Explained, ReturnCaseDetail, ReturnLineDetail

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


class LineWords(NamedTuple):
    """Why one line was decided so, a sentence each.

    Attributes:
        said: the rules' explanation, with articles.
        changing: what would change the verdict.
        policy: by which version of the rules.
    """

    line: ReturnLineDetail
    said: tuple[str, ...]
    changing: tuple[str, ...]
    policy: str


def line_words(desk: ReadingDesk, case: ReturnCaseDetail) -> tuple[LineWords, ...]:
    """Why the lines of a case were decided as they were, by the rules that were in force.

    Raises:
        NotFound, WrongState: the version of the rules is gone, or not as it was.
    """
    desk.require(Action.READ)
    return tuple(_words(desk, case, line) for line in case.lines)


def refusal_words(desk: ReadingDesk, case: ReturnCaseDetail) -> str:
    """What a customer is told who gets a no: the sentences of every line that is refused."""
    found = [words for words in line_words(desk, case) if words.line.decision.verdict == "refuse"]
    return "\n".join(dict.fromkeys(sentence for words in found for sentence in words.said))


def questions_about(desk: ReadingDesk, case: ReturnCaseDetail) -> dict[int, tuple[str, ...]]:
    """The facts that matter about the goods of each line, by its number on the receipt."""
    desk.require(Action.READ)
    return {
        line.line_no: questions(
            line.category,
            line.reason,
            case.channel,
            policy_by_id(desk.ask, line.decision.policy_version_id).policy,
        )
        for line in case.lines
    }


def _words(desk: ReadingDesk, case: ReturnCaseDetail, line: ReturnLineDetail) -> LineWords:
    decision: DecisionRow = line.decision
    stored = policy_by_id(desk.ask, decision.policy_version_id)
    facts = read_facts(decision.facts)
    verdict = decide(facts, stored.policy)
    return LineWords(
        line,
        tuple(explanation(facts, stored.policy, verdict, case.currency)),
        tuple(changing(facts, stored.policy, verdict, case.currency)),
        _("return rules {pack} {pack_version}, version {no}").format(
            pack=stored.policy.name, pack_version=stored.policy.version, no=stored.version_no
        ),
    )


def counted_words(explained: Explained, zone: ZoneInfo) -> list[str]:
    """How days were counted, a sentence each; dates in the active language."""
    return [
        _(sentence).format_map({name: _in_words(value, zone) for name, value in values.items()})
        for sentence, values in explained
    ]


def _in_words(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, str) and _MOMENT.match(value):
        return moment(datetime.fromisoformat(value), zone)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return full_day(date.fromisoformat(value))
    return value

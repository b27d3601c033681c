from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from counter import language, words
from counter.permissions import Action, name_of
from counter.rules import lifecycle
from models import errors, terms
from models.errors import CounterError, FileRefused, WrongState
from models.refusals import reason
from models.terms import OPEN_STATUSES, TicketAction, TicketStatus

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE = datetime(2025, 3, 8, 16, 5, tzinfo=UTC)
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh_CN")
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("setting", "environment", "spoken"),
    [
        (None, {}, "en"),
        ("zh_CN", {"LANG": "en_GB.UTF-8"}, "zh_CN"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "zh_CN"),
        (None, {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_the_setting_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, environment: dict[str, str], spoken: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert language.preferred(setting) == spoken


def test_moments_are_shown_in_the_shops_zone() -> None:
    assert language.moment(LATE, SHANGHAI) == "Sun 9 Mar 2025 00:05"
    assert language.short_moment(LATE, SHANGHAI) == "2025-03-09 00:05"
    assert language.time_of_day(LATE, SHANGHAI) == "00:05"
    assert language.day(date(2025, 3, 8)) == "Sat 8 Mar"


def test_a_day_of_another_year_is_shown_with_its_year() -> None:
    assert language.near_day(date(2025, 3, 8), date(2025, 12, 31)) == "Sat 8 Mar"
    assert language.near_day(date(2026, 3, 8), date(2025, 12, 31)) == "Sun 8 Mar 2026"


@pytest.mark.usefixtures("chinese")
def test_moments_are_shown_as_chinese_people_write_them() -> None:
    assert language.moment(LATE, SHANGHAI) == "2025年3月9日 周日 00:05"
    assert language.day(date(2025, 3, 8)) == "3月8日 周六"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (29900, "CNY", "299.00 CNY"),
        (-5, "CNY", "-0.05 CNY"),
        (123456789, "CNY", "1,234,567.89 CNY"),
        (1500, "JPY", "1,500 JPY"),
        (1500, "KWD", "1.500 KWD"),
        (10**17 + 1, "CNY", "1,000,000,000,000,000.01 CNY"),
    ],
)
def test_money_is_exact_with_the_currencys_own_places(minor: int, currency: str, text: str) -> None:
    assert language.money(minor, currency) == text


@pytest.mark.parametrize(
    ("milli", "text"), [(2000, "2"), (350, "0.35"), (1_000_001, "1,000.001"), (0, "0")]
)
def test_quantities_have_no_needless_noughts(milli: int, text: str) -> None:
    assert language.quantity(milli) == text


ENUMERATIONS = list(words._WORDS)


@pytest.mark.parametrize("kind", ENUMERATIONS, ids=lambda kind: kind.__name__)
def test_every_term_that_is_shown_has_a_word(kind: type[StrEnum]) -> None:
    assert [term for term in kind if not words.label(term)] == []


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("kind", ENUMERATIONS, ids=lambda kind: kind.__name__)
def test_every_term_that_is_shown_has_a_chinese_word(kind: type[StrEnum]) -> None:
    untranslated = [term for term in kind if not HAN.search(words.label(term))]

    assert kind is terms.Priority or untranslated == []


@pytest.mark.usefixtures("chinese")
def test_every_action_and_every_heading_of_an_error_is_translated() -> None:
    headings = {
        error.title
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, CounterError)
    }

    assert [action for action in Action if not HAN.search(name_of(action))] == []
    assert [title for title in headings if not HAN.search(language._(title))] == []


def test_a_sentence_says_terms_in_the_language_of_the_moment() -> None:
    with pytest.raises(WrongState) as refused:
        lifecycle.next_status(TicketAction.PRIORITISE, TicketStatus.CLOSED)
    error = refused.value
    english = [words.label(status) for status in (TicketStatus.CLOSED, *OPEN_STATUSES)]
    assert [word for word in english if word not in language.sentence(error)] == []
    language.use("zh_CN")
    said = language.sentence(error)

    assert words.label(TicketStatus.CLOSED) in said
    assert [word for word in english if word in said] == []


@pytest.mark.parametrize(
    ("step", "possible"),
    [
        (TicketAction.PRIORITISE, "'new', 'open', 'awaits reply' or 'sent out'"),
        (TicketAction.REOPEN, "'resolved' or 'closed'"),
        (TicketAction.ANSWER, "'awaits reply'"),
    ],
)
def test_a_step_that_is_not_possible_names_each_status_in_quotes(
    step: TicketAction, possible: str
) -> None:
    with pytest.raises(WrongState) as refused:
        lifecycle.next_status(step, TicketStatus.CANCELLED)

    assert language.sentence(refused.value) == (
        f"This ticket is 'cancelled'; that step is possible only from {possible}."
    )


@pytest.mark.parametrize(
    "number",
    [
        errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.EROFS, errno.ENAMETOOLONG,
        errno.ENOTDIR, errno.EBUSY, errno.EIO, errno.EEXIST,
    ],
)  # fmt: skip
def test_why_the_system_refused_is_said_with_the_sentence(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    found = reason(OSError(number, "in the system's own words", "a/file"))
    error = FileRefused("{path} cannot be read: {detail}.", path="a/file", detail=found)
    monkeypatch.setattr(language, "_", {found: "as the catalogue has it"}.get)

    assert "own words" not in str(error)
    assert language._shown(found) == "as the catalogue has it"
    assert language._shown(str(found)) == str(found), "what people wrote is no message"


def test_a_rare_refusal_is_said_in_the_systems_own_words() -> None:
    assert reason(OSError(errno.ENOTCONN, "Not connected")) == "Not connected"
    assert reason(OSError("no number")) == "no number"


def test_braces_in_values_and_in_sentences_without_values_stay() -> None:
    assert language.phrase("{no} is {what}", {"no": "{x}", "what": "%s"}) == "{x} is %s"
    assert language.phrase("a {brace}", {}) == "a {brace}"


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
@pytest.mark.parametrize(
    "minutes", [0, 59, 60, 600, 1439, 1440, 14399, 14400, 16000, 144000, 999 * 1440, 9999 * 1440]
)
def test_an_age_fits_into_its_column(spoken: str, minutes: int) -> None:
    language.use(spoken)
    now = datetime(2025, 3, 8, tzinfo=UTC)

    said = language.age(now - timedelta(minutes=minutes), now)

    assert cell_len(said) <= 8, said

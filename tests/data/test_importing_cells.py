"""Cells: from text to the value that is stored, or the reject code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from data.importing import cells
from data.importing.rejection import Rejection
from models.people import PHONE_LEAST, PHONE_MOST
from models.terms import Role


def reason(read: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    with pytest.raises(Rejection) as caught:
        read("column", *arguments, **options)
    assert caught.value.field == "column"
    assert "{" not in str(caught.value)
    return caught.value.reason.value


@pytest.mark.parametrize("barcode", ["96385074", "036000291452", "4006381333931", "04006381333931"])
def test_a_barcode_with_its_check_digit_keeps_its_zeros(barcode: str) -> None:
    assert cells.barcode("barcode", f" {barcode} ") == barcode


@pytest.mark.parametrize("barcode", ["4006381333932", "400638133393", "ABC", "40063813339311", "٤"])
def test_another_barcode_is_rejected(barcode: str) -> None:
    assert reason(cells.barcode, barcode) == "bad_barcode"


@pytest.mark.parametrize(
    ("given", "digits"),
    [("138-0013-8000", "13800138000"), ("+86 (10) 6552 9988", "861065529988"), ("12315", "12315")],
)
def test_a_telephone_number_is_kept_with_its_digits(given: str, digits: str) -> None:
    assert cells.phone("phone", given) == (given, digits)


@pytest.mark.parametrize(
    "given", ["1234", "1" * 21, "none", "138x0013x8000", "1" + " " * 40 + "2345"]
)
def test_another_number_is_rejected(given: str) -> None:
    assert reason(cells.phone, given) == "bad_phone"


def test_files_and_forms_agree_how_long_a_number_is() -> None:
    longest, shortest = "1" * PHONE_MOST, "1" * PHONE_LEAST
    assert cells.phone("phone", longest) == (longest, longest)
    assert cells.phone("phone", shortest) == (shortest, shortest)
    with pytest.raises(Rejection, match=f"{PHONE_LEAST} to {PHONE_MOST} digits"):
        cells.phone("phone", f"{longest}1")


def test_several_numbers_come_once_each() -> None:
    assert cells.phones("phones", "13800138000; 138-0013-8000;12315;") == (
        ("13800138000", "13800138000"),
        ("12315", "12315"),
    )


def test_quantities_have_three_places_at_most() -> None:
    assert cells.quantity("qty", "0.350") == 350
    assert reason(cells.quantity, "0.3505") == "bad_number"
    assert reason(cells.quantity, "1e3") == "bad_number"
    assert reason(cells.quantity, "9" * 16) == "bad_number"


def test_amounts_are_rounded_half_up() -> None:
    assert cells.amount("price", "0.005", "GBP") == 1
    assert cells.amount("price", "2.5449", "GBP") == 254


def test_an_amount_of_hundreds_of_digits_is_no_amount() -> None:
    assert reason(cells.amount, "9" * 400, currency="USD") == "bad_number"


@pytest.mark.parametrize("text", ["2016-03-23", "3/23/2016", "23/03/2016", "02/30/2016"])
def test_a_day_with_the_month_first_is_written_in_full(text: str) -> None:
    assert cells.us_day("closed", "03/23/2016") == "2016-03-23"
    assert reason(cells.us_day, text) == "bad_date"


def test_whole_numbers_keep_their_bounds() -> None:
    assert cells.whole("line_no", "7", least=1) == 7
    assert reason(cells.whole, "0", least=1) == "bad_number"
    assert reason(cells.whole, "7.0") == "bad_number"
    assert reason(cells.whole, "9" * 30) == "bad_number"


def test_instants_need_their_zone() -> None:
    assert cells.instant("at", "2025-03-08T10:42:00Z") == "2025-03-08 10:42:00.000000"
    assert cells.instant("at", "2025-03-08T10:42:00+08:00") == "2025-03-08 02:42:00.000000"
    assert reason(cells.instant, "2025-03-08T10:42:00") == "bad_date"
    assert reason(cells.instant, "0001-01-01T00:00:00+08:00") == "bad_date"
    assert reason(cells.instant, "2025-13-01T00:00:00Z") == "bad_date"


def test_local_times_become_utc_by_the_zone_of_their_day() -> None:
    london = ZoneInfo("Europe/London")
    winter = cells.local_instant("at", "2011-01-31 23:30:00", london)
    summer = cells.local_instant("at", "2011-07-01 00:30:00", london)
    assert winter == ("2011-01-31 23:30:00.000000", "2011-01-31")
    assert summer == ("2011-06-30 23:30:00.000000", "2011-07-01")
    with pytest.raises(Rejection):
        cells.local_instant("at", "1/12/2010 8:26", london)


def test_birthdays_are_days_of_the_year() -> None:
    assert cells.month_day("birthday_md", "02-29") == "02-29"
    assert reason(cells.month_day, "02-30") == "bad_date"
    assert reason(cells.month_day, "2-9") == "bad_date"


def test_terms_and_booleans_are_known_words() -> None:
    assert cells.term("role", "clerk", Role) == "clerk"
    assert reason(cells.term, "owner", Role) == "bad_value"
    assert cells.boolean("active", "TRUE") is True
    assert reason(cells.boolean, "yes") == "bad_value"
    assert reason(cells.currency, "cny") == "bad_value"
    assert reason(cells.day, "08.03.2025") == "bad_date"


def test_text_is_cleaned_and_has_a_limit() -> None:
    assert cells.text("name", " a\x1b[31m\u202eb ", 9) == "a[31mb"
    assert cells.text("name", "  ", 9) is None
    assert reason(cells.text, "x" * 10, 9) == "too_long"


def test_a_refused_text_is_refused_each_time() -> None:
    prices = cells.Remembered(lambda cell: cells.whole("price", cell))
    assert [prices["7"], prices["7"]] == [7, 7]
    for _ in range(2):
        with pytest.raises(Rejection):
            prices["x"]

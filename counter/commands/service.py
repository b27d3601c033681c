"""``counter service`` and ``counter calendar``: targets and opening hours, version by version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from counter.commands.output import print_facts, print_json, print_table, safe
from counter.commands.session import (
    AsOption,
    JsonOption,
    PinOption,
    ending_in_words,
    named,
    named_path,
    opened_shop,
    signed_in,
)
from counter.commands.versions import DIGITS, is_number, print_changes
from counter.language import _, listed, ngettext, phrase, short_moment
from counter.words import label
from models.errors import InvalidInput, NotFound
from models.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from counter.desk import ReadingDesk
    from counter.rules.service import ServiceRules
    from counter.service_moving import MovedClock

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
calendar_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

MaybeNumber = Annotated[
    int | None,
    typer.Argument(
        metavar="[VERSION]",
        min=1,
        max=10**DIGITS - 1,
        show_default=False,
        help="Its number; the newest when absent.",
    ),
]
Side = Annotated[
    str,
    typer.Argument(
        parser=named, help="The number of a version, a file, or the name of one that is shipped."
    ),
]


@app.command("list")
@ending_in_words
def list_(as_json: JsonOption = False) -> None:
    """List the versions of the service times; new tickets run under the newest."""
    with _reading() as desk:
        from counter.service_versions import versions

        found, zone = versions(desk), desk.site.zone
    if as_json:
        print_json({"versions": found})
        return
    print_table(
        [_("version"), _("title"), _("added")],
        [
            [str(row.version_no), row.name, f"{row.added_by or ''} {moment}".strip()]
            for row in found
            for moment in [short_moment(row.added_at, zone)]
        ],
    )


@app.command("show")
@ending_in_words
def show(number: MaybeNumber = None, as_json: JsonOption = False) -> None:
    """Print the targets and the weekly hours of a version."""
    from counter.service_words import target_titles, target_words, week

    with _reading() as desk:
        from counter.service_versions import newest, parameters_of, service_of, version

        rules = newest(desk.ask) if number is None else service_of(desk.ask, number)
        row, zone = version(desk, rules.version_no), desk.site.zone
        values = parameters_of(desk.ask, rules.version_no)
    if as_json:
        print_json({**row._asdict(), "parameters": values})
        return
    print_facts(
        [
            (_("version"), str(row.version_no)),
            (_("title"), row.name),
            (_("added"), f"{row.added_by or ''} {short_moment(row.added_at, zone)}".strip()),
            ("SHA-256", row.sha256),
        ]
    )
    print()
    print_table(
        [_("priority"), *target_titles()],
        [[priority.value, *target_words(one)] for priority, one in rules.targets.items()],
    )
    print()
    rows = []
    for code, calendar in rules.calendars.items():
        first, *rest = week(calendar)
        rows += [[code, calendar.tz, first], *(["", "", line] for line in rest)]
    print_table([_("calendar"), _("time zone"), _("hours")], rows)


@app.command("check")
@ending_in_words
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", parser=named_path, help="The file.")],
    as_json: JsonOption = False,
) -> None:
    """Say whether service times can be used; every fault is told with its line and key."""
    from counter.service_versions import service_file

    _file, rules = service_file(file, "UTC", "")  # no shop is asked: what it leaves open is right
    if as_json:
        print_json({"name": rules.name, "calendars": list(rules.calendars)})
        return
    said = N_("{file} has no fault: {name}, with the calendars {calendars}.")
    names = {"file": file, "name": rules.name, "calendars": listed(rules.calendars)}
    print(phrase(said, names))


@app.command("diff")
@ending_in_words
def diff(before: Side, after: Side, as_json: JsonOption = False) -> None:
    """Print what changes from one version or file to another: targets, hours, days."""
    with _reading() as desk:
        old, new = _side(desk, before), _side(desk, after)
    if as_json:
        from counter.rules.policy_changes import changes

        print_json({"changes": [change._asdict() for change in changes(old[0], new[0])]})
        return
    from counter.service_words import changed

    print_changes(changed(old[1], new[1]), safe)


@app.command("add")
@ending_in_words
def add(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|NAME", parser=named, help="A file, or the name of one that is shipped."
        ),
    ],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Keep service times as the newest version; a file with faults changes nothing."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.service_versions import add_version

        with shop.writing(actor) as desk:
            row = add_version(desk, file)
    if as_json:
        print_json(row)
        return
    said = N_("Version {no} ({name}) holds for tickets that are opened from now on.")
    print(phrase(said, {"no": row.version_no, "name": row.name}))


# --- calendars ------------------------------------------------------------------------------


@calendar_app.callback()
def calendar() -> None:
    """Show when work is done."""


@calendar_app.command("show")
@ending_in_words
def show_calendar(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Which calendar: counter, repair.")],
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="Another month than this one."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the hours of every day of a month, with closed days and make-up days."""
    asked = None if month is None else _month(month)
    with _reading() as desk:
        from counter.service_versions import newest

        rules, today = newest(desk.ask), desk.today
    from counter.rules.calendar_month import month_of

    found = rules.calendars.get(code)
    if found is None:
        raise NotFound(
            N_("There is no calendar '{name}'. There are: {known}."),
            name=code,
            known=", ".join(rules.calendars),
        )
    year, number = asked or (today.year, today.month)
    days = month_of(found, year, number)
    if as_json:
        from counter.service_words import clock

        head: dict[str, Any] = {"calendar": code, "tz": found.tz, "version_no": rules.version_no}
        lines = [
            {
                "day": one.day,
                "windows": [[clock(opens), clock(closes)] for opens, closes in one.windows],
                "kind": one.kind,
            }
            for one in days
        ]
        print_json({**head, "month": f"{year:04d}-{number:02d}", "days": lines})
        return
    from counter.service_words import date_line

    print_facts([(_("calendar"), code), (_("time zone"), found.tz)])
    print()
    print_table([_("day"), _("hours"), ""], [date_line(one) for one in days])


_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def _month(written: str) -> tuple[int, int]:
    found = _MONTH.fullmatch(written)
    if found is None or int(found[1]) < date.min.year:
        raise InvalidInput(
            N_("'{value}' is no month. Write it as {example}."),
            field="month",
            value=written,
            example="2026-05",
        )
    return int(found[1]), int(found[2])


@app.command("move")
@ending_in_words
def move(
    number: Annotated[
        int, typer.Argument(metavar="VERSION", min=1, max=10**DIGITS - 1, help="Its number.")
    ],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would change.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before moving.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Move open tickets to another version of the service times, after listing what changes."""
    if as_json and not (yes or dry_run):
        raise InvalidInput(N_("With --json nothing is asked: add --yes."), field="yes")
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.service_moving import move as carry_out
        from counter.service_moving import moving

        with shop.reading(actor) as desk:
            changes = list(moving(desk, number))
        if not as_json:
            _print_moving(changes, shop.site.zone)
        tickets = {change.ticket_no for change in changes}
        moved = 0
        if not dry_run and (yes or typer.confirm(_("Move the open tickets?"))):
            moved = carry_out(shop, actor, number)
    if as_json:
        print_json(
            {
                "version_no": number,
                "changes": [change._asdict() for change in changes],
                "moved": moved,
            }
        )
        return
    said = ngettext(
        "{count} ticket with other times", "{count} tickets with other times", len(tickets)
    )
    print(said.format(count=len(tickets)))
    if not dry_run:
        said = ngettext("{count} ticket moved", "{count} tickets moved", moved)
        print(said.format(count=moved))


def _print_moving(changes: Sequence[MovedClock], zone: ZoneInfo) -> None:
    def said(due_at: datetime | None) -> str:
        return _("waits") if due_at is None else short_moment(due_at, zone)

    print_table(
        [_("ticket"), _("clock"), _("due"), _("due then")],
        [
            [one.ticket_no, label(one.kind), said(one.due_before), said(one.due_after)]
            for one in changes
        ],
    )


# --- reading --------------------------------------------------------------------------------


@contextmanager
def _reading() -> Iterator[ReadingDesk]:
    """A desk for reading; what the shop has promised is no secret, so nobody signs in."""
    with opened_shop() as shop, shop.reading(shop.system) as desk:
        yield desk


def _side(desk: ReadingDesk, side: str) -> tuple[Mapping[str, Any], ServiceRules]:
    """What a version, service times that are shipped or those in a file say."""
    from counter.service_versions import named_for, parameters_of, service_of

    if is_number(side):
        return parameters_of(desk.ask, int(side)), service_of(desk.ask, int(side))
    file, rules = named_for(desk, side)
    return file.values, rules

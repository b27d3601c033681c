"""``counter policy``: the return rules in versions, what they say, and who puts them in force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
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
from counter.commands.versions import DIGITS, Number, is_number, print_changes
from counter.language import _, full_day, phrase
from counter.words import label
from models.errors import NotFound
from models.messages import N_

if TYPE_CHECKING:
    from counter.desk import ReadingDesk
    from counter.policy_versions import StoredPolicy
    from models.policy_views import VersionRow

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

MaybeNumber = Annotated[
    int | None,
    typer.Argument(
        metavar="[VERSION]",
        min=1,
        max=10**DIGITS - 1,
        show_default=False,
        help="Its number; the one in force today when absent.",
    ),
]
Side = Annotated[
    str,
    typer.Argument(
        parser=named, help="The number of a version, a file, or a pack that is shipped."
    ),
]


@app.command("list")
@ending_in_words
def list_(as_json: JsonOption = False) -> None:
    """List the versions of the return rules: who added and approved them, and when they hold."""
    with _reading() as desk:
        from counter.policy_versions import versions

        found = versions(desk)
    if as_json:
        print_json({"versions": found})
        return
    print_table(
        [_("version"), _("pack"), _("status"), _("from"), _("until"), _("added"), _("approved")],
        [
            [
                str(row.version_no),
                f"{row.pack} {row.pack_version}",
                label(row.status),
                _iso(row.effective_from),
                _iso(row.effective_to),
                row.added_by or "",
                row.approved_by or "",
            ]
            for row in found
        ],
    )


@app.command("show")
@ending_in_words
def show(number: MaybeNumber = None, as_json: JsonOption = False) -> None:
    """Print every parameter of a version, and since when it holds."""
    with _reading() as desk:
        from counter.policy_versions import parameters_of

        row, stored = _chosen(desk, number)
        values = parameters_of(desk.reader, stored)
    if as_json:
        print_json({**row._asdict(), "parameters": values})
        return
    print_facts(
        [
            (_("version"), str(row.version_no)),
            (_("pack"), f"{row.pack} {row.pack_version}"),
            (_("status"), label(row.status)),
            (_("from"), full_day(row.effective_from) if row.effective_from else None),
            (_("until"), full_day(row.effective_to) if row.effective_to else None),
            (_("added"), row.added_by),
            (_("approved"), row.approved_by),
            ("SHA-256", row.sha256),
        ]
    )
    print()
    from counter.rules.policy_changes import parameters

    for key, value in parameters(values).items():
        if not key.startswith(_LONG):
            print(f"{safe(key)} = {_written(value)}")


_LONG: Final = ("articles.", "rest_days.years.")
"""Tables of a hundred lines each; --json prints them."""


@app.command("check")
@ending_in_words
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", parser=named_path, help="A pack.")],
    as_json: JsonOption = False,
) -> None:
    """Say whether a pack can be used; every fault is told with its line and key."""
    from counter.policies import policy_file

    policy = policy_file(file)
    if as_json:
        print_json({"name": policy.name, "version": policy.version, "sha256": policy.sha256})
        return
    said = N_("{file} has no fault: {pack} {version}.")
    print(phrase(said, {"file": file, "pack": policy.name, "version": policy.version}))
    print(f"SHA-256 {policy.sha256}")


@app.command("diff")
@ending_in_words
def diff(before: Side, after: Side, as_json: JsonOption = False) -> None:
    """Print what changes from one version or pack to another: each parameter, old -> new."""
    from counter.rules.policy_changes import changes

    found = changes(_values(before), _values(after))
    if as_json:
        print_json({"changes": [change._asdict() for change in found]})
        return
    print_changes(found, _written)


@app.command("print")
@ending_in_words
def print_(number: MaybeNumber = None) -> None:
    """Print the return rules as a notice for the wall, with the version and its fingerprint."""
    with _reading() as desk:
        from counter.policy_notice import notice

        row, stored = _chosen(desk, number)
        text = notice(desk.site.name, desk.site.zone, stored, row)
    print(safe(text, lines=True))


@app.command("add")
@ending_in_words
def add(
    pack: Annotated[
        str,
        typer.Argument(
            metavar="FILE|NAME", parser=named, help="A pack, or the name of one that is shipped."
        ),
    ],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Keep a pack as a draft; somebody else approves it. One with faults changes nothing."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.policy_versions import add_version

        with shop.writing(actor) as desk:
            row = add_version(desk, pack)
        _tell(
            row,
            N_(
                "Version {no} ({pack} {version}) is a draft. Another supervisor or admin puts it "
                "in force: counter policy approve {no} --from DATE"
            ),
            as_json=as_json,
        )


@app.command("approve")
@ending_in_words
def approve(
    number: Number,
    begins: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Its first day: 2026-01-01.")
    ],
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put a draft in force from a day on; the version before it ends on the day before."""
    from counter.rules.fields import Faults

    faults = Faults()
    day = faults.day("from", begins, required=True)
    faults.raise_if_any()
    if day is None:
        raise RuntimeError("A checked day is missing.")
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.policy_versions import approve_version

        with shop.writing(actor) as desk:
            row = approve_version(desk, number, day)
        _tell(row, N_("Version {no} ({pack} {version}) holds from {day}."), as_json=as_json)


@app.command("withdraw")
@ending_in_words
def withdraw(
    number: Number,
    login: AsOption = None,
    pin_stdin: PinOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take back a draft, or an approved version that has not begun."""
    with signed_in(login, pin_stdin) as (shop, actor):
        from counter.policy_versions import withdraw_version

        with shop.writing(actor) as desk:
            row = withdraw_version(desk, number)
        _tell(row, N_("Version {no} ({pack} {version}) is withdrawn."), as_json=as_json)


# --- reading --------------------------------------------------------------------------------


@contextmanager
def _reading() -> Iterator[ReadingDesk]:
    """A desk for reading; what the shop has promised is no secret, so nobody signs in."""
    with opened_shop() as shop, shop.reading(shop.system) as desk:
        yield desk


def _chosen(desk: ReadingDesk, number: int | None) -> tuple[VersionRow, StoredPolicy]:
    """The version of that number, or the one in force today.

    Raises:
        NotFound: there is none.
    """
    from counter.policy_versions import policy_numbered, policy_on, version

    stored = (
        policy_on(desk.reader, desk.today)
        if number is None
        else policy_numbered(desk.reader, number)
    )
    if stored is None:
        raise NotFound(N_("No version is in force today. See: counter policy list"))
    return version(desk, stored.version_no), stored


def _values(side: str) -> Mapping[str, Any]:
    """What a version, a pack that is shipped or one in a file says."""
    from counter.policy_versions import named_policy, parameters_of, policy_numbered

    if is_number(side):
        with _reading() as desk:
            return parameters_of(desk.reader, policy_numbered(desk.reader, int(side)))
    return named_policy(side)[0].values


# --- printing -------------------------------------------------------------------------------


def _tell(row: VersionRow, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    values = {"no": row.version_no, "pack": row.pack, "version": row.pack_version}
    day = {"day": full_day(row.effective_from)} if row.effective_from else {}
    print(phrase(sentence, {**values, **day}))


def _written(value: Any) -> str:
    return "-" if value is None else safe(json.dumps(value, ensure_ascii=False))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

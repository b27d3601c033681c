"""The commands that keep the store safe: doctor, backup, restore. They act as ``system``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from counter import language
from counter.commands.output import print_facts, print_json, print_table, safe
from counter.commands.session import (
    JsonOption,
    ending_in_words,
    invocation,
    named_path,
    opened_shop,
)
from counter.language import _, pgettext
from models.errors import InvalidInput
from models.messages import N_, NP_

if TYPE_CHECKING:
    from counter.places import Places
    from counter.restoring import Backup, Losses, Restoration
    from data.candidate import Contents

_SEVERITIES = {
    "ok": NP_("Finding", "ok"),
    "note": NP_("Finding", "note"),
    "fault": NP_("Finding", "fault"),
    "repaired": NP_("Finding", "repaired"),
}


@ending_in_words
def doctor(
    full: Annotated[
        bool, typer.Option("--full", help="Read every page of the file; slow on a large store.")
    ] = False,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Put right what can be worked out again, after a backup."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Examine the store and say what was found, or repair it."""
    with opened_shop() as shop:
        if repair:
            from counter.repairing import repair_store as work
        else:
            from counter.doctor import examine as work
        report = work(shop, shop.system, full=full)
        if as_json:
            print_json(report.to_json())
        else:
            for finding in report.findings:
                severity = pgettext("Finding", _SEVERITIES[finding.severity])
                print(f"{severity:8}  {language.phrase(finding.sentence, finding.values)}")
        if not report.healthy:
            raise typer.Exit(1)


@ending_in_words
def backup(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", parser=named_path, help="Another folder than usual."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the store while it is used, and verify the copy."""
    with opened_shop() as shop:
        from counter.safekeeping import back_up_store

        path = back_up_store(shop, shop.system, to)
        if as_json:
            print_json({"file": str(path), "bytes": path.stat().st_size})
        else:
            print(language.phrase(N_("Saved and verified: {path}"), {"path": path}))


@ending_in_words
def restore(
    backup: Annotated[
        Path | None,
        typer.Argument(
            metavar="BACKUP", parser=named_path, help="The file; without it, list them."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: for scripts.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring a backup back; the store that it replaces is kept."""
    from counter.restoring import restoration
    from counter.settings import load_settings
    from counter.shop import system_time

    places = invocation.places()
    language.use(language.preferred(load_settings(places).language))
    if backup is None:
        _list_backups(places, as_json=as_json)
        return
    if as_json and not yes:
        raise InvalidInput(N_("With --json nothing is asked: add --yes."), field="yes")
    with restoration(places, backup.absolute(), system_time()) as ready:
        if not as_json:
            print_facts(_facts(ready))
            print(_said_of(ready.losses, places))
        if not yes and not typer.confirm(_question(places)):
            print(_("Nothing was changed."))
            raise typer.Exit(1)
        done = ready.carry_out()
    if as_json:
        print_json(_as_json(ready) | {"store": done.store, "replaced": done.replaced})
        return
    print(language.phrase(N_("Restored: {path}"), {"path": done.store}))
    if done.replaced is not None:
        said = N_("The store as it was before is kept: {path}")
        print(language.phrase(said, {"path": done.replaced}))


def _question(places: Places) -> str:
    return language.phrase(N_("Replace {path} by this backup?"), {"path": places.store})


def _list_backups(places: Places, *, as_json: bool) -> None:
    from counter.restoring import backups

    found = [(one, one.is_verified()) for one in backups(places)]
    if as_json:
        print_json(
            [
                {
                    "file": one.path,
                    "taken_at": one.taken_at,
                    "bytes": one.size,
                    "verified": verified,
                }
                for one, verified in found
            ]
        )
    elif found:
        titles = [_("taken"), _("MB"), _("SHA-256"), _("file")]
        print_table(titles, [_line(one, verified) for one, verified in found])
    else:
        said = N_("There is no backup of {store} in {folder}.")
        print(language.phrase(said, {"store": places.store, "folder": places.backups}))


def _line(one: Backup, verified: bool | None) -> list[str]:
    size = f"{one.size / 1e6:,.1f}"
    return [_moment(one.taken_at), size, _word_for_sum(verified), safe(str(one.path))]


def _word_for_sum(verified: bool | None) -> str:
    if verified is None:
        return _("none beside it")
    return _("right") if verified else _("WRONG")


def _moment(value: datetime | None) -> str:
    """In the time of this computer: the shop's own is in a store that may be gone."""
    return f"{value.astimezone():%Y-%m-%d %H:%M}" if value else ""


def _facts(ready: Restoration) -> list[tuple[str, str | None]]:
    held = ready.candidate.contents
    return [
        (_("backup"), str(ready.backup)),
        (_("SHA-256"), _word_for_sum(True if ready.candidate.has_sum else None)),
        (_("shop"), _shop_of(held)),
        (_("taken"), _moment(held.copied_at)),
        (_("last change"), _moment(held.last_at)),
        (_("tickets"), language.number(held.tickets)),
    ]


def _shop_of(held: Contents) -> str:
    return f"{held.name} ({held.code})" if held.name else ""


def _said_of(losses: Losses, places: Places) -> str:
    """What will be gone, in words."""
    values: dict[str, Any] = {"path": places.store}
    if not losses.readable:
        return language.phrase(
            N_("The present store {path} cannot be read. It is kept as it is."), values
        )
    if losses.store is None:
        return language.phrase(N_("There is no store at {path}: nothing will be gone."), values)
    values |= {
        "shop": _shop_of(losses.store),
        "changes": losses.changes,
        "tickets": losses.tickets,
        "last": _moment(losses.store.last_at),
    }
    if not losses.goes_on:
        sentence = N_(
            "The present store {path} of {shop} does not go on from this backup. Everything in it "
            "will be gone: tickets {tickets}, last change {last}."
        )
    elif losses.changes:
        sentence = N_(
            "What was written after it will be gone: rows {changes}, new tickets {tickets}, "
            "last change {last}."
        )
    else:
        sentence = N_("Nothing was written after it.")
    return language.phrase(sentence, values)


def _as_json(ready: Restoration) -> dict[str, Any]:
    held, losses = ready.candidate.contents, ready.losses
    return {
        "backup": ready.backup,
        "sha256": ready.candidate.sha256,
        "sum_verified": ready.candidate.has_sum,
        "schema": ready.candidate.revision,
        "shop": held.code,
        "taken_at": held.copied_at,
        "last_change_at": held.last_at,
        "tickets": held.tickets,
        "gone": {
            "store_readable": losses.readable,
            "store_goes_on": losses.goes_on,
            "changes": losses.changes,
            "tickets": losses.tickets,
        },
    }

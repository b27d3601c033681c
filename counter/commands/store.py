"""The commands that look after the machine: init, doctor, backup, demo. They act as ``system``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counter import language
from counter.commands.output import print_facts, print_json
from counter.commands.session import JsonOption, ending_in_words, opened_shop
from counter.commands.staff import print_code
from counter.language import _, pgettext
from models.errors import FileRefused
from models.messages import N_, NP_
from models.text import clean_text

_SEVERITIES = {
    "ok": NP_("Finding", "ok"),
    "note": NP_("Finding", "note"),
    "fault": NP_("Finding", "fault"),
}


@ending_in_words
def init(
    name: Annotated[str | None, typer.Option(help="The store's name.")] = None,
    code: Annotated[str | None, typer.Option(help="Its short code in exports: A-Z 0-9 _ -")] = None,
    language_: Annotated[
        str | None, typer.Option("--language", help="en or zh_CN; of this counter, too.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone, such as Asia/Shanghai.")] = None,
    currency: Annotated[str | None, typer.Option(help="Such as CNY.")] = None,
    supervisor: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="Staff number of the first supervisor.")
    ] = None,
    supervisor_name: Annotated[str | None, typer.Option(help="The supervisor's name.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Create the store, or say better what it is; asks no questions."""
    with opened_shop() as shop:
        from counter.founding import SiteDraft, describe_site, speak
        from counter.staff import StaffDraft, add_staff
        from models.terms import Role

        issued = None
        with shop.writing(shop.system) as desk:
            describe_site(desk, SiteDraft(name, code, language_, zone, currency))
            if supervisor:
                draft = StaffDraft(supervisor, supervisor_name or supervisor, Role.SUPERVISOR)
                issued = add_staff(desk, draft)
        shop.site_changed()
        site = shop.site
        if clean_text(language_ or ""):
            speak(shop.places, site.language)
        if as_json:
            print_json(
                {
                    "store": str(shop.places.store),
                    "code": site.code,
                    "name": site.name,
                    "language": site.language,
                    "zone": site.zone.key,
                    "currency": site.currency,
                    "supervisor": issued,
                }
            )
            return
        print_facts(
            [
                (_("store"), str(shop.places.store)),
                (_("shop"), f"{site.name} ({site.code})"),
                (_("language"), language.LANGUAGES[site.language]),
                (_("time zone"), site.zone.key),
                (_("currency"), site.currency),
            ]
        )
        if issued is not None:
            print_code(issued.login, issued.code, as_json=False)


@ending_in_words
def doctor(
    full: Annotated[
        bool, typer.Option("--full", help="Read every page of the file; slow on a large store.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Examine the store and say what was found; changes nothing."""
    with opened_shop() as shop:
        from counter.doctor import examine

        report = examine(shop, shop.system, full=full)
        if as_json:
            print_json(report.to_json())
        else:
            for finding in report.findings:
                severity = pgettext("Finding", _SEVERITIES[finding.severity])
                print(f"{severity:5}  {language.phrase(finding.sentence, finding.values)}")
        if not report.healthy:
            raise typer.Exit(1)


@ending_in_words
def backup(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Another folder than usual.")
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
def demo(
    receipts: Annotated[
        Path | None,
        typer.Option("--receipts", metavar="FILE", help="Only write a sample file of receipts."),
    ] = None,
) -> None:
    """Open the application on a throw-away shop with made-up people and goods."""
    from counter.commands.session import invocation

    setting = invocation.places().language_setting()
    language.use(language.preferred(setting))
    from counter import demo as demonstration

    if receipts is not None:
        if receipts.exists():
            raise FileRefused(
                N_("{path} exists already. Name another file, or remove it first."), path=receipts
            )
        rows = demonstration.write_receipts(receipts)
        said = N_("{rows} receipt lines written to {path}.")
        print(language.phrase(said, {"rows": rows, "path": receipts}))
        return
    from counter.__main__ import open_demo

    raise typer.Exit(open_demo())

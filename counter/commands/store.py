"""The command that sets a counter up: init. It acts as ``system``."""

from __future__ import annotations

from typing import Annotated

import typer

from counter import language
from counter.commands.output import print_facts, print_json
from counter.commands.session import JsonOption, ending_in_words, opened_shop
from counter.commands.staff import print_code
from counter.language import _
from models.text import clean_text


@ending_in_words
def init(
    name: Annotated[str | None, typer.Option(help="The store's name.")] = None,
    code: Annotated[str | None, typer.Option(help="Its short code in exports: A-Z 0-9 _ -")] = None,
    language_: Annotated[
        str | None, typer.Option("--language", help="en or zh_CN; of this counter, too.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone, such as Asia/Shanghai.")] = None,
    currency: Annotated[str | None, typer.Option(help="Such as CNY.")] = None,
    jurisdiction: Annotated[
        str | None,
        typer.Option(help="Whose law it sells under: CN, EU, GB or US; else the currency tells."),
    ] = None,
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
            describe_site(desk, SiteDraft(name, code, language_, zone, currency, jurisdiction))
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

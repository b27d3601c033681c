"""``counter tick``: what time alone brings about, for a scheduler. It acts as ``system``."""

from __future__ import annotations

from counter.commands.output import print_json
from counter.commands.session import JsonOption, ending_in_words, opened_shop
from counter.language import ngettext, number


@ending_in_words
def tick(as_json: JsonOption = False) -> None:
    """Wake what waited long enough, write the levels that clocks reached, end what is over.

    Asks nobody, may run as often as one likes and at several computers, and catches up.
    """
    with opened_shop() as shop:
        from counter.ticking import tick as run

        done = run(shop)
    if as_json:
        print_json(done._asdict())
        return
    if done.built:
        said = ngettext(
            "{count} ticket got its clocks", "{count} tickets got their clocks", done.built
        )
        print(said.format(count=number(done.built)))
    levels, woken, expired = done.levels, len(done.woken), len(done.expired)
    said = ngettext("{count} level reached", "{count} levels reached", levels)
    print(said.format(count=number(levels)))
    said = ngettext("{count} ticket woke up", "{count} tickets woke up", woken)
    print(said.format(count=number(woken)))
    said = ngettext("{count} return expired", "{count} returns expired", expired)
    print(said.format(count=number(expired)))

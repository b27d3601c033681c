"""Opening the shop behind the first frame: settings, store, imports, in a thread."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING

from models.errors import CounterError
from screens.sign_in import SignIn

if TYPE_CHECKING:
    from counter.shop import ChangeWatch, Shop
    from screens.entrance import Entrance


async def open_in_background(app: Entrance) -> None:
    """Open the shop, tell the application, then import what signing in will need."""
    try:
        shop, watch, nobody = await asyncio.to_thread(_open, app)
    except CounterError as error:
        if isinstance(app.screen, SignIn):
            app.screen.cannot_open(error)
        return
    app.shop_opened(shop, watch)
    if nobody:
        await app.switch_mode("first_run")
    elif isinstance(app.screen, SignIn):
        app.screen.shop_is_open()
    await asyncio.to_thread(_warm_up)


def _open(app: Entrance) -> tuple[Shop, ChangeWatch, bool]:
    from counter.settings import load_settings
    from counter.shop import open_shop
    from counter.signin import nobody_yet

    shop = open_shop(app.places, load_settings(app.places))
    with shop.reading(shop.system) as desk:
        nobody = nobody_yet(desk)
    return shop, shop.watch(), nobody


def _warm_up() -> None:
    """What signing in and the queue need, imported while a PIN is being typed."""
    import screens.home  # noqa: F401


def bring_in_work(shop: Shop) -> None:
    """What writing needs: the other screens, SQLModel and every table, a connection.

    A fifth of the application's memory, and half a second in a thread: not before somebody who
    signed in presses a key. Who only looks at the queue never needs it. All that is imported stays
    for good: it is kept out of the garbage's collection, which looked through it again and again,
    for a tenth of a second each time, while a key waited.
    """
    is_first = "screens.return_case" not in sys.modules
    import screens.intake
    import screens.ticket
    import screens.tickets

    shop.warm_up()
    # Afterwards: the hand that opens a ticket does not wait for what returns need.
    import screens.return_case
    import screens.returns  # noqa: F401

    if is_first:  # what lives in a second application of this process is not kept
        gc.freeze()

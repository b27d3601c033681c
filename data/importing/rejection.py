"""Why a row is not taken in."""

from __future__ import annotations

from models.errors import InvalidInput
from models.terms import RejectCode


class Rejection(InvalidInput):
    """One row, or one cell of it, that cannot be stored.

    Attributes:
        reason: the code for machines.
        field: the column at fault, where one is; the sentence may name it as ``{column}``.
        key: the natural key that the row would have had, for when it comes back mended.
    """

    def __init__(
        self, reason: RejectCode, sentence: str, *, field: str | None = None, **values: object
    ) -> None:
        super().__init__(sentence, field=field, **({"column": field} if field else {}), **values)
        self.reason = reason
        self.key: str | None = None

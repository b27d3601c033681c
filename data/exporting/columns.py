"""What a column of an exported table is: its name and type outside, its SQL inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from models.terms import PersonalData


class Personal(StrEnum):
    """What of a person a column tells, and so what the setting makes of it.

    ========== ============================ ====================================
    kind       masked                       pseudonymous
    ========== ============================ ====================================
    name       ``张*``                      keyed hash of the name
    phone      ``138****5678``              keyed hash of the digits
    reference  as it is                     keyed hash
    withheld   empty                        empty
    ========== ============================ ====================================

    Free text (summaries, notes, what happened) leaves as it was typed in every mode: nothing can
    tell a name in a sentence from any other word.
    """

    NAME = "name"
    PHONE = "phone"
    REFERENCE = "reference"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exported table.

    Attributes:
        name: what stands in the header; never used again for anything else.
        type: of Frictionless Table Schema.
        source: the column of the store's table, or None for one that is looked up elsewhere.
        sql: an expression over the table's alias ``t`` and the aliases of its references.
        unit: what numbers count, in words.
        required: never empty.
        terms: every value the column can have.
        refers: the table whose ``uid`` this is.
        through: the store's own column of a reference, which names the join.
        personal: what of a person it tells.
        summed: its sum is one of the control totals.
    """

    name: str
    type: str
    source: str | None
    sql: str
    unit: str = ""
    required: bool = True
    terms: tuple[str, ...] = ()
    refers: str | None = None
    through: str | None = None
    personal: Personal | None = None
    summed: bool = False

    def expression(self, mode: PersonalData) -> str:
        """The SQL of the column when persons leave as ``mode`` says."""
        if self.personal is None or mode is PersonalData.FULL:
            return self.sql
        if self.personal is Personal.WITHHELD:
            return "NULL"
        if mode is PersonalData.PSEUDONYMOUS:
            return f"pseudonym('{self.personal}', {self.sql})"
        if self.personal is Personal.REFERENCE:
            return self.sql
        return f"mask_{self.personal}({self.sql})"

    def descriptor(self) -> dict[str, Any]:
        """The column as a field of a Table Schema."""
        found: dict[str, Any] = {"name": self.name, "type": self.type}
        if self.unit:
            found["description"] = self.unit
        constraints: dict[str, Any] = {}
        if self.required:
            constraints["required"] = True
        if self.terms:
            constraints["enum"] = list(self.terms)
        if constraints:
            found["constraints"] = constraints
        if self.refers:
            found["references"] = {"resource": self.refers, "field": "uid"}
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """One exported table: the columns after ``store``, ``uid`` and ``seq``, which all have.

    ``left_out`` names the store's columns that stay in the shop, and why.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def header(self) -> tuple[str, ...]:
        """The first line of the file."""
        return tuple(column.name for column in (*COMMON, *self.columns))

    @property
    def sums(self) -> tuple[str, ...]:
        """The store's columns whose sums are control totals."""
        return tuple(
            column.source for column in self.columns if column.summed and column.source is not None
        )

    def select(self, mode: PersonalData, *, whole: bool) -> str:
        """The rows of a batch: ``:store``, ``:from_seq`` and ``:to_seq`` are to be bound.

        A full batch is read in the order of the file; a change of a few rows by its numbers.
        """
        cells = ", ".join(column.expression(mode) for column in (*COMMON, *self.columns))
        joins = " ".join(
            f"LEFT JOIN {column.refers} AS {key} ON {key}.id = t.{key}"
            for column in self.columns
            if (key := column.through)
        )
        # The plus keeps SQLite from taking the index of change numbers and sorting all rows again.
        seq, order = ("+t.change_no", "t.id") if whole else ("t.change_no", "t.change_no")
        return (
            f"SELECT {cells} FROM {self.name} AS t {joins} "
            f"WHERE {seq} > :from_seq AND {seq} <= :to_seq ORDER BY {order}"
        )

    def schema(self, *, whole: bool) -> dict[str, Any]:
        """The Table Schema. Only a full batch holds every row that its references name."""
        columns = (*COMMON, *self.columns)
        schema: dict[str, Any] = {
            "fields": [column.descriptor() for column in columns],
            "primaryKey": ["uid"],
            "missingValues": [""],
        }
        references = [
            {"fields": [column.name], "reference": {"resource": column.refers, "fields": ["uid"]}}
            for column in columns
            if column.refers
        ]
        if whole and references:
            schema["foreignKeys"] = references
        return schema


# --- kinds of columns -----------------------------------------------------------------------


def text(name: str, *, personal: Personal | None = None) -> Column:
    """Text as it stands."""
    return Column(name, "string", name, f"t.{name}", personal=personal)


def code(name: str, terms: Iterable[str]) -> Column:
    """One of a fixed list of words."""
    return replace(text(name), terms=tuple(str(term) for term in terms))


def integer(name: str, unit: str = "") -> Column:
    """A whole number."""
    return Column(name, "integer", name, f"t.{name}", unit=unit)


def milli(name: str) -> Column:
    """A quantity."""
    return integer(name, "thousandths of a unit")


def money(name: str) -> Column:
    """An amount; its sum is a control total."""
    return replace(integer(name, "minor units of the column currency"), summed=True)


def flag(name: str) -> Column:
    """Yes or no."""
    sql = f"CASE t.{name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    return Column(name, "boolean", name, sql)


def instant(name: str) -> Column:
    """A moment; the store keeps it in UTC with a blank and without the Z."""
    return Column(name, "datetime", name, f"replace(t.{name}, ' ', 'T') || 'Z'", unit="UTC")


def day(name: str) -> Column:
    """A local calendar date."""
    return Column(name, "date", name, f"t.{name}", unit="local calendar date")


def listing(name: str) -> Column:
    """A JSON list."""
    return Column(name, "array", name, f"t.{name}", unit="JSON")


def mapping(name: str) -> Column:
    """A JSON object."""
    return Column(name, "object", name, f"t.{name}", unit="JSON")


def to(table: str, source: str) -> Column:
    """A reference: outside the store a row is known by its uid."""
    name = source.removesuffix("_id") + "_uid"
    return Column(name, "string", source, f"{source}.uid", refers=table, through=source)


def of(through: str, name: str) -> Column:
    """A column of a referenced row, so that no amount stands without its currency."""
    return Column(name, "string", None, f"{through}.{name}")


def of_site(name: str) -> Column:
    """A column of the shop itself."""
    return Column(name, "string", None, f"(SELECT {name} FROM site)")


def maybe(kind: Callable[..., Column], *values: Any, **options: Any) -> Column:
    """A column that may be empty."""
    return replace(kind(*values, **options), required=False)


COMMON = (
    Column("store", "string", None, ":store"),
    Column("uid", "string", "uid", "t.uid"),
    Column("seq", "integer", "change_no", "t.change_no", unit="place in the order of changes"),
)

"""What the shop sells."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Mutable, check, not_empty, reference, table_args


class WarrantyProfile(Mutable, table=True):
    """三包档案: the warranty terms that a product or category names."""

    __tablename__ = "warranty_profile"
    __table_args__ = table_args(*not_empty("code"))

    code: str = Field(unique=True, max_length=40)
    whole_months: int | None = None
    main_part_months: int | None = None
    parts_wait_days: int | None = None
    repairer_delay_days: int | None = None
    depreciation_per_day: str | None = None
    source_ref: str | None = None


class Category(Mutable, table=True):
    """品类. ``flags`` is a JSON list of :class:`models.terms.CategoryFlag`."""

    __tablename__ = "category"
    __table_args__ = table_args(*not_empty("code", "name"))

    code: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=120)
    flags: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    warranty_profile_id: int | None = reference("warranty_profile", default=None)


class Product(Mutable, table=True):
    """商品. ``barcode`` is text and keeps its leading zeros."""

    __tablename__ = "product"
    __table_args__ = table_args(
        *not_empty("sku", "barcode", "name", "brand", "supplier"),
        check("price_not_negative", "price_minor >= 0"),
        check("price_has_currency", "price_minor IS NULL OR currency IS NOT NULL"),
    )

    sku: str = Field(unique=True, max_length=64)
    barcode: str | None = Field(default=None, index=True, max_length=32)
    name: str | None = Field(default=None, max_length=200)
    category_id: int | None = reference("category", default=None)
    brand: str | None = Field(default=None, max_length=80)
    supplier: str | None = Field(default=None, max_length=80)
    price_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    warranty_profile_id: int | None = reference("warranty_profile", default=None)
    serialised: bool = False
    shelf_life_days: int | None = None

"""Amounts of a return: integers in minor units, exact fractions between, rounded half up once."""

from __future__ import annotations

from fractions import Fraction

from counter.rules.policy import Food, Fraud


def half_up(amount: Fraction) -> int:
    """The nearest whole minor unit; exactly half goes up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def depreciation(price_minor: int, rate_per_day: Fraction, days: int) -> int:
    """What use has cost: price x rate per day x days, never above the price."""
    return min(half_up(price_minor * rate_per_day * max(days, 0)), price_minor)


def food_compensation(food: Food, price_minor: int, loss_minor: int) -> int:
    """The larger of so many times the price or the loss, at least the minimum (FSL art. 148)."""
    larger = max(food.times_price * price_minor, food.times_loss * loss_minor)
    return max(larger, food.minimum_minor)


def fraud_compensation(fraud: Fraud, price_minor: int) -> int:
    """So many times the price, at least the minimum (CPL art. 55)."""
    return max(fraud.times * price_minor, fraud.minimum_minor)

"""Customers: added at the counter with a name and a phone, found again by either."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from counter.desk import WritingDesk
from counter.permissions import Action
from counter.rules.fields import Faults
from data.searchable import customer_search_text, name_initials
from models.customer import Customer, CustomerPhone
from models.messages import N_
from models.people import PHONE_LEAST, PHONE_MOST
from models.text import digits_of


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer as typed."""

    name: str = ""
    phone: str = ""


def add_customer(desk: WritingDesk, draft: CustomerDraft) -> int:
    """Add a customer, or give back the one who has exactly this name and phone.

    Returns:
        The customer's key.

    Raises:
        NotAllowed: the role may not add customers.
        InvalidInput: no name, or a phone that cannot be one.
    """
    desk.require(Action.CHANGE_CUSTOMER)
    faults = Faults()
    name = faults.text("customer_name", draft.name, required=True, limit=120)
    phone = faults.text("customer_phone", draft.phone, limit=40)
    digits = digits_of(phone or "")
    if phone is not None and not PHONE_LEAST <= len(digits) <= PHONE_MOST:
        faults.add(
            "customer_phone",
            N_("A phone number has {least} to {most} digits."),
            least=PHONE_LEAST,
            most=PHONE_MOST,
        )
    faults.raise_if_any()
    if name is None:
        raise RuntimeError("A checked name is missing.")
    if phone is not None:
        same = desk.session.exec(
            select(Customer)
            .join(CustomerPhone)
            .where(CustomerPhone.digits == digits, Customer.name == name)
        ).first()
        if same is not None and same.id is not None:
            return same.id
    customer = Customer(
        name=name,
        name_initials=name_initials(name),
        search_text=customer_search_text(name, None, None),
    )
    desk.session.add(customer)
    desk.session.flush()
    if customer.id is None:
        raise RuntimeError("A customer was not stored.")
    if phone is not None:
        desk.session.add(
            CustomerPhone(
                customer_id=customer.id,
                phone=phone,
                digits=digits,
            )
        )
    desk.work.audit("customer.add", "customer", customer.uid)
    return customer.id

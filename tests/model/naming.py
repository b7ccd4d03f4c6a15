"""What documents name, as the product is told of it."""

from collections.abc import Iterable

from domain.documents.parts.charges import Charge, ChargeCategory
from domain.documents.parts.paid_at_once import PaidAtOnce
from domain.references import Ref
from tests.model.operations import Operation


def charges_of(operation: Operation) -> tuple[Charge, ...]:
    """Its charges, each of a fixed amount."""
    return tuple(
        Charge(
            account=Ref("account", "code", charge.account),
            amount=charge.amount,
            cost_center=center(charge.center),
            category=ChargeCategory(charge.category),
        )
        for charge in operation.charges
    )


def item(sku: str) -> Ref:
    """An item by its code."""
    return Ref("item", "sku", sku)


def warehouse(code: str | None) -> Ref | None:
    """A warehouse, if one is named."""
    return Ref("warehouse", "code", code) if code is not None else None


def account(code: str | None) -> Ref | None:
    """An account, if one is named."""
    return Ref("account", "code", code) if code is not None else None


def center(code: str | None) -> Ref | None:
    """A cost center, if one is named."""
    return Ref("cost_center", "code", code) if code is not None else None


def taxes(codes: Iterable[str] | None) -> tuple[Ref, ...]:
    """The taxes named; none unless there are some."""
    return tuple(Ref("tax", "code", code) for code in codes or ())


def parts_of(operation: Operation) -> tuple[PaidAtOnce, ...]:
    """Parts of the money by which it is settled at once."""
    bank = Ref("account", "code", "Bank")
    return tuple(PaidAtOnce(account=bank, amount=one) for one in operation.paid)


def rest_of(operation: Operation) -> Ref | None:
    """The account of all the rest, if that is settled at once."""
    return account("Bank") if operation.pays_rest else None

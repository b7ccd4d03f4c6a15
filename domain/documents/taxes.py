"""The taxes of a document's lines and freight: read, worked out, kept, and posted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from domain.documents.document import Causes
from domain.documents.goods import Goods
from domain.errors import InvalidValue, TaxAccountMissing
from domain.lookup import LookUp, Path
from domain.money import ZERO
from domain.records import TaxRecord
from domain.references import Ref
from domain.taxes import TaxedAmount, TaxFacts, tax_totals

Direction = Literal["SALES", "PURCHASE"]


def taxed_lines(
    look: LookUp, goods: Sequence[Goods], taxes: Sequence[Sequence[Ref]]
) -> list[TaxedAmount]:
    """The lines with their taxes; `taxes` names them line by line of the document."""
    return [
        TaxedAmount(
            amount=one.amount, taxes=read_taxes(look, taxes[one.index], (*one.path, "taxes"))
        )
        for one in goods
    ]


def read_taxes(look: LookUp, refs: Sequence[Ref], path: Path) -> tuple[TaxFacts, ...]:
    """The taxes named, each once."""
    found: dict[str, TaxFacts] = {}
    for index, ref in enumerate(refs):
        at = (*path, str(index))
        tax = look.tax(ref, at)
        if tax is None:
            continue
        if tax.code in found:
            look.refuse(InvalidValue(path=at, reason="named_twice"))
        found[tax.code] = tax
    return tuple(found.values())


def keep_taxes(
    causes: Causes, look: LookUp, taxed: Sequence[TaxedAmount], direction: Direction
) -> Decimal:
    """Work out the taxes, note them with the document, and add them up in its currency."""
    for total in tax_totals(taxed, causes.digits):
        tax = total.tax
        account = tax.sales_account if direction == "SALES" else tax.purchase_account
        if account is None:
            look.refuse(TaxAccountMissing(path=("lines",), tax=tax.code, direction=direction))
            continue
        causes.taxes.append(
            TaxRecord(tax_id=tax.id, account_id=account, base=total.base, amount=total.amount)
        )
    causes.taxes_total = sum((one.amount for one in causes.taxes), ZERO)
    return causes.taxes_total


def post_taxes(causes: Causes, sign: int) -> None:
    """Each tax on its own account: debited on a purchase (1), credited on a sale (-1)."""
    for one in causes.taxes:
        causes.post(one.account_id, sign * causes.in_company_currency(one.amount))

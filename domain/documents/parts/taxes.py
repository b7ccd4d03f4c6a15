"""The taxes of a document's lines and freight: read, worked out, kept, and posted."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.parts.goods import Goods
from domain.errors import InvalidValue, TaxAccountMissing
from domain.invoiced import InvoiceFacts, TaxShare
from domain.lookup import LookUp, Path
from domain.money import ZERO
from domain.records import LineTaxRecord, TaxRecord
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
            look.refuse(InvalidValue(path=at, reason="given_twice"))
        found[tax.code] = tax
    return tuple(found.values())


def keep_taxes(
    causes: Causes,
    look: LookUp,
    taxed: Sequence[TaxedAmount],
    direction: Direction,
    freight: TaxedAmount | None = None,
    charged_on: Mapping[UUID, UUID] | None = None,
) -> Decimal:
    """Work out the taxes, note them with the document, and add them up in its currency.

    `taxed` are its lines, in the order in which they are kept. `charged_on` are the accounts on
    which a credited invoice has its taxes: they are taken back there, whatever theirs are by now.
    """
    everything = [*taxed, *((freight,) if freight else ())]
    for total in tax_totals(everything, causes.digits):
        tax = total.tax
        own = tax.sales_account if direction == "SALES" else tax.purchase_account
        account = (charged_on or {}).get(tax.id, own)
        if account is None:
            look.refuse(TaxAccountMissing(path=("lines",), tax=tax.code, direction=direction))
            continue
        causes.taxes.append(
            TaxRecord(tax_id=tax.id, account_id=account, base=total.base, amount=total.amount)
        )
        causes.line_taxes.extend(
            LineTaxRecord(
                line_no=part.position + 1, tax_id=tax.id, base=part.base, amount=part.amount
            )
            for part in total.parts
            if part.position < len(taxed)
        )
    causes.taxes_total = sum((one.amount for one in causes.taxes), ZERO)
    return causes.taxes_total


def give_back(causes: Causes, shares: Sequence[TaxShare], line_no: int | None) -> Decimal:
    """Note taxes as an invoice had charged them, of a line or (None) of freight; add them up."""
    for share in shares:
        if line_no is not None:
            causes.line_taxes.append(
                LineTaxRecord(
                    line_no=line_no, tax_id=share.tax, base=share.base, amount=share.amount
                )
            )
        known = next((one for one in causes.taxes if one.tax_id == share.tax), None)
        base, amount = (known.base, known.amount) if known else (ZERO, ZERO)
        kept = TaxRecord(
            tax_id=share.tax,
            account_id=known.account_id if known else share.account,
            base=base + share.base,
            amount=amount + share.amount,
        )
        causes.taxes = [one for one in causes.taxes if one is not known] + [kept]
    added = sum((share.amount for share in shares), ZERO)
    causes.taxes_total += added
    return added


def post_taxes(causes: Causes, sign: int, credited: InvoiceFacts | None = None) -> None:
    """Each tax on its own account: debited on a purchase (1), credited on a sale (-1).

    `credited` is the invoice that a credit note takes them back of.
    """
    for one in causes.taxes:
        amount = tax_in_company_currency(causes, credited, one.tax_id, one.amount)
        causes.post(one.account_id, sign * amount)


def tax_in_company_currency(
    causes: Causes, credited: InvoiceFacts | None, tax: UUID, amount: Decimal
) -> Decimal:
    """A tax in company currency; the last that an invoice is credited of it takes the cents."""
    whole, earlier = credited.taxes.get(tax, (ZERO, ())) if credited else (ZERO, ())
    return causes.part_in_company_currency(amount, (whole,), earlier)

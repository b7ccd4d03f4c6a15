"""Reading a credit note's lines: what each credits, how much of it, and that it is not too much."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from domain.documents.causes import Causes, line_paths
from domain.documents.document import DocumentKind
from domain.documents.parts.by_level_bills import is_by_level
from domain.documents.parts.continental_bills import is_continental
from domain.documents.parts.credit_line import (
    CreditKind,
    CreditNoteLine,
    CreditSide,
    ReadCredit,
    over_credited,
)
from domain.documents.parts.credit_prices import CreditPrices
from domain.documents.parts.goods import NO_ITEM, read_pool
from domain.documents.parts.inheriting import CreditedLines
from domain.documents.parts.taxes import read_taxes
from domain.errors import (
    Inactive,
    InvalidValue,
    ItemMismatch,
    NotFound,
    Required,
    WrongParty,
)
from domain.facts import ItemFacts
from domain.invoiced import InvoicedLine, InvoiceFacts, ReturnedLine
from domain.lookup import LookUp, Path
from domain.money import ONE, QUANTITY_DIGITS, ZERO
from domain.movements import Pool
from domain.references import Ref
from domain.units import Unit, read_unit

Found = TypeVar("Found")

INVOICES = {
    CreditSide.SALES: DocumentKind.SALES_INVOICE,
    CreditSide.PURCHASE: DocumentKind.PURCHASE_INVOICE,
}
_RETURNS = {
    CreditSide.SALES: DocumentKind.SALES_RETURN,
    CreditSide.PURCHASE: DocumentKind.PURCHASE_RETURN,
}


class CreditReader:
    """Reads the lines of one credit note, one after the other."""

    def __init__(self, causes: Causes, look: LookUp, side: CreditSide, kind: CreditKind) -> None:
        """Nothing is read yet; `invoice` is the one credited as soon as it is known."""
        self.causes = causes
        self.look = look
        self.side = side
        self.kind = kind
        self.invoice: InvoiceFacts | None = None
        self._credited = CreditedLines(causes)
        self._prices = CreditPrices(causes, look, side, kind, self._credited)

    def read(self, lines: tuple[CreditNoteLine, ...], invoice: Ref | None) -> list[ReadCredit]:
        """Resolve the invoice and the lines, and refuse what is credited too much."""
        if not lines:
            self.look.refuse(Required(path=("lines",)))
        self._find_invoice(lines, invoice)
        self._follow_money()
        read: list[ReadCredit] = []
        for index, path in line_paths(len(lines)):
            one = self._line(lines[index], path)
            if one is not None:
                read.append(one)
                self.causes.net_total += one.amount
        return read

    # -- what is credited -------------------------------------------------------------------------

    def _find_invoice(self, lines: tuple[CreditNoteLine, ...], named: Ref | None) -> None:
        """The invoice named, or that of the first line that names one of its lines."""
        facts = self.causes.facts.credited
        if named is not None:
            known = [one for one in facts.invoices.values() if named.names(one.id, one.number)]
            self.invoice = known[0] if known else None
            path: Path = ("invoice",)
            if self.invoice is None:
                self.look.refuse(NotFound(path=path, kind="document", reference=named.value))
                return
        else:
            documents = [
                line.document
                for one in lines
                if (line := _by_id(facts.lines, one.invoice_line)) is not None
            ]
            self.invoice = facts.invoices[documents[0]] if documents else None
            path = ("lines",)
        invoice = self.invoice
        if invoice is not None:
            self._check_original(path, invoice.kind, INVOICES[self.side], invoice)

    def _check_original(
        self, path: Path, kind: str, expected: DocumentKind, one: InvoiceFacts | ReturnedLine
    ) -> None:
        """Of the right kind, live, of the same party, and not later than the credit note."""
        look, party = self.look, self.causes.party
        if kind != expected:
            look.refuse(NotFound(path=path, kind="document", reference=one.number))
        if one.is_void:
            look.refuse(Inactive(path=path, kind="document", reference=one.number))
        if party is not None and one.party != party.id:
            look.refuse(WrongParty(path=path, party=party.code))
        if self.causes.posting_date < one.posting_date:
            look.refuse(InvalidValue(path=("postingDate",), reason="before_the_original"))

    def _follow_money(self) -> None:
        """A credit note is in the currency, and at the rate, of its invoice."""
        invoice, causes = self.invoice, self.causes
        if invoice is None:
            return
        if causes.document.currency not in {None, invoice.currency}:
            self.look.refuse(InvalidValue(path=("currency",), reason="other_currency"))
        causes.currency, causes.exchange_rate = invoice.currency, invoice.exchange_rate

    # -- a line -----------------------------------------------------------------------------------

    def _line(self, line: CreditNoteLine, path: Path) -> ReadCredit | None:
        invoiced = self._invoiced(line, path)
        returned = self._returned(line, path)
        item = self._item(line, invoiced, returned, path)
        self._check_came_back(invoiced, returned, item, path)
        center = self.look.cost_center(line.cost_center, (*path, "costCenter"))
        account = None
        if line.account is not None:
            account = self.look.account(line.account, (*path, "account"))
        if (line.invoice_line and not invoiced) or (line.return_line and not returned):
            return None
        unit = read_unit(self.look, line.uom, item or NO_ITEM, path, returned, invoiced)
        quantity = self._quantity(line, unit, invoiced, returned, path)
        price = self._prices.price(line, unit, invoiced, returned, quantity, path)
        pool = self._pool(line, item, path)
        if price is None:
            return None
        in_company = self.causes.in_company_currency(price[1])
        if invoiced is not None:
            in_company = self._credited.in_company_currency(invoiced, price[1])
        before = self._prices.before_discount(line, unit, invoiced, quantity, price)
        listed, list_amount, percent = before
        discount = None
        if invoiced is not None and line.is_as_invoiced:
            discount = self._credited.discount_in_company_currency(invoiced, quantity)
        self._check(line, invoiced, returned, quantity, price[1], path)
        own_center = invoiced.cost_center if invoiced else None
        return ReadCredit(
            path=path,
            invoiced=invoiced,
            returned=returned,
            item=item,
            quantity=quantity,
            rate=price[0],
            amount=price[1],
            in_company=in_company,
            list_rate=listed,
            list_amount=list_amount,
            discount_percent=percent,
            discount=discount,
            taxes=read_taxes(self.look, line.taxes or (), (*path, "taxes")),
            inherits_taxes=invoiced is not None and line.taxes is None,
            pool=pool,
            account=account.id if account else None,
            cost_center=center.id if center else own_center,
            description=line.description,
            unit=unit,
        )

    def _invoiced(self, line: CreditNoteLine, path: Path) -> InvoicedLine | None:
        if line.invoice_line is None:
            return None
        at = (*path, "invoiceLine")
        found = _by_id(self.causes.facts.credited.lines, line.invoice_line)
        if found is None:
            self.look.refuse(NotFound(path=at, kind="line", reference=line.invoice_line.value))
            return None
        if self.invoice is None or found.document != self.invoice.id:
            self.look.refuse(InvalidValue(path=at, reason="other_invoice"))
        item = self.causes.facts.items_by_id.get(found.item) if found.item else None
        is_goods = found.moves_goods and item is not None and item.is_stock_item
        if is_goods and self.kind is CreditKind.RETURN:
            self.look.refuse(InvalidValue(path=at, reason="credited_by_its_return"))
        return found

    def _returned(self, line: CreditNoteLine, path: Path) -> ReturnedLine | None:
        if line.return_line is None:
            return None
        at = (*path, "returnLine")
        found = _by_id(self.causes.facts.credited.returns, line.return_line)
        if found is None:
            self.look.refuse(NotFound(path=at, kind="line", reference=line.return_line.value))
            return None
        self._check_original(at, found.kind, _RETURNS[self.side], found)
        if self.kind is not CreditKind.RETURN:
            self.look.refuse(InvalidValue(path=at, reason="only_for_returns"))
        if found.is_credited:
            self.look.refuse(InvalidValue(path=at, reason="credited_by_its_return"))
        return found

    def _check_came_back(
        self,
        invoiced: InvoicedLine | None,
        returned: ReturnedLine | None,
        item: ItemFacts | None,
        path: Path,
    ) -> None:
        """Under CONTINENTAL goods are credited once they have gone back: by their return's line."""
        if not is_continental(self.look.company) or self.kind is not CreditKind.RETURN:
            return
        elsewhere = invoiced is not None and invoiced.bills is None  # booked on an account
        if item is not None and item.is_stock_item and returned is None and not elsewhere:
            self.look.refuse(Required(path=(*path, "returnLine")))

    def _item(
        self,
        line: CreditNoteLine,
        invoiced: InvoicedLine | None,
        returned: ReturnedLine | None,
        path: Path,
    ) -> ItemFacts | None:
        """The item of what is named; where several say it, they have to agree."""
        known = self.causes.facts.items_by_id
        named = self.look.item(line.item, (*path, "item")) if line.item is not None else None
        found: list[ItemFacts] = [named] if named else []
        others = (invoiced.item if invoiced else None, returned.item if returned else None)
        found += [known[id_] for id_ in others if id_ is not None and id_ in known]
        for other in found[1:]:
            if other.id != found[0].id:
                at = (*path, "returnLine" if invoiced and returned else "item")
                self.look.refuse(ItemMismatch(path=at, expected=other.sku, given=found[0].sku))
        return found[0] if found else None

    def _quantity(
        self,
        line: CreditNoteLine,
        unit: Unit | None,
        invoiced: InvoicedLine | None,
        returned: ReturnedLine | None,
        path: Path,
    ) -> Decimal:
        """What is credited, in the stock unit."""
        if line.quantity is not None:
            given = line.quantity
            return unit.quantity(self.look, given, (*path, "quantity")) if unit else given
        if returned is not None:
            return self._left_of(returned)
        if invoiced is None:
            return unit.factor if unit else ONE
        if self.kind is CreditKind.OVERCHARGE:
            return invoiced.quantity
        return invoiced.quantity_left - self._credited.before(invoiced.id)[0]

    def _pool(self, line: CreditNoteLine, item: ItemFacts | None, path: Path) -> Pool | None:
        """Where goods of no known sale come back to, as the credit note says (BY_LEVEL)."""
        if line.warehouse is None:
            return None
        at, look = (*path, "warehouse"), self.look
        if not is_by_level(look.company) or self.side is CreditSide.PURCHASE:
            look.refuse(InvalidValue(path=at, reason="moves_no_goods"))
        elif line.invoice_line is not None or line.return_line is not None:
            look.refuse(InvalidValue(path=at, reason="only_without_original"))
        elif self.kind is CreditKind.OVERCHARGE:
            look.refuse(InvalidValue(path=at, reason="only_for_goods"))
        elif item is None:
            look.refuse(Required(path=(*path, "item")))
        elif item.is_stock_item:
            return read_pool(look, item, line.warehouse, path)
        return None

    # -- limits -----------------------------------------------------------------------------------

    def _check(
        self,
        line: CreditNoteLine,
        invoiced: InvoicedLine | None,
        returned: ReturnedLine | None,
        quantity: Decimal,
        amount: Decimal,
        path: Path,
    ) -> None:
        """Never more than was invoiced, never more goods than went back."""
        if line.quantity is not None or quantity > 0:
            given = quantity if line.quantity is None else line.quantity
            self.look.positive(given, (*path, "quantity"), QUANTITY_DIGITS)
        at_quantity = (*path, "quantity")
        if returned is not None:
            self._limit(self._left_of(returned), quantity, at_quantity)
            self._credited.note(returned.id, quantity, amount)
        if invoiced is None:
            return
        before = self._credited.before(invoiced.id)
        counts = self.kind is not CreditKind.OVERCHARGE
        limit = invoiced.quantity_left - before[0] if counts else invoiced.quantity
        self._limit(limit, quantity, at_quantity)
        name = "rate" if line.rate is not None else "amount"
        at = (*path, name if line.rate is not None or line.amount is not None else "quantity")
        if quantity > 0:
            self._limit(invoiced.amount_left - before[1], amount, at)
        self._credited.note(invoiced.id, quantity if counts else ZERO, amount)

    def _left_of(self, returned: ReturnedLine) -> Decimal:
        """How much of what went back is not credited yet."""
        credited = returned.credited_quantity + self._credited.before(returned.id)[0]
        return returned.quantity - credited

    def _limit(self, left: Decimal, requested: Decimal, path: Path) -> None:
        """No more than is left, and not nothing: what is left may be less than that by now."""
        if requested > left or requested <= 0:
            refusal = over_credited(path, left, max(requested, ZERO))
            if refusal.path not in {one.path for one in self.look.refusals}:
                self.look.refuse(refusal)


def _by_id(known: Mapping[UUID, Found], ref: Ref | None) -> Found | None:
    id_ = ref.id if ref is not None else None
    return known.get(id_) if id_ is not None else None

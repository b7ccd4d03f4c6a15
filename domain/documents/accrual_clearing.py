"""The accrual clearing: what will never be billed, or will never come, is written off.

It takes what is open of receipt, delivery and invoice lines off them, or a residue off the accrual
account (a kept difference, a journal by hand), against an account: the line's, the document's, else
the company's stock adjustment (its expense account for services). It posts Dr received not billed,
Cr that account for goods that nobody bills; the other way round for goods billed that never came.
Lines that posted nothing (deliveries, periodic days) are closed and post nothing. Under CONTINENTAL
the cost of goods is expected until they are billed: what is written off of it is actual then.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import SUB_LEDGER_TYPES, AccountType, Role
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.continental_bills import invoice_goods, is_expected_cost
from domain.errors import (
    Inactive,
    InvalidValue,
    NotFound,
    NothingOpen,
    OverCleared,
    Required,
    WrongAccountType,
)
from domain.facts import Facts
from domain.lookup import LookUp, Path
from domain.money import round_to, share
from domain.movements import Contra
from domain.open_lines import LineFacts, ResidueFacts
from domain.records import BillingKind, LineRecord
from domain.references import Ref

_CLEARABLE = frozenset(
    {
        DocumentKind.PURCHASE_RECEIPT,
        DocumentKind.PURCHASE_INVOICE,
        DocumentKind.DELIVERY_NOTE,
        DocumentKind.SALES_INVOICE,
    }
)
_PURCHASES = frozenset({DocumentKind.PURCHASE_RECEIPT, DocumentKind.PURCHASE_INVOICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingLine:
    """What is written off: of a `line`, or the residue of a document (`residue_of`).

    `quantity` of a line, in the item's unit; None = all that is open. A residue goes as a whole.
    """

    line: Ref | None = None
    residue_of: Ref | None = None
    quantity: Decimal | None = None
    account: Ref | None = None
    cost_center: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualClearing(Document):
    """Writing off what stands between goods and bills. `account` is the other side of all lines."""

    kind: ClassVar[DocumentKind] = DocumentKind.ACCRUAL_CLEARING
    series: ClassVar[str] = "AC"

    lines: tuple[ClearingLine, ...]
    account: Ref | None = None

    def needs(self) -> Needs:
        """The lines, locked, and what documents left on the accrual account."""
        lines = frozenset(line.line for line in self.lines if line.line)
        return Needs(
            lines=lines,
            originals=lines,
            residues=frozenset(line.residue_of for line in self.lines if line.residue_of),
        )

    def causes(self, facts: Facts) -> Causes:
        """What is open, taken off, and its amount on the other account."""
        causes, look = begin(self, facts)
        if causes.currency != facts.company.currency:
            look.refuse(InvalidValue(path=("currency",), reason="other_currency"))
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        seen: set[UUID] = set()
        for index, path in line_paths(len(self.lines)):
            self._read(causes, look, self.lines[index], path, seen)
        causes.grand_total = causes.net_total
        look.refuse_if_any()
        return causes

    def _read(
        self, causes: Causes, look: LookUp, given: ClearingLine, path: Path, seen: set[UUID]
    ) -> None:
        if (given.line is None) == (given.residue_of is None):
            look.refuse(InvalidValue(path=path, reason="line_or_residue"))
        elif given.line is not None:
            self._clear_line(causes, look, given, given.line, path)
        elif given.residue_of is not None:
            self._clear_residue(causes, look, given, given.residue_of, path, seen)

    # -- lines --------------------------------------------------------------------------------

    def _clear_line(
        self, causes: Causes, look: LookUp, given: ClearingLine, ref: Ref, path: Path
    ) -> None:
        at = (*path, "line")
        line = look.line(ref, at)
        if line is None:
            return
        if line.kind not in _CLEARABLE or line.moved_goods:
            look.refuse(InvalidValue(path=at, reason="waits_for_nothing"))
            return
        self._refuse_earlier(look, line)
        taken = _take(causes, look, given, line, path)
        if taken is None:
            return
        quantity, amount = taken
        is_expected = line.account is None and is_expected_cost(causes, line.id)
        accrual = _accrual_of(look, line)
        account = self._account(look, given, path, accrual)
        if is_expected and account is None and line.kind == DocumentKind.PURCHASE_RECEIPT:
            item = look.facts.items_by_id[line.item]
            account = look.role_for(Role.STOCK_ADJUSTMENT, item, None, (*path, "account"))
        center = look.cost_center(given.cost_center, (*path, "costCenter"))
        record = causes.new_line(
            item_id=line.item,
            quantity=abs(quantity),
            amount=amount,
            account_id=account,
            cost_center_id=center.id if center else None,
            against_line_id=line.id,
        )
        causes.bill(line.id, BillingKind.CLEARED, quantity, amount, accrual)
        causes.net_total += amount
        if accrual is not None:
            causes.post(accrual, amount)
            causes.post(account, -amount, record.cost_center_id)
        elif is_expected:
            _make_actual(causes, line, quantity, amount, record)

    # -- residues -----------------------------------------------------------------------------

    def _clear_residue(
        self,
        causes: Causes,
        look: LookUp,
        given: ClearingLine,
        ref: Ref,
        path: Path,
        seen: set[UUID],
    ) -> None:
        at = (*path, "residueOf")
        residue = _residue(look, ref, at)
        if given.quantity is not None:
            look.refuse(InvalidValue(path=(*path, "quantity"), reason="only_for_lines"))
        if residue is None:
            return
        self._refuse_earlier(look, residue)
        if not residue.amounts or residue.document in seen:
            look.refuse(NothingOpen(path=at, document=residue.number))
            return
        seen.add(residue.document)
        center = look.cost_center(given.cost_center, (*path, "costCenter"))
        for accrual, amount in residue.amounts:
            account = self._account(look, given, path, accrual)
            record = causes.new_line(
                amount=amount,
                account_id=account,
                cost_center_id=center.id if center else None,
                against_id=residue.document,
            )
            causes.net_total += amount
            causes.post(accrual, amount)
            causes.post(account, -amount, record.cost_center_id)

    # -- what both need -----------------------------------------------------------------------

    def _refuse_earlier(self, look: LookUp, waiting: LineFacts | ResidueFacts) -> None:
        """Nothing is written off before it was there."""
        if self.posting_date < waiting.posting_date:
            look.refuse(InvalidValue(path=("postingDate",), reason="before_the_original"))

    def _account(
        self, look: LookUp, given: ClearingLine, path: Path, accrual: UUID | None
    ) -> UUID | None:
        """Where it is written off to; none where nothing is posted and none is named."""
        for ref, at in ((given.account, (*path, "account")), (self.account, ("account",))):
            if ref is None:
                continue
            account = look.account(ref, at, of_stock=True)
            if account is None:
                return None
            if account.type in SUB_LEDGER_TYPES:
                expected = AccountType.EXPENSE.value
                look.refuse(WrongAccountType(path=at, account=account.code, expected=expected))
            return account.id
        if accrual is None:
            return None
        roles = look.company.roles
        if accrual == roles.get(Role.SERVICES_RECEIVED_NOT_BILLED) and Role.EXPENSE in roles:
            return roles[Role.EXPENSE]
        return look.role(Role.STOCK_ADJUSTMENT, (*path, "account"))


def _take(
    causes: Causes, look: LookUp, given: ClearingLine, line: LineFacts, path: Path
) -> tuple[Decimal, Decimal] | None:
    """Quantity and amount that are written off, with the signs of what is open."""
    line = causes.standing.get(line.id, line)
    whole, amount = line.open_quantity, line.open_amount
    if not whole and not amount:
        look.refuse(NothingOpen(path=(*path, "line"), document=line.number))
        return None
    quantity = whole
    if given.quantity is not None:
        at = (*path, "quantity")
        look.positive(given.quantity, at)
        if given.quantity > abs(whole):
            look.refuse(OverCleared(path=at, open_quantity=abs(whole), requested=given.quantity))
            return None
        quantity = given.quantity.copy_sign(whole)
        amount = round_to(share(amount, quantity, whole), look.company.digits)
    causes.standing[line.id] = line.cleared(quantity, amount)
    return quantity, amount


def _make_actual(
    causes: Causes, line: LineFacts, quantity: Decimal, amount: Decimal, record: LineRecord
) -> None:
    """Under CONTINENTAL cost is expected until a bill comes: none will, so it is actual now.

    Goods bought are a gain on the account named; what was sold is cost of goods sold.
    """
    if line.kind == DocumentKind.DELIVERY_NOTE:
        invoice_goods(causes, line.id, quantity, None, "OUT")
    elif record.account_id is not None:
        contra = Contra(record.account_id, cost_center=record.cost_center_id)
        invoice_goods(causes, line.id, quantity, amount, "IN", contra)


def _accrual_of(look: LookUp, line: LineFacts) -> UUID | None:
    """The account that a line stands on; None where it posted nothing.

    Lines that had posted nothing came onto the company's account with its migration.
    """
    since = look.company.posts_stock_from
    if line.account is not None or since is None or line.posting_date >= since:
        return line.account
    if not line.is_stock_item or line.kind not in _PURCHASES:
        return None
    return look.role(Role.STOCK_RECEIVED_NOT_BILLED)


def _residue(look: LookUp, ref: Ref, path: Path) -> ResidueFacts | None:
    for residue in look.facts.residues.values():
        if ref.names(residue.document, residue.number):
            if residue.is_void:
                look.refuse(Inactive(path=path, kind="document", reference=residue.number))
            return residue
    look.refuse(NotFound(path=path, kind="document", reference=ref.value))
    return None

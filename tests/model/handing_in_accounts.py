"""Operations on accounts, without goods, as the documents that a person would hand in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from domain.documents.accrual_clearing import AccrualClearing, ClearingLine
from domain.documents.allocation import AllocationVoucher
from domain.documents.document import Document
from domain.documents.exchange_revaluation import ClosingRate, ExchangeRevaluation
from domain.documents.journal_entry import JournalVoucher, JournalVoucherLine
from domain.documents.parts.settlement import Allocation
from domain.documents.payment import Payment, PaymentType
from domain.references import Ref
from tests.model.naming import account, center
from tests.model.operations import Kind, LineOf, Operation

SUPPLIER = Ref("party", "code", "supplier")
CUSTOMER = Ref("party", "code", "customer")


class OnAccounts:
    """Their makers, and the ids that the books gave to documents and lines before."""

    def __init__(self, company: str, new_id: Callable[[], UUID]) -> None:
        self.company = Ref("company", "code", company)
        self.new_id = new_id
        self.ids: dict[int, UUID] = {}
        self.lines: dict[LineOf, UUID] = {}

    def journal(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            JournalVoucherLine(
                cost_center=center(line.center),
                account=Ref("account", "code", line.account or ""),
                debit=line.amount if line.amount > 0 else None,
                credit=-line.amount if line.amount < 0 else None,
                party=Ref("party", "code", line.party) if line.party else None,
                currency_amount=line.held,
            )
            for line in operation.lines
        )
        return JournalVoucher(**head, lines=lines)

    def payment(self, operation: Operation, head: dict[str, Any]) -> Document:
        collects = operation.kind is Kind.COLLECT
        return Payment(
            **head,
            type=PaymentType.RECEIVE if collects else PaymentType.PAY,
            party=CUSTOMER if collects else SUPPLIER,
            amount=operation.amount,
            allocations=self.allocations(operation),
            account=account(operation.account),
            account_amount=operation.held,
        )

    def revalue(self, operation: Operation, head: dict[str, Any]) -> Document:
        rates = [ClosingRate(currency="USD", rate=rate) for rate in (operation.closing,) if rate]
        return ExchangeRevaluation(
            **head,
            rates=tuple(rates),
            gain_account=account(operation.gains),
            loss_account=account(operation.losses),
            cost_center=center(operation.center),
        )

    def allocate(self, operation: Operation, head: dict[str, Any]) -> Document:
        party = CUSTOMER if operation.lines[0].party == "customer" else SUPPLIER
        return AllocationVoucher(**head, party=party, allocations=self.allocations(operation))

    def allocations(self, operation: Operation) -> tuple[Allocation, ...]:
        return tuple(
            Allocation(
                invoice=self.named(line.of.no),
                amount=line.amount,
                discount=line.discount,
                write_off=line.written_off,
                item_amount=line.of_item,
            )
            for line in operation.lines
            if line.of is not None
        )

    def clear(self, operation: Operation, head: dict[str, Any]) -> Document:
        lines = tuple(
            ClearingLine(
                line=self.line(line.of),
                quantity=line.quantity or None,
                cost_center=center(line.center),
            )
            for line in operation.lines
        )
        return AccrualClearing(**head, lines=lines)

    def named(self, no: int) -> Ref:
        return Ref("document", "id", str(self.ids[no]))

    def line(self, of: LineOf | None) -> Ref | None:
        return Ref("line", "id", str(self.lines[of])) if of is not None else None

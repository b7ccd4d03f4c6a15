"""Journals by hand and payments."""

from tests.model.operations import Kind, Operation
from tests.model.register import Register
from tests.model.states import Effects, OpenState, balance, company
from tests.model.valuing import cents, exact


class Money(Register):
    """Reads journal entries and payments."""

    def _journal(self, operation: Operation, effects: Effects) -> None:
        for line in operation.lines:
            amount = company(operation, cents(exact(line.amount)))
            effects.journal.append((line.account or "", amount))
            if line.account in {"Stock A", "Stock B"}:
                self.reasons.add("STOCK_ACCOUNT_LOCKED")
            if line.party:
                effects.party.append((line.party, line.account or "", amount))
                if line.account not in {"Debtors", "Creditors"}:
                    self.reasons.add("INVALID_VALUE")
        balance(effects)
        if sum(line.amount for line in operation.lines):
            self.reasons.add("UNBALANCED_ENTRY")

    def _payment(self, operation: Operation, effects: Effects) -> None:
        collects = operation.kind is Kind.COLLECT
        sign = 1 if collects else -1
        party, control = ("customer", "Debtors") if collects else ("supplier", "Creditors")
        left = cents(exact(operation.amount))
        for line in operation.lines:
            amount = cents(exact(line.amount))
            left -= amount
            invoice = self.open.get(line.of.no) if line.of else None
            if line.of is None or invoice is None:
                self.reasons.add("NOT_FOUND")
                continue
            own = self._settle(operation, invoice, amount)
            left += amount - own
            at_invoice_rate = company(invoice.operation, own)
            if invoice.settled == invoice.amount:
                at_invoice_rate = invoice.in_company
            invoice.in_company -= at_invoice_rate
            effects.settled.append((line.of.no, own, at_invoice_rate))
            effects.journal.append((control, -sign * at_invoice_rate))
            effects.party.append((party, control, -sign * at_invoice_rate))
        if left < 0:
            self.reasons.add("OVER_ALLOCATED")
        on_account = company(operation, max(left, 0))
        effects.journal.append((control, -sign * on_account))
        effects.party.append((party, control, -sign * on_account))
        effects.journal.append(("Bank", sign * company(operation, cents(exact(operation.amount)))))
        difference = sum(amount for _, amount in effects.journal)
        effects.journal.append(("Exchange", -difference))

    def _settle(self, operation: Operation, invoice: OpenState, amount: int) -> int:
        """Take an amount off an invoice in its own direction: one of less than nothing pays us."""
        wanted = Kind.SALE if operation.kind is Kind.COLLECT else Kind.BILL
        if invoice.operation.kind is not wanted:
            self.reasons.add("WRONG_PARTY")
        if invoice.operation.no in self.cancelled:
            self.reasons.add("INACTIVE")
        if (invoice.operation.foreign is None) != (operation.foreign is None):
            self.reasons.add("INVALID_VALUE")
        own = amount if (invoice.amount - invoice.settled or invoice.amount) > 0 else -amount
        if amount > abs(invoice.amount - invoice.settled) or invoice.operation.kind is not wanted:
            self.reasons.add("OVER_ALLOCATED")
        invoice.settled += own
        return own

"""What credits take back of an invoice's taxes: those of its lines, those of its freight."""

from fractions import Fraction

from tests.model.crediting import Crediting, part_in_company
from tests.model.operations import Kind, LineOf, Operation
from tests.model.states import FREIGHT, CreditedInvoice, Effects, Taxed, line_cents
from tests.model.taxing import account_of, added_up, reasons_against, rounded_once
from tests.model.valuing import cents


class TaxCredits(Crediting):
    """Takes a share of what is left of each tax, or works out the taxes that a line names."""

    def _inherit(self, effects: Effects, own: int, of: LineOf, amount: int) -> None:
        """The taxes that go with an amount of an invoice's line, which is not noted yet."""
        billed = self.effects[of.no].operation.lines[of.line]
        left = line_cents(billed) - self.credited(effects, of)[1]
        self._take_share(effects, own, of, min(amount, left), left)

    def _inherit_with_freight(self, effects: Effects, own: CreditedInvoice, left: int) -> None:
        """The same of the freight that goes back, of which so much is left."""
        if own.freight <= left:
            self._take_share(effects, FREIGHT, LineOf(own.no, FREIGHT), own.freight, left)

    def _take_share(self, effects: Effects, own: int, of: LineOf, part: int, left: int) -> None:
        """Of what is left of each tax as much as `part` is of what it was charged on."""
        if part <= 0:
            return
        for one in self.effects[of.no].taxes:
            if one.line != of.line:
                continue
            before = self._taken_back(effects, one.tax, of)
            base = one.base - sum(each.base for each in before)
            tax = one.amount - sum(each.amount for each in before)
            if part != left:
                base = cents(Fraction(base, 100) * part / left)
                tax = cents(Fraction(tax, 100) * part / left)
            effects.taxes.append(Taxed(one.tax, own, base, tax, of))

    def _taken_back(self, effects: Effects, tax: str, of: LineOf) -> list[Taxed]:
        """What was taken back of a tax on a line, or on freight, up to here."""
        return [
            one
            for each in (*self._others(effects), effects)
            for one in each.taxes
            if one.of == of and one.tax == tax
        ]

    def _name_taxes(
        self, effects: Effects, named: list[tuple[int, int, tuple[str, ...]]], of: LineOf | None
    ) -> None:
        """The taxes that the last of the lines `named` names: as on an invoice of such lines."""
        own, _, codes = named[-1]
        self.reasons |= reasons_against(effects.operation.kind, codes)
        effects.taxes += [
            Taxed(one.tax, own, one.base, one.amount, of)
            for one in rounded_once(named)
            if one.line == own
        ]

    def _post_taxes(
        self, effects: Effects, own: CreditedInvoice, money: Operation, kind: Kind, sign: int
    ) -> None:
        """Each on its account; the last of a tax takes what the others left of it there."""
        invoice = self.effects.get(own.no)
        whole = added_up(invoice.taxes) if invoice else {}
        for code, amount in own.taxes.items():
            earlier = [one.taxes.get(code, 0) for one in self._credited_before(effects, own.no)]
            if code not in whole:
                earlier = []
            in_company = part_in_company(money, amount, [whole.get(code, 0)], earlier)
            effects.journal.append((account_of(kind, code), sign * in_company))

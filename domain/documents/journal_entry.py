"""The journal entry: ledger lines made by hand.

A journal on a stock account is refused while that account agrees with the value of its stock: it
would part the two. It is accepted while they are out of step, which is how it can be set right.

What it posts to a party is an open item of its own, one for each party and account: payments and
allocations settle it like an invoice. That is how opening balances come in, each due on the day
that its bill had: also one that is past.

An accrual may be taken back by itself on a later day: then it has a second entry, its reversal, and
what it opened is open from the one day to the other, to be settled by nothing else. Rule: ADR 89.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.accounts import AccountType
from domain.company import Scheme
from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.charges import balance_cents
from domain.documents.parts.kept_in_currency import in_currency_of
from domain.documents.parts.payment_terms import DUE_DATE
from domain.errors import InvalidValue, Required, StockAccountLocked, UnbalancedEntry
from domain.facts import AccountFacts, Facts, PartyFacts
from domain.lookup import LookUp, Path
from domain.money import ZERO
from domain.references import Ref

ROLE_OF_PARTY = {AccountType.RECEIVABLE: "CUSTOMER", AccountType.PAYABLE: "SUPPLIER"}
"""The control accounts, and the role that a party needs to stand on each."""

REVERSE_ON = "reverse_on"
"""What the document keeps under which the day that it takes itself back on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalVoucherLine:
    """A debit or a credit, in document currency.

    A `party` stands on control accounts only: a customer where it is receivable, a supplier where
    it is payable. `currency_amount` is the same in the currency that its account is kept in; zero
    changes what the account is worth in company currency alone.
    """

    account: Ref
    debit: Decimal | None = None
    credit: Decimal | None = None
    cost_center: Ref | None = None
    party: Ref | None = None
    description: str | None = None
    currency_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalVoucher(Document):
    """A journal entry as handed in; `due_date` is of the items that it opens.

    `reverse_on` is the later day on which it takes itself back; None: it stays.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.JOURNAL_ENTRY
    series: ClassVar[str] = "JE"

    lines: tuple[JournalVoucherLine, ...]
    due_date: date | None = None
    reverse_on: date | None = None

    def needs(self) -> Needs:
        """The parties and the accounts (for the state of stock accounts)."""
        return Needs(
            parties=frozenset(line.party for line in self.lines if line.party),
            accounts=frozenset(line.account for line in self.lines),
        )

    def causes(self, facts: Facts) -> Causes:
        """Its own lines, balanced."""
        causes, look = begin(self, facts)
        if self.due_date is not None:
            causes.content[DUE_DATE] = self.due_date.isoformat()
        if self.reverse_on is not None:
            self._reverse(causes, look, self.reverse_on)
        is_whole = len(self.lines) > 1
        if not is_whole:
            look.refuse(InvalidValue(path=("lines",), reason="fewer_than_two_lines"))
        debit = credit = ZERO
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            account = look.account(
                line.account, (*path, "account"), of_party=True, of_stock=True, in_currency=True
            )
            amount = self._amount(causes, look, line, path)
            debit += max(amount, ZERO)
            credit += max(-amount, ZERO)
            if account is not None:
                self._check_stock_account(look, account, (*path, "account"))
                self._post(causes, look, line, account, amount, path)
        if is_whole and debit != credit:
            look.refuse(UnbalancedEntry(path=("lines",), debit=debit, credit=credit))
        causes.net_total = causes.grand_total = debit
        look.refuse_if_any()
        balance_cents(causes, look)
        look.refuse_if_any()
        return causes

    def _reverse(self, causes: Causes, look: LookUp, day: date) -> None:
        """A later day is open where the journal's own is: days are closed through one."""
        if day <= self.posting_date:
            look.refuse(InvalidValue(path=("reverseOn",), reason="not_after_the_posting_date"))
        causes.reversed_on = day
        causes.content[REVERSE_ON] = day.isoformat()

    def _amount(
        self, causes: Causes, look: LookUp, line: JournalVoucherLine, path: Path
    ) -> Decimal:
        # Zero on one side is what lines of the ledger show of it: the other one counts.
        debit = None if line.debit == ZERO and line.credit else line.debit
        credit = None if line.credit == ZERO and line.debit else line.credit
        if debit is not None and credit is None:
            look.positive(debit, (*path, "debit"), causes.digits)
            return debit
        if credit is not None and debit is None:
            look.positive(credit, (*path, "credit"), causes.digits)
            return -credit
        look.refuse(InvalidValue(path=path, reason="debit_or_credit"))
        return ZERO

    def _post(
        self,
        causes: Causes,
        look: LookUp,
        line: JournalVoucherLine,
        account: AccountFacts,
        amount: Decimal,
        path: Path,
    ) -> None:
        center = look.cost_center(line.cost_center, (*path, "costCenter"))
        party = self._party(look, line, account, (*path, "party"))
        in_currency = in_currency_of(
            look, account, (*path, "currencyAmount"), line.currency_amount, causes.currency,
            abs(amount), may_be_zero=True,
        )  # fmt: skip
        if in_currency is not None and amount < 0:
            in_currency = -in_currency
        causes.new_line(
            amount=amount,
            account_id=account.id,
            cost_center_id=center.id if center else None,
            party_id=party.id if party else None,
            description=line.description,
            currency_amount=in_currency,
        )
        in_company = causes.in_company_currency(amount)
        causes.post(
            account.id,
            in_company,
            center.id if center else None,
            party.id if party else None,
            in_currency,
        )
        if party is not None:
            causes.open_item(account.id, party, amount, in_company)
            if self.reverse_on is not None:
                causes.open_item(account.id, party, -amount, -in_company, self.reverse_on)

    def _party(
        self, look: LookUp, line: JournalVoucherLine, account: AccountFacts, path: Path
    ) -> PartyFacts | None:
        role = ROLE_OF_PARTY.get(account.type)
        if line.party is None:
            if role is not None and look.company.settings.require_party:
                look.refuse(Required(path=path))
            return None
        party = look.party(line.party, path, role)
        if party is not None and role is None:
            look.refuse(InvalidValue(path=path, reason="party_only_on_control_accounts"))
        return party

    def _check_stock_account(self, look: LookUp, account: AccountFacts, path: Path) -> None:
        company = look.company
        if account.type is not AccountType.STOCK or not company.posts_stock:
            return
        if company.scheme is Scheme.BY_LEVEL:
            return  # what was posted while the link of stock was off is made up by hand
        if self.reverse_on is not None:
            look.not_of_stock(account, path)
        balance = look.facts.stock_balances.get(account.id)
        if balance is not None and balance.ledger == balance.stock:
            look.refuse(StockAccountLocked(path=path, account=account.code))

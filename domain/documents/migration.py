"""The migration to perpetual inventory, as a document: its journals, and the change of scheme.

Beside the journals, each bin's value is moved from nowhere to its stock account by a pair of cost
entries that add up to nothing, so that from the migration on every stock account can be told from
the cost entries on it. The pair hangs on the bin's last movement: nothing moved, so there is no
movement of the migration's own, which lists would have to leave out and replays to skip. What is
received and not billed is moved to its accrual account likewise, by pairs of billing entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.accounts import SUB_LEDGER_TYPES, AccountType, Role
from domain.company import Scheme
from domain.documents.document import Causes, CompanyChange, Document, DocumentKind, Needs, Reclass
from domain.errors import AlreadyPerpetual, Inactive, InvalidValue, Refused, WrongAccountType
from domain.facts import Facts, MigrationFacts, PendingLine
from domain.lookup import LookUp
from domain.migration import MigrationPlan, plan, posts_from
from domain.money import ZERO
from domain.records import BillingKind
from domain.references import Ref

JOURNALS = "journals"
"""The content that says what the migration's journals are for, in their order."""

_AS_OF = ("asOf",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration(Document):
    """Migrating a company as of `posting_date`, its last day under PERIODIC.

    `expense_account` None = the company's cost of goods sold. `make_journals` False only switches,
    when the journals were made by hand and the books agree.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.MIGRATION
    series: ClassVar[str] = "MIG"

    expense_account: Ref | None = None
    make_journals: bool = True
    accrue_billed_not_received: bool = False

    def needs(self) -> Needs:
        """The company's state on the day."""
        return Needs(migration=self.posting_date)

    def plan(self, facts: Facts) -> MigrationPlan:
        """What the migration would do; problems are in the plan.

        Raises:
            Refused: there is nothing to plan: the company is perpetual already, or inactive; the
                day is closed; the account is none to post on.
        """
        look = LookUp(facts)
        company = facts.company
        if company.scheme is not Scheme.PERIODIC:
            raise Refused(AlreadyPerpetual(path=("company",)))
        if not company.is_active:
            look.refuse(Inactive(path=("company",), kind="company", reference=company.code))
        look.open_day(self.posting_date, _AS_OF)
        if self.posting_date == date.max:
            look.refuse(InvalidValue(path=_AS_OF, reason="out_of_range"))
        expense = self._expense(facts, look)
        look.refuse_if_any()
        return plan(
            company,
            _state(facts),
            self.posting_date,
            expense,
            accrue_billed_not_received=self.accrue_billed_not_received,
            make_journals=self.make_journals,
        )

    def causes(self, facts: Facts) -> Causes:
        """The two journals, stock and accruals on their accounts, and the company's new scheme."""
        planned = self.plan(facts)
        if planned.blocking:
            raise Refused(*planned.blocking)
        causes = Causes(
            document=self,
            facts=facts,
            posting_date=self.posting_date,
            posting_time=self.posting_time,
            currency=facts.company.currency,
        )
        causes.separate = [journal.lines for journal in planned.journals]
        causes.content[JOURNALS] = " ".join(journal.purpose for journal in planned.journals)
        causes.reclassed = [
            Reclass(one.pool, one.movement, one.document, one.value, account)
            for one, account in planned.bins
        ]
        if self.make_journals:
            accrual = facts.company.roles[Role.STOCK_RECEIVED_NOT_BILLED]
            _accrue(causes, BillingKind.RECEIVED, planned.open_receipts, accrual)
            _accrue(causes, BillingKind.BILLED, planned.accrued_ahead, accrual)
        causes.net_total = causes.grand_total = sum((one.value for one, _ in planned.bins), ZERO)
        causes.company_change = CompanyChange(Scheme.PERPETUAL, posts_from(self.posting_date))
        return causes

    def _expense(self, facts: Facts, look: LookUp) -> UUID | None:
        """The account on the other side; none whose balance is tied to a sub-ledger."""
        if self.expense_account is None:
            return facts.company.roles.get(Role.COST_OF_GOODS_SOLD)
        path = ("expenseAccount",)
        account = look.account(self.expense_account, path)
        if account is None:
            return None
        if account.type in SUB_LEDGER_TYPES:
            expected = AccountType.EXPENSE.value
            look.refuse(WrongAccountType(path=path, account=account.code, expected=expected))
        return account.id


def _state(facts: Facts) -> MigrationFacts:
    if facts.migration is None:
        raise AssertionError("the books give a migration the state that it needs")
    return facts.migration


def _accrue(causes: Causes, kind: BillingKind, lines: Iterable[PendingLine], accrual: UUID) -> None:
    """Move what is open on each line from nowhere to the accrual account, by a pair of events.

    Quantities stay: nothing was received or billed. Journals made by hand need none of this: they
    stand in the sub-ledger's residues under their own names.
    """
    for line in lines:
        causes.bill(line.line, kind, ZERO, -line.amount, None)
        causes.bill(line.line, kind, ZERO, line.amount, accrual)

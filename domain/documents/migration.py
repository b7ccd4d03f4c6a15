"""The migration to perpetual inventory, as a document: its journals, and the change of scheme.

Beside the journals, each bin's value is moved from nowhere to its stock account by a pair of cost
entries that add up to nothing, so that from the migration on every stock account can be told from
the cost entries on it.
"""

from dataclasses import dataclass
from datetime import time
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.company import Scheme
from domain.documents.document import Causes, CompanyChange, Document, DocumentKind, Needs, Reclass
from domain.errors import AlreadyPerpetual, Refused
from domain.facts import Facts, MigrationFacts
from domain.lookup import LookUp
from domain.migration import MigrationPlan, plan, posts_from
from domain.money import ZERO
from domain.movements import UNRECORDED, Leg, Movement, Nature, Pool, PostingKey
from domain.references import Ref


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
            Refused: the company is perpetual already, or the account is not found.
        """
        look = LookUp(facts)
        if facts.company.scheme is not Scheme.PERIODIC:
            look.refuse(AlreadyPerpetual(path=("company",)))
        look.open_day(self.posting_date, ("asOf",))
        expense = self._expense(facts, look)
        look.refuse_if_any()
        return plan(
            facts.company,
            _state(facts),
            expense,
            accrue_billed_not_received=self.accrue_billed_not_received,
            make_journals=self.make_journals,
        )

    def causes(self, facts: Facts) -> Causes:
        """The two journals, the bins on their accounts, and the company's new scheme."""
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
        causes.separate = [lines for lines in (planned.stock_lines, planned.accrual_lines) if lines]
        causes.reclassed = [
            Reclass(_cost_movement(causes, index, pool_value.pool), pool_value.value, account)
            for index, (pool_value, account) in enumerate(planned.bins)
        ]
        causes.net_total = causes.grand_total = sum((one.value for one, _ in planned.bins), ZERO)
        causes.company_change = CompanyChange(Scheme.PERPETUAL, posts_from(self.posting_date))
        return causes

    def _expense(self, facts: Facts, look: LookUp) -> UUID | None:
        if self.expense_account is None:
            return facts.company.roles.get(Role.COST_OF_GOODS_SOLD)
        account = look.account(self.expense_account, ("expenseAccount",))
        return account.id if account else None


def _state(facts: Facts) -> MigrationFacts:
    if facts.migration is None:
        raise AssertionError("the books give a migration the state that it needs")
    return facts.migration


def _cost_movement(causes: Causes, index: int, pool: Pool) -> Movement:
    """A movement of no quantity that carries the change of account."""
    last_moment = PostingKey(
        causes.posting_date, causes.posting_time or time.max, UNRECORDED, index
    )
    return Movement(
        id=causes.facts.new_id(),
        key=last_moment,
        pool=pool,
        quantity=ZERO,
        nature=Nature.COST,
        leg=Leg.IN,
        document=causes.document.id,
    )

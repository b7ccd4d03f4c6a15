"""The migration to another scheme, as a document: its journals, and the change of scheme.

Beside the journals, each bin's value is moved from the accounts of the old scheme to that of the
new one by cost entries that add up to nothing, so that afterwards every stock account can be told
from the cost entries on it. They hang on the bin's last movement. What is received and not billed
is moved likewise, by pairs of billing entries.

Where the new scheme finds costs in another way (its flow), stock leaves the old flow and enters the
new one at its value (domain/costing/opening.py); items come under the nearest method of that flow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.accounts import SUB_LEDGER_TYPES, AccountType, Role
from domain.company import METHODS_OF_FLOW, Flow, Scheme, method_in_flow
from domain.costing.opening import DAY_END
from domain.documents.causes import Causes
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.flow_opening import FlowOpening, OpenedBin
from domain.documents.parts.scheme_change import CompanyChange, Reclass
from domain.errors import (
    AlreadyInScheme,
    AlreadyPerpetual,
    Inactive,
    InvalidValue,
    Refused,
    WrongAccountType,
)
from domain.facts import CompanyFacts, Facts, ItemFacts
from domain.lookup import LookUp
from domain.migrating.facts import MigrationFacts
from domain.migrating.journals import Accrued
from domain.migrating.migration import migrated, plan
from domain.migrating.plan import MigrationPlan
from domain.money import ZERO
from domain.records import BillingKind
from domain.references import Ref

JOURNALS = "journals"
"""The content that says what the migration's journals are for, in their order."""

_AS_OF = ("asOf",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration(Document):
    """Migrating a company to `scheme` as of `posting_date`, the last day of the scheme before.

    `expense_account` None = the company's cost of goods sold. `make_journals` False only switches,
    when the journals of a periodic company were made by hand and the books agree.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.MIGRATION
    series: ClassVar[str] = "MIG"

    scheme: Scheme = Scheme.PERPETUAL
    expense_account: Ref | None = None
    make_journals: bool = True
    accrue_billed_not_received: bool = False

    def needs(self) -> Needs:
        """The company's state on the day."""
        return Needs(migration=self.posting_date)

    def plan(self, facts: Facts) -> MigrationPlan:
        """What the migration would do; problems are in the plan.

        Raises:
            Refused: there is nothing to plan: the company has the scheme already, or is inactive;
                the day is closed; the account is none to post on.
        """
        look = LookUp(facts)
        company = facts.company
        if company.scheme is self.scheme is Scheme.PERPETUAL:
            raise Refused(AlreadyPerpetual(path=("company",)))
        if company.scheme is self.scheme:
            raise Refused(AlreadyInScheme(path=("scheme",), scheme=self.scheme.value))
        if not self.make_journals and company.posts_stock:
            look.refuse(InvalidValue(path=("journals",), reason="only_from_periodic"))
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
            scheme=self.scheme,
            items=facts.items_by_id,
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
        causes.reclassed = list(_reclassed(planned, _state(facts)))
        if self.make_journals:
            _accrue(causes, BillingKind.RECEIVED, planned.received)
            _accrue(causes, BillingKind.BILLED, planned.billed)
        causes.net_total = causes.grand_total = sum((one.value for one in planned.openings), ZERO)
        after = migrated(facts.company, self.scheme, self.posting_date)
        if planned.changes_flow:
            causes.posting_time = DAY_END
            by_serial = _by_serial(facts.company.flow, after.flow, _state(facts))
            causes.opening = _opening(planned, after, facts.items_by_id, by_serial)
        causes.company_change = CompanyChange(
            self.scheme,
            after.posts_stock_from,
            after.flow,
            after.scheme_from,
            planned.changes_flow,
            methods_between(facts.company.flow, after.flow),
            _by_serial(facts.company.flow, after.flow, _state(facts)),
        )
        return causes

    def _expense(self, facts: Facts, look: LookUp) -> UUID | None:
        """The account on the other side; none whose balance is tied to a sub-ledger."""
        if self.expense_account is None:
            return facts.company.roles.get(Role.COST_OF_GOODS_SOLD)
        path = ("expenseAccount",)
        account = look.account(self.expense_account, path, of_stock=True)
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


def _reclassed(planned: MigrationPlan, facts: MigrationFacts) -> Iterable[Reclass]:
    """Cost leaves the accounts that it stands on; where the flow stays, for those of its bins."""
    for one in facts.expected:
        place = (one.pool, one.movement, one.document)
        yield Reclass(*place, one.amount, None, expected=-one.amount)
        for account, contra, amount in one.interim:
            yield Reclass(
                *place, ZERO, None, interim=-amount, interim_account=account, interim_contra=contra
            )
    for opening in planned.openings:
        bin_ = opening.bin
        place = (bin_.pool, bin_.movement, bin_.document)
        for account, amount in bin_.posted:
            yield Reclass(*place, -amount, account)
            yield Reclass(*place, amount, None)
        if planned.changes_flow:
            if bin_.value and not bin_.quantity:
                yield Reclass(*place, -bin_.value, None)
        elif opening.account is not None and opening.value:
            yield Reclass(*place, -opening.value, None)
            yield Reclass(*place, opening.value, opening.account)


def _opening(
    planned: MigrationPlan,
    after: CompanyFacts,
    items: Mapping[UUID, ItemFacts],
    by_serial: Mapping[UUID, str],
) -> FlowOpening:
    """What enters the new flow; its items come under the methods of that flow."""
    return FlowOpening(
        company=after,
        items={
            id_: replace(
                one, costing_method=by_serial.get(id_) or _method(one.costing_method, after.flow)
            )
            for id_, one in items.items()
        },
        bins=tuple(
            OpenedBin(one.bin.pool, one.bin.quantity, one.bin.value, one.value, one.account)
            for one in planned.openings
            if one.bin.quantity
        ),
        cards=planned.cards,
    )


def methods_between(before: Flow, after: Flow) -> dict[str, str]:
    """What becomes of each method of one flow in another."""
    if before is after:
        return {}
    return {method: _method(method, after) for method in METHODS_OF_FLOW[before]}


def _by_serial(before: Flow, after: Flow, facts: MigrationFacts) -> dict[UUID, str]:
    """Actual cost (SPECIFIC) is kept by batch or serial number: an item's lots say by which."""
    if (before, after) != (Flow.LINKED, Flow.REPLAY):
        return {}
    return dict.fromkeys(facts.serial_items, "SERIAL")


def _method(method: str, flow: Flow) -> str:
    return method_in_flow(method, flow) or METHODS_OF_FLOW[flow][-1]


def _accrue(causes: Causes, kind: BillingKind, lines: Iterable[Accrued]) -> None:
    """Move what is open on each line to its account of the new scheme, by a pair of events.

    Quantities stay: nothing was received or billed. Journals made by hand need none of this: they
    stand in the sub-ledger's residues under their own names.
    """
    for line, account in lines:
        causes.bill(line.line, kind, ZERO, -line.amount, line.account)
        causes.bill(line.line, kind, ZERO, line.amount, account)

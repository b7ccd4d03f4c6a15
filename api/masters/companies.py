"""Companies: as type, list and mutations."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.masters.common import (
    ActiveArgument,
    SearchArgument,
    option,
    optional_value,
)
from api.masters.company_settings import CompanySettingsInput, Settings
from api.masters.cost_centers import load_cost_center
from api.masters.defaults import CompanyDefaults, CompanyDefaultsInput, defaults_of, roles_of
from api.masters.mutations import DeletePayload, change_of
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import Chart, CostingMethod, Flow, Scheme
from api.types.mutations import Input, Payload, mutation
from api.types.nodes import Node, node_reader
from api.types.refs import CompanyRef, CostCenterRef
from api.types.sorting import CompanySort, sorted_by
from domain.company import (
    BEGINNING,
    DAYS_AHEAD_OF_NEW,
    CompanySettings,
    default_cost_center_of,
    pending_defaults_of,
    usual_method,
)
from domain.currencies import is_currency
from domain.errors import InvalidValue, Refused
from domain.links import turned
from domain.masters import Change, NewCompany
from domain.posting_rules import RuleTable
from persistence.masters import companies, lifecycle, lists, lookups
from persistence.masters.rows import CompanyRow
from persistence.masters.store import Outcome

if TYPE_CHECKING:
    from api.masters.posting_rules import Rule

_LAZY_RULE: Any = Annotated["Rule", strawberry.lazy("api.masters.posting_rules")]


@strawberry.type(description="A role whose account is named but not made yet.")
class PendingDefault:
    """A default that waits."""

    role: str = strawberry.field(description="The role, as the field of `CompanyDefaults`.")
    code: str = strawberry.field(description="The code of the account that it waits for.")


@strawberry.type(description="A company: one set of books in one currency.")
class Company(Node):
    """Reads from a `CompanyRow`."""

    code: str = strawberry.field(description="What people call it; unique.")
    name: str = strawberry.field(description="Its name.")
    currency: str = strawberry.field(description="The currency of its books, ISO 4217.")
    chart: Chart = strawberry.field(description="The chart of accounts it began with.")
    scheme: Scheme = strawberry.field(description="Which accounts hear of its stock.")
    flow: Flow = strawberry.field(description="How late facts change its costs.")
    costing_method: CostingMethod = strawberry.field(
        description="What issues cost, of items that have no method of their own."
    )
    fiscal_year_start_month: int = strawberry.field(
        description="The month in which its fiscal years begin, 1 to 12."
    )
    frozen_through: date | None = strawberry.field(
        description="The last closed day: nothing is posted on it or before; null = none."
    )
    is_active: bool = strawberry.field(description="Whether anything may be posted.")
    version: int = strawberry.field(description="Counts its changes, from 1.")
    created_at: datetime = strawberry.field(description="When it was opened.")

    @strawberry.field(
        description="The first day on which stock movements post at once; null under PERIODIC, "
        "and where they have done so from the beginning."
    )
    def posts_stock_from(self) -> date | None:
        """The beginning of time is nothing to show."""
        day = _row(self).posts_stock_from
        return None if day == BEGINNING else day

    @strawberry.field(description="Its switches.")
    def settings(self) -> Settings:
        """With the defaults of those that were never set."""
        return Settings.of(CompanySettings.of(_row(self).settings))

    @strawberry.field(
        description="What postings use where nothing nearer names an account.",
        graphql_type=CompanyDefaults,
    )
    async def defaults(self, info: Info) -> Any:
        """All roles in one statement, all accounts in another."""
        row, context = _row(self), info.context
        accounts = await context.loaders.default_accounts.load(row.id)
        keys = [(row.id, account) for account in accounts.values()]
        loaded = await context.loaders.account.load_many(keys)
        cost_center = default_cost_center_of(row.settings)
        return defaults_of(
            dict(zip(accounts, loaded, strict=True)),
            await load_cost_center(context, row.id, cost_center) if cost_center else None,
        )

    @strawberry.field(description="Defaults that wait for an account of that code to be made.")
    def pending_defaults(self) -> list[PendingDefault]:
        """By role."""
        pending = pending_defaults_of(_row(self).settings)
        return [PendingDefault(role=role, code=code) for role, code in sorted(pending.items())]

    @strawberry.field(
        description="Its posting rules of a table, in order.", graphql_type=list[_LAZY_RULE]
    )
    async def posting_rules(
        self,
        info: Info,
        table: Annotated[RuleTable, strawberry.argument(description="Which table.")],
    ) -> Any:
        """Also where `setPostingRules` has met another version of the company."""
        from api.masters.posting_rules import rules_shown  # noqa: PLC0415 - which shows companies

        return await rules_shown(info.context, _row(self).id, table)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are companies by their class."""
        return isinstance(value, CompanyRow | Company)


def _row(company: Any) -> CompanyRow:
    """What a resolver's `self` really is."""
    return company


@node_reader("company")
async def load_company(context: Context, _company_id: UUID, one: UUID) -> Any:
    """A company by its id, batched with others."""
    return await context.loaders.company.load(one)


@strawberry.type
class CompanyQueries:
    """Reading companies."""

    @strawberry.field(description="A company; null when there is none of that name.")
    async def company(
        self,
        info: Info,
        company: Annotated[CompanyRef, strawberry.argument(description="Which company.")],
    ) -> Company | None:
        """By id or code."""
        found: Any = await lookups.find_company_or_none(info.context.database, company.to_ref())
        return found

    @strawberry.field(description="The companies in which one has a role, by code.")
    async def companies(
        self,
        info: Info,
        *,
        search: SearchArgument = None,
        active: ActiveArgument = None,
        sort: Annotated[Any, sorted_by(CompanySort)] = CompanySort.CODE_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Company]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        found = await lists.page_of_masters(
            info.context.database,
            None,
            CompanyRow,
            page,
            search=search,
            equal={"is_active": active},
            among=info.context.principal.companies,
        )
        return connect(page, found, Connection[Company])


@strawberry.input(description="A company to be opened.")
class CreateCompanyInput:
    """A new company."""

    code: str = strawberry.field(description="What people call it, at most 140 characters.")
    name: str = strawberry.field(description="Its name, at most 300 characters.")
    currency: str = strawberry.field(description='The currency of its books, ISO 4217: "EUR".')
    chart: Chart = strawberry.field(
        description="The chart of accounts to begin with.", default=Chart.PERPETUAL_EN
    )
    scheme: Scheme = strawberry.field(
        description="Which accounts hear of its stock.", default=Scheme.PERPETUAL
    )
    costing_method: CostingMethod | None = option(
        "What issues cost, of items that have no method of their own; unless set FIFO, under "
        "BY_LEVEL STANDARD."
    )
    fiscal_year_start_month: int = strawberry.field(
        description="The month in which its fiscal years begin, 1 to 12.", default=1
    )
    defaults: CompanyDefaultsInput | None = strawberry.field(  # type: ignore[valid-type] - made from the roles
        description="Default accounts; those of the chart unless given.", default=strawberry.UNSET
    )
    settings: CompanySettingsInput | None = option("Its switches.")
    id: UUID | None = option("The client's own id for it; repeating a request with it is safe.")

    def to_command(self) -> NewCompany:
        """The pure form.

        Raises:
            Refused: INVALID_VALUE for a currency that is none.
        """
        if not is_currency(self.currency):
            raise Refused(InvalidValue(path=("currency",), reason="unknown_currency"))
        roles = roles_of(self.defaults) if self.defaults else {}
        cost_center = self.defaults.cost_center if self.defaults else None
        given = self.settings.given() if self.settings else {}
        switches = {"posting_days_ahead": DAYS_AHEAD_OF_NEW, **given}
        return NewCompany(
            id=optional_value(self.id),
            code=self.code,
            name=self.name,
            currency=self.currency,
            chart=self.chart,
            scheme=self.scheme,
            costing_method=optional_value(self.costing_method) or usual_method(self.scheme),
            fiscal_year_start_month=self.fiscal_year_start_month,
            settings=CompanySettings.of(turned({}, switches)),
            defaults={role: ref for role, ref in roles.items() if ref is not None},
            default_cost_center=cost_center.to_ref() if cost_center else None,
        )


@strawberry.input(description="What is to change of a company; what is left out stays.")
class UpdateCompanyInput:
    """Changes of a company."""

    company: CompanyRef = strawberry.field(description="The company.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )
    code: str | None = option("A new code.")
    name: str | None = option("A new name.")
    costing_method: CostingMethod | None = option("Another method, before its items have moved.")
    frozen_through: date | None = option(
        "Close the books through this day, as `closePeriod`, which does it with a reason; "
        "null = open them."
    )
    default_cost_center: CostCenterRef | None = option("For lines that name none; null = none.")
    defaults: CompanyDefaultsInput | None = option("Default accounts.")  # type: ignore[valid-type] - made from the roles
    settings: CompanySettingsInput | None = option("Switches.")

    def to_change(self) -> Change:
        """The pure form; the default cost center may stand among the defaults too."""
        company = self.company.to_ref()
        fields, nullable = ("code", "name", "costing_method"), ("frozen_through",)
        change = change_of(self, company, company, fields, nullable)
        values = dict(change.values)
        if self.defaults:
            values["defaults"] = roles_of(self.defaults)
        for cost_center in (
            self.defaults.cost_center if self.defaults else strawberry.UNSET,
            self.default_cost_center,
        ):
            if cost_center is not strawberry.UNSET:
                values["default_cost_center"] = cost_center.to_ref() if cost_center else None
        if self.settings:
            values["settings"] = self.settings.given()
        return Change(
            company=company,
            target=company,
            expected_version=change.expected_version,
            values=values,
        )


@strawberry.input(description="A company to be activated or deactivated.")
class CompanyTargetInput:
    """Which company."""

    company: CompanyRef = strawberry.field(description="The company.")
    expected_version: int | None = option(
        "The version you have seen; refused if it is another now."
    )

    def to_change(self) -> Change:
        """The pure form."""
        company = self.company.to_ref()
        return Change(
            company=company, target=company, expected_version=optional_value(self.expected_version)
        )


@strawberry.type(description="The company that was opened or changed.")
class CompanyPayload(Payload):
    """A company, or why not."""

    company: Company | None = strawberry.field(
        description="The company; null when it was refused.", default=None
    )


async def company_payload(context: Context, outcome: Outcome) -> CompanyPayload:
    """The company as it is now."""
    company = await context.loaders.company.load(outcome.id)
    return CompanyPayload(company=company, replayed=outcome.replayed)  # type: ignore[arg-type]


@strawberry.type
class CompanyMutations:
    """Opening and changing companies."""

    @mutation("Opens a company with its chart of accounts and cost center Main.")
    async def create_company(self, info: Info, input_: Input[CreateCompanyInput]) -> CompanyPayload:
        """Its books are ready to post in."""
        outcome = await companies.create(info.context.masters, input_.to_command())
        return await company_payload(info.context, outcome)

    @mutation("Changes a company: its names, switches, defaults and closed day.")
    async def update_company(self, info: Info, input_: Input[UpdateCompanyInput]) -> CompanyPayload:
        """Only what was given."""
        outcome = await companies.update(info.context.masters, input_.to_change())
        return await company_payload(info.context, outcome)

    @mutation("Lets documents be posted again.")
    async def activate_company(
        self, info: Info, input_: Input[CompanyTargetInput]
    ) -> CompanyPayload:
        """The opposite of deactivating."""
        change = input_.to_change()
        outcome = await lifecycle.set_active(info.context.masters, change, active=True)
        return await company_payload(info.context, outcome)

    @mutation("Keeps the company's books to be read; nothing more is posted.")
    async def deactivate_company(
        self, info: Info, input_: Input[CompanyTargetInput]
    ) -> CompanyPayload:
        """Nothing is lost."""
        change = input_.to_change()
        outcome = await lifecycle.set_active(info.context.masters, change, active=False)
        return await company_payload(info.context, outcome)

    @mutation("Deletes a company in which nothing was ever recorded, with all its masters.")
    async def delete_company(self, info: Info, input_: Input[CompanyTargetInput]) -> DeletePayload:
        """Once a document was recorded, it can only be deactivated."""
        outcome = await lifecycle.delete_company(info.context.masters, input_.to_change())
        return DeletePayload(deleted_id=strawberry.ID(str(outcome.id)))

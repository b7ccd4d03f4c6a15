"""Posting rules: replacing and reading a table of them, and explaining which account is found."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.masters.accounts import Account, load_account
from api.masters.common import CompanyArgument, company_id_of, option, optional_value
from api.masters.companies import Company, load_company
from api.masters.defaults import ROLE_TEXTS
from api.masters.item_groups import ItemGroup, load_item_group
from api.masters.warehouses import Warehouse, load_warehouse
from api.types.enums import described
from api.types.mutations import Input, Payload, mutation
from api.types.refs import AccountRef, CompanyRef, ItemGroupRef, ItemRef, PartyRef, WarehouseRef
from domain.account_search import FoundAccount, Source
from domain.accounts import Role
from domain.masters import NewPostingRule, NewPostingRules
from domain.posting_rules import Beaten, PostingRule, RuleKey, RuleTable, Why
from domain.references import Ref
from persistence.masters import posting_rules

AccountRole = described(
    Role, "What an account is wanted for.", dict(ROLE_TEXTS), name="AccountRole"
)
described(
    Why,
    "Why a posting rule did not count.",
    {
        Why.OTHER_STOCK_GROUP: "It asks for another stock group.",
        Why.OTHER_WAREHOUSE: "It asks for another warehouse.",
        Why.OTHER_PARTY_GROUP: "It asks for another group of parties.",
        Why.OTHER_ITEM_GROUP: "It asks for another group of items.",
        Why.OTHER_AREA: "It asks for another area.",
        Why.OTHER_SALES_TYPE: "It asks for another sales type.",
        Why.NO_ACCOUNT: "It fits, but names no account for the role.",
        Why.LATER: "It fits, but one before it counted.",
        Why.LESS_SPECIFIC: "It fits, but a more specific one counted.",
    },
    name="RuleBeatenBecause",
)
described(
    Source,
    "Where an account was found.",
    {
        Source.ITEM: "The item names it.",
        Source.PARTY: "The party names it.",
        Source.RULE: "A posting rule names it.",
        Source.GROUP: "The item's group names it.",
        Source.PARENT_GROUP: "A group above the item's names it.",
        Source.WAREHOUSE: "The warehouse names it.",
        Source.PARENT_WAREHOUSE: "A warehouse above names it.",
        Source.COMPANY_DEFAULT: "It is the company's default.",
        Source.NO_RULE: 'No sales rule fits: account "1", which a posting makes when it is not '
        "there.",
        Source.MISSING: "Nothing names one: a posting would be refused.",
    },
    name="FoundAccountSource",
)


@strawberry.type(description="The account that a posting rule names for a role.")
class PostingRuleAccount:
    """One role of a rule."""

    role: AccountRole = strawberry.field(description="The role.")  # type: ignore[valid-type] - described makes it
    account: Account = strawberry.field(description="Its account.")


@strawberry.type(name="PostingRule", description="A posting rule; a null key fits anything.")
class Rule:
    """A `domain.posting_rules.PostingRule` of a company."""

    position: int = strawberry.field(description="Its place in the table, from 1.")
    rule: strawberry.Private[PostingRule]
    company_id: strawberry.Private[UUID]

    @strawberry.field(description="The stock group of items that it asks for.")
    def stock_group(self) -> str | None:
        """A code."""
        return self.rule.keys.get(RuleKey.STOCK_GROUP)

    @strawberry.field(description="The warehouse that it asks for.")
    async def warehouse(self, info: Info) -> Warehouse | None:
        """One statement for all warehouses asked for at once."""
        return await self._record(load_warehouse, info, RuleKey.WAREHOUSE)

    @strawberry.field(description="The group of parties that it asks for.")
    def party_group(self) -> str | None:
        """A code."""
        return self.rule.keys.get(RuleKey.PARTY_GROUP)

    @strawberry.field(description="The group of items that it asks for.")
    async def item_group(self, info: Info) -> ItemGroup | None:
        """One statement for all groups asked for at once."""
        return await self._record(load_item_group, info, RuleKey.ITEM_GROUP)

    @strawberry.field(description="The sales area of parties that it asks for.")
    def area(self) -> str | None:
        """A code."""
        return self.rule.keys.get(RuleKey.AREA)

    @strawberry.field(description="The sales type of parties that it asks for.")
    def sales_type(self) -> str | None:
        """A code."""
        return self.rule.keys.get(RuleKey.SALES_TYPE)

    @strawberry.field(description="The accounts that it names, by role.")
    async def accounts(self, info: Info) -> list[PostingRuleAccount]:
        """One statement for all accounts asked for at once."""
        named = self.rule.accounts
        keys = [(self.company_id, account) for account in named.values()]
        loaded: Any = await info.context.loaders.account.load_many(keys)
        return [
            PostingRuleAccount(role=role, account=account)
            for role, account in sorted(zip(named, loaded, strict=True), key=lambda one: one[0])
        ]

    async def _record(self, load: Any, info: Info, key: RuleKey) -> Any:
        named = self.rule.keys.get(key)
        return await load(info.context, self.company_id, UUID(named)) if named else None


async def rules_shown(context: Context, company_id: UUID, table: RuleTable) -> list[Rule]:
    """The rules of a table as they are now, in order."""
    found = await posting_rules.rules_of(context.database, company_id, table)
    return [_shown(rule, company_id) for rule in found]


def _shown(rule: PostingRule, company_id: UUID) -> Rule:
    return Rule(position=rule.position, rule=rule, company_id=company_id)


@strawberry.type(description="A posting rule that did not count.")
class BeatenRule:
    """From `domain.posting_rules.Beaten`."""

    rule: Rule = strawberry.field(description="The rule.")
    because: Why = strawberry.field(description="Why it did not count.")


@strawberry.type(description="Which account is found for a role, where, and what did not count.")
class AccountExplanation:
    """From `domain.account_search.FoundAccount`."""

    source: Source = strawberry.field(description="Where the account was found.")
    table: RuleTable | None = strawberry.field(
        description="The table of rules that the company's scheme looks this role up in."
    )
    step: int | None = strawberry.field(
        description="The step of the ladder on which the rule was found: 1 is the most specific, "
        "8 fits anything. Null where rules are looked up in order."
    )
    company_id: strawberry.Private[UUID]
    found: strawberry.Private[FoundAccount]

    @strawberry.field(description="The account; null when nothing names one.")
    async def account(self, info: Info) -> Account | None:
        """One statement for all accounts asked for at once."""
        if self.found.account is None:
            return None
        return await load_account(info.context, self.company_id, self.found.account)

    @strawberry.field(description="The posting rule that counted.")
    def rule(self) -> Rule | None:
        """Where the source is RULE."""
        return _shown(self.found.rule, self.company_id) if self.found.rule else None

    @strawberry.field(description="The other rules of the table, each with why it did not count.")
    def rules_beaten(self) -> list[BeatenRule]:
        """In the table's order."""
        beaten: list[Beaten] = sorted(self.found.beaten, key=lambda one: one.rule.position)
        return [
            BeatenRule(rule=_shown(one.rule, self.company_id), because=one.why) for one in beaten
        ]


@strawberry.type
class PostingRuleQueries:
    """Reading posting rules."""

    @strawberry.field(description="The rules of a table, in order.")
    async def posting_rules(
        self,
        info: Info,
        company: CompanyArgument,
        table: Annotated[RuleTable, strawberry.argument(description="Which table.")],
    ) -> list[Rule]:
        """At most 10,000: a table is set as a whole."""
        company_id = await company_id_of(info, company)
        return await rules_shown(info.context, company_id, table)

    @strawberry.field(
        description="Which account a posting would go to, where it is found, and which posting "
        "rules do not count and why."
    )
    async def explain_account(
        self,
        info: Info,
        company: CompanyArgument,
        role: Annotated[
            AccountRole,  # type: ignore[valid-type] - described makes it
            strawberry.argument(description="What it is wanted for."),
        ],
        item: Annotated[
            ItemRef | None, strawberry.argument(description="The item posted; null = unknown.")
        ] = None,
        warehouse: Annotated[
            WarehouseRef | None,
            strawberry.argument(description="The warehouse of the goods; null = unknown."),
        ] = None,
        party: Annotated[
            PartyRef | None,
            strawberry.argument(description="The customer or supplier; null = unknown."),
        ] = None,
    ) -> AccountExplanation:
        """The same search that posting uses."""
        company_id = await company_id_of(info, company)
        refs: list[Ref | None] = [one.to_ref() if one else None for one in (item, warehouse, party)]
        found = await posting_rules.explained(info.context.database, company_id, role, *refs)
        return AccountExplanation(
            source=found.source, table=found.table, step=found.step, company_id=company_id,
            found=found,
        )  # fmt: skip


@strawberry.input(description="An account for a role.")
class PostingRuleAccountInput:
    """One role of a rule."""

    role: AccountRole = strawberry.field(  # type: ignore[valid-type] - described makes it
        description="The role; the table says which are possible."
    )
    account: AccountRef = strawberry.field(description="Its account.")


_ANY = "*"


@strawberry.input(
    description='A posting rule. A key left out, null or "*" fits anything; the table says which '
    "keys are possible."
)
class PostingRuleInput:
    """A rule to be set."""

    stock_group: str | None = option("The stock group of items that it asks for.")
    warehouse: WarehouseRef | None = option("The warehouse that it asks for.")
    party_group: str | None = option("The group of parties that it asks for.")
    item_group: ItemGroupRef | None = option("The group of items that it asks for.")
    area: str | None = option("The sales area of parties that it asks for.")
    sales_type: str | None = option("The sales type of parties that it asks for.")
    accounts: list[PostingRuleAccountInput] = strawberry.field(
        description="The accounts that it names, each role once."
    )

    def to_command(self) -> NewPostingRule:
        """The pure form."""
        given: dict[RuleKey, Any] = {
            RuleKey.STOCK_GROUP: optional_value(self.stock_group),
            RuleKey.WAREHOUSE: optional_value(self.warehouse),
            RuleKey.PARTY_GROUP: optional_value(self.party_group),
            RuleKey.ITEM_GROUP: optional_value(self.item_group),
            RuleKey.AREA: optional_value(self.area),
            RuleKey.SALES_TYPE: optional_value(self.sales_type),
        }
        named = {
            key: value.to_ref() if hasattr(value, "to_ref") else value
            for key, value in given.items()
            if value is not None
        }
        return NewPostingRule(
            keys={key: value for key, value in named.items() if not _fits_anything(value)},
            accounts=tuple((one.role, one.account.to_ref()) for one in self.accounts),
        )


def _fits_anything(value: str | Ref) -> bool:
    return (value.value if isinstance(value, Ref) else value).strip() == _ANY


@strawberry.input(description="All posting rules of a table: they replace those that are there.")
class SetPostingRulesInput:
    """A table of rules."""

    company: CompanyRef = strawberry.field(description="The company.")
    table: RuleTable = strawberry.field(description="Which table.")
    rules: list[PostingRuleInput] = strawberry.field(
        description="Its rules in order, at most 10,000; none empties the table."
    )
    expected_version: int | None = option(
        "The version of the company you have seen, which every change of its rules counts up; "
        "refused if it is another now."
    )

    def to_command(self) -> NewPostingRules:
        """The pure form."""
        return NewPostingRules(
            company=self.company.to_ref(),
            table=self.table,
            rules=tuple(rule.to_command() for rule in self.rules),
            expected_version=optional_value(self.expected_version),
        )


@strawberry.type(description="The posting rules as they are now.")
class PostingRulesPayload(Payload):
    """The table, or why not."""

    posting_rules: list[Rule] | None = strawberry.field(
        description="The table's rules in order; null when they were refused.", default=None
    )
    company: Company | None = strawberry.field(
        description="Their company; null when they were refused.", default=None
    )


async def _payload(context: Context, company_id: UUID, table: RuleTable) -> PostingRulesPayload:
    rules = await rules_shown(context, company_id, table)
    company = await load_company(context, company_id, company_id)
    return PostingRulesPayload(posting_rules=rules, company=company)


@strawberry.type
class PostingRuleMutations:
    """Changing posting rules."""

    @mutation("Replaces a table of posting rules; documents posted from now on go by it.")
    async def set_posting_rules(
        self, info: Info, input_: Input[SetPostingRulesInput]
    ) -> PostingRulesPayload:
        """All or nothing."""
        command = input_.to_command()
        outcome = await posting_rules.replace(info.context.masters, command)
        return await _payload(info.context, outcome.company_id, command.table)

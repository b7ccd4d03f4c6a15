"""From one accounting scheme to another: inputs, the plan, and the migration itself."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.context import Context, Info
from api.documents.inputs.parts import about, maybe
from api.documents.reading.kinds import Migration
from api.documents.reading.showing import shown
from api.migrating.plan import MigrationPlan, shown_plan
from api.types.enums import described
from api.types.mutations import Input, Payload, mutation
from api.types.refs import AccountRef, CompanyRef
from domain.company import Scheme
from domain.documents.migration import Migration as MigrationCommand


class MigrationJournals(StrEnum):
    """Who makes the journals of a migration."""

    GENERATE = "GENERATE"
    NONE = "NONE"


described(
    MigrationJournals,
    "Who makes the journals of a migration.",
    {
        MigrationJournals.GENERATE: "The migration makes them.",
        MigrationJournals.NONE: "They were made by hand: the books must agree, it only switches.",
    },
)


_JOURNALS = "Who makes the journals."
_ACCRUE = "Also debit received-not-billed for goods that were billed and are still to come"


@strawberry.input
class _MigrationInput:
    """What every migration is told."""

    company: CompanyRef = about("The company.")
    expense_account: AccountRef | None = about(
        "The other side of the journals; the company's cost of goods sold unless given.",
        default=None,
    )
    id: UUID | None = about(
        "The migration's identity, made by the client: sending it again under its id gives the "
        "first result again. Made by the server unless given.",
        default=None,
    )
    remarks: str | None = about("Free text.", default=None)


@strawberry.input(
    description="Migrate a company under PERIODIC to perpetual inventory; the preview takes the "
    "same."
)
class MigrateToPerpetualInput(_MigrationInput):
    """A migration to the scheme PERPETUAL."""

    as_of: date = about(
        "The last day under PERIODIC: from the next on stock is posted with each document."
    )
    journals: MigrationJournals = about(_JOURNALS, default=MigrationJournals.GENERATE)
    accrue_billed_not_received: bool = about(f"{_ACCRUE}.", default=False)

    def to_command(self) -> MigrationCommand:
        """The document as the domain knows it."""
        return _command(self, Scheme.PERPETUAL)


@strawberry.input(
    description="Migrate a company to another accounting scheme, also back to PERIODIC; the "
    "preview takes the same."
)
class MigrateCompanyInput(_MigrationInput):
    """A migration to any scheme."""

    scheme: Scheme = about("Which accounts hear of its stock from the next day on.")
    as_of: date = about("The last day under the scheme that the company has now.")
    journals: MigrationJournals = about(
        "Who makes the journals; NONE only for a company under PERIODIC.",
        default=MigrationJournals.GENERATE,
    )
    accrue_billed_not_received: bool = about(
        f"{_ACCRUE}, where nothing accrues them yet.", default=False
    )

    def to_command(self) -> MigrationCommand:
        """The document as the domain knows it."""
        return _command(self, self.scheme)


def _command(
    given: MigrateToPerpetualInput | MigrateCompanyInput, scheme: Scheme
) -> MigrationCommand:
    return MigrationCommand(
        id=given.id or uuid7(),
        company=given.company.to_ref(),
        posting_date=given.as_of,
        scheme=scheme,
        expense_account=maybe(given.expense_account),
        make_journals=given.journals is MigrationJournals.GENERATE,
        accrue_billed_not_received=given.accrue_billed_not_received,
        remarks=given.remarks,
    )


@strawberry.type
class _PlanPayload(Payload):
    """A plan, or why there is nothing to plan."""

    plan: MigrationPlan | None = strawberry.field(
        description="The plan, with its problems; null when there is nothing to plan.",
        default=None,
    )


@strawberry.type
class _MigrationPayload(Payload):
    """A migration, or why not."""

    migration: Migration | None = strawberry.field(
        description="The migration, with its journals; null when it was refused.", default=None
    )


@strawberry.type(description="The answer to previewing a migration.")
class PreviewMigrateToPerpetualPayload(_PlanPayload):
    """See `Payload`."""


@strawberry.type(description="The answer to migrating a company.")
class MigrateToPerpetualPayload(_MigrationPayload):
    """See `Payload`."""


@strawberry.type(description="The answer to previewing a migration to another scheme.")
class PreviewMigrateCompanyPayload(_PlanPayload):
    """See `Payload`."""


@strawberry.type(description="The answer to migrating a company to another scheme.")
class MigrateCompanyPayload(_MigrationPayload):
    """See `Payload`."""


async def _planned(context: Context, command: MigrationCommand) -> MigrationPlan:
    """Problems are part of the plan; errors mean that there is nothing to plan."""
    return shown_plan(await context.books.plan(command), context.language)


async def _made(context: Context, command: MigrationCommand) -> dict[str, Any]:
    """All in one transaction, or refused with every blocking problem."""
    recorded = await context.books.submit(command, context.principal.name)
    return {"migration": await shown(context, recorded), "replayed": recorded.replayed}


@strawberry.type
class MigrationMutations:
    """Changing how the books hear of stock."""

    @mutation("Show what migrating to another scheme would do, with every check; keep nothing.")
    async def preview_migrate_company(
        self, info: Info, input_: Input[MigrateCompanyInput]
    ) -> PreviewMigrateCompanyPayload:
        """See `_planned`."""
        plan = await _planned(info.context, input_.to_command())
        return PreviewMigrateCompanyPayload(plan=plan)

    @mutation("Migrate a company to another accounting scheme, from the day after `asOf` on.")
    async def migrate_company(
        self, info: Info, input_: Input[MigrateCompanyInput]
    ) -> MigrateCompanyPayload:
        """See `_made`."""
        return MigrateCompanyPayload(**await _made(info.context, input_.to_command()))

    @mutation(
        "Show what migrating to perpetual inventory would do, with every check; keep nothing."
    )
    async def preview_migrate_to_perpetual(
        self, info: Info, input_: Input[MigrateToPerpetualInput]
    ) -> PreviewMigrateToPerpetualPayload:
        """See `_planned`."""
        plan = await _planned(info.context, input_.to_command())
        return PreviewMigrateToPerpetualPayload(plan=plan)

    @mutation("Migrate a company from periodic to perpetual inventory.")
    async def migrate_to_perpetual(
        self, info: Info, input_: Input[MigrateToPerpetualInput]
    ) -> MigrateToPerpetualPayload:
        """See `_made`."""
        return MigrateToPerpetualPayload(**await _made(info.context, input_.to_command()))

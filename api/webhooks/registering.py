"""Webhooks: addresses to which everything that is recorded is sent, signed and in order."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.context import Info
from api.documents.inputs.choices import DocumentKind
from api.masters.common import CompanyArgument, company_id_of, option, optional_value
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.mutations import Input, Payload, mutation
from api.types.refs import CompanyRef
from api.types.sorting import WebhookDeliverySort, WebhookSort, sorted_by
from api.webhooks.outgoing import new_secret, reason_against
from domain.errors import IdempotencyConflict, InvalidValue, Refused
from persistence import webhooks
from persistence.webhooks import DeliveryRow, WebhookRow

_MOST_URL = 2_000


class WebhookState(StrEnum):
    """Whether a webhook is sent to."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    DEAD = "DEAD"


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILING = "FAILING"
    DEAD = "DEAD"


described(
    WebhookState,
    "Whether a webhook is sent to.",
    {
        WebhookState.ACTIVE: "Changes are sent to it as they are recorded.",
        WebhookState.PAUSED: "Somebody has paused it; it goes on where it stopped.",
        WebhookState.DEAD: "It has failed for five days; set it ACTIVE again to go on.",
    },
)
described(
    DeliveryState,
    "What became of a delivery.",
    {
        DeliveryState.PENDING: "It is to be sent once more, as somebody asked.",
        DeliveryState.DELIVERED: "The receiver answered with a status from 200 to 299.",
        DeliveryState.FAILING: "It failed and is tried again; later changes wait behind it.",
        DeliveryState.DEAD: "It failed and is not tried again by itself.",
    },
)


@strawberry.type(description="An address to which a company's feed is sent.")
class Webhook:
    """Rows of persistence.webhooks are returned as they are; the secret is not among them."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    url: str = strawberry.field(description="Where it sends to.")
    kinds: list[DocumentKind] | None = strawberry.field(
        description="The kinds of documents that are sent; null = all."
    )
    description: str | None = strawberry.field(description="What it is for.")
    state: WebhookState = strawberry.field(description="Whether it is sent to.")
    position: int = strawberry.field(
        description="The last sequence that is settled: everything later is still to be sent."
    )
    attempts: int = strawberry.field(
        description="How often what is next has failed in a row; 0 = all is well."
    )
    next_attempt_at: datetime = strawberry.field(description="Not before this it is tried again.")
    failing_since: datetime | None = strawberry.field(
        description="Since when it has been failing; null = all is well."
    )
    created_by: str | None = strawberry.field(description="Who made it.")
    created_at: datetime = strawberry.field(description="When.")
    version: int = strawberry.field(description="Counts its changes, for `expectedVersion`.")

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, WebhookRow | Webhook)


@strawberry.type(description="A change sent to a webhook, or to be sent.")
class WebhookDelivery:
    """Rows of persistence.webhooks are returned as they are."""

    id: strawberry.ID = strawberry.field(
        description="Its identifier, the header webhook-id of each attempt."
    )
    seq: int = strawberry.field(name="sequence", description="The change's place in the feed.")
    state: DeliveryState = strawberry.field(description="What became of it.")
    attempts: int = strawberry.field(description="How often it was sent.")
    status_code: int | None = strawberry.field(description="The HTTP status of the last answer.")
    error: str | None = strawberry.field(
        description='Why the last attempt failed: "timeout", "status 500", "private_address", ...'
    )
    attempted_at: datetime | None = strawberry.field(description="When it was last sent.")
    created_at: datetime = strawberry.field(description="When it was first sent.")

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, DeliveryRow | WebhookDelivery)


@strawberry.type(description="The answer to making or changing a webhook.")
class WebhookPayload(Payload):
    """See `Payload`."""

    webhook: Webhook | None = strawberry.field(description="The webhook.", default=None)


@strawberry.type(description="The answer to making a webhook.")
class CreateWebhookPayload(Payload):
    """See `Payload`."""

    webhook: Webhook | None = strawberry.field(description="The webhook.", default=None)
    secret: str | None = strawberry.field(
        description="What its messages are signed with. It is shown this once: keep it.",
        default=None,
    )


@strawberry.type(description="The answer to deleting a webhook.")
class DeleteWebhookPayload(Payload):
    """See `Payload`."""

    deleted_id: strawberry.ID | None = strawberry.field(
        description="The id of the webhook that is gone.", default=None
    )


@strawberry.type(description="The answer to asking for a delivery once more.")
class RedeliverPayload(Payload):
    """See `Payload`."""

    delivery: WebhookDelivery | None = strawberry.field(
        description="The delivery, which waits now.", default=None
    )


_VERSION = "The version of the webhook you have seen; refused if it is another now."


@strawberry.input(description="An address to send a company's feed to, from now on.")
class CreateWebhookInput:
    """A webhook."""

    company: CompanyRef = strawberry.field(description="The company.")
    url: str = strawberry.field(
        description="An https address; not one in a private network unless the operator allows."
    )
    id: UUID | None = option("Its own identity, made by the client.")
    kinds: list[DocumentKind] | None = option("Only these kinds of documents; all unless given.")
    description: str | None = option("What it is for.")


@strawberry.input(description="Changes to a webhook; what is left out stays.")
class UpdateWebhookInput:
    """A changed webhook."""

    company: CompanyRef = strawberry.field(description="Its company.")
    webhook: UUID = strawberry.field(description="The webhook's id.")
    url: str | None = option("Another address.")
    kinds: list[DocumentKind] | None = option("Only these kinds; null = all.")
    description: str | None = option("What it is for.")
    state: WebhookState | None = option("ACTIVE or PAUSED.")
    expected_version: int | None = option(_VERSION)


@strawberry.input(description="A webhook.")
class WebhookInput:
    """A webhook by its id."""

    company: CompanyRef = strawberry.field(description="Its company.")
    webhook: UUID = strawberry.field(description="The webhook's id.")
    expected_version: int | None = option(_VERSION)


@strawberry.input(description="A delivery to be sent once more.")
class RedeliverInput:
    """A delivery by its id."""

    company: CompanyRef = strawberry.field(description="Its company.")
    delivery: UUID = strawberry.field(description="The delivery's id.")


def _checked_url(info: Info, url: str) -> str:
    reason = reason_against(url, allow_private=info.context.services.private_webhooks)
    if reason is None and len(url) > _MOST_URL:
        reason = "too_long"
    if reason is not None:
        raise Refused(InvalidValue(path=("url",), reason=reason))
    return url


def _kinds(given: list[DocumentKind] | None) -> list[str] | None:
    return None if given is None else [one.value for one in given]


def _changes(info: Info, given: UpdateWebhookInput) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if given.url is not strawberry.UNSET and given.url is not None:
        changes["url"] = _checked_url(info, given.url)
    if given.kinds is not strawberry.UNSET:
        changes["kinds"] = _kinds(given.kinds)
    if given.description is not strawberry.UNSET:
        changes["description"] = given.description
    if given.state is not strawberry.UNSET and given.state is not None:
        if given.state is WebhookState.DEAD:
            raise Refused(InvalidValue(path=("state",), reason="out_of_range"))
        changes["state"] = given.state.value
    return changes


@strawberry.type
class WebhookQueries:
    """Reading webhooks and their deliveries."""

    @strawberry.field(description="The webhooks of a company, oldest first.")
    async def webhooks(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        sort: Annotated[Any, sorted_by(WebhookSort)] = WebhookSort.CREATED_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Webhook]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        company_id = await company_id_of(info, company)
        found: Any = await webhooks.page_of_webhooks(info.context.database, company_id, page)
        return connect(page, found, Connection[Webhook])

    @strawberry.field(description="What became of what was sent to a webhook, newest first.")
    async def webhook_deliveries(
        self,
        info: Info,
        company: CompanyArgument,
        webhook: Annotated[UUID, strawberry.argument(description="The webhook's id.")],
        state: Annotated[
            list[DeliveryState] | None, strawberry.argument(description="Only these.")
        ] = None,
        *,
        sort: Annotated[Any, sorted_by(WebhookDeliverySort)] = WebhookDeliverySort.SEQUENCE_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[WebhookDelivery]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        company_id = await company_id_of(info, company)
        states = None if state is None else [one.value for one in state]
        found: Any = await webhooks.page_of_deliveries(
            info.context.database, company_id, page, webhook, states
        )
        return connect(page, found, Connection[WebhookDelivery])


@strawberry.type
class WebhookMutations:
    """Making, changing and deleting webhooks."""

    @mutation("Sends everything that is recorded from now on to an address, signed.")
    async def create_webhook(
        self, info: Info, input_: Input[CreateWebhookInput]
    ) -> CreateWebhookPayload:
        """The secret is shown this once."""
        company_id = await company_id_of(info, input_.company)
        secret = new_secret()
        given = {
            "url": _checked_url(info, input_.url),
            "secret": secret,
            "kinds": _kinds(optional_value(input_.kinds)),
            "description": optional_value(input_.description),
            "by": info.context.principal.name,
        }
        id_ = optional_value(input_.id) or uuid7()
        row = await webhooks.create(info.context.masters, company_id, id_, given)
        if row is None:
            raise Refused(IdempotencyConflict(path=("id",), id=str(id_)))
        return CreateWebhookPayload(webhook=cast("Webhook", row), secret=secret)

    @mutation("Changes a webhook, pauses it, or lets it go on where it stopped.")
    async def update_webhook(self, info: Info, input_: Input[UpdateWebhookInput]) -> WebhookPayload:
        """What is left out stays."""
        company_id = await company_id_of(info, input_.company)
        expected = optional_value(input_.expected_version)
        row = await webhooks.update(
            info.context.masters, company_id, input_.webhook, expected, _changes(info, input_)
        )
        return WebhookPayload(webhook=cast("Webhook", row))

    @mutation("Deletes a webhook with the record of its deliveries.")
    async def delete_webhook(self, info: Info, input_: Input[WebhookInput]) -> DeleteWebhookPayload:
        """Nothing is sent to it any more."""
        company_id = await company_id_of(info, input_.company)
        expected = optional_value(input_.expected_version)
        await webhooks.delete(info.context.masters, company_id, input_.webhook, expected)
        return DeleteWebhookPayload(deleted_id=strawberry.ID(str(input_.webhook)))

    @mutation("Sends a change to its webhook once more, before whatever else waits.")
    async def redeliver(self, info: Info, input_: Input[RedeliverInput]) -> RedeliverPayload:
        """One that is being tried anyway is NOT_FOUND here."""
        company_id = await company_id_of(info, input_.company)
        row = await webhooks.redeliver(info.context.database, company_id, input_.delivery)
        return RedeliverPayload(delivery=cast("WebhookDelivery", row))

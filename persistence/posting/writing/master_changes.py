"""What a decision changes of masters, and the log of it: the company, its items, an account."""

from psycopg import AsyncConnection

from domain.decide import Decision
from persistence.masters.change_log import logging
from persistence.posting.writing.item_changes import change_items
from persistence.posting.writing.scheme_changes import change_company


async def change_masters(
    connection: AsyncConnection, decision: Decision, seq: int, recorded_by: str | None
) -> None:
    """Change what the document changes of masters by itself; most documents do not."""
    causes = decision.causes
    if causes.company_change is None and not (causes.methods or causes.standards or causes.groups):
        return
    company = causes.facts.company.id
    changes = (*causes.methods, *causes.standards, *causes.groups)
    # A migration brings the items under its methods by rules: any of them.
    items = None if causes.company_change else list({one.item for one in changes})
    document = causes.document.id
    async with logging(connection, company, recorded_by, document, company=[company], item=items):
        await change_company(connection, decision, seq)
        await change_items(connection, decision)

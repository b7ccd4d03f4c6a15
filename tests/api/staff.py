"""People at a server that needs a token: an operator, and others with the roles they are given."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from api.auth.keys import make_key
from api.settings import Settings
from domain.references import Ref
from domain.roles import CompanyRole, Permission
from persistence.access import administration
from persistence.database import Database
from tests.api.desk import Desk, goods, receipt
from tests.invariants import assert_all_books_are_clean
from tests.servers import new_database, running_server

Result = TypeVar("Result")


class SignedInDesk(Desk):
    """A desk in a company that is there already."""

    def __post_init__(self) -> None:
        self.sign_in()


@dataclass
class Staff:
    """Whoever works at one server; keys are made in its database."""

    base: str
    url: str
    names: list[str] = field(default_factory=list)

    def run(self, work: Callable[[Database], Awaitable[Result]]) -> Result:
        """Do something in the database."""

        async def run() -> Result:
            database = await Database.open(self.url, most_connections=1)
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(run())

    def add(self, name: str, *, operator: bool = False, subject: str | None = None) -> None:
        """A user."""
        self.run(
            lambda database: administration.add_principal(
                database, name, "USER", "test", subject=subject, is_operator=operator
            )
        )
        self.names.append(name)

    def key(
        self,
        name: str,
        scopes: Sequence[Permission] | None = None,
        expires_at: datetime | None = None,
    ) -> str:
        """A new key of somebody."""
        made = make_key()
        new = administration.NewKey(
            prefix=made.prefix, secret_hash=made.secret_hash, scopes=scopes, expires_at=expires_at
        )
        self.run(lambda database: administration.create_key(database, name, new, "test"))
        return made.text

    def grant(self, name: str, role: str, company: str, *warehouses: str) -> None:
        """A role in a company."""
        limits = [Ref("warehouse", "code", code) for code in warehouses] or None
        self.run(
            lambda database: administration.grant_role(
                database, Ref("company", "code", company), name, CompanyRole(role), "test", limits
            )
        )

    def at(self, company: str, name: str, role: str, *warehouses: str) -> SignedInDesk:
        """A new user with a role in a company, at a desk of it."""
        self.add(name)
        self.grant(name, role, company, *warehouses)
        return self.desk(company, self.key(name))

    def desk(self, company: str, token: str) -> SignedInDesk:
        """A desk in a company that is there."""
        return SignedInDesk(self.base, company, token)


def codes(answer: Any, field_name: str | None = None) -> list[str]:
    """The codes of a payload's errors, or of the top-level ones."""
    if field_name is not None:
        return [error["code"] for error in answer["data"][field_name]["errors"]]
    return [error["extensions"]["code"] for error in answer["errors"]]


@contextmanager
def staffed(postgres: Any) -> Iterator[Staff]:
    """The people of a server that wants tokens: an operator, so far. Its books end clean."""
    with new_database(postgres) as url, running_server(url, Settings(auth="required")) as base:
        people = Staff(base, url)
        people.add("root", operator=True)
        yield people
        asyncio.run(assert_all_books_are_clean(url))


def desk_of_the_operator(staff: Staff) -> Desk:
    """The operator, at the desk of a company just opened, with goods in two warehouses."""
    desk = Desk(staff.base, token=staff.key("root"))
    desk.post(receipt("2026-01-05", goods("10", "100")))
    desk.post(receipt("2026-01-05", goods("10", "100", warehouse={"code": "Work In Progress"})))
    return desk

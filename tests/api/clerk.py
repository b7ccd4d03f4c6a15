"""Somebody who keeps the masters of one company, over HTTP."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests import wire

_codes = count(1)
_ERRORS = "errors { code message path retryable }"


@dataclass
class Clerk:
    """Works on a company of its own, which it opens when it is first asked to."""

    base: str
    code: str = field(default_factory=lambda: f"M{next(_codes)}")

    def __post_init__(self) -> None:
        self.client = wire.client(self.base, timeout=60)
        self.company = {"code": self.code}

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation without top-level errors."""
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def answer(self, query: str, **variables: Any) -> Any:
        """The whole answer."""
        return self.client.post("/graphql", json={"query": query, "variables": variables}).json()

    def open(self, fields: str = "id", **more: Any) -> Any:
        """Open the company; its payload."""
        given = {"code": self.code, "name": self.code, "currency": "USD", **more}
        return self.payload("createCompany", "company", fields, **given)

    def payload(self, mutation: str, thing: str, fields: str = "id", **given: Any) -> Any:
        """The payload of a mutation."""
        input_type = mutation[0].upper() + mutation[1:] + "Input"
        if mutation.startswith(("activate", "deactivate", "delete")):
            input_type = thing[0].upper() + thing[1:] + "TargetInput"
        made = "deletedId" if mutation.startswith("delete") else f"{thing} {{ {fields} }}"
        return self.ask(
            f"mutation($input: {input_type}!) {{ done: {mutation}(input: $input)"
            f" {{ {made} {_ERRORS} replayed }} }}",
            input=given,
        )["done"]

    def made(self, mutation: str, thing: str, fields: str = "id", **given: Any) -> Any:
        """What a mutation of this company made; it must not be refused."""
        payload = self.payload(mutation, thing, fields, company=self.company, **given)
        assert payload["errors"] == [], payload["errors"]
        return payload[thing]

    def refused(self, mutation: str, thing: str, **given: Any) -> list[tuple[str, str]]:
        """(code, path) of each refusal; nothing was made."""
        payload = self.payload(mutation, thing, company=self.company, **given)
        assert payload.get(thing) is None
        return [(error["code"], ".".join(error["path"])) for error in payload["errors"]]

    def listed(self, things: str, arguments: str = "", fields: str = "code") -> list[Any]:
        """One field of each record of a list."""
        query = (
            f"query($company: CompanyRef!) {{ found: {things}(company: $company {arguments})"
            f" {{ nodes {{ {fields} }} }} }}"
        )
        nodes = self.ask(query, company=self.company)["found"]["nodes"]
        return [next(iter(node.values())) if len(node) == 1 else node for node in nodes]

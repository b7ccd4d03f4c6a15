"""How the API spells names: refusals and the log of changes speak of fields by them."""


def camel(name: str) -> str:
    """The GraphQL name of a Python field: posting_date becomes postingDate."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)

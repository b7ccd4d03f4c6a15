"""Names on the wire: camelCase, as the schema's own fields."""

from strawberry.schema.name_converter import NameConverter


def camel(name: str) -> str:
    """The GraphQL name of a Python field: posting_date becomes postingDate."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


class Names(NameConverter):
    """camelCase; an underscore at the end only keeps clear of Python's own names."""

    def apply_naming_config(self, name: str) -> str:
        """`input_` becomes input, `from_` from."""
        return super().apply_naming_config(name.rstrip("_"))

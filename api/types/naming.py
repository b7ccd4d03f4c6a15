"""Names on the wire: camelCase, as the schema's own fields."""

from strawberry.schema.name_converter import NameConverter


class Names(NameConverter):
    """camelCase; an underscore at the end only keeps clear of Python's own names."""

    def apply_naming_config(self, name: str) -> str:
        """`input_` becomes input, `from_` from."""
        return super().apply_naming_config(name.rstrip("_"))

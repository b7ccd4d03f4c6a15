"""What an operation's text may have at most: a setting, known before GraphQL is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextLimits:
    """What an operation's text may have at most.

    `depth` are levels of fields (introspection does not count), `fields` and `aliases` those of an
    operation, fragments counted wherever they are spread; `tokens` those of the whole text:
    documents belong in variables, which have none.
    """

    depth: int = 20
    fields: int = 5_000
    aliases: int = 500
    tokens: int = 20_000

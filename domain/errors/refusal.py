"""Refusals: what a person's request can be refused for, as nouns with data.

A refusal is a value, not an exception: all of a document's refusals come back at once, each with
the path into the input that caused it. `Refused` carries them where a call chain must end. The
texts that people read are made at the edge (api/messages), in their language.
"""

from dataclasses import dataclass, field, fields
from typing import ClassVar

type_registry: "dict[str, type[Refusal]]" = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason for refusing a request.

    `path` points into the input: ("lines", "0", "quantity"). `retryable` says whether the very
    same request may succeed later without being changed.
    """

    code: ClassVar[str] = ""
    meaning: ClassVar[str] = ""
    fix: ClassVar[str] = ""
    retryable: ClassVar[bool] = False

    path: tuple[str, ...] = field(default=())

    def __init_subclass__(cls) -> None:
        """List every refusal by its code: the error catalogue is read from here.

        Slotted dataclasses are made twice; the second, final class replaces the first.
        """
        type_registry[cls.code] = cls

    def params(self) -> dict[str, object]:
        """The refusal's own data (without the path), for messages and typed errors."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "path"}


class Refused(Exception):  # noqa: N818 - a refusal is an outcome, not an error of the program
    """Ends a call chain with one or more refusals; nothing has been written."""

    def __init__(self, *refusals: Refusal) -> None:
        """Keep the refusals, in the order in which they were found."""
        super().__init__(", ".join(f"{r.code}@{'.'.join(r.path)}" for r in refusals))
        self.refusals = refusals


def catalogue() -> list[type[Refusal]]:
    """Every refusal there is, in the order of their codes."""
    return [type_registry[code] for code in sorted(type_registry)]

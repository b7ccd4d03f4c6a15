"""Immutable values that are made quickly: a posting of a few lines makes some two hundred.

A frozen dataclass sets each of its fields by a call of `object.__setattr__`, which takes two and a
half times as long as assigning them. Here a value belongs to a writable twin of its class while
its `__init__` runs, and to the class itself from then on (so psycopg makes its UUIDs).
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)


def quickly_made(cls: _Class) -> _Class:
    """The same frozen, slotted dataclass with an `__init__` that assigns.

    Used above `@dataclass(frozen=True, slots=True)`; nothing else of the class changes.
    """
    writable = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    twin = type(f"{cls.__name__}BeingMade", (cls,), writable)
    made: Callable[..., None] = _init(cls, twin)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__annotations__ = cls.__init__.__annotations__
    cls.__init__ = made
    return cls


def _init(cls: type, twin: type) -> Callable[..., None]:
    """An `__init__` with the parameters of the dataclass's own, written out as that one is."""
    known: dict[str, Any] = {
        "_set": object.__setattr__,
        "_cls": cls,
        "_twin": twin,
        "_new": MISSING,
    }
    ordered: list[str] = ["self"]
    by_keyword: list[str] = []
    body = ['_set(self, "__class__", _twin)']
    for each in (one for one in fields(cls) if one.init):
        (by_keyword if each.kw_only else ordered).append(_parameter(each, known))
        body.append(f"self.{each.name} = {_value(each)}")
    body.append("self.__class__ = _cls")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    if by_keyword:
        by_keyword.insert(0, "*")
    text = "\n    ".join((f"def __init__({', '.join(ordered + by_keyword)}):", *body))
    exec(text, known)  # noqa: S102 - names of fields only, as `dataclass` itself does
    return known["__init__"]


def _parameter(field: Field[Any], known: dict[str, Any]) -> str:
    """A field as a parameter; its default goes to what the text knows."""
    name = field.name
    if field.default_factory is not MISSING:
        known[f"_make_{name}"] = field.default_factory
        return f"{name}=_new"
    if field.default is MISSING:
        return name
    known[f"_default_{name}"] = field.default
    return f"{name}=_default_{name}"


def _value(field: Field[Any]) -> str:
    name = field.name
    if field.default_factory is MISSING:
        return name
    return f"_make_{name}() if {name} is _new else {name}"

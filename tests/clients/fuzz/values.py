"""Values that make sense in the demo companies, among some that hardly do.

Without, nearly every request would be refused before anything of it ran.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from graphql import ObjectFieldNode, ObjectValueNode, ValueNode
from graphql.language import NameNode
from hypothesis import strategies as st
from schemathesis.graphql import nodes

Values = st.SearchStrategy[ValueNode]


def _object(name: str, value: str) -> ObjectValueNode:
    field = ObjectFieldNode(name=NameNode(value=name), value=nodes.String(value))
    return ObjectValueNode(fields=(field,))


def _strings(*values: str) -> Values:
    return st.sampled_from(values).map(nodes.String)


def _mostly(usual: Values, odd: Values) -> Values:
    """Eleven times of twelve the usual."""
    return st.integers(0, 11).flatmap(lambda dice: usual if dice else odd)


def _reference(name: str, known: Sequence[str]) -> Values:
    usual = st.sampled_from(known).map(lambda value: _object(name, value))
    ids = st.uuids(version=4).map(lambda one: _object("id", str(one)))
    return _mostly(usual, ids | st.text(max_size=6).map(lambda value: _object(name, value)))


_DAYS = st.integers(1, 28).flatmap(
    lambda day: st.integers(1, 12).map(lambda month: f"2026-{month:02}-{day:02}")
)
_AMOUNTS = st.integers(-8, 400).map(lambda quarters: format(Decimal(quarters) / 4, "f"))
_HUGE = "9" * 40
_NAMES = ("Stores", "Annex", "RM0001", "North", "Ñandú", "a b", "4711")
_STRINGS = _mostly(
    _strings(*_NAMES, ""),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40).map(nodes.String),
)
_MOMENTS = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2999-01-01T00:00:00Z")

REFERENCES = {
    "CompanyRef": ("code", ("DEMO",) * 8 + ("TUTORIAL",)),
    "WarehouseRef": ("code", ("Stores", "Work In Progress", "Finished Goods")),
    "ItemRef": ("sku", ("RM0001", "RM0002", "FG0001", "SV0001")),
    "ItemGroupRef": ("code", ("Raw", "Made")),
    "PartyRef": ("code", ("ARCU", "UTAH")),
    "CostCenterRef": ("code", ("North", "South")),
    "TaxRef": ("code", ("VAT10", "VAT21")),
}
"""Which field names a record of the demo company, and what is called so there, or soon will be."""


def values(
    accounts: Sequence[str], documents: Sequence[str], lines: Sequence[str]
) -> Mapping[str, Values]:
    """What scalars and references are made up as, by type.

    Args:
        accounts: Codes of accounts of the demo company.
        documents: Numbers of its documents.
        lines: Numbers of their lines.
    """
    known = {
        **REFERENCES,
        "AccountRef": ("code", accounts),
        "DocumentRef": ("number", documents),
        "LineRef": ("number", lines),
    }
    references = {name: _reference(*one) for name, one in known.items()}
    return {
        **references,
        "Date": _mostly(
            _DAYS.map(nodes.String),
            _strings("0001-01-01", "9999-12-31", "2024-02-29", "2026-02-30"),
        ),
        "DateTime": _mostly(
            _DAYS.map(lambda day: nodes.String(f"{day}T12:00:00Z")), _strings(*_MOMENTS)
        ),
        "Time": _mostly(_strings("08:00", "14:30:05.25"), _strings("23:59:59.999999", "24:00")),
        "Decimal": _mostly(
            _AMOUNTS.map(nodes.String),
            _strings(
                "0",
                "0.000001",
                "0.0000001",
                "-1",
                "1e5",
                "999999999999999",
                "0.000000000001",
                "9" * 30,
                f"{_HUGE}.{_HUGE}",
            ),
        ),
        "UUID": st.uuids(version=4).map(lambda one: nodes.String(str(one))),
        "JSON": _STRINGS,
        "String": _STRINGS,
        "ID": _mostly(st.uuids(version=4).map(lambda one: nodes.String(str(one))), _STRINGS),
        "Int": _mostly(
            st.integers(0, 12).map(nodes.Int),
            st.sampled_from((-1, 501, 2**31 - 1, -(2**31))).map(nodes.Int),
        ),
        "Currency": _strings("USD", "USD", "USD", "EUR", "JPY", "KWD", "usd", ""),
        "Url": _strings(
            "https://example.com/hook", "http://127.0.0.1/", "ftp://x", "https://[", "x"
        ),
        "Version": st.integers(0, 3).map(nodes.Int),
    }


STAND_INS = {
    **{name: name for name in (*REFERENCES, "AccountRef", "DocumentRef", "LineRef")},
    "currency": "Currency",
    "url": "Url",
    "expectedVersion": "Version",
}
"""Which inputs are made up as a scalar of their own: by the field's name, or their type."""

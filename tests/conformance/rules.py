"""Posting rules and taxes of a scenario's head, and of its steps, as the API takes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.conformance.adapter import ANYTHING, RULE_ACCOUNTS, RULE_KEYS, RULE_TABLES
from tests.conformance.decode import NotSupportedError, given
from tests.conformance.format import PostingRule, Tax

_REFERENCES = frozenset({"warehouse", "itemGroup"})


def check_rules(rules: Iterable[PostingRule]) -> None:
    """See that the API has a place for every table, key and account.

    Raises:
        NotSupportedError: it has none for one.
    """
    for rule in rules:
        table = RULE_TABLES.get(rule.table)
        if table is None:
            raise NotSupportedError(f"postingRules.table {rule.table}")
        for name in given(rule):
            if name != "table" and name not in RULE_KEYS and name not in RULE_ACCOUNTS[table]:
                raise NotSupportedError(f"postingRules.{name}")


def tables_of(rules: Iterable[PostingRule]) -> list[dict[str, Any]]:
    """One input of `setPostingRules` a table, without the company."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        tables.setdefault(RULE_TABLES[rule.table], []).append(_rule(rule))
    return [{"table": table, "rules": found} for table, found in tables.items()]


def groups_named(rules: Iterable[PostingRule]) -> set[str]:
    """The groups of items that rules ask for."""
    named = {one.item_group or one.category for one in rules}
    return {code for code in named if code and code not in ANYTHING}


def tax_input(tax: Tax) -> dict[str, Any]:
    """A tax to be made."""
    return {
        "code": tax.code,
        "rate": str(tax.rate),
        "order": tax.order or 1,
        "onTax": bool(tax.on_tax),
        "salesAccount": {"code": tax.sales_account} if tax.sales_account else None,
        "purchaseAccount": {"code": tax.purchase_account} if tax.purchase_account else None,
    }


def _rule(rule: PostingRule) -> dict[str, Any]:
    values: Mapping[str, Any] = given(rule)
    roles = RULE_ACCOUNTS[RULE_TABLES[rule.table]]
    keys = {
        RULE_KEYS[name]: value
        for name, value in values.items()
        if name in RULE_KEYS and value not in ANYTHING
    }
    return {
        **{key: {"code": code} if key in _REFERENCES else code for key, code in keys.items()},
        "accounts": [
            {"role": roles[name], "account": {"code": value}}
            for name, value in values.items()
            if name in roles
        ],
    }

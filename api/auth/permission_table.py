"""`docs/permissions.md`: which role may what, and what each root field needs."""

from api.auth.permissions import rule_of
from api.schema import schema
from api.types.core import core_of
from domain.roles import MEANINGS, ROLE_PERMISSIONS, Permission

_START = "<!-- The tables below are made by `perpetuo export-schema`. -->"


def with_tables(page: str) -> str:
    """The page with its tables as they are now: they are all of it after the mark."""
    before, mark, _ = page.partition(_START)
    return f"{before}{mark}\n\n{permission_table()}"


def permission_table() -> str:
    """The tables, as Markdown."""
    return "\n".join((*_roles(), "", *_fields(), ""))


def _roles() -> list[str]:
    roles = list(ROLE_PERMISSIONS)
    lines = [
        "| permission | | " + " | ".join(role.lower() for role in roles) + " |",
        "|---|---|" + "---|" * len(roles),
    ]
    for permission in Permission:
        marks = ("yes" if permission in ROLE_PERMISSIONS[role] else "" for role in roles)
        lines.append(f"| `{permission}` | {MEANINGS[permission]} | " + " | ".join(marks) + " |")
    return lines


def _fields() -> list[str]:
    core = core_of(schema)
    lines = ["| field | needs | within a limited role's warehouses |", "|---|---|---|"]
    for root in (core.query_type, core.mutation_type, core.subscription_type):
        for name in sorted(root.fields) if root is not None else ():
            rule = rule_of(name)
            within = "yes" if rule.within_warehouses else ""
            lines.append(f"| `{name}` | `{rule.permission}` | {within} |")
    return lines

"""What names something is in Unicode's composed form (NFC), as names are kept from now on.

An accent that is apart from its letter (NFD, as some devices send it) made another name that looks
the same. Of names that differ in nothing else, which earlier releases took, each stays as it is and
is found as it is. Documents keep what they were given.
"""

from collections.abc import Mapping

from alembic import op

from migrations.each_company import each_company

revision = "0051"
down_revision = "0050"

_UNIQUE: Mapping[str, tuple[str, str]] = {
    "account": ("code", ""),
    "cost_center": ("code", ""),
    "item": ("sku", ""),
    "item_barcode": ("barcode", ""),
    "item_group": ("code", ""),
    "lot": ("code", "item_id, "),
    "party": ("code", ""),
    "tax": ("code", ""),
    "warehouse": ("code", ""),
}
"""By table what is unique in a company, or in what else."""

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "account": ("name",),
    "cost_center": ("name",),
    "item": ("name", "description", "uom", "stock_group"),
    "item_group": ("name",),
    "party": ("name", "party_group", "area", "sales_type"),
    "posting_rule": ("stock_group", "party_group", "area", "sales_type"),
    "tax": ("name",),
    "warehouse": ("name",),
}
"""What is looked up beside: rules go by groups and areas, accounts are found by code and name."""

_NAME = """
        update {table} x set {column} = normalize(x.{column})
         where x.company_id = one and x.{column} is not nfc normalized
           and ({scope}normalize(x.{column})) not in (
               select {scope}normalize(o.{column}) from {table} o where o.company_id = one
                group by {scope}normalize(o.{column}) having count(*) > 1)"""
_TEXT = """
        update {table} set {column} = normalize({column})
         where company_id = one and {column} is not nfc normalized"""
_UNITS = """
        update item set units = normalize(units::text)::jsonb
         where company_id = one and units::text is not nfc normalized
           and (select count(*) from jsonb_object_keys(units))
               = (select count(*) from jsonb_object_keys(normalize(units::text)::jsonb))"""
_COMPANY = """
        update company set name = normalize(name)
         where id = one and name is not nfc normalized;
        update company x set code = normalize(code)
         where x.id = one and x.code is not nfc normalized
           and not exists (select from company o
                            where o.id <> one and normalize(o.code) = normalize(x.code))"""

COMPOSE = each_company(
    ";".join(
        [
            _COMPANY,
            *(
                _NAME.format(table=table, column=column, scope=scope)
                for table, (column, scope) in _UNIQUE.items()
            ),
            *(
                _TEXT.format(table=table, column=column)
                for table, columns in _TEXTS.items()
                for column in columns
            ),
            _UNITS,
        ]
    )
)


def upgrade() -> None:
    """Compose them."""
    op.get_bind().exec_driver_sql(COMPOSE)


def downgrade() -> None:
    """Nothing: earlier releases know names in this form too."""

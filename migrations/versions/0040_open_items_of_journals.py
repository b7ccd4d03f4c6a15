"""What a journal entry posts to a party is an open item, one for each party and account.

So is what a supplier owes for goods of no known receipt (CONTINENTAL). Those of earlier releases
are opened here; their entries stay as they are, about no item, which is read as about their own.
"""

from alembic import op

from migrations.each_company import each_company

revision = "0040"
down_revision = "0039"

_OPEN = each_company("""
        insert into open_item (company_id, document_id, party_id, account_id, currency,
                               exchange_rate, amount, settled, is_void)
        select one, document.id, entry.party_id, entry.account_id, entry.currency,
               document.exchange_rate, sum(entry.currency_amount), 0, voiding.by_id is not null
          from party_entry entry
          join document on document.company_id = one and document.id = entry.document_id
          left join voiding on voiding.company_id = one and voiding.document_id = document.id
         where entry.company_id = one and entry.against_id is null and document.cancels_id is null
         group by 2, 3, 4, 5, 6, voiding.by_id
            on conflict (company_id, document_id, party_id, account_id)
               do update set amount = open_item.amount + excluded.amount
""")


def upgrade() -> None:
    """Key by party and account too, and open the items."""
    run = op.get_bind().exec_driver_sql
    run("alter table open_item drop constraint open_item_pkey")
    run("alter table open_item add primary key (company_id, document_id, party_id, account_id)")
    run(_OPEN)


def downgrade() -> None:
    """Close those of journals again: they may be several of one document."""
    run = op.get_bind().exec_driver_sql
    run(
        "delete from open_item using document"
        " where document.company_id = open_item.company_id and document.id = open_item.document_id"
        " and document.kind = 'JOURNAL_ENTRY'"
    )
    run("alter table open_item drop constraint open_item_pkey")
    run("alter table open_item add primary key (company_id, document_id)")

"""The CARRIED flow rebuilt: every bin is worth its quantity at the item's cost in force.

The cost in force is the one that the item's last movement has; a bin's last key is its latest
movement's.
"""

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.carried.bins import NO_COST, at
from domain.movements import UnitCost
from persistence.checking.rebuild import Found, Rebuilt

# What a migration moved that was cancelled is in no flow.
_UNDONE = """not exists (
        select from voiding v
          join document d on d.company_id = v.company_id and d.id = v.document_id
         where v.company_id = m.company_id and m.document_id in (v.document_id, v.by_id)
           and d.kind = 'MIGRATION')"""
_BINS = f"""
select i.sku, w.code, b.quantity, b.value, c.card_value, c.card_quantity, last.card_value,
       last.card_quantity, b.movements, counted.movements
  from bin b
  join company y on y.id = b.company_id
  join item i on i.company_id = b.company_id and i.id = b.item_id
  join warehouse w on w.company_id = b.company_id and w.id = b.warehouse_id
  left join item_cost c on c.company_id = b.company_id and c.item_id = b.item_id
  left join lateral (
    select m.card_value, m.card_quantity from movement m
     where m.company_id = b.company_id and m.item_id = b.item_id and m.seq >= y.flow_since
       and not (m.seq = y.flow_since and m.leg = 'OUT') and {_UNDONE}
     order by m.seq desc, m.ordinal desc limit 1) last on true
  cross join lateral (
    select count(*) as movements from movement m
     where m.company_id = b.company_id and m.item_id = b.item_id
       and m.warehouse_id = b.warehouse_id and m.seq >= y.flow_since
       and not (m.seq = y.flow_since and m.leg = 'OUT') and {_UNDONE}
       and coalesce(m.lot_id, '00000000-0000-0000-0000-000000000000') = b.lot_id) counted
 where b.company_id = %(company)s
 order by i.sku, w.code
"""  # noqa: S608 - constant pieces


async def rebuild_carried(connection: AsyncConnection, company_id: UUID, digits: int) -> Rebuilt:
    """Compare each bin with its quantity at the cost in force, and that with the last one used."""
    cursor = await connection.execute(_BINS, {"company": company_id})
    rows = await cursor.fetchall()
    return Rebuilt(len(rows), [one for row in rows for one in _differences(row, digits)])


def _differences(row: tuple[Any, ...], digits: int) -> list[Found]:
    sku, warehouse, quantity, value, card_value, card_quantity, last_value, last_quantity = row[:8]
    subject = f"{sku} in {warehouse}"
    found: list[Found] = []
    card = UnitCost(card_value, card_quantity) if card_value is not None else NO_COST
    worth = at(card, quantity, digits)
    if worth != value:
        found.append((subject, "value at the cost in force", str(worth), str(value), False))
    if last_value is not None and last_value * card.quantity != card.value * last_quantity:
        last = f"{last_value} for {last_quantity}"
        found.append((subject, "cost in force", last, f"{card.value} for {card.quantity}", False))
    if row[8] != row[9]:
        found.append((subject, "movements of the bin", str(row[9]), str(row[8]), False))
    return found

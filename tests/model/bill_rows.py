"""What bills come to, as the model says, the domain decides, and the tables keep it.

Totals, taxes, and what parties owe; in cents, without what comes to nothing.
"""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.exchange_revaluation import BALANCES, POSITIONS
from tests.model.memory_masters import ACCOUNT_NAMES, PARTY_NAMES, TAX_NAMES
from tests.model.states import FREIGHT, Effects, Revalued, Totals
from tests.model.taxing import account_of

TOTALS = """
select id, net_total, taxes_total, freight, grand_total from document where company_id = %(company)s
"""
TAXES_KEPT = """
select t.document_id, a.code, x.code, t.base, t.amount
  from document_tax t
  join account a on a.company_id = t.company_id and a.id = t.account_id
  join tax x on x.company_id = t.company_id and x.id = t.tax_id
 where t.company_id = %(company)s
"""
LINE_TAXES_KEPT = """
select t.document_id, l.line_no, x.code, t.base, t.amount
  from document_line_tax t
  join document_line l on l.company_id = t.company_id and l.id = t.line_id
  join tax x on x.company_id = t.company_id and x.id = t.tax_id
 where t.company_id = %(company)s
"""
PARTIES_KEPT = """
select e.document_id, p.code, sum(e.amount)
  from party_entry e
  join party p on p.company_id = e.company_id and p.id = e.party_id
  join document d on d.company_id = e.company_id and d.id = e.document_id
 where e.company_id = %(company)s and d.kind <> 'CANCELLATION'
 group by e.document_id, p.code having sum(e.amount) <> 0
"""
STANDING = """
select against_id, sum(amount) from party_entry
 where company_id = %(company)s and against_id is not null
 group by against_id having sum(amount) <> 0
"""

Row = tuple[str | int, str, int, int]
"""What a tax is of (its account, or a line's number from 1), the tax, its base and its amount."""


def taxes_of(effects: Effects) -> dict[tuple[str | int, str], tuple[int, int]]:
    """Each tax of a document, on its account."""
    kind = effects.operation.kind
    return added_up((account_of(kind, t.tax), t.tax, t.base, t.amount) for t in effects.taxes)


def line_taxes_of(effects: Effects) -> dict[tuple[str | int, str], tuple[int, int]]:
    """What of them is of which line."""
    lines = (t for t in effects.taxes if t.line != FREIGHT)
    return added_up((t.line + 1, t.tax, t.base, t.amount) for t in lines)


def added_up(rows: Iterable[Row]) -> dict[tuple[str | int, str], tuple[int, int]]:
    """By what they are of and by tax."""
    sums: dict[tuple[str | int, str], tuple[int, int]] = {}
    for of, tax, base, amount in rows:
        before = sums.get((of, tax), (0, 0))
        sums[of, tax] = (before[0] + base, before[1] + amount)
    return {key: found for key, found in sums.items() if found != (0, 0)}


def decided_taxes(causes: Causes) -> dict[tuple[str | int, str], tuple[int, int]]:
    """Each tax that the domain has decided on."""
    return added_up(
        (ACCOUNT_NAMES[t.account_id], TAX_NAMES[t.tax_id], int(t.base.scaleb(2)),
         int(t.amount.scaleb(2)))
        for t in causes.taxes
    )  # fmt: skip


def decided_line_taxes(causes: Causes) -> dict[tuple[str | int, str], tuple[int, int]]:
    """What of them is of which line."""
    return added_up(
        (t.line_no, TAX_NAMES[t.tax_id], int(t.base.scaleb(2)), int(t.amount.scaleb(2)))
        for t in causes.line_taxes
    )


def decided_totals(causes: Causes) -> Totals:
    """What the domain says that a document comes to."""
    amounts = (causes.net_total, causes.taxes_total, causes.freight, causes.grand_total)
    return Totals(*(int(amount.scaleb(2)) for amount in amounts))


def revalued_by(causes: Causes) -> list[Revalued]:
    """What a revaluation has brought to closing rates: parties first, then accounts."""

    def read(one: dict[str, str]) -> Revalued:
        party = PARTY_NAMES[UUID(one["party"])] if "party" in one else None
        amounts = (int(Decimal(one[name]).scaleb(2)) for name in ("amount", "booked", "revalued"))
        return Revalued(party, ACCOUNT_NAMES[UUID(one["account"])], *amounts)

    return [read(one) for key in (POSITIONS, BALANCES) for one in causes.content[key]]


def parties_of(effects: Effects) -> dict[str, int]:
    """What a document has each party owe, in company currency; negative is owed to it."""
    return _owed((party, amount) for party, _, amount in effects.party)


def decided_parties(causes: Causes) -> dict[str, int]:
    """The same as the domain has decided it."""
    return _owed((PARTY_NAMES[one.party_id], int(one.amount.scaleb(2))) for one in causes.parties)


def _owed(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for party, amount in amounts:
        sums[party] = sums.get(party, 0) + amount
    return {party: amount for party, amount in sums.items() if amount}

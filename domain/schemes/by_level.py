"""BY_LEVEL: three links say what of receivables, payables and stock the ledger hears (webERP).

As data: (nature of the movement, kind of the entry) -> the role of the account on the other side
of the stock account; groups of items name the accounts for adjustments and price variances, rules
those for sales and cost of sales. An entry's own contra wins, then the movement's. None: the other
leg of the same document balances it.

What is not posted because its link is off stays so: a later change of links posts nothing again.
Rule: the webERP section of the scenario vectors.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from domain.accounts import AccountType, Role
from domain.company import Scheme
from domain.documents.causes import Causes
from domain.facts import CompanyFacts
from domain.links import Link
from domain.movements import CostEntry, EntryKind, Nature

_INSIDE = (Nature.TRANSFER, Nature.MAKING)
_BALANCED = (EntryKind.DIRECT, EntryKind.ISSUE, EntryKind.ADJUSTMENT)

CONTRA: Mapping[tuple[Nature, EntryKind], Role | None] = {
    **{(nature, kind): Role.STOCK_ADJUSTMENT for nature in Nature for kind in EntryKind},
    **{(Nature.PURCHASE, kind): Role.PURCHASE_VARIANCE for kind in EntryKind},
    (Nature.PURCHASE, EntryKind.DIRECT): Role.STOCK_RECEIVED_NOT_BILLED,
    **{(nature, EntryKind.VARIANCE): Role.PURCHASE_VARIANCE for nature in Nature},
    (Nature.COST, EntryKind.PRICE): Role.PURCHASE_VARIANCE,
    **{(Nature.SALE, kind): Role.COST_OF_GOODS_SOLD for kind in _BALANCED},
    **{(nature, kind): None for nature in _INSIDE for kind in _BALANCED},
}

_PURPOSES = {"RECEIVE": Link.SALES, "PAY": Link.PURCHASES}
_LINK_OF_KIND = {
    "SALES_INVOICE": Link.SALES,
    "SALES_RETURN": Link.SALES,
    "PURCHASE_RECEIPT": Link.PURCHASES,
    "PURCHASE_INVOICE": Link.PURCHASES,
    "PURCHASE_RETURN": Link.PURCHASES,
}
"""The link by which the ledger hears of a document's own lines."""
_LINK_OF_SIDE = {"SALES": Link.SALES, "PURCHASE": Link.PURCHASES}
"""That of a credit note, by whose account it is."""


def hears_of_entry(company: CompanyFacts, entry: CostEntry) -> bool:
    """Whether the ledger hears of a cost entry: by the link of stock.

    What a bill adds to stock hangs on the link of payables too, which has the other side.
    """
    if company.scheme is not Scheme.BY_LEVEL:
        return True
    day, settings = entry.posting_date, company.settings
    if entry.kind is EntryKind.PRICE and not settings.is_linked(Link.PURCHASES, day):
        return False
    return settings.is_linked(Link.STOCK, day)


def hears_of_control(company: CompanyFacts, account: UUID, day: date) -> bool:
    """Whether the ledger hears of what is owed on a control account: by the link of its side."""
    if company.scheme is not Scheme.BY_LEVEL:
        return True
    is_sale = company.accounts[account].type is AccountType.RECEIVABLE
    return company.settings.is_linked(Link.SALES if is_sale else Link.PURCHASES, day)


def hears_of_document(causes: Causes) -> bool:
    """Whether the ledger hears of a document's own lines: by the link of its side."""
    company = causes.facts.company
    if company.scheme is not Scheme.BY_LEVEL:
        return True
    link = _LINK_OF_KIND.get(causes.document.kind) or _PURPOSES.get(causes.purpose or "")
    if causes.document.kind == "CREDIT_NOTE":
        link = _LINK_OF_SIDE[str(causes.content["side"])]
    return link is None or company.settings.is_linked(link, causes.posting_date)

"""When a bill is due and which discount it grants: as it says, else as its payment terms do.

The bill keeps the days and the percentage; the terms may change later.
"""

from datetime import date
from typing import Any

from domain.documents.causes import Causes
from domain.errors import Inactive, InvalidValue
from domain.lookup import LookUp
from domain.payment_terms import PaymentTermFacts
from domain.references import Ref

DUE_DATE = "due_date"
"""The key of the day by which a bill is to be paid, in its content; null = its posting date."""
PAYMENT_TERM = "payment_term"
"""The key of the id of the terms that it was made under."""
DISCOUNT_PERCENT = "discount_percent"
DISCOUNT_UNTIL = "discount_until"
"""The keys of the discount for early payment and of the last day on which it may be taken."""


def note_terms(causes: Causes, look: LookUp, due_date: date | None, named: Ref | None) -> None:
    """Keep with a bill what was agreed: the terms named, else those of its party."""
    if due_date is not None and due_date < causes.posting_date:
        look.refuse(InvalidValue(path=("dueDate",), reason="before_the_posting_date"))
    terms = _terms(causes, look, named)
    content: dict[str, Any] = causes.content
    if terms is not None:
        content[PAYMENT_TERM] = str(terms.id)
        due_date = due_date or terms.due_date(causes.posting_date)
        until = terms.discount_until(causes.posting_date)
        if until is not None:
            content[DISCOUNT_PERCENT] = str(terms.discount_percent)
            content[DISCOUNT_UNTIL] = until.isoformat()
    if due_date is not None:
        content[DUE_DATE] = due_date.isoformat()


def _terms(causes: Causes, look: LookUp, named: Ref | None) -> PaymentTermFacts | None:
    """Active terms, whoever names them."""
    path = ("paymentTerm",)
    if named is not None:
        return look.payment_term(named, path)
    usual = causes.party.payment_term if causes.party else None
    # Terms made since the company was read are not there: whoever writes will read it again.
    terms = look.company.payment_terms.get(usual) if usual else None
    if terms is not None and not terms.is_active:
        look.refuse(Inactive(path=path, kind="payment_term", reference=terms.code))
    return terms

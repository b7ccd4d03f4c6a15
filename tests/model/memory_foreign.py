"""The books in memory: what is open or held in other currencies at the end of a day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.documents.needs import Needs
from domain.facts import Facts
from domain.money import ZERO
from domain.open_lines import ForeignBalance, ForeignItem
from tests.model.memory_masters import ACCOUNT_IDS, PARTY_NAMES
from tests.model.memory_papers import MemoryPapers
from tests.model.operations import KEPT_IN

Standing = tuple[UUID, UUID, UUID, str]
"""An open item: its document, party, account and currency."""


class MemoryForeign(MemoryPapers):
    """Adds it up, as the database does."""

    def _with_foreign(self, needs: Needs, facts: Facts) -> Facts:
        on = needs.foreign_items_on
        if on is None:
            return facts
        items = [
            ForeignItem(*key, amount, in_company)
            for key, (amount, in_company) in self.standing_on(on).items()
            if key[3] != facts.company.currency
        ]
        items.sort(key=lambda one: (PARTY_NAMES[one.party], *one[2:4], one.document))
        balances = (ForeignBalance(ACCOUNT_IDS[name], KEPT_IN[name], *self._held_on(name, on))
                    for name in KEPT_IN)  # fmt: skip
        return replace(
            facts,
            foreign_items=tuple(items),
            foreign_balances=tuple(one for one in balances if one.amount or one.in_company),
        )

    def standing_on(self, day: date) -> dict[Standing, tuple[Decimal, Decimal]]:
        """What is open by the end of a day, in the item's currency and in the company's."""
        found: dict[Standing, tuple[Decimal, Decimal]] = {}
        for id_, kept in self.documents.items():
            for entry in kept.decision.causes.parties:
                if entry.posting_date <= day:
                    about = entry.against_id or id_
                    cancels = self.documents[about].decision.causes.cancels
                    about = cancels.id if cancels else about
                    key = (about, entry.party_id, entry.account_id, entry.currency)
                    amount, in_company = found.get(key, (ZERO, ZERO))
                    found[key] = (amount + entry.currency_amount, in_company + entry.amount)
        return {key: amounts for key, amounts in found.items() if any(amounts)}

    def _held_on(self, name: str, day: date) -> tuple[Decimal, Decimal]:
        """What an account has, in its currency and in the company's."""
        own = [
            (kept.held.get(key, ZERO), amount)
            for kept in self.documents.values()
            for key, amount in kept.journal.items()
            if key[0] <= day and key[1] == ACCOUNT_IDS[name]
        ]
        return sum((one[0] for one in own), ZERO), sum((one[1] for one in own), ZERO)

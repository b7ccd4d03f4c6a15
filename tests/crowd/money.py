"""What people do with money: bills paid at once, banks in other currencies, closing rates."""

from collections.abc import Callable
from typing import Any

from tests.api.bookkeeper import interim_accounts, make_all
from tests.api.desk import Paper
from tests.api.house import House
from tests.crowd.dressing import CENTERS, EUROS_AND_POUNDS, PAYMENT_TERMS, UNITS, dressed
from tests.crowd.papers import SKUS
from tests.crowd.wider import FURTHER_ITEMS, Anybody
from tests.crowd.wider import furnish as furnish_goods


def furnished(house: House) -> House:
    """The house with all that these papers name."""
    furnish_goods(house)
    make_all(house.ask, interim_accounts(house.company))
    for code in CENTERS:
        house.make("createCostCenter", "costCenter", company=house.company, code=code, name=code)
    for code, currency in EUROS_AND_POUNDS:
        house.make("createAccount", "account", company=house.company, code=code, name=code,
                   type="BANK", currency=currency)  # fmt: skip
    for code, terms in PAYMENT_TERMS.items():
        house.make("createPaymentTerm", "paymentTerm", company=house.company, code=code, **terms)
    for party in ("UTAH", "ARCU"):
        house.make("updateParty", "party", company=house.company, party={"code": party},
                   paymentTerm={"code": "EARLY"})  # fmt: skip
    units = [{"uom": uom, "factor": factor} for uom, factor in UNITS.items()]
    for sku in (*SKUS, *FURTHER_ITEMS[house.scheme], "SERVICE"):
        house.make("updateItem", "item", company=house.company, item={"sku": sku}, units=units)
    return house


class Cashier(Anybody):
    """Somebody whose papers have all that their kinds can have."""

    def choices(self) -> dict[Callable[[Any], Paper | None], int]:
        return super().choices() | _MONEY

    def paper(self) -> Paper:
        """The next document."""
        return dressed(self._luck, super().paper(), self._scheme)

    def _exchange(self) -> Paper:
        """Money is exchanged, or what an account is worth is changed by hand."""
        account, currency = self._luck.choice(EUROS_AND_POUNDS)
        sides = self._luck.sample(("debit", "credit"), 2)
        in_currency = self._luck.choice(("10", "12.34", "0"))
        given: dict[str, Any] = {"postingDate": self._day(), "lines": [
            {"account": {"code": account}, sides[0]: "11", "currencyAmount": in_currency},
            {"account": {"code": self._luck.choice(("Bank", account))}, sides[1]: "11"},
        ]}  # fmt: skip
        if given["lines"][1]["account"] == given["lines"][0]["account"]:
            given["lines"][1]["currencyAmount"] = self._luck.choice(("0", "5"))
        if self._luck.random() < 0.2:
            given |= {"currency": currency, "exchangeRate": "1.3"}
            for line in given["lines"]:
                line.pop("currencyAmount", None)
        return "JournalEntry", given

    def _closing_rates(self) -> Paper:
        rates = [{"currency": currency, "rate": self._luck.choice(("1.15", "0.99", "161"))}
                 for _, currency in EUROS_AND_POUNDS]  # fmt: skip
        return "ExchangeRevaluation", {"postingDate": self._day(), "rates": rates}


_MONEY: dict[Callable[[Cashier], Paper | None], int] = {
    Cashier._exchange: 3,
    Cashier._closing_rates: 2,
}

"""Discounts for early payment that lower taxes: every figure worked out by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from domain.accounts import AccountType, Role, Root
from domain.company import CompanySettings
from domain.decide import prepare
from domain.discounts import DiscountedBill, DiscountedTax
from domain.documents.parts.settlement import Allocation
from domain.documents.payment import Payment, PaymentType
from domain.facts import AccountFacts, Facts, PartyFacts
from domain.open_lines import OpenItemFacts
from domain.references import Ref
from tests.domain.periodic import company, uid

Charged = Sequence[tuple[str, str, str]]
"""Taxes: account, base and amount."""


def bill(
    total: str, taxes: Charged, credited: str = "0", **back: tuple[str, str]
) -> DiscountedBill:
    """A bill with taxes; `back` is what a credit took back of a tax: base and amount."""
    return DiscountedBill(
        document=uid("BILL"),
        total=Decimal(total),
        credited=Decimal(credited),
        discounted=Decimal(0),
        taxes=tuple(
            DiscountedTax(
                tax=uid(name),
                account=uid(name),
                base=Decimal(base),
                amount=Decimal(amount),
                credited=tuple(Decimal(one) for one in back.get(name, ("0", "0"))[1:]),
                credited_base=Decimal(back.get(name, ("0", "0"))[0]),
            )
            for name, base, amount in taxes
        ),
    )


V19, V7 = ("V19", "1000", "190"), ("V7", "500", "35")
ONE = bill("1190", [V19])
TWO = bill("1725", [V19, V7])
CENTS = bill("118.99", [("V19", "99.99", "19.00")])
SMALL = bill("1.19", [("V19", "1.00", "0.19")])
CREDITED = bill("1725", [V19, V7], "535", V7=("500", "35"))
NEARLY = bill("1190", [V19], "1188.81", V19=("999", "189.81"))
STEEP = bill("3.20", [("A", "0.20", "1.00"), ("B", "0.20", "1.00"), ("C", "0.20", "1.00")])
WITHHELD = bill("1060", [("IVA", "1000", "210"), ("IRPF", "1000", "-150")])
YEN = bill("1190", [V19])


@pytest.mark.parametrize(
    ("of", "digits", "discounts", "lowered"),
    [
        # 2 % of 1,190: 23.80 = 20.00 + 3.80.
        (ONE, 2, ["23.80"], [[("20.00", "3.80")]]),
        # 3 % of 1,725 at two rates: 51.75 = 45.00 + 5.70 + 1.05.
        (TWO, 2, ["51.75"], [[("30.00", "5.70"), ("15.00", "1.05")]]),
        # 2.38 x 19.00 / 118.99 = 0.38003, and x 99.99 / 118.99 = 1.99997.
        (CENTS, 2, ["2.38"], [[("2.00", "0.38")]]),
        # In parts: 0.40 x 0.19 / 1.19 = 0.0639; 0.40 x 0.13 / 0.79 = 0.0658; the last has the rest.
        (SMALL, 2, ["0.40", "0.40", "0.39"],
         [[("0.34", "0.06")], [("0.33", "0.07")], [("0.33", "0.06")]]),
        # What was sold at 7 % is credited: the discount is on what is left, at 19 %.
        (CREDITED, 2, ["23.80"], [[("20.00", "3.80"), ("0.00", "0.00")]]),
        # Credits have left 1.19: what goes beyond takes no tax, nor does what comes after.
        (NEARLY, 2, ["2.38", "1.00"], [[("1.00", "0.19")], [("0.00", "0.00")]]),
        # 0.02 x 1.00 / 3.20 = 0.00625 rounded three times is more than the discount.
        (STEEP, 2, ["0.02"], [[("0.00", "0.01"), ("0.00", "0.00"), ("0.00", "0.01")]]),
        # What the customer withholds is less with it: 21.20 = 20.00 + 4.20 - 3.00.
        (WITHHELD, 2, ["21.20"], [[("20.00", "4.20"), ("20.00", "-3.00")]]),
        # Whole yen: 24 x 190 / 1190 = 3.83, 24 x 1000 / 1190 = 20.17.
        (YEN, 0, ["24"], [[("20", "4")]]),
    ],
)  # fmt: skip
def test_taxes_are_lowered_in_proportion_of_what_is_left(
    of: DiscountedBill, digits: int, discounts: list[str], lowered: list[list[tuple[str, str]]]
) -> None:
    found: list[list[tuple[Decimal, Decimal]]] = []
    for discount in discounts:
        taken = of.lowered_by(Decimal(discount), digits)
        found.append([(one.base, one.amount) for one in taken])
        of = of.after(Decimal(discount), taken)
    assert found == [[(Decimal(base), Decimal(tax)) for base, tax in of] for of in lowered]


def test_parts_add_up_to_the_taxes_and_never_turn_around() -> None:
    luck = Random(84)
    for _ in range(300):
        cents = [luck.choice((0, 1, 7, 19, 100, 12345)) for _ in range(luck.randint(1, 4))]
        total = sum(cents) + luck.choice((0, 1, 100, 99999))
        taxes = [(f"T{at}", str(tax), str(Decimal(tax) / 100)) for at, tax in enumerate(cents)]
        of, left, rate = bill(str(Decimal(total) / 100), taxes), total, Decimal("1.0837")
        posted = [Decimal(0)] * len(taxes)
        while left:
            part = luck.randint(1, left)
            left -= part
            discount = Decimal(part) / 100
            lowered = of.lowered_by(discount, 2)
            assert all(0 <= one.amount <= one.of.left for one in lowered)
            net = discount - sum(one.amount for one in lowered)
            assert 0 <= net <= of.total - of.discounted - sum(one.of.left for one in lowered)
            posted = [
                before + one.of.in_company(one.amount, rate, 2)
                for before, one in zip(posted, lowered, strict=True)
            ]
            of = of.after(discount, lowered)
        assert [(one.left, one.base_left) for one in of.taxes] == [(0, 0)] * len(taxes)
        assert posted == [one.in_company(one.amount, rate, 2) for one in bill("1", taxes).taxes]


MORE = {
    "Bank": (AccountType.BANK, Root.ASSET),
    "V19": (AccountType.TAX, Root.LIABILITY),
    "V7": (AccountType.TAX, Root.LIABILITY),
    "Discounts": (AccountType.EXPENSE, Root.EXPENSE),
    "Lost": (AccountType.EXPENSE, Root.EXPENSE),
    "Exchange": (AccountType.EXCHANGE_GAIN_LOSS, Root.EXPENSE),
}
ROLES = {
    Role.BANK: "Bank",
    Role.PAYMENT_DISCOUNT: "Discounts",
    Role.WRITE_OFF: "Lost",
    Role.EXCHANGE_GAIN_LOSS: "Exchange",
}


def posted(
    of: DiscountedBill,
    *parts: dict[str, Any],
    rate: str = "1",
    sold: bool = True,
    adjusts: bool = True,
    **more: Any,
) -> dict[str, str]:
    """What a payment of a bill posts by account; `parts` are its allocations."""
    who, sign = uid("UTAH"), 1 if sold else -1
    item = OpenItemFacts(
        document=of.document,
        number="BILL",
        party=who,
        account=uid("Debtors" if sold else "Creditors"),
        currency="USD" if rate == "1" else "EUR",
        exchange_rate=Decimal(rate),
        amount=sign * (of.total - of.credited),
        settled=Decimal(0),
        is_void=False,
        in_company=round(sign * (of.total - of.credited) * Decimal(rate), 2),
    )
    plain = company(settings=CompanySettings(adjust_for_payment_discount=adjusts))
    accounts = {uid(name): AccountFacts(uid(name), name, name, *one) for name, one in MORE.items()}
    known = replace(
        plain,
        accounts={**plain.accounts, **accounts},
        roles={**plain.roles, **{role: uid(name) for role, name in ROLES.items()}},
    )
    ids = iter(range(1, 1000))
    facts = Facts(
        company=known,
        new_id=lambda: uid(f"new {next(ids)}"),
        parties={Ref("party", "code", "UTAH"): PartyFacts(who, "UTAH", frozenset({"CUSTOMER"}))},
        open_items=[item],
        discounted={of.document: of},
    )
    ref = Ref("document", "id", str(of.document))
    allocations = tuple(Allocation(invoice=ref, **part) for part in parts)
    foreign = {"currency": "EUR", "exchange_rate": Decimal(rate)} if rate != "1" else {}
    paid = Payment(
        id=uid("PAID"),
        company=Ref("company", "code", "ACME"),
        posting_date=date(2026, 3, 31),
        type=PaymentType.RECEIVE if sold else PaymentType.PAY,
        party=Ref("party", "code", "UTAH"),
        amount=sum((one.amount for one in allocations), Decimal(0)),
        allocations=allocations,
        **{**foreign, **more},
    )
    causes, sums = prepare(paid, facts), {}
    for line in causes.journal:
        name = known.accounts[line.account].name
        sums[name] = sums.get(name, Decimal(0)) + line.amount
    assert sum(sums.values()) == 0
    return {name: str(amount) for name, amount in sums.items() if amount}


def half(amount: str, discount: str, write_off: str = "0", **more: Any) -> dict[str, Any]:
    amounts = {"amount": amount, "discount": discount, "write_off": write_off}
    return {**{name: Decimal(value) for name, value in amounts.items()}, **more}


@pytest.mark.parametrize(
    ("of", "parts", "more", "entry"),
    [
        # A customer keeps 2 %: we owe 3.80 less of VAT.
        (ONE, [half("1166.20", "23.80")], {},
         {"Bank": "1166.20", "Discounts": "20.00", "V19": "3.80", "Debtors": "-1190.00"}),
        # We keep 2 % of a supplier's bill: 3.80 less to reclaim.
        (ONE, [half("1166.20", "23.80")], {"sold": False},
         {"Bank": "-1166.20", "Discounts": "-20.00", "V19": "-3.80", "Creditors": "1190.00"}),
        # Two rates, two accounts.
        (TWO, [half("1673.25", "51.75")], {},
         {"Bank": "1673.25", "Discounts": "45.00", "V19": "5.70", "V7": "1.05",
          "Debtors": "-1725.00"}),
        # Not where the company does not, nor where the line says no; and where it says yes.
        (ONE, [half("1166.20", "23.80")], {"adjusts": False},
         {"Bank": "1166.20", "Discounts": "23.80", "Debtors": "-1190.00"}),
        (ONE, [half("1166.20", "23.80", adjust_taxes=False)], {},
         {"Bank": "1166.20", "Discounts": "23.80", "Debtors": "-1190.00"}),
        (ONE, [half("1166.20", "23.80", adjust_taxes=True)], {"adjusts": False},
         {"Bank": "1166.20", "Discounts": "20.00", "V19": "3.80", "Debtors": "-1190.00"}),
        # A debt that is given up is no discount.
        (ONE, [half("0.01", "23.80", write_off="1166.19")], {},
         {"Bank": "0.01", "Discounts": "20.00", "V19": "3.80", "Lost": "1166.19",
          "Debtors": "-1190.00"}),
        # Two lines of one bill: 0.06 and 0.07 of 0.19.
        (SMALL, [half("0", "0.40"), half("0.39", "0.40")], {},
         {"Bank": "0.39", "Discounts": "0.67", "V19": "0.13", "Debtors": "-1.19"}),
        # 1,190 EUR at 1.1, paid at 1.2: 3.80 x 1.1 = 4.18, and 26.18 - 4.18.
        (ONE, [half("1166.20", "23.80")], {"rate": "1.1", "exchange_rate": Decimal("1.2")},
         {"Bank": "1399.44", "Discounts": "22.00", "V19": "4.18", "Exchange": "-116.62",
          "Debtors": "-1309.00"}),
        # The running sums of 0.06, 0.13 and 0.19 at 1.1111 are 0.07, 0.14 and 0.21; the discounts
        # are 0.44, 0.44 and 0.42.
        (SMALL, [half("0", "0.40"), half("0", "0.40"), half("0.01", "0.38")],
         {"rate": "1.1111", "exchange_rate": Decimal("1.1111")},
         {"Bank": "0.01", "Discounts": "1.09", "V19": "0.21", "Exchange": "0.01",
          "Debtors": "-1.32"}),
    ],
)  # fmt: skip
def test_the_account_of_discounts_bears_the_net_amount(
    of: DiscountedBill, parts: list[dict[str, Any]], more: dict[str, Any], entry: dict[str, str]
) -> None:
    assert posted(of, *parts, **more) == entry

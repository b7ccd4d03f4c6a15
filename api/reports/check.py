"""`booksCheck`: whether the books hold together, rule by rule."""

import strawberry

from api.context import Info
from api.masters.common import CompanyArgument, company_id_of
from api.types.enums import described
from persistence.checking import check as report
from persistence.checking.check import BooksRule

described(
    BooksRule,
    "A rule that must hold in any set of books.",
    {
        BooksRule.JOURNAL_BALANCES: "Each journal entry balances, in whole coins, on one date.",
        BooksRule.NUMBERS_GAPLESS: "Numbers have no gaps per series and fiscal year.",
        BooksRule.SEQUENCE_GAPLESS: "Recordings have no gaps, and each document has its own.",
        BooksRule.RECORDINGS_AGREE: "What a document caused was recorded with it.",
        BooksRule.DOCUMENTS_ADD_UP: "Amounts are quantity x rate, and totals those of their parts.",
        BooksRule.CURRENCIES_AGREE: "Accounts kept in other currencies have amounts in theirs.",
        BooksRule.CANCELLATIONS_MIRROR: "A document and its cancellation come to nothing.",
        BooksRule.BINS_ADD_UP: "A bin is the sum of its movements and cost entries.",
        BooksRule.MOVEMENTS_COST: "Where no quantity is, no value is; amounts are whole coins.",
        BooksRule.BILLING_REBUILT: "What is billed of each line is the sum of its events.",
        BooksRule.OPEN_ITEMS_REBUILT: "What is open of each invoice is the sum of its entries.",
        BooksRule.STOCK_EQUALS_LEDGER: "Stock is worth what its account says, on every date.",
        BooksRule.PARTIES_EQUAL_LEDGER: "Customers and suppliers equal their accounts, by date.",
        BooksRule.LEDGER_SUMS_REBUILT: "Sums that reports read are those of the ledger, by date.",
        BooksRule.BINS_REBUILT: "Valued again from the first movement, every cost comes out alike.",
        BooksRule.RECEIVED_NOT_BILLED: "That account is pending receipts and differences by name.",
    },
)


@strawberry.type(description="Where a rule is broken, or a difference that has a name.")
class BooksFinding:
    """One row of a rule."""

    subject: str = strawberry.field(
        description="What to look up: a document's number, an account and a date, a bin."
    )
    problem: str = strawberry.field(description="What is compared.")
    expected: str = strawberry.field(description="The figure that it should be.")
    found: str = strawberry.field(description="The figure that it is.")
    is_explained: bool = strawberry.field(
        description="A difference that has a name, as a journal made by hand; no fault."
    )


@strawberry.type(description="A rule, and what checking it found.")
class BooksRuleResult:
    """One rule."""

    rule: BooksRule = strawberry.field(description="The rule.")
    is_clean: bool = strawberry.field(description="Whether it holds everywhere.")
    examined: int = strawberry.field(description="How many records it was checked on.")
    faults: int = strawberry.field(description="Where it is broken.")
    explained: int = strawberry.field(description="Differences that have a name.")
    findings: list[BooksFinding] = strawberry.field(
        description=f"Faults first, at most {report.MOST_FINDINGS} findings."
    )
    seconds: float = strawberry.field(description="How long checking it took.")


@strawberry.type(description="The check of a company's books, as of one moment.")
class BooksCheck:
    """All rules."""

    is_clean: bool = strawberry.field(description="Whether all rules hold.")
    rules: list[BooksRuleResult] = strawberry.field(description="Every rule, in a fixed order.")


@strawberry.type
class CheckQuery:
    """The check of the books."""

    @strawberry.field(
        description="Prove, over everything recorded, that the books hold together. It reads all "
        "of them: seconds for a hundred thousand documents."
    )
    async def books_check(self, info: Info, *, company: CompanyArgument) -> BooksCheck:
        """One moment of the books, whatever is posted meanwhile."""
        company_id = await company_id_of(info, company)
        async with report.one_moment(info.context.database, company_id) as connection:
            found = await report.check_books(connection, company_id)
        rules = [
            BooksRuleResult(
                rule=BooksRule(result.rule),
                is_clean=result.is_clean,
                examined=result.examined,
                faults=result.faults,
                explained=result.explained,
                findings=list(result.findings),  # type: ignore[arg-type] - rows go as they are
                seconds=round(result.seconds, 3),
            )
            for result in found.results
        ]
        return BooksCheck(is_clean=found.is_clean, rules=rules)

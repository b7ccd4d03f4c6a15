"""A line of the journal, and the cost entries behind it."""

from uuid import UUID

from domain.explain.nodes import NodeKind, Subject
from domain.explain.opening import PostedCostEntry, of_line
from persistence.explaining.facts import COST_COLUMNS, recorded
from persistence.in_step import InStep, NothingThereError

_LINE = """
select line.amount, line.account_id, entry.seq,
       (select array_agg(array[other.line_no::text, other.cost_center_id::text]
                         order by other.line_no)
          from journal_line other
         where other.company_id = line.company_id and other.account_id = line.account_id
           and other.journal_entry_id = line.journal_entry_id)
  from journal_line line
  join journal_entry entry on entry.company_id = line.company_id
                          and entry.id = line.journal_entry_id
 where line.company_id = %(company)s and line.journal_entry_id = %(entry)s
   and line.line_no = %(line)s
"""
# Cost entries are found by the movements of the document that the journal entry is about; those
# that a migration moved, by the migration. They were posted with their document or by a batch.
_OF_LINE = f"""
with entry as (
    select id, document_id, because_id from journal_entry
     where company_id = %(company)s and id = %(entry)s
), about as (
    select cost.*
      from entry
      join movement on movement.company_id = %(company)s
                   and movement.document_id = entry.document_id
      join cost_entry cost on cost.company_id = movement.company_id
                          and cost.movement_id = movement.id
    union all
    select cost.*
      from entry
      join cost_entry cost on cost.company_id = %(company)s
                          and cost.because_id = entry.because_id
                          and cost.document_id <> cost.because_id
     where cost.document_id <> entry.document_id
)
select {COST_COLUMNS},
       case when p.stock_account_id = %(account)s then e.actual else 0 end
       - case when p.contra_account_id = %(account)s then e.actual else 0 end,
       case when p.interim_account_id = %(account)s then e.interim else 0 end
       - case when p.interim_contra_account_id = %(account)s then e.interim else 0 end,
       case when p.contra_account_id = %(account)s
            then coalesce(e.contra_cost_center_id, m.cost_center_id) else m.cost_center_id end,
       m.quantity
  from (select id, stock_account_id, contra_account_id, interim_account_id,
               interim_contra_account_id
          from about where journal_entry_id = %(entry)s
        union all
        select posting.cost_entry_id, posting.stock_account_id, posting.contra_account_id,
               posting.interim_account_id, posting.interim_contra_account_id
          from about
          join cost_posting posting on posting.company_id = about.company_id
                                   and posting.cost_entry_id = about.id
         where posting.journal_entry_id = %(entry)s) p
  join cost_entry e on e.company_id = %(company)s and e.id = p.id
  join movement m on m.company_id = e.company_id and m.id = e.movement_id
 where %(account)s in (p.stock_account_id, p.contra_account_id, p.interim_account_id,
                       p.interim_contra_account_id)
 order by e.id
"""  # noqa: S608 - constant column names


async def line_subject(books: InStep, entry: UUID, line_no: int) -> Subject | None:
    """A line as a figure to be explained, debit positive; None: there is none."""
    row = await books.row(_LINE, entry=entry, line=line_no)
    if row is None:
        return None
    return Subject(NodeKind.JOURNAL_LINE, entry, row[2], row[0], line=line_no)


async def account_of(books: InStep, line: Subject) -> UUID | None:
    """The account that a line is on; None: there is no such line."""
    row = await books.row(_LINE, entry=line.id, line=line.line)
    return row[1] if row else None


async def posted_on(books: InStep, line: Subject) -> list[PostedCostEntry]:
    """The cost entries behind a line.

    Raises:
        NothingThereError: there is no such line.
    """
    row = await books.row(_LINE, entry=line.id, line=line.line)
    if row is None:
        raise NothingThereError(f"there is no line {line.line} of journal entry {line.id}")
    rows = await books.rows(_OF_LINE, entry=line.id, account=row[1])
    posted = [
        PostedCostEntry(
            entry=recorded(each),
            amount=each[11],
            interim=each[12],
            cost_center=each[13],
            quantity=each[14],
        )
        for each in rows
    ]
    lines = {int(no): UUID(center) if center else None for no, center in row[3]}
    return of_line(line.line, lines, posted)

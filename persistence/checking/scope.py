"""Which companies and lines a rule of the books is about: SQL that several rules share."""

BY_LEVEL = "(select scheme from company where id = %(company)s) = 'BY_LEVEL'"

WAS_BY_LEVEL = (
    "(select scheme = 'BY_LEVEL' or scheme_since > 0 from company where id = %(company)s)"
)
"""What a link kept from the ledger before a migration stays so."""

BY_HAND = """exists (
           select from journal_entry entry
             join document d on d.company_id = entry.company_id and d.id = entry.because_id
             left join document c on c.company_id = d.company_id and c.id = d.cancels_id
            where entry.company_id = %(company)s and entry.id = line.journal_entry_id
              and d.seq > (select scheme_since from company where id = %(company)s)
              and 'JOURNAL_ENTRY' in (d.kind, c.kind))"""

CARRIED = "(select flow from company where id = %(company)s) = 'CARRIED'"

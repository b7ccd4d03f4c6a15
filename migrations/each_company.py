"""Statements that are run for each company, as it.

Whoever owns the tables may be bound by policies, and sees one company at a time then.
"""


def each_company(statements: str) -> str:
    """A statement that runs others for each company, whose id they call `one`."""
    return f"""
do $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    one uuid;
begin
    for one in select id from company loop
        perform set_config('app.company_id', one::text, true);
{statements.strip(chr(10)).rstrip()};
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
"""  # noqa: S608 - the migration's own text

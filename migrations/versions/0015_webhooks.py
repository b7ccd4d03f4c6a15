"""Webhooks: where the feed is sent, and what became of each sending."""

from alembic import op

revision = "0015"
down_revision = "0014"

_POLICY = """
create policy own_company on {table}
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
"""
_STATEMENTS = (
    """
create table webhook (
    company_id uuid not null,
    id uuid not null,
    url varchar not null,
    secret varchar not null,
    kinds varchar[],
    description varchar,
    state varchar not null default 'ACTIVE',
    position bigint not null,
    attempts integer not null default 0,
    next_attempt_at timestamp with time zone not null default clock_timestamp(),
    failing_since timestamp with time zone,
    created_by varchar,
    created_at timestamp with time zone not null default clock_timestamp(),
    version integer not null default 1,
    constraint webhook_pkey primary key (company_id, id),
    constraint webhook_state check (state in ('ACTIVE', 'PAUSED', 'DEAD')),
    constraint fk_company foreign key (company_id) references company (id)
)
""",
    """
create table webhook_delivery (
    company_id uuid not null,
    id uuid not null,
    webhook_id uuid not null,
    seq bigint not null,
    state varchar not null,
    attempts integer not null default 0,
    status_code integer,
    error varchar,
    attempted_at timestamp with time zone,
    created_at timestamp with time zone not null default clock_timestamp(),
    constraint webhook_delivery_pkey primary key (company_id, id),
    constraint webhook_delivery_seq unique (company_id, webhook_id, seq),
    constraint webhook_delivery_state
        check (state in ('PENDING', 'DELIVERED', 'FAILING', 'DEAD')),
    constraint fk_webhook_id foreign key (company_id, webhook_id)
        references webhook (company_id, id) on delete cascade
)
""",
    """
create index webhook_delivery_state_seq on webhook_delivery (company_id, webhook_id, state, seq)
""",
    *(
        statement.format(table=table)
        for table in ("webhook", "webhook_delivery")
        for statement in (
            "alter table {table} enable row level security",
            "alter table {table} force row level security",
            _POLICY,
            "grant select, insert, update, delete on {table} to perpetuo_app",
        )
    ),
    # The reader may see everything but secrets.
    """
grant select (company_id, id, url, kinds, description, state, position, attempts, next_attempt_at,
              failing_since, created_by, created_at, version) on webhook to perpetuo_reader
""",
    "grant select on webhook_delivery to perpetuo_reader",
    """
create function webhooks_due() returns table (company_id uuid, webhook_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    one uuid;
begin
    for one in select c.id from company c loop
        perform set_config('app.company_id', one::text, true);
        return query
            select w.company_id, w.id from webhook w
              join company_counter n on n.company_id = w.company_id
             where w.company_id = one
               and (w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp()
                    and w.position < n.seq
                    or exists (select from webhook_delivery d
                                where d.company_id = one and d.webhook_id = w.id
                                  and d.state = 'PENDING'));
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
""",
    """
comment on function webhooks_due() is
    'Webhooks that have something to be sent now, in all companies; only their ids leave it.'
""",
    "revoke all on function webhooks_due() from public",
    "grant execute on function webhooks_due() to perpetuo_app",
)


def upgrade() -> None:
    """Create the tables with their policies, and the function that finds work."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: what was sent is not forgotten."""
    raise RuntimeError("webhooks are not removed")

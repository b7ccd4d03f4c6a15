"""Who may do what: principals, their API keys, their roles in companies, and the record of changes.

Principals and keys belong to the installation, not to a company. A role is a company's; besides
the company that a transaction names, the principal that it names sees their own roles, so that
signing in can tell in which companies they have any. A secret is never kept, only its SHA-256.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

_POLICY = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy own_company on {table}
    using (
        company_id = (select nullif(current_setting('app.company_id', true), '')::uuid)
        or principal_id = (select nullif(current_setting('app.principal_id', true), '')::uuid)
    )
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
"""

_STATEMENTS = (
    """
create table principal (
    id uuid not null,
    name varchar not null,
    kind varchar not null,
    subject varchar,
    is_operator boolean not null default false,
    is_active boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    constraint principal_pkey primary key (id),
    constraint principal_name_key unique (name),
    constraint principal_subject_key unique (subject),
    constraint principal_kind check (kind in ('USER', 'SERVICE'))
)
""",
    """
create table api_key (
    id uuid not null,
    principal_id uuid not null,
    prefix varchar not null,
    secret_hash bytea not null,
    scopes text[],
    created_at timestamptz not null default clock_timestamp(),
    created_by varchar not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    constraint api_key_pkey primary key (id),
    constraint api_key_prefix_key unique (prefix),
    constraint fk_principal foreign key (principal_id) references principal (id),
    constraint api_key_secret_hash check (octet_length(secret_hash) = 32)
)
""",
    "create index api_key_principal on api_key (principal_id)",
    """
create table role_grant (
    company_id uuid not null,
    principal_id uuid not null,
    role varchar not null,
    is_limited boolean not null default false,
    granted_at timestamptz not null default clock_timestamp(),
    granted_by varchar not null,
    constraint role_grant_pkey primary key (company_id, principal_id, role),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_principal foreign key (principal_id) references principal (id)
)
""",
    """
create table role_warehouse (
    company_id uuid not null,
    principal_id uuid not null,
    role varchar not null,
    warehouse_id uuid not null,
    constraint role_warehouse_pkey primary key (company_id, principal_id, role, warehouse_id),
    constraint fk_role foreign key (company_id, principal_id, role)
        references role_grant (company_id, principal_id, role),
    constraint fk_warehouse_id foreign key (company_id, warehouse_id)
        references warehouse (company_id, id)
)
""",
    """
create table access_change (
    id uuid not null,
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by varchar not null,
    action varchar not null,
    principal_id uuid not null,
    details jsonb not null,
    constraint access_change_pkey primary key (id),
    constraint fk_principal foreign key (principal_id) references principal (id)
)
""",
    """
create trigger access_change_append_only
before update or delete or truncate on access_change
for each statement execute function refuse_change_of_ledger()
""",
    _POLICY.format(table="role_grant"),
    _POLICY.format(table="role_warehouse"),
    "grant select, insert, update on principal, api_key to perpetuo_app",
    "grant select, insert, update, delete on role_grant, role_warehouse to perpetuo_app",
    "grant select, insert on access_change to perpetuo_app",
    # Readers are told who there is and what they may, never what a key is made of.
    "grant select on principal, role_grant, role_warehouse, access_change to perpetuo_reader",
)


def upgrade() -> None:
    """Create the tables with their guards, policies and grants."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: the record of who was let in is not removed."""
    raise RuntimeError("the record of who may do what is not removed")

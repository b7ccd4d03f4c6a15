-- Documents, as they were handed in: append-only.

create table document (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    kind varchar not null,
    number varchar not null,
    posting_date date not null,
    posting_time time not null,
    recorded_at timestamptz not null,
    recorded_by varchar,
    body_hash bytea not null,
    party_id uuid,
    purpose varchar,
    update_stock boolean not null,
    currency varchar not null,
    exchange_rate numeric not null,
    net_total numeric not null default 0,
    charges_total numeric not null default 0,
    grand_total numeric not null default 0,
    cancels_id uuid,
    reference varchar,
    remarks varchar,
    content jsonb not null default '{}',
    primary key (company_id, id),
    constraint document_number unique (company_id, kind, number),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_party_id foreign key (company_id, party_id) references party (company_id, id)
);
create index document_by_date on document (company_id, kind, posting_date, seq);
create index document_by_party on document (company_id, party_id, posting_date);
create index document_by_seq on document (company_id, seq);

create table document_charge (
    company_id uuid not null,
    document_id uuid not null,
    charge_no integer not null,
    account_id uuid not null,
    category varchar not null,
    rate numeric,
    amount numeric not null,
    cost_center_id uuid,
    primary key (company_id, document_id, charge_no),
    constraint fk_account_id foreign key (company_id, account_id) references account (company_id, id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
);

create table document_line (
    company_id uuid not null,
    id uuid not null,
    document_id uuid not null,
    line_no integer not null,
    item_id uuid,
    warehouse_id uuid,
    to_warehouse_id uuid,
    quantity numeric not null default 0,
    rate numeric,
    amount numeric not null default 0,
    valuation_amount numeric,
    account_id uuid,
    cost_center_id uuid,
    party_id uuid,
    against_line_id uuid,
    against_id uuid,
    description varchar,
    dimensions jsonb,
    primary key (company_id, id),
    constraint document_line_no unique (company_id, document_id, line_no),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id),
    constraint fk_warehouse_id foreign key (company_id, warehouse_id) references warehouse (company_id, id)
);
create index document_line_against on document_line (company_id, against_line_id);
create index document_line_item on document_line (company_id, item_id);

create table voiding (
    company_id uuid not null,
    document_id uuid not null,
    by_id uuid not null,
    seq bigint not null,
    primary key (company_id, document_id),
    constraint fk_by_id foreign key (company_id, by_id) references document (company_id, id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
);

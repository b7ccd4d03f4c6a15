-- Counters, and caches that can be rebuilt from the ledgers. Fill factors leave room for
-- heap-only updates of the few hot rows.

create table bin_snapshot (
    company_id uuid not null,
    item_id uuid not null,
    warehouse_id uuid not null,
    lot_id uuid not null default '00000000-0000-0000-0000-000000000000',
    posting_date date not null,
    posting_time time not null,
    seq bigint not null,
    ordinal integer not null,
    quantity numeric not null default 0,
    value numeric not null default 0,
    movements integer not null,
    received numeric not null default 0,
    received_value numeric not null default 0,
    issued numeric not null default 0,
    first_layer integer not null,
    next_layer integer not null,
    top_layer integer,
    top_left numeric not null default 0,
    last_quantity numeric not null default 0,
    last_value numeric not null default 0,
    primary key (company_id, item_id, warehouse_id, lot_id, posting_date, posting_time, seq, ordinal)
);

create table layer (
    company_id uuid not null,
    item_id uuid not null,
    warehouse_id uuid not null,
    lot_id uuid not null default '00000000-0000-0000-0000-000000000000',
    no integer not null,
    movement_id uuid not null,
    quantity numeric not null default 0,
    value numeric not null default 0,
    quantity_before numeric not null default 0,
    value_before numeric not null default 0,
    below integer,
    below_left numeric not null default 0,
    primary key (company_id, item_id, warehouse_id, lot_id, no)
);

create table company_counter (
    company_id uuid not null,
    seq bigint not null,
    recorded_at timestamptz not null,
    masters_version integer not null,
    primary key (company_id),
    constraint fk_company foreign key (company_id) references company (id)
) with (fillfactor = 50);

create table number_series (
    company_id uuid not null,
    series varchar not null,
    fiscal_year varchar not null,
    last_number integer not null,
    primary key (company_id, series, fiscal_year),
    constraint fk_company foreign key (company_id) references company (id)
) with (fillfactor = 50);

create table billing_state (
    company_id uuid not null,
    line_id uuid not null,
    document_id uuid not null,
    account_id uuid,
    quantity numeric not null default 0,
    amount numeric not null default 0,
    billed_quantity numeric not null default 0,
    billed_amount numeric not null default 0,
    returned_quantity numeric not null default 0,
    returned_amount numeric not null default 0,
    is_void boolean not null,
    primary key (company_id, line_id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
) with (fillfactor = 70);

create table bin (
    company_id uuid not null,
    item_id uuid not null,
    warehouse_id uuid not null,
    lot_id uuid not null default '00000000-0000-0000-0000-000000000000',
    quantity numeric not null default 0,
    value numeric not null default 0,
    movements integer not null,
    received numeric not null default 0,
    received_value numeric not null default 0,
    issued numeric not null default 0,
    first_layer integer not null,
    next_layer integer not null,
    top_layer integer,
    top_left numeric not null default 0,
    last_quantity numeric not null default 0,
    last_value numeric not null default 0,
    last_date date,
    last_time time,
    last_seq bigint not null,
    last_ordinal integer not null,
    primary key (company_id, item_id, warehouse_id, lot_id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id),
    constraint fk_warehouse_id foreign key (company_id, warehouse_id) references warehouse (company_id, id)
) with (fillfactor = 50);

create table open_item (
    company_id uuid not null,
    document_id uuid not null,
    party_id uuid not null,
    account_id uuid not null,
    currency varchar not null,
    exchange_rate numeric not null default 0,
    amount numeric not null default 0,
    settled numeric not null default 0,
    is_void boolean not null,
    primary key (company_id, document_id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
) with (fillfactor = 70);

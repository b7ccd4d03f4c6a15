-- The ledgers: append-only. Every row carries `seq`, the company's recording sequence.

create table change (
    company_id uuid not null,
    seq bigint not null,
    recorded_at timestamptz not null,
    recorded_by varchar,
    kind varchar not null,
    document_id uuid,
    primary key (company_id, seq),
    constraint fk_company foreign key (company_id) references company (id)
);
create index change_recorded on change (company_id, recorded_at);

create table billing_entry (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    line_id uuid not null,
    document_id uuid not null,
    posting_date date not null,
    kind varchar not null,
    quantity numeric not null,
    amount numeric not null,
    account_id uuid,
    primary key (company_id, id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
);
create index billing_entry_by_date on billing_entry (company_id, posting_date);
create index billing_entry_document on billing_entry (company_id, document_id);
create index billing_entry_line on billing_entry (company_id, line_id);

create table journal_entry (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    ordinal integer not null,
    posting_date date not null,
    document_id uuid not null,
    because_id uuid not null,
    source varchar not null,
    primary key (company_id, id),
    constraint fk_because_id foreign key (company_id, because_id) references document (company_id, id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
);
create index journal_entry_because on journal_entry (company_id, because_id);
create index journal_entry_by_date on journal_entry (company_id, posting_date, seq, ordinal);
create index journal_entry_document on journal_entry (company_id, document_id);

create table movement (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    ordinal integer not null,
    document_id uuid not null,
    line_id uuid,
    leg varchar not null,
    nature varchar not null,
    posting_date date not null,
    posting_time time not null,
    item_id uuid not null,
    warehouse_id uuid not null,
    lot_id uuid,
    quantity numeric not null,
    party_id uuid,
    contra_account_id uuid,
    cost_center_id uuid,
    returns_id uuid,
    voids_id uuid,
    corrects_id uuid,
    counted_quantity numeric,
    counted_rate numeric,
    primary key (company_id, id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id),
    constraint fk_lot_id foreign key (company_id, lot_id) references lot (company_id, id),
    constraint fk_warehouse_id foreign key (company_id, warehouse_id) references warehouse (company_id, id)
);
create index movement_by_date on movement (company_id, posting_date, posting_time, seq, ordinal);
create index movement_returns on movement (company_id, returns_id) where returns_id is not null;

create index movement_corrects on movement (company_id, corrects_id) where corrects_id is not null;

create index movement_document on movement (company_id, document_id);
create index movement_posting_order on movement (company_id, item_id, warehouse_id, posting_date, posting_time, seq, ordinal);

create table party_entry (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    party_id uuid not null,
    document_id uuid not null,
    against_id uuid,
    posting_date date not null,
    account_id uuid not null,
    amount numeric not null,
    currency varchar not null,
    currency_amount numeric not null,
    primary key (company_id, id),
    constraint fk_document_id foreign key (company_id, document_id) references document (company_id, id)
);
create index party_entry_against on party_entry (company_id, against_id);
create index party_entry_document on party_entry (company_id, document_id);
create index party_entry_party on party_entry (company_id, party_id, posting_date);

create table application (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    decrease_id uuid,
    increase_id uuid,
    quantity numeric not null,
    primary key (company_id, id),
    constraint fk_decrease_id foreign key (company_id, decrease_id) references movement (company_id, id),
    constraint fk_increase_id foreign key (company_id, increase_id) references movement (company_id, id)
);
create index application_decrease on application (company_id, decrease_id);
create index application_increase on application (company_id, increase_id);

create table cost_entry (
    company_id uuid not null,
    id uuid not null,
    seq bigint not null,
    movement_id uuid not null,
    document_id uuid not null,
    because_id uuid not null,
    item_id uuid not null,
    warehouse_id uuid not null,
    kind varchar not null,
    posting_date date not null,
    actual numeric not null,
    expected numeric not null default 0,
    stock_account_id uuid,
    contra_account_id uuid,
    journal_entry_id uuid,
    primary key (company_id, id),
    constraint fk_movement_id foreign key (company_id, movement_id) references movement (company_id, id)
);
create index cost_entry_because on cost_entry (company_id, because_id);
create index cost_entry_document on cost_entry (company_id, document_id);
create index cost_entry_movement on cost_entry (company_id, movement_id);
create index cost_entry_pool on cost_entry (company_id, item_id, warehouse_id, posting_date);

create table journal_line (
    company_id uuid not null,
    journal_entry_id uuid not null,
    line_no integer not null,
    seq bigint not null,
    posting_date date not null,
    account_id uuid not null,
    amount numeric not null,
    currency varchar,
    currency_amount numeric,
    cost_center_id uuid,
    party_id uuid,
    dimensions jsonb,
    primary key (company_id, journal_entry_id, line_no),
    constraint fk_account_id foreign key (company_id, account_id) references account (company_id, id),
    constraint fk_journal_entry_id foreign key (company_id, journal_entry_id) references journal_entry (company_id, id)
);
create index journal_line_account on journal_line (company_id, account_id, posting_date, seq);

create table movement_source (
    company_id uuid not null,
    movement_id uuid not null,
    source_id uuid not null,
    seq bigint not null,
    fraction numeric not null,
    primary key (company_id, movement_id, source_id),
    constraint fk_movement_id foreign key (company_id, movement_id) references movement (company_id, id),
    constraint fk_source_id foreign key (company_id, source_id) references movement (company_id, id)
);
create index movement_source_source on movement_source (company_id, source_id);

create table cost_posting (
    company_id uuid not null,
    cost_entry_id uuid not null,
    journal_entry_id uuid not null,
    seq bigint not null,
    primary key (company_id, cost_entry_id),
    constraint fk_cost_entry_id foreign key (company_id, cost_entry_id) references cost_entry (company_id, id),
    constraint fk_journal_entry_id foreign key (company_id, journal_entry_id) references journal_entry (company_id, id)
);

-- Masters: what documents refer to.

create table company (
    id uuid not null,
    code varchar not null,
    name varchar not null,
    currency varchar not null,
    chart varchar not null,
    scheme varchar not null,
    flow varchar not null,
    costing_method varchar not null,
    fiscal_year_start_month integer not null,
    posts_stock_from date,
    frozen_through date,
    settings jsonb not null default '{}',
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (id),
    unique (code)
);

create table account (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    type varchar not null,
    root varchar not null,
    parent_id uuid,
    is_group boolean not null,
    position integer not null,
    currency varchar,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint account_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_parent_id foreign key (company_id, parent_id) references account (company_id, id)
);

create table cost_center (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    parent_id uuid,
    is_group boolean not null,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint cost_center_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_parent_id foreign key (company_id, parent_id) references cost_center (company_id, id)
);

create table fiscal_year (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    start_date date not null,
    end_date date not null,
    primary key (company_id, id),
    constraint fiscal_year_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id)
);

create table item (
    company_id uuid not null,
    id uuid not null,
    sku varchar not null,
    name varchar not null,
    description varchar,
    uom varchar not null,
    costing_method varchar,
    is_stock_item boolean not null,
    item_group varchar,
    standard_cost numeric,
    weight numeric,
    volume numeric,
    expense_account_id uuid,
    income_account_id uuid,
    settings jsonb not null default '{}',
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint item_sku unique (company_id, sku),
    constraint fk_company foreign key (company_id) references company (id)
);

create table party (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    roles text[] not null,
    tax_id varchar,
    email varchar,
    receivable_account_id uuid,
    payable_account_id uuid,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint party_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id)
);

create table account_role (
    company_id uuid not null,
    role varchar not null,
    account_id uuid not null,
    primary key (company_id, role),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_account_id foreign key (company_id, account_id) references account (company_id, id)
);

create table item_barcode (
    company_id uuid not null,
    barcode varchar not null,
    item_id uuid not null,
    primary key (company_id, barcode),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id)
);
create index item_barcode_item on item_barcode (company_id, item_id);

create table warehouse (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    parent_id uuid,
    account_id uuid,
    is_group boolean not null,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint warehouse_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_account_id foreign key (company_id, account_id) references account (company_id, id),
    constraint fk_parent_id foreign key (company_id, parent_id) references warehouse (company_id, id)
);

create table lot (
    company_id uuid not null,
    id uuid not null,
    item_id uuid not null,
    code varchar not null,
    kind varchar not null,
    expiry_date date,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id),
    constraint lot_code unique (company_id, item_id, code)
);

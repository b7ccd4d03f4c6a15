begin;
set local citus.multi_shard_modify_mode to 'sequential';
drop trigger access_change_append_only on access_change;
drop trigger account_deleted on account;
drop trigger account_inserted on account;
drop trigger account_is_not_emptied on account;
drop trigger account_keeps_its_key on account;
drop trigger account_stays on account;
drop trigger account_updated on account;
drop trigger account_role_deleted on account_role;
drop trigger account_role_inserted on account_role;
drop trigger account_role_updated on account_role;
drop trigger application_append_only on application;
drop trigger billing_entry_append_only on billing_entry;
drop trigger billing_entry_refers on billing_entry;
drop trigger company_deleted on company;
drop trigger company_inserted on company;
drop trigger company_is_not_emptied on company;
drop trigger company_keeps_its_key on company;
drop trigger company_stays on company;
drop trigger company_updated on company;
drop trigger cost_center_deleted on cost_center;
drop trigger cost_center_inserted on cost_center;
drop trigger cost_center_updated on cost_center;
drop trigger cost_entry_append_only on cost_entry;
drop trigger cost_entry_refers on cost_entry;
drop trigger cost_posting_append_only on cost_posting;
drop trigger document_append_only on document;
drop trigger document_refers on document;
drop trigger document_charge_append_only on document_charge;
drop trigger document_line_append_only on document_line;
drop trigger document_line_refers on document_line;
drop trigger document_line_tax_append_only on document_line_tax;
drop trigger document_tax_append_only on document_tax;
drop trigger draft_approved_by_person on draft;
drop trigger item_is_not_emptied on item;
drop trigger item_keeps_its_key on item;
drop trigger item_stays on item;
drop trigger item_group_deleted on item_group;
drop trigger item_group_inserted on item_group;
drop trigger item_group_updated on item_group;
drop trigger item_group_change_append_only on item_group_change;
drop trigger journal_entry_append_only on journal_entry;
drop trigger journal_entry_refers on journal_entry;
drop trigger journal_line_append_only on journal_line;
drop trigger journal_line_balances on journal_line;
drop trigger lot_change_append_only on lot_change;
drop trigger master_change_append_only on master_change;
drop trigger method_change_append_only on method_change;
drop trigger migration_past_append_only on migration_past;
drop trigger movement_append_only on movement;
drop trigger movement_refers on movement;
drop trigger movement_source_append_only on movement_source;
drop trigger party_is_not_emptied on party;
drop trigger party_keeps_its_key on party;
drop trigger party_stays on party;
drop trigger party_entry_append_only on party_entry;
drop trigger payment_term_deleted on payment_term;
drop trigger payment_term_inserted on payment_term;
drop trigger payment_term_updated on payment_term;
drop trigger period_change_append_only on period_change;
drop trigger posting_rule_deleted on posting_rule;
drop trigger posting_rule_inserted on posting_rule;
drop trigger posting_rule_updated on posting_rule;
drop trigger posting_rule_account_deleted on posting_rule_account;
drop trigger posting_rule_account_inserted on posting_rule_account;
drop trigger posting_rule_account_updated on posting_rule_account;
drop trigger standard_cost_change_append_only on standard_cost_change;
drop trigger tax_deleted on tax;
drop trigger tax_inserted on tax;
drop trigger tax_updated on tax;
drop trigger voiding_append_only on voiding;
drop trigger warehouse_deleted on warehouse;
drop trigger warehouse_inserted on warehouse;
drop trigger warehouse_is_not_emptied on warehouse;
drop trigger warehouse_keeps_its_key on warehouse;
drop trigger warehouse_stays on warehouse;
drop trigger warehouse_updated on warehouse;
drop function account_changed();
drop function account_role_changed();
drop function account_stays();
drop function billing_entry_refers();
drop function company_changed();
drop function company_stays();
drop function cost_center_changed();
drop function cost_entry_refers();
drop function document_line_refers();
drop function document_refers();
drop function grow_masters_version(companies uuid[]);
drop function item_group_changed();
drop function item_stays();
drop function journal_entry_refers();
drop function movement_refers();
drop function party_stays();
drop function payment_term_changed();
drop function posting_rule_account_changed();
drop function posting_rule_changed();
drop function refuse_change_of_ledger();
drop function refuse_losing_masters();
drop function refuse_service_approval();
drop function refuse_unbalanced_entry();
drop function tax_changed();
drop function warehouse_changed();
drop function warehouse_stays();
alter table access_change drop constraint fk_principal;
alter table account drop constraint fk_company;
alter table account drop constraint fk_parent_id;
alter table account_role drop constraint fk_account_id;
alter table account_role drop constraint fk_company;
alter table api_key drop constraint fk_principal;
alter table application drop constraint fk_decrease_id;
alter table application drop constraint fk_increase_id;
alter table bin drop constraint fk_item_id;
alter table bin drop constraint fk_warehouse_id;
alter table company_counter drop constraint fk_company;
alter table cost_center drop constraint fk_company;
alter table cost_center drop constraint fk_parent_id;
alter table cost_dirty drop constraint fk_movement_id;
alter table cost_posting drop constraint fk_cost_entry_id;
alter table cost_posting drop constraint fk_journal_entry_id;
alter table document_charge drop constraint fk_account_id;
alter table document_charge drop constraint fk_document_id;
alter table document_line_tax drop constraint fk_document_id;
alter table document_line_tax drop constraint fk_line_id;
alter table document_line_tax drop constraint fk_tax_id;
alter table document_tax drop constraint fk_account_id;
alter table document_tax drop constraint fk_document_id;
alter table document_tax drop constraint fk_tax_id;
alter table draft drop constraint fk_company;
alter table fiscal_year drop constraint fk_company;
alter table item drop constraint fk_company;
alter table item drop constraint fk_group_id;
alter table item_barcode drop constraint fk_item_id;
alter table item_cost drop constraint fk_item_id;
alter table item_group drop constraint fk_adjustment_account_id;
alter table item_group drop constraint fk_company;
alter table item_group drop constraint fk_cost_of_goods_sold_account_id;
alter table item_group drop constraint fk_income_account_id;
alter table item_group drop constraint fk_parent_id;
alter table item_group drop constraint fk_purchase_price_variance_account_id;
alter table item_group drop constraint fk_stock_account_id;
alter table item_group_change drop constraint fk_document_id;
alter table item_group_change drop constraint fk_item_id;
alter table ledger_day drop constraint fk_company;
alter table ledger_fold drop constraint fk_company;
alter table ledger_month drop constraint fk_company;
alter table ledger_year drop constraint fk_company;
alter table linked_movement drop constraint fk_movement_id;
alter table lot drop constraint fk_item_id;
alter table lot_change drop constraint fk_lot_id;
alter table method_change drop constraint fk_document_id;
alter table method_change drop constraint fk_item_id;
alter table migration_past drop constraint fk_company;
alter table movement drop constraint fk_lot_id;
alter table movement_source drop constraint fk_movement_id;
alter table movement_source drop constraint fk_source_id;
alter table number_series drop constraint fk_company;
alter table open_item drop constraint fk_document_id;
alter table party drop constraint fk_company;
alter table party drop constraint fk_payment_term_id;
alter table party_entry drop constraint fk_document_id;
alter table payment_term drop constraint fk_company;
alter table period_change drop constraint fk_company;
alter table posting_rule drop constraint fk_company;
alter table posting_rule drop constraint fk_item_group_id;
alter table posting_rule drop constraint fk_warehouse_id;
alter table posting_rule_account drop constraint fk_account_id;
alter table posting_rule_account drop constraint fk_rule_id;
alter table role_grant drop constraint fk_company;
alter table role_grant drop constraint fk_principal;
alter table role_warehouse drop constraint fk_role;
alter table role_warehouse drop constraint fk_warehouse_id;
alter table standard_cost_change drop constraint fk_document_id;
alter table standard_cost_change drop constraint fk_item_id;
alter table tax drop constraint fk_company;
alter table tax drop constraint fk_purchase_account_id;
alter table tax drop constraint fk_sales_account_id;
alter table voiding drop constraint fk_by_id;
alter table voiding drop constraint fk_document_id;
alter table warehouse drop constraint fk_account_id;
alter table warehouse drop constraint fk_company;
alter table warehouse drop constraint fk_parent_id;
alter table webhook drop constraint fk_company;
alter table webhook_delivery drop constraint fk_webhook_id;
drop policy own_company on account;
create policy own_company on account
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table account no force row level security;
drop policy own_company on account_role;
create policy own_company on account_role
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table account_role no force row level security;
drop policy own_company on application;
create policy own_company on application
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table application no force row level security;
drop policy own_company on billing_entry;
create policy own_company on billing_entry
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table billing_entry no force row level security;
drop policy own_company on billing_state;
create policy own_company on billing_state
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table billing_state no force row level security;
drop policy own_company on bin;
create policy own_company on bin
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table bin no force row level security;
drop policy own_company on bin_snapshot;
create policy own_company on bin_snapshot
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table bin_snapshot no force row level security;
drop policy own_company on company_counter;
create policy own_company on company_counter
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table company_counter no force row level security;
drop policy owner_finds_work on company_counter;
drop policy own_company on cost_center;
create policy own_company on cost_center
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table cost_center no force row level security;
drop policy own_company on cost_dirty;
create policy own_company on cost_dirty
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table cost_dirty no force row level security;
drop policy own_company on cost_entry;
create policy own_company on cost_entry
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table cost_entry no force row level security;
drop policy own_company on cost_posting;
create policy own_company on cost_posting
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table cost_posting no force row level security;
drop policy own_company on document;
create policy own_company on document
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table document no force row level security;
drop policy own_company on document_charge;
create policy own_company on document_charge
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table document_charge no force row level security;
drop policy own_company on document_line;
create policy own_company on document_line
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table document_line no force row level security;
drop policy own_company on document_line_tax;
create policy own_company on document_line_tax
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table document_line_tax no force row level security;
drop policy own_company on document_tax;
create policy own_company on document_tax
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table document_tax no force row level security;
drop policy own_company on draft;
create policy own_company on draft
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table draft no force row level security;
drop policy own_company on fiscal_year;
create policy own_company on fiscal_year
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table fiscal_year no force row level security;
drop policy own_company on item;
create policy own_company on item
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table item no force row level security;
drop policy own_company on item_barcode;
create policy own_company on item_barcode
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table item_barcode no force row level security;
drop policy own_company on item_cost;
create policy own_company on item_cost
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table item_cost no force row level security;
drop policy own_company on item_group;
create policy own_company on item_group
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table item_group no force row level security;
drop policy own_company on item_group_change;
create policy own_company on item_group_change
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table item_group_change no force row level security;
drop policy own_company on journal_entry;
create policy own_company on journal_entry
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table journal_entry no force row level security;
drop policy own_company on journal_line;
create policy own_company on journal_line
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table journal_line no force row level security;
drop policy own_company on layer;
create policy own_company on layer
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table layer no force row level security;
drop policy own_company on ledger_day;
create policy own_company on ledger_day
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table ledger_day no force row level security;
drop policy own_company on ledger_fold;
create policy own_company on ledger_fold
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table ledger_fold no force row level security;
drop policy owner_finds_work on ledger_fold;
drop policy own_company on ledger_month;
create policy own_company on ledger_month
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table ledger_month no force row level security;
drop policy own_company on ledger_year;
create policy own_company on ledger_year
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table ledger_year no force row level security;
drop policy own_company on linked_movement;
create policy own_company on linked_movement
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table linked_movement no force row level security;
drop policy own_company on lot;
create policy own_company on lot
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table lot no force row level security;
drop policy own_company on lot_change;
create policy own_company on lot_change
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table lot_change no force row level security;
drop policy own_company on master_change;
create policy own_company on master_change
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table master_change no force row level security;
drop policy own_company on method_change;
create policy own_company on method_change
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table method_change no force row level security;
drop policy own_company on migration_past;
create policy own_company on migration_past
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table migration_past no force row level security;
drop policy own_company on movement;
create policy own_company on movement
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table movement no force row level security;
drop policy own_company on movement_source;
create policy own_company on movement_source
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table movement_source no force row level security;
drop policy own_company on number_series;
create policy own_company on number_series
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table number_series no force row level security;
drop policy own_company on open_item;
create policy own_company on open_item
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table open_item no force row level security;
drop policy own_company on party;
create policy own_company on party
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table party no force row level security;
drop policy own_company on party_entry;
create policy own_company on party_entry
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table party_entry no force row level security;
drop policy own_company on payment_term;
create policy own_company on payment_term
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table payment_term no force row level security;
drop policy own_company on period_change;
create policy own_company on period_change
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table period_change no force row level security;
drop policy own_company on posting_rule;
create policy own_company on posting_rule
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table posting_rule no force row level security;
drop policy own_company on posting_rule_account;
create policy own_company on posting_rule_account
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table posting_rule_account no force row level security;
drop policy own_company on role_grant;
create policy own_company on role_grant
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid or principal_id = nullif(current_setting('app.principal_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table role_grant no force row level security;
drop policy own_company on role_warehouse;
create policy own_company on role_warehouse
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid or principal_id = nullif(current_setting('app.principal_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table role_warehouse no force row level security;
drop policy own_company on standard_cost_change;
create policy own_company on standard_cost_change
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table standard_cost_change no force row level security;
drop policy own_company on tax;
create policy own_company on tax
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table tax no force row level security;
drop policy own_company on voiding;
create policy own_company on voiding
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table voiding no force row level security;
drop policy own_company on warehouse;
create policy own_company on warehouse
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table warehouse no force row level security;
drop policy own_company on webhook;
create policy own_company on webhook
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table webhook no force row level security;
drop policy owner_finds_work on webhook;
drop policy own_company on webhook_delivery;
create policy own_company on webhook_delivery
    using (company_id = nullif(current_setting('app.company_id', true), '')::uuid)
    with check (company_id = nullif(current_setting('app.company_id', true), '')::uuid);
alter table webhook_delivery no force row level security;
drop policy owner_finds_work on webhook_delivery;
alter role perpetuo_app login;
alter role perpetuo_reader login;
select create_reference_table('company');
select create_reference_table('principal');
select create_reference_table('api_key');
select create_reference_table('access_change');
select create_reference_table('trusted_document');
select create_distributed_table('company_counter', 'company_id', colocate_with => 'none', shard_count => 32);
select create_distributed_table('account', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('account_role', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('application', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('billing_entry', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('billing_state', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('bin', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('bin_snapshot', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('cost_center', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('cost_dirty', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('cost_entry', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('cost_posting', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('document', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('document_charge', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('document_line', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('document_line_tax', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('document_tax', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('draft', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('fiscal_year', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('item', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('item_barcode', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('item_cost', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('item_group', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('item_group_change', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('journal_entry', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('journal_line', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('layer', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('ledger_day', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('ledger_fold', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('ledger_month', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('ledger_year', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('linked_movement', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('lot', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('lot_change', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('master_change', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('method_change', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('migration_past', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('movement', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('movement_source', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('number_series', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('open_item', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('party', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('party_entry', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('payment_term', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('period_change', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('posting_rule', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('posting_rule_account', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('role_grant', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('role_warehouse', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('standard_cost_change', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('tax', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('voiding', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('warehouse', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('webhook', 'company_id', colocate_with => 'company_counter');
select create_distributed_table('webhook_delivery', 'company_id', colocate_with => 'company_counter');
alter table access_change add constraint fk_principal FOREIGN KEY (principal_id) REFERENCES principal(id);
alter table account add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table account add constraint fk_parent_id FOREIGN KEY (company_id, parent_id) REFERENCES account(company_id, id);
alter table account_role add constraint fk_account_id FOREIGN KEY (company_id, account_id) REFERENCES account(company_id, id);
alter table account_role add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table api_key add constraint fk_principal FOREIGN KEY (principal_id) REFERENCES principal(id);
alter table application add constraint fk_decrease_id FOREIGN KEY (company_id, decrease_id) REFERENCES movement(company_id, id);
alter table application add constraint fk_increase_id FOREIGN KEY (company_id, increase_id) REFERENCES movement(company_id, id);
alter table bin add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table bin add constraint fk_warehouse_id FOREIGN KEY (company_id, warehouse_id) REFERENCES warehouse(company_id, id);
alter table company_counter add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table cost_center add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table cost_center add constraint fk_parent_id FOREIGN KEY (company_id, parent_id) REFERENCES cost_center(company_id, id);
alter table cost_dirty add constraint fk_movement_id FOREIGN KEY (company_id, movement_id) REFERENCES movement(company_id, id);
alter table cost_posting add constraint fk_cost_entry_id FOREIGN KEY (company_id, cost_entry_id) REFERENCES cost_entry(company_id, id);
alter table cost_posting add constraint fk_journal_entry_id FOREIGN KEY (company_id, journal_entry_id) REFERENCES journal_entry(company_id, id);
alter table document_charge add constraint fk_account_id FOREIGN KEY (company_id, account_id) REFERENCES account(company_id, id);
alter table document_charge add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table document_line_tax add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table document_line_tax add constraint fk_line_id FOREIGN KEY (company_id, line_id) REFERENCES document_line(company_id, id);
alter table document_line_tax add constraint fk_tax_id FOREIGN KEY (company_id, tax_id) REFERENCES tax(company_id, id);
alter table document_tax add constraint fk_account_id FOREIGN KEY (company_id, account_id) REFERENCES account(company_id, id);
alter table document_tax add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table document_tax add constraint fk_tax_id FOREIGN KEY (company_id, tax_id) REFERENCES tax(company_id, id);
alter table draft add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table fiscal_year add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table item add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table item add constraint fk_group_id FOREIGN KEY (company_id, group_id) REFERENCES item_group(company_id, id);
alter table item_barcode add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table item_cost add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table item_group add constraint fk_adjustment_account_id FOREIGN KEY (company_id, adjustment_account_id) REFERENCES account(company_id, id);
alter table item_group add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table item_group add constraint fk_cost_of_goods_sold_account_id FOREIGN KEY (company_id, cost_of_goods_sold_account_id) REFERENCES account(company_id, id);
alter table item_group add constraint fk_income_account_id FOREIGN KEY (company_id, income_account_id) REFERENCES account(company_id, id);
alter table item_group add constraint fk_parent_id FOREIGN KEY (company_id, parent_id) REFERENCES item_group(company_id, id);
alter table item_group add constraint fk_purchase_price_variance_account_id FOREIGN KEY (company_id, purchase_price_variance_account_id) REFERENCES account(company_id, id);
alter table item_group add constraint fk_stock_account_id FOREIGN KEY (company_id, stock_account_id) REFERENCES account(company_id, id);
alter table item_group_change add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table item_group_change add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table ledger_day add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table ledger_fold add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table ledger_month add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table ledger_year add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table linked_movement add constraint fk_movement_id FOREIGN KEY (company_id, movement_id) REFERENCES movement(company_id, id);
alter table lot add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table lot_change add constraint fk_lot_id FOREIGN KEY (company_id, lot_id) REFERENCES lot(company_id, id);
alter table method_change add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table method_change add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table migration_past add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table movement add constraint fk_lot_id FOREIGN KEY (company_id, lot_id) REFERENCES lot(company_id, id);
alter table movement_source add constraint fk_movement_id FOREIGN KEY (company_id, movement_id) REFERENCES movement(company_id, id);
alter table movement_source add constraint fk_source_id FOREIGN KEY (company_id, source_id) REFERENCES movement(company_id, id);
alter table number_series add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table open_item add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table party add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table party add constraint fk_payment_term_id FOREIGN KEY (company_id, payment_term_id) REFERENCES payment_term(company_id, id);
alter table party_entry add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table payment_term add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table period_change add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table posting_rule add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table posting_rule add constraint fk_item_group_id FOREIGN KEY (company_id, item_group_id) REFERENCES item_group(company_id, id);
alter table posting_rule add constraint fk_warehouse_id FOREIGN KEY (company_id, warehouse_id) REFERENCES warehouse(company_id, id);
alter table posting_rule_account add constraint fk_account_id FOREIGN KEY (company_id, account_id) REFERENCES account(company_id, id);
alter table posting_rule_account add constraint fk_rule_id FOREIGN KEY (company_id, rule_id) REFERENCES posting_rule(company_id, id);
alter table role_grant add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table role_grant add constraint fk_principal FOREIGN KEY (principal_id) REFERENCES principal(id);
alter table role_warehouse add constraint fk_role FOREIGN KEY (company_id, principal_id, role) REFERENCES role_grant(company_id, principal_id, role);
alter table role_warehouse add constraint fk_warehouse_id FOREIGN KEY (company_id, warehouse_id) REFERENCES warehouse(company_id, id);
alter table standard_cost_change add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table standard_cost_change add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table tax add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table tax add constraint fk_purchase_account_id FOREIGN KEY (company_id, purchase_account_id) REFERENCES account(company_id, id);
alter table tax add constraint fk_sales_account_id FOREIGN KEY (company_id, sales_account_id) REFERENCES account(company_id, id);
alter table voiding add constraint fk_by_id FOREIGN KEY (company_id, by_id) REFERENCES document(company_id, id);
alter table voiding add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table warehouse add constraint fk_account_id FOREIGN KEY (company_id, account_id) REFERENCES account(company_id, id);
alter table warehouse add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table warehouse add constraint fk_parent_id FOREIGN KEY (company_id, parent_id) REFERENCES warehouse(company_id, id);
alter table webhook add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table webhook_delivery add constraint fk_webhook_id FOREIGN KEY (company_id, webhook_id) REFERENCES webhook(company_id, id) ON DELETE CASCADE;
alter table billing_entry add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table cost_entry add constraint fk_movement_id FOREIGN KEY (company_id, movement_id) REFERENCES movement(company_id, id);
alter table document add constraint fk_company FOREIGN KEY (company_id) REFERENCES company(id);
alter table document add constraint fk_party_id FOREIGN KEY (company_id, party_id) REFERENCES party(company_id, id);
alter table document_line add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table document_line add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table document_line add constraint fk_warehouse_id FOREIGN KEY (company_id, warehouse_id) REFERENCES warehouse(company_id, id);
alter table journal_entry add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table journal_entry add constraint fk_because_id FOREIGN KEY (company_id, because_id) REFERENCES document(company_id, id);
alter table journal_line add constraint fk_journal_entry_id FOREIGN KEY (company_id, journal_entry_id) REFERENCES journal_entry(company_id, id);
alter table journal_line add constraint fk_account_id FOREIGN KEY (company_id, account_id) REFERENCES account(company_id, id);
alter table movement add constraint fk_document_id FOREIGN KEY (company_id, document_id) REFERENCES document(company_id, id);
alter table movement add constraint fk_item_id FOREIGN KEY (company_id, item_id) REFERENCES item(company_id, id);
alter table movement add constraint fk_warehouse_id FOREIGN KEY (company_id, warehouse_id) REFERENCES warehouse(company_id, id);
create or replace function feed_heads(companies uuid[])
returns table (company_id uuid, seq bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
        select n.company_id, n.seq from company_counter n where n.company_id = any (companies);
end $$;
create or replace function ledgers_to_fold(enough bigint)
returns table (company_id uuid, recorded bigint, folded bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
        select n.company_id, n.seq, coalesce(f.seq, 0) from company_counter n
          left join ledger_fold f on f.company_id = n.company_id
         where n.seq - coalesce(f.seq, 0) >= enough;
end $$;
create or replace function locate_node(wanted uuid, out company_id uuid, out kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select t.id, 'company' into company_id, kind from company t where t.id = wanted;
    if kind is null then
        select t.company_id, 'document' into company_id, kind from document t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'document_line' into company_id, kind from document_line t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'item' into company_id, kind from item t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'item_group' into company_id, kind from item_group t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'tax' into company_id, kind from tax t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'payment_term' into company_id, kind from payment_term t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'lot' into company_id, kind from lot t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'party' into company_id, kind from party t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'account' into company_id, kind from account t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'warehouse' into company_id, kind from warehouse t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'cost_center' into company_id, kind from cost_center t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'fiscal_year' into company_id, kind from fiscal_year t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'journal_entry' into company_id, kind from journal_entry t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'draft' into company_id, kind from draft t where t.id = wanted;
    end if;
    if kind is null then
        select t.company_id, 'movement' into company_id, kind from movement t where t.id = wanted;
    end if;
end $$;
create or replace function webhooks_due() returns table (company_id uuid, webhook_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
        select w.company_id, w.id from webhook w
          join company_counter n on n.company_id = w.company_id
         where w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp()
           and w.position < n.seq;
    return query
        select distinct w.company_id, w.id from webhook w
          join company_counter n on n.company_id = w.company_id
          join webhook_delivery d on d.company_id = w.company_id and d.webhook_id = w.id
         where d.state = 'PENDING'
           and not (w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp()
                    and w.position < n.seq);
end $$;
commit;

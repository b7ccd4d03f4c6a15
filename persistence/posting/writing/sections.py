"""What a decision writes, table by table: columns, their types, and the rows.

Columns that the statement itself knows (company, document, sequence) are not among the rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from domain.costing.fold import PoolResult
from domain.costing.method import PoolState
from domain.decide import Decision
from domain.money import ZERO
from domain.movements import NO_LOT, UNRECORDED, PostingKey
from domain.records import BillingKind
from persistence.posting.reading.carried import CARRIED_SECTION
from persistence.posting.reading.pools import STATE_COLUMNS
from persistence.posting.writing.linked_sections import LINKED_SECTIONS
from persistence.posting.writing.section import OWN, OWN_SEQ, SEQ, Section


def _lines(decision: Decision) -> Iterable[Sequence[Any]]:
    for line in decision.causes.lines:
        yield (
            line.id, line.line_no, line.item_id, line.warehouse_id, line.to_warehouse_id,
            line.quantity, line.rate, line.amount, line.valuation_amount, line.account_id,
            line.cost_center_id, line.party_id, line.against_line_id, line.against_id,
            line.returned_line_id, line.description, line.list_rate,
            line.discount_percent, line.order_code, line.order_line, line.shipment,
            line.currency_amount, line.uom, line.uom_factor, line.takes_line_id,
        )  # fmt: skip


def _charges(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.charges:
        yield (
            one.charge_no, one.account_id, one.category, one.rate, one.amount,
            one.cost_center_id, one.basis,
        )  # fmt: skip


def _taxes(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.taxes:
        yield (one.tax_id, one.account_id, one.base, one.amount)


def _line_taxes(decision: Decision) -> Iterable[Sequence[Any]]:
    lines = decision.causes.lines
    for one in decision.causes.line_taxes:
        yield (lines[one.line_no - 1].id, one.tax_id, one.base, one.amount)


def _movements(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.movements:
        yield (
            one.id, one.key.ordinal, one.line, one.leg, one.nature,
            one.key.posting_date, one.key.posting_time, one.pool.item, one.pool.warehouse,
            one.quantity, one.party, one.contra, one.cost_center,
            one.returns.movement if one.returns else None, one.voids, one.document,
            one.pool.lot if one.pool.lot != NO_LOT else None, one.corrects,
            one.counted.quantity if one.counted else None,
            one.counted.unit_cost if one.counted else None,
            one.counted.value if one.counted else None,
            one.card.value if one.card else None, one.card.quantity if one.card else None,
        )  # fmt: skip


def _methods(decision: Decision) -> Iterable[Sequence[Any]]:
    if decision.causes.cancels is None:
        for one in decision.causes.methods:
            date_ = decision.causes.posting_date
            yield (one.item, date_, decision.posting_time, one.before, one.after)


def _groups(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.groups:
        yield (one.item, one.before, one.after)


def _standards(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.standards:
        yield (one.item, one.before, one.after)


def _sources(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.movements:
        for source in one.sources:
            yield (one.id, source.movement, source.fraction, source.before or None)


def _costs(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.costs:
        yield (
            one.id, one.movement_id, one.document_id, one.because_id, one.item_id,
            one.warehouse_id, one.kind, one.posting_date, one.actual, one.stock_account_id,
            one.contra_account_id, one.journal_entry_id, one.expected, one.interim,
            one.invoiced_quantity, one.covered_quantity, one.interim_account_id,
            one.interim_contra_account_id, one.contra_cost_center_id,
        )  # fmt: skip


def _entries(decision: Decision) -> Iterable[Sequence[Any]]:
    for ordinal, one in enumerate(decision.journal):
        yield (one.id, ordinal, one.posting_date, one.document, one.because, one.source)


def _journal_lines(decision: Decision) -> Iterable[Sequence[Any]]:
    accounts = decision.causes.facts.company.accounts
    for entry in decision.journal:
        for number, line in enumerate(entry.lines, start=1):
            kept_in = None if line.in_currency is None else accounts[line.account].currency
            yield (
                entry.id, number, entry.posting_date, line.account, line.amount,
                line.cost_center, line.party, kept_in, line.in_currency,
            )  # fmt: skip


def _billing(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.billing:
        yield (one.id, one.line_id, decision.causes.posting_date, one.kind, one.quantity,
               one.amount, one.account_id)  # fmt: skip


def _parties(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.parties:
        yield (
            one.id, one.party_id, one.against_id, one.posting_date, one.account_id,
            one.amount, one.currency, one.currency_amount,
        )  # fmt: skip


def _snapshots(decision: Decision) -> Iterable[Sequence[Any]]:
    for result in pool_results(decision):
        for key, state in result.snapshots:
            yield (*result.pool, *_key_columns(key), *_state(state))


def _layers(decision: Decision) -> Iterable[Sequence[Any]]:
    for result in pool_results(decision):
        for layer in result.new_layers:
            yield (
                *result.pool, layer.no, layer.movement, layer.quantity, layer.value,
                layer.quantity_before, layer.value_before, layer.below, layer.below_left,
            )  # fmt: skip


def pool_results(decision: Decision) -> Sequence[PoolResult]:
    """The pools that the decision has settled."""
    return decision.settlement.pools if decision.settlement else ()


def bin_rows(decision: Decision) -> Iterable[Sequence[Any]]:
    """The bins as they are after it: key, place in posting order, state."""
    for result in pool_results(decision):
        yield (*result.pool, *_key_columns(result.last_key), *_state(result.state))


def _key_columns(key: PostingKey | None) -> tuple[Any, ...]:
    """Date, time, sequence (null = the one being given) and ordinal of a posting key."""
    if key is None:
        return (None, None, 0, 0)
    seq = None if key.seq >= UNRECORDED else key.seq
    return (key.posting_date, key.posting_time, seq, key.ordinal)


def _state(state: PoolState) -> tuple[Any, ...]:
    return (
        state.quantity, state.value, state.movements, state.received, state.received_value,
        state.issued, state.first_layer, state.next_layer, state.top_layer, state.top_left,
        state.last_quantity, state.last_value,
    )  # fmt: skip


_SUM_OF = {BillingKind.BILLED: 3, BillingKind.RETURNED: 5, BillingKind.CLEARED: 7}
"""Where a billing entry is added to its line's row; 1: received or delivered."""


def _billing_states(decision: Decision) -> Iterable[Sequence[Any]]:
    """Sums per line of what this document's billing entries change, in key order."""
    states: dict[UUID, list[Any]] = {}
    for one in decision.causes.billing:
        state = states.setdefault(one.line_id, [one.account_id, *[ZERO] * 8, False])
        at = _SUM_OF.get(one.kind, 1)
        state[at] += one.quantity
        state[at + 1] += one.amount
    for line, state in sorted(states.items()):
        yield (line, *state)


def _bills_own_lines(decision: Decision) -> bool:
    """Whether what it receives, delivers or bills are its own lines, which begin with it."""
    own = {line.id for line in decision.causes.lines}
    return all(one.line_id in own for one in decision.causes.billing)


def _open_items(decision: Decision) -> Iterable[Sequence[Any]]:
    """What this document changes on open items, one row an item, in key order."""
    items: dict[tuple[UUID, UUID, UUID], list[Any]] = {}
    for one in decision.causes.open_items:
        key = (one.document_id, one.party_id, one.account_id)
        known = items.get(key)
        if known is None:
            items[key] = [
                one.currency, one.exchange_rate, one.amount, one.settled, one.is_void
            ]  # fmt: skip
        else:
            known[2] += one.amount
            known[3] += one.settled
            known[4] = known[4] or one.is_void
    for key, item in sorted(items.items()):
        yield (*key, *item)


def _lots(decision: Decision) -> Iterable[Sequence[Any]]:
    for one in decision.causes.new_lots.values():
        yield (
            one.id, one.item_id, one.code, one.kind.value, one.expiry_date, one.manufactured_on
        )  # fmt: skip


STATE_TYPES = (
    "numeric, numeric, integer, numeric, numeric, numeric, integer, integer, integer, numeric,"
    " numeric, numeric"
)

SECTIONS = (
    Section(
        "lt", "lot", "company_id",
        "id, item_id, code, kind, expiry_date, manufactured_on",
        "uuid, uuid, text, text, date, date",
        _lots,
    ),
    Section(
        "ln", "document_line", OWN,
        "id, line_no, item_id, warehouse_id, to_warehouse_id, quantity, rate, amount,"
        " valuation_amount, account_id, cost_center_id, party_id, against_line_id, against_id,"
        " returned_line_id, description, list_rate, discount_percent, order_code, order_line,"
        " shipment, currency_amount, uom, uom_factor, takes_line_id",
        "uuid, integer, uuid, uuid, uuid, numeric, numeric, numeric, numeric, uuid, uuid, uuid,"
        " uuid, uuid, uuid, text, numeric, numeric, text, integer, text, numeric,"
        " text, numeric, uuid",
        _lines,
        seldom="to_warehouse_id, valuation_amount, account_id, party_id,"
        " against_line_id, against_id, returned_line_id, description, list_rate,"
        " discount_percent, order_code, order_line, shipment, currency_amount, uom, uom_factor,"
        " takes_line_id",
    ),
    Section(
        "ch", "document_charge", OWN,
        "charge_no, account_id, category, rate, amount, cost_center_id, basis",
        "integer, uuid, text, numeric, numeric, uuid, text",
        _charges,
        seldom="basis",
    ),
    Section(
        "tx", "document_tax", OWN,
        "tax_id, account_id, base, amount", "uuid, uuid, numeric, numeric", _taxes,
    ),
    Section(
        "xl", "document_line_tax", OWN,
        "line_id, tax_id, base, amount", "uuid, uuid, numeric, numeric", _line_taxes,
    ),
    Section(
        "mv", "movement", SEQ,
        "id, ordinal, line_id, leg, nature, posting_date, posting_time, item_id, warehouse_id,"
        " quantity, party_id, contra_account_id, cost_center_id, returns_id, voids_id, document_id,"
        " lot_id, corrects_id, counted_quantity, counted_rate, counted_value, card_value,"
        " card_quantity",
        "uuid, integer, uuid, text, text, date, time, uuid, uuid, numeric, uuid, uuid, uuid, uuid,"
        " uuid, uuid, uuid, uuid, numeric, numeric, numeric, numeric, numeric",
        _movements,
        seldom="contra_account_id, returns_id, voids_id, lot_id, corrects_id,"
        " counted_quantity, counted_rate, counted_value, card_value, card_quantity",
    ),
    Section(
        "mc", "method_change", OWN_SEQ,
        "item_id, posting_date, posting_time, method_before, method_after",
        "uuid, date, time, text, text",
        _methods,
    ),
    Section(
        "sc", "standard_cost_change", OWN_SEQ,
        "item_id, cost_before, cost_after", "uuid, numeric, numeric", _standards,
    ),
    Section(
        "gc", "item_group_change", OWN_SEQ,
        "item_id, group_before, group_after", "uuid, uuid, uuid", _groups,
    ),
    Section(
        "ms", "movement_source", SEQ,
        "movement_id, source_id, fraction, before", "uuid, uuid, numeric, numeric", _sources,
        seldom="before",
    ),
    Section(
        "ce", "cost_entry", SEQ,
        "id, movement_id, document_id, because_id, item_id, warehouse_id, kind, posting_date,"
        " actual, stock_account_id, contra_account_id, journal_entry_id, expected, interim,"
        " invoiced_quantity, covered_quantity, interim_account_id, interim_contra_account_id,"
        " contra_cost_center_id",
        "uuid, uuid, uuid, uuid, uuid, uuid, text, date, numeric, uuid, uuid, uuid, numeric,"
        " numeric, numeric, numeric, uuid, uuid, uuid",
        _costs,
        seldom="covered_quantity, interim_account_id, interim_contra_account_id,"
        " contra_cost_center_id",
        seldom_zero="expected, interim, invoiced_quantity",
    ),
    Section(
        "je", "journal_entry", SEQ,
        "id, ordinal, posting_date, document_id, because_id, source",
        "uuid, integer, date, uuid, uuid, text",
        _entries,
    ),
    Section(
        "jl", "journal_line", SEQ,
        "journal_entry_id, line_no, posting_date, account_id, amount, cost_center_id, party_id,"
        " currency, currency_amount",
        "uuid, integer, date, uuid, numeric, uuid, uuid, text, numeric",
        _journal_lines,
        seldom="currency, currency_amount",
    ),
    Section(
        "be", "billing_entry", OWN_SEQ,
        "id, line_id, posting_date, kind, quantity, amount, account_id",
        "uuid, uuid, date, text, numeric, numeric, uuid",
        _billing,
    ),
    Section(
        "pe", "party_entry", OWN_SEQ,
        "id, party_id, against_id, posting_date, account_id, amount, currency, currency_amount",
        "uuid, uuid, uuid, date, uuid, numeric, text, numeric",
        _parties,
    ),
    Section(
        "sn", "bin_snapshot", "company_id",
        "item_id, warehouse_id, lot_id, posting_date, posting_time, seq, ordinal, " + STATE_COLUMNS,
        "uuid, uuid, uuid, date, time, bigint, integer, " + STATE_TYPES,
        _snapshots,
    ),
    Section(
        "ly", "layer", "company_id",
        "item_id, warehouse_id, lot_id, no, movement_id, quantity, value, quantity_before,"
        " value_before, below, below_left",
        "uuid, uuid, uuid, integer, uuid, numeric, numeric, numeric, numeric, integer, numeric",
        _layers,
    ),
    Section(
        "bs", "billing_state as s", OWN,
        "line_id, account_id, quantity, amount, billed_quantity, billed_amount,"
        " returned_quantity, returned_amount, cleared_quantity, cleared_amount, is_void",
        "uuid, uuid, numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric,"
        " boolean",
        _billing_states,
        "on conflict (company_id, line_id) do update set"
        " quantity = s.quantity + excluded.quantity, amount = s.amount + excluded.amount,"
        " billed_quantity = s.billed_quantity + excluded.billed_quantity,"
        " billed_amount = s.billed_amount + excluded.billed_amount,"
        " returned_quantity = s.returned_quantity + excluded.returned_quantity,"
        " returned_amount = s.returned_amount + excluded.returned_amount,"
        " cleared_quantity = s.cleared_quantity + excluded.cleared_quantity,"
        " cleared_amount = s.cleared_amount + excluded.cleared_amount,"
        " is_void = s.is_void or coalesce(s.document_id = any(%(cancels)s::uuid[]), false)",
        is_new=_bills_own_lines,
        seldom_zero="billed_quantity, billed_amount, returned_quantity, returned_amount,"
        " cleared_quantity, cleared_amount",
    ),
    Section(
        "oi", "open_item as o", "company_id",
        "document_id, party_id, account_id, currency, exchange_rate, amount, settled, is_void",
        "uuid, uuid, uuid, text, numeric, numeric, numeric, boolean",
        _open_items,
        "on conflict (company_id, document_id, party_id, account_id) do update set"
        " settled = o.settled + excluded.settled, is_void = o.is_void or excluded.is_void",
    ),
    *LINKED_SECTIONS,
    CARRIED_SECTION,
)  # fmt: skip

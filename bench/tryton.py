"""Tryton, another perpetual inventory on PostgreSQL: figures recorded once, not measured here.

It was measured on an idle machine of 2 cores, PostgreSQL on the same. A shipment takes 5 FIFO
products out of stock and posts each to the ledger at its cost; over JSON-RPC, with two workers, it
is five calls (wait, assign, pack, do, each a transaction of its own). The trial balance was asked
through its own models on 1 million ledger lines. Goals that compare with these figures compare with
another machine: whoever wants it on one has to set Tryton up beside.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was measured of the peer; the better end where it gave a range."""

    shipments_per_second: float
    shipment_p50_seconds: float
    trial_balance_seconds: float


TRYTON = Recorded(shipments_per_second=1.8, shipment_p50_seconds=0.622, trial_balance_seconds=6.0)

"""The fields that the first form of identities always took, by class. It never changes."""

_FIELDS = {
    "AccrualClearing": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines "
        "account"
    ),
    "Allocation": "invoice amount discount write_off",
    "AllocationVoucher": (
        "id company posting_date posting_time currency exchange_rate reference remarks party "
        "allocations discount_account write_off_account"
    ),
    "Cancellation": (
        "id company posting_date posting_time currency exchange_rate reference remarks document"
    ),
    "Charge": "account amount rate category cost_center",
    "ClearingLine": "line residue_of quantity account cost_center",
    "CostAdjustment": (
        "id company posting_date posting_time currency exchange_rate reference remarks items limit"
    ),
    "CostingMethodChange": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines "
        "difference_account"
    ),
    "CreditNote": (
        "id company posting_date posting_time currency exchange_rate reference remarks side "
        "credit_kind party lines invoice charges write_off_account rounded_total"
    ),
    "CreditNoteLine": (
        "invoice_line return_line item quantity rate amount account cost_center description"
    ),
    "DeliveryLine": (
        "item quantity rate invoice_line warehouse discount_percent batch serials cost_center "
        "description"
    ),
    "DeliveryNote": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "customer lines"
    ),
    "InventoryPosting": (
        "id company posting_date posting_time currency exchange_rate reference remarks items "
        "group after limit"
    ),
    "ItemGroupChange": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines"
    ),
    "ItemGroupChangeLine": "item group",
    "JournalVoucher": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines"
    ),
    "JournalVoucherLine": "account debit credit cost_center party description",
    "LandedCharge": "account amount currency exchange_rate",
    "LandedCost": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "receipts charges basis lines supplier applies_to"
    ),
    "LandedShare": "line amount",
    "MethodChangeLine": "item method unit_cost",
    "Migration": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "expense_account make_journals accrue_billed_not_received"
    ),
    "Payment": (
        "id company posting_date posting_time currency exchange_rate reference remarks type "
        "party amount account allocations discount_account write_off_account"
    ),
    "PurchaseInvoice": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "supplier lines charges update_stock paid_from rounded_total due_date"
    ),
    "PurchaseInvoiceLine": (
        "item quantity rate receipt_line order_line shipment warehouse account "
        "discount_percent taxes batch serials expiry_date manufactured_on cost_center "
        "description"
    ),
    "PurchaseReceipt": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "supplier lines charges order shipment"
    ),
    "PurchaseReturn": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "supplier lines"
    ),
    "ReceiptLine": (
        "item quantity rate order_line warehouse invoice_line rejected_quantity "
        "rejected_warehouse received_quantity discount_percent batch serials expiry_date "
        "manufactured_on cost_center description"
    ),
    "ReconciliationLine": "item warehouse quantity rate batch serials cost_center",
    "Ref": "kind by value",
    "ReturnLine": (
        "quantity line from_rejected item warehouse rate allow_zero_valuation cost_center "
        "batch serials"
    ),
    "RevaluationLine": "item warehouse unit_cost value batch serials receipt_line cost_center",
    "SalesInvoice": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "customer lines charges update_stock rounded_total due_date freight freight_taxes"
    ),
    "SalesInvoiceLine": (
        "item quantity rate delivery_line warehouse account discount_percent taxes batch "
        "serials cost_center description"
    ),
    "SalesReturn": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "customer lines"
    ),
    "ShipmentClosing": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "shipment update_standard_cost"
    ),
    "StandardCostChange": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines "
        "revalue_on_hand difference_account"
    ),
    "StandardCostLine": "item standard_cost",
    "StockEntry": (
        "id company posting_date posting_time currency exchange_rate reference remarks "
        "purpose lines charges difference_account"
    ),
    "StockEntryLine": (
        "item quantity warehouse to_warehouse sent_line rate scrap allow_zero_valuation "
        "difference_account batch serials expiry_date manufactured_on cost_center description"
    ),
    "StockReconciliation": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines "
        "purpose difference_account"
    ),
    "StockRevaluation": (
        "id company posting_date posting_time currency exchange_rate reference remarks lines "
        "difference_account"
    ),
}

ALWAYS_HASHED = {kind: frozenset(names.split()) for kind, names in _FIELDS.items()}

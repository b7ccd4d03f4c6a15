"""The CARRIED flow: each item carries one cost in force, at which all of its goods come and go.

    facts      an item, locked, with its cost in force and all of its bins
    bins       quantities and values of bins on the way; a bin is worth quantity x cost in force
    costs      what a movement costs: at the cost in force, as given, as what it gives back
    flow       a document valued, in the order in which things come: moving (goods), recosting
               (another cost in force), both on one `Work`

Nothing is decided again: what is recorded late counts on its own date at the cost in force now. A
new cost is a movement of no quantity in each bin. Rule: the webERP section of the scenario vectors.
"""

"""The LINKED flow: receipts and issues are linked when posted, later costs travel along the links.

    facts      a movement with its links and what is recorded on it
    linking    which receipts a decrease takes, which decreases a receipt covers
    amounts    what a movement costs, by its links
    average    what the decreases of a period cost, where an item is costed by average
    settling   how a change travels on, until every cost is what it should be
    flow       a document valued, step by step: changing (what it does to recorded movements),
               moving (its own), outcome (what came of it), all on one `Work`
    entries    the cost entries to append, and the dates that they count for

Rule: the NAV section of the scenario vectors.
"""

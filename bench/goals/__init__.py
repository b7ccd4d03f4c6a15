"""The goals, in the order in which they are measured; a new one is one line here."""

from bench.goal import Goal
from bench.goals.bulk import BULK
from bench.goals.history import HISTORY
from bench.goals.layers import LAYERS_GOALS
from bench.goals.memory import MEMORY
from bench.goals.peer import PEER
from bench.goals.posting import POSTING
from bench.goals.reports import REPORTS

GOALS: tuple[Goal, ...] = (
    *POSTING, *LAYERS_GOALS, *HISTORY, *BULK, *REPORTS, *PEER, *MEMORY
)  # fmt: skip

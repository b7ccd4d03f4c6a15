"""The goals, in the order in which they are measured; a new one is one line here."""

from bench.goal import Goal
from bench.goals.layers import LAYERS_GOALS
from bench.goals.memory import MEMORY
from bench.goals.posting import POSTING
from bench.goals.reports import REPORTS

GOALS: tuple[Goal, ...] = (*POSTING, *LAYERS_GOALS, *REPORTS, *MEMORY)

"""Charts of accounts to begin with: accounts under their groups, and the roles they fill.

A new company gets a copy and may change it. NONE begins with nothing but cost center Main.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.charts import perpetual, pgc_es
from domain.charts.template import ChartTemplate, TemplateAccount

__all__ = ["CHARTS", "MAIN_COST_CENTER", "Chart", "ChartTemplate", "TemplateAccount"]

MAIN_COST_CENTER = "Main"
"""The code and name of the cost center that every company has from the start."""


class Chart(StrEnum):
    """Which chart a company began with."""

    PERPETUAL_EN = "PERPETUAL_EN"
    PERPETUAL_ES = "PERPETUAL_ES"
    PGC_ES = "PGC_ES"
    NONE = "NONE"


CHARTS: Mapping[Chart, ChartTemplate] = {
    Chart.PERPETUAL_EN: perpetual.chart(perpetual.ENGLISH),
    Chart.PERPETUAL_ES: perpetual.chart(perpetual.SPANISH),
    Chart.PGC_ES: pgc_es.CHART,
    Chart.NONE: ChartTemplate((), {}),
}
"""The templates by name; the accounts are in chart order, groups before what they hold."""

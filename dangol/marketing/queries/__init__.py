"""Reads about campaigns: lists, forecasts, progress, reports and verdicts."""

from dangol.marketing.queries.campaigns import campaigns_visible_to, progress_of
from dangol.marketing.queries.forecast import Forecast, forecast
from dangol.marketing.queries.report import Report, report
from dangol.marketing.queries.verdict import Verdict, verdicts

__all__ = ["Forecast", "Report", "Verdict", "campaigns_visible_to", "forecast", "progress_of", "report", "verdicts"]

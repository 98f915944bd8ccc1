"""Reads about campaigns: lists, forecasts, progress, reports and verdicts."""

from dangol.marketing.queries.campaigns import campaigns_visible_to, progress_of, wait_of
from dangol.marketing.queries.forecast import Forecast, forecast
from dangol.marketing.queries.pictures import answer_lines, forecast_shares, headline, report_shares, verdict_cards
from dangol.marketing.queries.report import Report, report
from dangol.marketing.queries.verdict import Verdict, verdicts

__all__ = [
    "Forecast",
    "Report",
    "Verdict",
    "answer_lines",
    "campaigns_visible_to",
    "forecast",
    "forecast_shares",
    "headline",
    "progress_of",
    "report",
    "report_shares",
    "verdict_cards",
    "verdicts",
    "wait_of",
]

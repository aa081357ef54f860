"""Scores reach the end of the run, whichever process has measured them."""

from tests.search.conftest import engine

__all__ = ["engine"]


def pytest_terminal_summary(terminalreporter):
    """The score of each engine, and the cases that failed with what came instead."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in report.user_properties:
                if name == "relevance":
                    terminalreporter.write_line(value)

"""Imported by the fork server before it forks: what every worker needs is loaded once, and not by each worker again."""

from openxin.cli.worker import start

start()

from openxin.intake import pass_one, pass_three, workers  # noqa: E402 -- the rooms need Django set up
from openxin.law.loading import catalogue  # noqa: E402

catalogue()

__all__ = ["pass_one", "pass_three", "workers"]

"""Drumbeat: a sales manager's operating rhythm, run and verified in Slack."""

__version__ = "0.1.0"

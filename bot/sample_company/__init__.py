"""Meridian, the project's own sample company: people, deals and their history as dated CRM snapshots."""

from __future__ import annotations

from bot.sample_company.snapshots import write_snapshots
from bot.sample_company.workspace import workspace, write_workspace_file

__all__ = ["workspace", "write_snapshots", "write_workspace_file"]

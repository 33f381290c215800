"""Slack: the only user of its SDK. Payloads in, views out, messages delivered."""

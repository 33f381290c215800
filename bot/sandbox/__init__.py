"""A Slack workspace on loopback: Web API, events, Socket Mode, a page; it knows nothing of the bot."""

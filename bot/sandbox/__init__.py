"""A Slack workspace on loopback: Web API, events, Socket Mode and a browser page; it knows nothing of the bot."""

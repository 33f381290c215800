"""The Slack Web API: its gateway and, a file a family, its methods."""

"""Listeners: parse a payload, call one service, answer in the ack."""

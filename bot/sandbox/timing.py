"""Every wait of the sandbox, in seconds of real time, so that a test can make them short."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Slack's deadlines and the clock protocol's patience; all in seconds of real time."""

    ack: float = 3.0
    trigger_life: float = 3.0
    response_url_life: float = 30 * 60.0
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    await_hold: float = 20.0
    client_grace: float = 5.0
    step_patience: float = 60.0

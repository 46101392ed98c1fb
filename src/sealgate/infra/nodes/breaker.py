"""A circuit breaker: who fails again and again is left alone for a while. Pure; seconds of any steady clock."""

FAILURES_TO_OPEN = 2
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
DISTRUST_S = 120.0


class Breaker:
    """Counts the failures in a row of one node.

    Attributes:
        reason: What the last failure was, None after a success.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._closed_from_s = float("-inf")
        self.reason: str | None = None
        self.total_failures = 0

    def allows(self, now_s: float) -> bool:
        """Tell whether the node may be asked now."""
        return now_s >= self._closed_from_s

    def succeed(self) -> None:
        """Note an answer; a refusal is one, too."""
        self._failures = 0
        self.reason = None

    def fail(self, now_s: float, reason: str) -> None:
        """Note a failure: from the second in a row on the pause doubles each time."""
        self._failures += 1
        self.total_failures += 1
        self.reason = reason
        over = self._failures - FAILURES_TO_OPEN
        if over >= 0:
            self._closed_from_s = now_s + min(FIRST_PAUSE_S * 2 ** min(over, 10), LONGEST_PAUSE_S)

    def distrust(self, now_s: float, reason: str) -> None:
        """Leave a node alone that contradicted itself: what it says is worth nothing for now."""
        self.total_failures += 1
        self._failures = FAILURES_TO_OPEN
        self.reason = reason
        self._closed_from_s = now_s + DISTRUST_S

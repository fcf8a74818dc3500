"""Statistics of paired samples, and how figures are written."""

import dataclasses
import random
import statistics

CONFIDENCE = 0.99  # of intervals: seven regions at 95 % would raise a false alarm in every third run
RESAMPLES = 2000


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A median, and where it lies with CONFIDENCE."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.3f} ({self.low:.3f} - {self.high:.3f})"

    def includes(self, value: float) -> bool:
        return self.low <= value <= self.high


def estimate(samples: list[float]) -> Estimate:
    """By bootstrap; the same samples give the same interval."""
    chance = random.Random(1)
    medians = sorted(statistics.median(chance.choices(samples, k=len(samples))) for _ in range(RESAMPLES))
    tail = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return Estimate(statistics.median(samples), medians[tail], medians[-1 - tail])


def ratios(head: list[float], base: list[float]) -> list[float]:
    """Of the pairs: what disturbs the machine for a while disturbs both sides of one."""
    return [ours / theirs for ours, theirs in zip(head, base, strict=True)]


def change(ratio: float) -> str:
    """1.0502 as "+5.02 %"."""
    return f"{(ratio - 1) * 100:+.2f} %"


def percent(share: float) -> str:
    """0.01 as "1 %"."""
    return f"{share * 100:g} %"


def number(value: float) -> str:
    """With four digits, and without a fraction from 1000 on."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def duration(nanoseconds: float) -> str:
    """With three digits: "19.6 ms"."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def of_target(target: dict) -> tuple[str, str]:
    """What was measured, if it was, and the limit, if there is one: "280 ns" and "at most 300 ns"."""
    figure = "" if target["figure"] is None else f"{number(target['figure'])} {target['unit']}".rstrip()
    if target["limit"] is None:
        return figure, ""
    bound = "at least" if target.get("at_least") else "at most"
    return figure, f"{bound} {number(target['limit'])} {target['unit']}".rstrip()


def verdict(target: dict) -> str:
    """Of one without a limit, or whose peer is not installed, there is none."""
    if target["met"] is None:
        return "not measured" if target["figure"] is None else ""
    return "met" if target["met"] else "missed"


def spread(target: dict) -> str:
    """Of the launches, where there were several: "271 - 301"."""
    return f"{number(target['least'])} - {number(target['most'])}" if "least" in target else ""

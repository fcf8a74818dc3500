"""Whether a change of the counts is too much."""

import dataclasses

GATE = 0.01


@dataclasses.dataclass(frozen=True)
class Change:
    """Of a region's instructions."""

    region: str
    base: int
    head: int
    allowed: float  # GATE, and what commits say is meant

    @property
    def ratio(self) -> float:
        return self.head / self.base

    @property
    def too_slow(self) -> bool:
        return self.ratio > 1 + self.allowed

    @property
    def faster(self) -> bool:
        return self.ratio < 1 - GATE


def changes(base: dict[str, int], head: dict[str, int], accepted: dict[str, float]) -> list[Change]:
    """Of the regions that both have; `accepted` is what each may be slower beside the gate."""
    return [Change(region, base[region], head[region], GATE + accepted.get(region, 0))
            for region in head if region in base]

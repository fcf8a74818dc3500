"""Draws how the cost of an adapter grows with their number, as SVG: both axes logarithmic, readable on light and dark."""

import math
import statistics

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 76, 196, 40, 52

# Of middling brightness, told apart also without colours by the labels at the lines' ends.
SERIES = (  # the benchmarks' name before the number, label, colour
    ("ns3_one_lan", "ns-3, one LAN: acquire", "#c2553f"),
    ("ns3_separate_lans", "ns-3, separate LANs: acquire", "#b8860b"),
    ("lifecycle", "acquire and release", "#2f8f6b"),
    ("naive", "release, the naive way", "#8a63c9"),
    ("release", "release", "#3b82d6"),
)
INK = "#7d8590"  # for text and axes


def points_of(benchmarks: dict, name: str) -> list[tuple[int, float]]:
    found = [(samples["items"], statistics.median(samples["ns_per_item"])) for key, samples in benchmarks.items()
             if key.partition("/")[0] == name]
    return sorted(found)


def decades(values: list[float]) -> range:
    """The powers of ten that hold all values between them."""
    return range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)


def time_text(exponent: int) -> str:
    """10^4 nanoseconds: 10 us"""
    unit, name = max((u for u in ((0, "ns"), (3, "us"), (6, "ms"), (9, "s")) if u[0] <= max(exponent, 0)))
    return f"{10 ** (exponent - unit):g} {name}"


def count_text(exponent: int) -> str:
    return f"{10 ** exponent:,}"


class Axes:
    def __init__(self, lines: list[list[tuple[int, float]]]):
        self.x = decades([float(n) for line in lines for n, _ in line])
        self.y = decades([ns for line in lines for _, ns in line])

    def at(self, n: float, ns: float) -> tuple[float, float]:
        across = (math.log10(n) - self.x[0]) / max(self.x[-1] - self.x[0], 1)
        up = (math.log10(ns) - self.y[0]) / max(self.y[-1] - self.y[0], 1)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def draw(self) -> list[str]:
        parts = []
        for exponent in self.x:
            x, bottom = self.at(10.0 ** exponent, 10.0 ** self.y[0])
            parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{bottom:.1f}"/>')
            parts.append(f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{count_text(exponent)}</text>')
        for exponent in self.y:
            left, y = self.at(10.0 ** self.x[0], 10.0 ** exponent)
            parts.append(f'<path class="grid" d="M{left:.1f} {y:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{time_text(exponent)}</text>')
        return parts


def spread(heights: list[float], gap: float = 16) -> list[float]:
    """The heights of labels, moved down where they would cover each other."""
    placed: list[float] = [0.0] * len(heights)
    last = -math.inf
    for index in sorted(range(len(heights)), key=heights.__getitem__):
        last = placed[index] = max(heights[index], last + gap)
    return placed


def draw(benchmarks: dict) -> str:
    drawn = [(points, label, colour) for name, label, colour in SERIES if (points := points_of(benchmarks, name))]
    if not drawn:
        raise SystemExit("nothing was measured that the picture shows")
    axes = Axes([points for points, _, _ in drawn])
    ends = [axes.at(*points[-1]) for points, _, _ in drawn]
    labels = spread([y for _, y in ends])
    parts = axes.draw()
    for (points, label, colour), (end_x, _), label_y in zip(drawn, ends, labels):
        places = [axes.at(*point) for point in points]
        parts.append(f'<polyline stroke="{colour}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
        parts += [f'<circle fill="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        parts.append(f'<text x="{end_x + 10:.1f}" y="{label_y + 4:.1f}" style="fill:{colour}">{label}</text>')
    body = "\n".join(parts)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">
<title>Processor time an adapter over the number of adapters</title>
<style>
text {{ font: 13px system-ui, sans-serif; fill: {INK}; }}
.grid {{ stroke: {INK}; stroke-opacity: 0.3; }}
polyline {{ fill: none; stroke-width: 2.5; stroke-linejoin: round; }}
</style>
<text x="{LEFT}" y="22">processor time an adapter</text>
<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">adapters</text>
{body}
</svg>
"""

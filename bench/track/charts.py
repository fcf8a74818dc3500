"""Charts as inline SVG. Colours and fonts are the page's: here are only classes."""

import dataclasses
import math
from collections.abc import Callable, Iterable
from html import escape

WIDTH = 1000  # of a whole row, in units of the drawing; the page scales it


@dataclasses.dataclass(frozen=True)
class Scale:
    """From values to places on an axis."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        bend = math.log10 if self.logarithmic else float
        share = (bend(value) - bend(self.low)) / (bend(self.high) - bend(self.low))
        return round(self.start + share * (self.end - self.start), 1)


@dataclasses.dataclass(frozen=True)
class Mark:
    """A value and its interval; of an exact one that is the value itself."""

    kind: str  # its class: "head", "control", "bad", "good"
    value: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Row:
    label: str
    marks: list[Mark]
    figures: list[str]  # a column each
    limit: float | None = None


@dataclasses.dataclass(frozen=True)
class Point:
    x: float
    mark: Mark
    tip: str


@dataclasses.dataclass(frozen=True)
class Strip:
    name: str
    kind: str  # its class
    points: list[Point]


@dataclasses.dataclass(frozen=True)
class Curve:
    name: str
    points: list[Point]


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values between the two."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def padded(values: Iterable[float], least: float, share: float = 0.08) -> tuple[float, float]:
    """The range of the values with some room, at least so wide."""
    values = list(values)
    low, high = min(values), max(values)
    room = max((high - low) * share, (least - (high - low)) / 2)
    return low - room, high + room


def text(x: float, y: float, content: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{kind}"/>'


def drawing(width: float, height: float, label: str, parts: list[str]) -> str:
    return (f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}">\n'
            + "\n".join(parts) + "\n</svg>")


def percent_tick(value: float) -> str:
    return "0" if abs(value) < 1e-12 else f"{value * 100:+.3g} %"


def rows_of_changes(label: str, rows: list[Row], columns: list[str]) -> str:
    """A row a region: relative changes with their intervals around a line of no change, figures at the right."""
    row_height, top, left, right = 30, 34, 150, 620
    bottom = top + row_height * len(rows)
    values = [0.0] + [value for row in rows for mark in row.marks for value in (mark.low, mark.high)]
    values += [row.limit for row in rows if row.limit is not None]
    across = Scale(*padded(values, 0.02), left, right)
    ends = [right + (WIDTH - right) * (number + 1) / len(columns) for number in range(len(columns))]
    parts = [text(end, top - 14, column, "head-line", "end") for end, column in zip(ends, columns, strict=True)]
    for tick in ticks(across.low, across.high, 6):
        parts.append(line(across(tick), top, across(tick), bottom, "zero" if abs(tick) < 1e-12 else "grid"))
        parts.append(text(across(tick), bottom + 18, percent_tick(tick), "axis", "middle"))
    for number, row in enumerate(rows):
        middle = top + row_height * (number + 0.5)
        parts.append(text(0, middle + 4, row.label, "name"))
        if row.limit is not None:
            parts.append(line(across(row.limit), middle - 10, across(row.limit), middle + 10, "limit"))
        for place, mark in enumerate(row.marks):
            y = middle + (place - (len(row.marks) - 1) / 2) * 9
            parts.append(f'<g class="{mark.kind}">{line(across(mark.low), y, across(mark.high), y, "interval")}'
                         f'<circle cx="{across(mark.value):g}" cy="{y:g}" r="4"/></g>')
        parts += [text(end, middle + 4, figure, "figure", "end") for end, figure in zip(ends, row.figures, strict=True)]
    return drawing(WIDTH, bottom + 28, label, parts)


def strips_over_records(label: str, strips: list[Strip], ends: tuple[str, str]) -> str:
    """A small chart of relative changes: strips below each other, and what stands below their two ends."""
    width, left, right, strip_height, head = 320, 52, 308, 84, 22
    last = max(point.x for strip in strips for point in strip.points)
    across = Scale(0, last, left + 6, right - 6) if last else lambda _: (left + right) / 2
    parts, bottom = [], 0
    for strip in strips:
        top, bottom = bottom + head, bottom + head + strip_height
        # By the values alone: one noisy record's interval would flatten all others.
        up = Scale(*padded([0.0] + [point.mark.value for point in strip.points], 0.02, 0.15), bottom, top)
        parts.append(text(left, top - 6, strip.name, "axis"))
        for tick in ticks(up.low, up.high, 4):
            parts.append(line(left, up(tick), right, up(tick), "zero" if abs(tick) < 1e-12 else "grid"))
            parts.append(text(left - 6, up(tick) + 4, percent_tick(tick), "axis", "end"))
        parts.append(polyline([clipped(point, up) for point in strip.points], across, up, strip.kind))
    parts.append(text(left, bottom + 20, ends[0], "axis"))
    parts.append(text(right, bottom + 20, ends[1], "axis", "end"))
    return drawing(width, bottom + 26, label, parts)


def clipped(point: Point, scale: Scale) -> Point:
    """With as much of its interval as the scale has room for."""
    return dataclasses.replace(point, mark=dataclasses.replace(
        point.mark, low=max(point.mark.low, scale.low), high=min(point.mark.high, scale.high)))


def polyline(curve: list[Point], across: Callable[[float], float], up: Callable[[float], float], kind: str) -> str:
    places = " ".join(f"{across(point.x):g},{up(point.mark.value):g}" for point in curve)
    parts = [f'<g class="{kind}"><polyline points="{places}"/>']
    for point in curve:
        x = across(point.x)
        parts.append(line(x, up(point.mark.low), x, up(point.mark.high), "interval"))
        y = up(point.mark.value)
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="3"><title>{escape(point.tip)}</title></circle>')
    return "".join(parts) + "</g>"


def decades(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    return [10.0 ** power for power in range(first, last + 1)]


def log_curves(label: str, curves: list[Curve], x_tick: Callable[[float], str], y_tick: Callable[[float], str]) -> str:
    """Both axes logarithmic; each curve is named at its end."""
    height, left, right, top = 440, 70, 760, 14
    bottom = height - 30
    points = [point for curve in curves for point in curve.points]
    across = Scale(min(p.x for p in points) / 1.3, max(p.x for p in points) * 1.3, left, right, logarithmic=True)
    lowest, highest = min(p.mark.low for p in points) / 1.4, max(p.mark.high for p in points) * 1.4
    up = Scale(lowest, highest, bottom, top, logarithmic=True)
    between = [tick * factor for tick in decades(lowest / 10, highest) for factor in (1, 2, 5)]
    few = [tick for tick in between if lowest <= tick <= highest]
    parts = []
    for tick in few if highest / lowest < 1000 else decades(lowest, highest):
        parts += [line(left, up(tick), right, up(tick), "grid"),
                  text(left - 8, up(tick) + 4, y_tick(tick), "axis", "end")]
    for tick in decades(across.low, across.high):
        parts += [line(across(tick), top, across(tick), bottom, "grid"),
                  text(across(tick), bottom + 20, x_tick(tick), "axis", "middle")]
    names = spread([up(curve.points[-1].mark.value) for curve in curves], 18, bottom)
    for number, (curve, y) in enumerate(zip(curves, names, strict=True)):
        kind = f"curve-{number % 6}{' second' * (number >= 6)}"  # the colours again, dashed
        end = curve.points[-1]
        parts.append(polyline(curve.points, across, up, kind))
        parts.append(f'<g class="{kind}">{line(across(end.x) + 6, up(end.mark.value), right + 12, y, "leader")}'
                     f'{text(right + 18, y + 4, curve.name, "curve-name")}</g>')
    return drawing(WIDTH, height, label, parts)


def spread(places: list[float], distance: float, end: float) -> list[float]:
    """The places, moved down, or up where the end comes, until none is nearer to the next than `distance`."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, after in zip(order, order[1:]):
        moved[after] = max(moved[after], moved[before] + distance)
    for rank, place in enumerate(reversed(order)):
        moved[place] = min(moved[place], end - rank * distance)
    return moved

"""Draws how the cost of an adapter grows with their number, as an SVG file: readable on light and dark."""

from track import charts, figures

# Of middling brightness, told apart also without colours by the names at the curves' ends.
SERIES = (  # the benchmarks' name before the number, label, colour
    ("ns3_one_lan", "ns-3, one LAN: acquire", "#c2553f"),
    ("ns3_separate_lans", "ns-3, separate LANs: acquire", "#b8860b"),
    ("lifecycle", "acquire and release", "#2f8f6b"),
    ("naive", "release, the naive way", "#8a63c9"),
    ("release", "release", "#3b82d6"),
)
STYLE = """text { font: 13px system-ui, sans-serif; fill: #7d8590; }
line { stroke: currentColor; }
line.grid { stroke: #7d8590; stroke-opacity: 0.3; }
line.leader { stroke-opacity: 0.4; stroke-dasharray: 2 3; }
polyline { fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linejoin: round; }
circle, .curve-name { fill: currentColor; }
"""


def points_of(benchmarks: dict, name: str) -> list[charts.Point]:
    times = {samples["items"]: figures.estimate(samples["ns_per_item"]) for key, samples in benchmarks.items()
             if key.partition("/")[0] == name}
    return [charts.Point(items, charts.Mark("", time.median, time.low, time.high), figures.duration(time.median))
            for items, time in sorted(times.items())]


def draw(benchmarks: dict) -> str:
    drawn = [(charts.Curve(label, points), colour) for name, label, colour in SERIES
             if (points := points_of(benchmarks, name))]
    if not drawn:
        raise SystemExit("nothing was measured that the picture shows")
    style = STYLE + "".join(f".curve-{number} {{ color: {colour}; }}\n" for number, (_, colour) in enumerate(drawn))
    drawing = charts.log_curves("Processor time an adapter over the number of adapters", [curve for curve, _ in drawn],
                                "{:,.0f}".format, figures.duration)
    # A file of its own says what it is, has its own style, and no text beside it that says what is counted.
    counted = charts.text(charts.WIDTH, 430, "time of one, over adapters", "axis", "end")
    return (drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
            .replace(">\n", f">\n<style>\n{style}</style>\n{counted}\n", 1) + "\n")

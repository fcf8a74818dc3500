"""The report as one HTML file that needs nothing else: no script, no font, no address of another file."""

import pathlib
from html import escape

import charts
import compare
import figures
import history
from charts import Curve, Mark, Point, Row, Strip

STYLE = pathlib.Path(__file__).with_name("page.css")
MOST_RECORDS = 60


def page(document: dict | None, records: list[dict], benchmarks: dict | None) -> str:
    """Of the last comparison, the history and the benchmarks, as far as they are there."""
    sections = []
    if document:
        sections.append(instructions(document))
        sections.append(wall(document))
    if records:
        sections.append(records_over_time(history.newest_line(records)[-MOST_RECORDS:], len(records)))
    if benchmarks:
        sections.append(scaling(benchmarks))
        sections.append(targets(benchmarks))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>unlease: speed</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<header>
<h1>unlease: speed</h1>
{about(document)}
<p class="badges">{" ".join(badges(document, benchmarks))}</p>
</header>
<main>
{"".join(sections)}</main>
</body>
</html>
"""


def about(document: dict | None) -> str:
    if not document:
        return ""
    built, machine = document["built_by"], document["machine"]
    commits = "".join(f'<dt>{label}</dt><dd><code>{document[label]["id"][:9]}</code> '
                      f'{escape(document[label]["subject"])}</dd>' for label in ("base", "head"))
    on = f'{machine["cpu"]}, {machine["cores"]} cores, {machine["system"]}'
    return (f'<dl>{commits}<dt>built by</dt><dd>{escape(built["compiler"])} <code>{escape(built["flags"])}</code></dd>'
            f'<dt>on</dt><dd>{escape(on)}</dd><dt>at</dt><dd>{escape(document["date"])}</dd></dl>')


def badge(fine: bool, label: str, said: str) -> str:
    return (f'<span class="badge {"fine" if fine else "wrong"}"><b>{escape(label)}</b>'
            f'<span>{"✓" if fine else "✗"} {escape(said)}</span></span>')


def badges(document: dict | None, benchmarks: dict | None) -> list[str]:
    found = []
    if document:
        changes = compare.changes(document)
        slow = sum(change.too_slow for change in changes)
        found.append(badge(not slow, "instructions", f"{slow} of {len(changes)} too slow" if slow else
                           f"{len(changes)} of {len(changes)} within the gate"))
        ratios = compare.wall_ratios(document)
        if ratios:
            disturbed = compare.disturbed(ratios)
            found.append(badge(not disturbed, "A/A control",
                               f"fails in {', '.join(disturbed)}" if disturbed else "passes"))
    measured = [target for target in benchmarks["targets"] if target["met"] is not None] if benchmarks else []
    if measured:
        met = sum(target["met"] for target in measured)
        found.append(badge(met == len(measured), "targets", f"{met} of {len(measured)} met"))
    return found


def section(title: str, explained: str, content: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n<p>{explained}</p>\n{content}\n</section>\n"


def instructions(document: dict) -> str:
    rows = []
    for change in compare.changes(document):
        kind = "bad" if change.too_slow else "good" if change.faster else "head"
        off = change.ratio - 1
        rows.append(Row(change.region, [Mark(kind, off, min(off, 0), max(off, 0))],
                        [f"{change.base:,}", f"{change.head:,}", figures.change(change.ratio)], change.allowed))
    meant = "".join(f" <b>{escape(region)}</b> may cost {figures.percent(each['share'])} more: "
                    f"{escape('; '.join(each['reasons']))}." for region, each in document["accepted"].items())
    return section("Instructions", "Counted by callgrind in the hot part of each region, head over base. The red line "
                                   f"is what a region may cost more: the gate.{meant}",
                   charts.rows_of_changes("Instructions, head over base", rows, ["base", "head", "change"]))


def wall(document: dict) -> str:
    ratios = compare.wall_ratios(document)
    if not ratios:
        return ""
    rows = [Row(ratio.region, [Mark(kind, each.median - 1, each.low - 1, each.high - 1)
                               for kind, each in (("head", ratio.head), ("control", ratio.control))],
                [str(ratio.head), str(ratio.control)]) for ratio in ratios]
    rounds = len(next(iter(document["wall"].values()))["base"])
    explained = (f"Medians of {rounds} rounds in which {key('head', 'head')}, base and "
                 f"{key('control', 'base once more')} ran in random order, over base, with "
                 f"{figures.percent(figures.CONFIDENCE)} bootstrap intervals. The second base is the A/A control: "
                 "where its interval leaves 0, the machine was not quiet enough. A report, not a gate.")
    return section("Wall time", explained,
                   charts.rows_of_changes("Wall time, head over base", rows, ["head / base", "A/A control"]))


def key(kind: str, label: str) -> str:
    """A word in the colour of what it names."""
    return f'<span class="key {kind}">{escape(label)}</span>'


def records_over_time(records: list[dict], total: int) -> str:
    small = []
    for region in records[-1]["instructions"]:
        with_it = [(x, record) for x, record in enumerate(records)
                   if region in record["instructions"] and region in record["wall"]]
        first = with_it[0][1]
        counts, times = [], []
        first_time = figures.estimate(first["wall"][region]).median
        for x, record in with_it:
            count, time = record["instructions"][region], figures.estimate(record["wall"][region])
            dirty = " (dirty)" if record["dirty"] else ""
            tip = f"{record['commit'][:9]} {record['subject']}{dirty}, {record['date']}: "
            change = count / first["instructions"][region] - 1
            counts.append(Point(x, Mark("head", change, change, change), f"{tip}{count:,} instructions"))
            changes = (value / first_time - 1 for value in (time.median, time.low, time.high))
            times.append(Point(x, Mark("control", *changes), tip + figures.duration(time.median)))
        ends = (first["commit"][:9], records[-1]["commit"][:9] if len(with_it) > 1 else "")
        small.append(f"<figure><figcaption><b>{escape(region)}</b> <span>{with_it[-1][1]['instructions'][region]:,}"
                     f"</span></figcaption>\n"
                     + charts.strips_over_records(f"History of {region}",
                                                  [Strip("instructions", "head", counts),
                                                   Strip("wall time", "control", times)], ends)
                     + "</figure>")
    explained = (f"{len(records)} record{'s' * (len(records) != 1)} of one machine, compiler, flags and valgrind, over "
                 f"the first of them: {key('head', 'instructions')} and {key('control', 'wall time')}, each on a scale "
                 "of its own, with as much of its interval as there is room for.")
    if total > len(records):
        explained += (f" Not shown: {total - len(records)}, older or of another machine, compiler, flags or "
                      "valgrind.")
    return section("History", explained, f'<div class="grid">{"".join(small)}</div>')


def families(benchmarks: dict) -> list[Curve]:
    """Those of `family/N` with several N."""
    points: dict[str, list[Point]] = {}
    for name, benchmark in benchmarks["benchmarks"].items():
        family, _, size = name.rpartition("/")
        if not family or not size.isdecimal():
            continue
        time = figures.estimate(benchmark["ns_per_item"])
        points.setdefault(family, []).append(Point(int(size), Mark("", time.median, time.low, time.high),
                                                   f"{name}: {figures.duration(time.median)} each"))
    return [Curve(family, sorted(each, key=lambda point: point.x)) for family, each in points.items() if len(each) > 1]


def scaling(benchmarks: dict) -> str:
    curves = families(benchmarks)
    if not curves:
        return ""
    machine = benchmarks["machine"]
    explained = ("Time for one adapter, or event, over how many there are, both logarithmic: level is linear cost. "
                 f"{benchmarks['launches']} launches by {escape(machine['compiler'])} "
                 f"<code>{escape(machine['flags'])}</code> on {escape(machine['cpu'])}, {machine['cores']} cores.")
    return section("Scaling", explained,
                   charts.log_curves("Time for one over how many there are", curves, lambda size: f"{size:,.0f}",
                                     figures.duration))


VERDICTS = {"met": ("fine", "✓ met"), "missed": ("wrong", "✗ missed")}


def targets(benchmarks: dict) -> str:
    rows = ""
    for target in benchmarks["targets"]:
        figure, limit = figures.of_target(target)
        verdict = figures.verdict(target)
        kind, said = VERDICTS.get(verdict, ("", verdict))
        rows += (f'<tr><td class="what">{escape(target["what"])}</td><td class="number figure">{escape(figure)}</td>'
                 f'<td class="number spread">{figures.spread(target)}</td>'
                 f'<td class="number">{escape(limit)}</td><td class="verdict {kind}">{said}</td></tr>\n')
    if not rows:
        return ""
    explained = (f"What <code>./dev bench</code> requires; figures without a limit explain the others. Medians of "
                 f"{benchmarks['launches']} launches, and the least and the most of them.")
    return section("Targets", explained,
                   '<table>\n<tr><th>target</th><th class="number">figure</th><th class="number">least - most</th>'
                   f'<th class="number">limit</th><th></th></tr>\n{rows}</table>')

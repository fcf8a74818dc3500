"""Which lines of engine/ and sim/ no test runs, and whether somebody has said why.

  line_coverage.py --source DIR --build DIR --explained FILE     exit 1 if a region is not explained, or an
                                                                 explanation is of nothing

The build is one of GCC's with --coverage, whose tests have run. A region is a run of lines that no test reaches, with
nothing that one does between them. FILE explains regions by their text, so that explanations outlive changes elsewhere:

  sim/world.cc: why no test reaches it
    the region's lines,
    indented
"""

import argparse
import collections
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

FOLDERS = ("engine/", "sim/")
# What gcov counts and nobody would test: closing braces, and what must never be reached.
IGNORED = re.compile(r"[\s{}()\[\];,]*|\s*(static_)?assert\(.*|\s*std::unreachable\(\);")


@dataclasses.dataclass
class Region:
    first: int  # line numbers, from 1
    last: int
    text: tuple[str, ...]  # its lines, without indentation


@dataclasses.dataclass(frozen=True)
class Explanation:
    file: str
    text: tuple[str, ...]
    reason: str


class MalformedError(Exception):
    """The explanations cannot be read."""


def counts_of(documents: list[dict]) -> dict[str, dict[int, int]]:
    """How often each line of our files ran, by file, summed over all that contains it."""
    counts: dict[str, dict[int, int]] = collections.defaultdict(lambda: collections.defaultdict(int))
    for document in documents:
        for file in document["files"]:
            if not file["file"].startswith(FOLDERS):
                continue
            for line in file["lines"]:
                counts[file["file"]][line["line_number"]] += line["count"]
    return counts


def without_ignored(lines: dict[int, int], source: list[str]) -> dict[int, int]:
    return {number: count for number, count in lines.items() if not IGNORED.fullmatch(source[number - 1])}


def regions_of(lines: dict[int, int], source: list[str]) -> list[Region]:
    """The uncovered regions of one file, in order."""
    regions: list[Region] = []
    open_region = False
    for number, count in sorted(lines.items()):
        if count > 0:
            open_region = False
            continue
        text = source[number - 1].strip()
        if open_region:
            regions[-1] = Region(regions[-1].first, number, (*regions[-1].text, text))
        else:
            regions.append(Region(number, number, (text,)))
        open_region = True
    return regions


def read_explanations(text: str) -> list[Explanation]:
    explanations: list[Explanation] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            if not explanations:
                raise MalformedError(f"line {number}: code before the first 'file: reason'")
            last = explanations[-1]
            explanations[-1] = Explanation(last.file, (*last.text, line.strip()), last.reason)
        else:
            file, colon, reason = line.partition(": ")
            if not colon or not reason.strip():
                raise MalformedError(f"line {number}: not 'file: reason'")
            explanations.append(Explanation(file, (), reason.strip()))
    for explanation in explanations:
        if not explanation.text:
            raise MalformedError(f"{explanation.file}: no code below '{explanation.reason}'")
    return explanations


def percent(covered: int, lines: int) -> str:
    return f"{100 * covered / lines if lines else 100:5.1f} %  {covered:5}/{lines}"


def report(counts: dict[str, dict[int, int]], sources: dict[str, list[str]],
           explanations: list[Explanation]) -> tuple[bool, str]:
    """Whether all is explained, and what to tell."""
    told = []
    used = set()
    totals: dict[str, list[int]] = {folder: [0, 0] for folder in FOLDERS}
    unexplained = 0
    for file in sorted(counts):
        lines = without_ignored(counts[file], sources[file])
        covered = sum(count > 0 for count in lines.values())
        for folder in FOLDERS:
            if file.startswith(folder):
                totals[folder][0] += covered
                totals[folder][1] += len(lines)
        told.append(f"{file:32} {percent(covered, len(lines))}")
        for region in regions_of(lines, sources[file]):
            place = f"    {region.first}" + (f"-{region.last}" if region.last > region.first else "")
            found = [each for each in explanations if (each.file, each.text) == (file, region.text)]
            used.update(found)
            unexplained += not found
            told.append(f"{place}: explained: {found[0].reason}" if found else f"{place}: NOT explained")
            told += [f"      | {line}" for line in region.text if not found]
    stale = [each for each in explanations if each not in used]
    told += [f"explains nothing: {each.file}: {each.reason}\n      | {each.text[0]}" for each in stale]
    for folder, (covered, lines) in totals.items():
        told.append(f"{folder:32} {percent(covered, lines)}")
    told.append(f"{'total':32} {percent(*(sum(each) for each in zip(*totals.values())))}")
    told.append(f"{len(used)} explanations of what is not covered, {unexplained} regions NOT explained, "
                f"{len(stale)} explanations of nothing")
    return unexplained == 0 and not stale, "\n".join(told)


def read_counts(build: pathlib.Path) -> dict[str, dict[int, int]]:
    notes = [str(path.resolve()) for path in sorted(build.rglob("*.gcno"))]
    output = subprocess.run(["gcov", "--json-format", "--stdout", *notes], cwd=build, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=True, text=True).stdout
    return counts_of([json.loads(line) for line in output.splitlines() if line.startswith("{")])


def main() -> int:
    parser = argparse.ArgumentParser(description="Tell which lines no test runs, and whether somebody has said why.")
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a build with --coverage, its tests run")
    parser.add_argument("--explained", type=pathlib.Path, required=True, help="why regions are not covered")
    arguments = parser.parse_args()
    counts = read_counts(arguments.build)
    sources = {file: (arguments.source / file).read_text(encoding="utf-8").splitlines() for file in counts}
    try:
        explanations = read_explanations(arguments.explained.read_text(encoding="utf-8"))
    except MalformedError as error:
        print(f"{arguments.explained}: {error}", file=sys.stderr)
        return 2
    well, told = report(counts, sources, explanations)
    print(told)
    return 0 if well and counts else 1


if __name__ == "__main__":
    sys.exit(main())

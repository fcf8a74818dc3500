"""Measures, and says which targets are met.

  targets.py FOLDER                                       of the benchmark programs (build/release/bench)
  targets.py --readme README.md PICTURE.svg FOLDER        and write the results there

Each program of Google Benchmark's is launched five times, in turn with the others, so that what disturbs the machine
for a while disturbs all. A ratio is taken within a launch; the figure is the median of the launches. All figures are
left in build/bench/results.json. Exits with 1 where a target is missed or a program fails. A target whose peer is not
installed is not measured: that is neither met nor missed, and no failure, for nobody has to install the peers. Nor is
a figure without a limit, which is there to explain the others.
"""

import argparse
import dataclasses
import json
import pathlib
import statistics
import sys
import time

import measuring
import results_readme
from measuring import Program, Samples
from track import figures, machine

LAUNCHES = 5

PROGRAMS = (
    Program("codec_bench", "copy_frame|(build|decode)_full_release|libtins|kea"),
    Program("engine_bench", "(engine|thinnest|fill_outcomes)/(1000|10000|1000000)$", 0.05),
    Program("release_bench", "release/|naive/|release_cold/(10000|1000000)/|release_without_.*/10000/"
            "|(release|naive)_jitter/(10000|100000|1000000)/"),
    Program("lifecycle_bench", "lifecycle/|ns3_separate_lans/|ns3_one_lan/(100|300)/"),
    Program("faults_bench", ".*/10000/", 0.2),
    Program("queue_bench", ".*/(10000|100000)/"),
    Program("load_bench", ""),
    Program("suite_bench", ""),
)
PLAIN = ("memory", "scale", "pool")
NS = {"ns": 1, "s": 1e9}


@dataclasses.dataclass(frozen=True)
class Target:
    what: str
    of: str  # a benchmark: its nanoseconds an item,
    over: str | None = None  # over those of another
    limit: float | None = None  # without one it is neither met nor missed
    least: bool = False  # the figure is to be at least the limit, not at most
    peer: str = ""  # who may not be installed
    time_unit: str = "ns"

    @property
    def unit(self) -> str:
        return "" if self.over else self.time_unit

    def figures(self, samples: dict[str, Samples]) -> list[float]:
        """One a launch; none where something was not measured."""
        if self.of not in samples or (self.over and self.over not in samples):
            return []
        of = samples[self.of].ns_per_item
        if self.over:
            return [a / b for a, b in zip(of, samples[self.over].ns_per_item)]
        return [ns / NS[self.time_unit] for ns in of]


def faster(what: str, than: str, ours: str, theirs: str, limit: float | None = None, peer: str = "") -> Target:
    return Target(f"{what}: times faster than {than}", theirs, ours, limit, least=True, peer=peer)


SIZES = (("10^4", 10_000), ("10^5", 100_000), ("10^6", 1_000_000))
TARGETS = (
    faster("building a frame", "libtins", "build_full_release", "libtins_build", 4, "libtins"),
    faster("decoding a frame", "libtins", "decode_full_release", "libtins_decode", 4, "libtins"),
    faster("building a frame", "Kea", "build_full_release", "kea_build", 30, "Kea"),
    faster("decoding a frame", "Kea", "decode_full_release", "kea_decode", 30, "Kea"),
    Target("building a frame over copying one", "build_full_release", "copy_frame"),
    Target("decoding a frame over copying one", "decode_full_release", "copy_frame"),
    Target("the method over its floor, 10^4 adapters", "engine/10000", "fill_outcomes/10000", 3),
    Target("the method over its floor, 10^6 adapters", "engine/1000000", "fill_outcomes/1000000", 3),
    Target("the method over the thinnest loop of the same calls, 10^4 adapters", "engine/10000", "thinnest/10000"),
    Target("the method over the thinnest loop of the same calls, 10^6 adapters", "engine/1000000", "thinnest/1000000"),
    Target("a release, 10^4 adapters", "release/10000", None, 300),
    Target("a release, 10^6 adapters", "release/1000000", None, 500),
    faster("a release, 10^4 adapters", "the naive way", "release/10000", "naive/10000", 4),
    faster("a release, 10^5 adapters", "the naive way", "release/100000", "naive/100000", 4),
    faster("a release, 10^6 adapters", "the naive way", "release/1000000", "naive/1000000", 4),
    *(Target(f"a release with jitter, {among} adapters", f"release_jitter/{number}") for among, number in SIZES),
    *(faster(f"a release with jitter, {among} adapters", "the naive way", f"release_jitter/{number}",
             f"naive_jitter/{number}") for among, number in SIZES),
    Target("a release among 10^6 over one among 10^3", "release/1000000", "release/1000", 3),
    Target("a release over one without invariants and fingerprint", "release/10000", "release_without_both/10000", 1.5),
    Target("a release with invariants alone over one without both", "release_without_fingerprint/10000",
           "release_without_both/10000"),
    Target("a release with the fingerprint alone over one without both", "release_without_invariants/10000",
           "release_without_both/10000"),
    Target("a release in cold pages over one in warm ones, 10^4 adapters", "release_cold/10000", "release/10000"),
    Target("a release in cold pages over one in warm ones, 10^6 adapters", "release_cold/1000000", "release/1000000"),
    Target("a release among faults over one without", "faulty/10000", "clean/10000", 1.5),
    faster("acquire and release, 10^3 adapters", "ns-3 acquires", "lifecycle/1000", "ns3_separate_lans/1000", 100,
           "ns-3"),
    Target("acquire and release, 10^6 adapters", "lifecycle/1000000", None, 3000),
    Target("the event queue over std::priority_queue, 10^4 events", "queue/10000", "priority_queue/10000"),
    Target("the event queue over std::priority_queue, 10^5 events", "queue/100000", "priority_queue/100000"),
    Target("loading a file of 2,000 tables over parsing it", "load_tables", "parse_tables"),
    Target("loading a file of 10^6 adapters over parsing it", "load_million", "parse_million"),
    Target("the suite of scenarios", "suite", None, 5, time_unit="s"),
)


def measure(folder: pathlib.Path, progress) -> tuple[dict[str, Samples], list[str]]:
    """All samples, and what failed. A program that failed is not launched again."""
    samples: dict[str, Samples] = {}
    failures = {}
    for number in range(1, LAUNCHES + 1):
        for program in PROGRAMS:
            if program.name in failures:
                continue
            begin = time.monotonic()
            try:
                for name, (items, ns) in measuring.launch(folder, program).items():
                    samples.setdefault(name, Samples(items)).ns_per_item.append(ns)
            except measuring.ProgramError as error:
                failures[program.name] = str(error)
            progress(f"launch {number} of {LAUNCHES}: {program.name}, {time.monotonic() - begin:.1f} s")
    return samples, list(failures.values())


def judge(target: Target, samples: dict[str, Samples]) -> dict:
    found = sorted(target.figures(samples))
    result = {"what": target.what, "figure": None, "limit": target.limit, "unit": target.unit, "met": None,
              "at_least": target.least}
    if found:
        result |= {"figure": statistics.median(found), "least": found[0], "most": found[-1]}
    if target.limit is None:
        return result
    if found:
        result["met"] = result["figure"] >= target.limit if target.least else result["figure"] <= target.limit
    elif not target.peer:
        result["met"] = False  # one of ours: its program failed
    return result


def line_of(result: dict) -> str:
    """met    a release, 10^4 adapters: 280 ns, at most 300 ns (271 - 301)"""
    word = {True: "met", False: "MISSED", None: "-"}[result["met"]]
    if result["figure"] is None:
        no_peer = result["met"] is None and result["limit"] is not None
        return f"{word:6} {result['what']}: not measured" + (", no peer" if no_peer else "")
    spread = figures.spread(result)
    said = ", ".join(filter(None, figures.of_target(result)))
    return f"{word:6} {result['what']}: {said}" + (f" ({spread})" if spread else "")


def measure_and_judge(folder: pathlib.Path, progress) -> tuple[dict, list[str]]:
    """The whole of results.json, and what failed."""
    samples, failures = measure(folder, progress)
    results = [judge(target, samples) for target in TARGETS]
    for name in PLAIN:
        progress(f"{name}: launches what it needs by itself")
        try:
            results += measuring.plain_targets(folder, name)
        except measuring.ProgramError as error:
            failures.append(str(error))
    benchmarks = {name: dataclasses.asdict(sample) for name, sample in samples.items()}
    return {"machine": machine.describe() | measuring.built_by(folder), "launches": LAUNCHES, "benchmarks": benchmarks,
            "targets": results}, failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readme", nargs=2, type=pathlib.Path, metavar=("README.md", "PICTURE.svg"))
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()

    document, failures = measure_and_judge(folder, lambda text: print(text, file=sys.stderr, flush=True))
    left = folder.parents[1] / "bench" / "results.json"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")

    for result in document["targets"]:
        print(line_of(result))
    for failure in failures:
        print(f"FAILED {failure}")
    if arguments.readme and not failures:
        results_readme.write(document, *arguments.readme)
    limited = [result["met"] for result in document["targets"] if result["limit"] is not None]
    missed = limited.count(False)
    print(f"{limited.count(True)} met, {missed} missed, {limited.count(None)} not measured, {len(failures)} failed")
    return 1 if missed or failures else 0


if __name__ == "__main__":
    sys.exit(main())

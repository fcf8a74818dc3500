"""Two programs `regions`, measured and compared: the document build/bench/ab.json, and what it means."""

import dataclasses
import datetime
import pathlib

import figures
import gate
import machine
import measure
from outcome import Exit, Stop
from trees import Accepted, Commit


def measure_both(programs: dict[str, pathlib.Path], rounds: int) -> dict:
    """Counts of "base" and "head", and wall times of both and of a second base as control; without rounds, no times."""
    built = {label: measure.built_by(program) for label, program in programs.items()}
    if built["base"]["compiler"] != built["head"]["compiler"]:
        raise Stop(Exit.INCOMPARABLE, f"base was built by {built['base']['compiler']} and head by "
                                      f"{built['head']['compiler']}; compilers are not compared, choose one for both")
    names = {label: measure.region_names(program) for label, program in programs.items()}
    both = [name for name in names["base"] if name in names["head"]]
    if not both:
        raise Stop(Exit.INCOMPARABLE, "base and head have no region in common; compare commits that are closer")
    counts = {label: measure.count_all(program, both) for label, program in programs.items()}
    document = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "built_by": built["head"],
        "instructions": {name: {label: counts[label][name] for label in programs} for name in both},
        "only_in_base": [name for name in names["base"] if name not in both],
        "only_in_head": [name for name in names["head"] if name not in both],
    }
    if rounds:
        document["wall"] = measure.time_rounds({**programs, "control": programs["base"]}, both, rounds)
    return document


def describe(document: dict, commits: dict[str, Commit], accepted: dict[str, Accepted]) -> dict:
    """The document with what was compared, and what is meant to be slower."""
    about = {label: dataclasses.asdict(commit) for label, commit in commits.items()}
    return {**about, "accepted": {region: dataclasses.asdict(each) for region, each in accepted.items()}, **document}


def changes(document: dict) -> list[gate.Change]:
    counts = document["instructions"]
    return gate.changes(*({region: counts[region][label] for region in counts} for label in ("base", "head")),
                        {region: each["share"] for region, each in document["accepted"].items()})


def verdict(document: dict, programs: dict[str, pathlib.Path]) -> Exit:
    """Fails where a region is too slow, and is so when it is counted again."""
    slow = [change for change in changes(document) if change.too_slow]
    for change in slow:
        again = gate.Change(change.region, measure.count(programs["base"], change.region),
                            measure.count(programs["head"], change.region), change.allowed)
        if not again.too_slow:
            raise Stop(Exit.INCONCLUSIVE, f"the counts of {change.region} do not repeat: "
                                          f"{figures.change(change.ratio)}, then {figures.change(again.ratio)}; "
                                          "what in it depends on chance or time?")
    return Exit.REGRESSION if slow else Exit.FINE


@dataclasses.dataclass(frozen=True)
class WallRatio:
    region: str
    head: figures.Estimate  # head over base
    control: figures.Estimate  # base over base, in the same rounds


def wall_ratios(document: dict) -> list[WallRatio]:
    return [WallRatio(region, *(figures.estimate(figures.ratios(samples[label], samples["base"]))
                                for label in ("head", "control")))
            for region, samples in document.get("wall", {}).items()]


def disturbed(ratios: list[WallRatio]) -> list[str]:
    """The regions in which even two runs of base differ: their wall times mean nothing this time."""
    return [ratio.region for ratio in ratios if not ratio.control.includes(1)]

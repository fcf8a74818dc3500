"""Tracks speed: compares commits, keeps a history, and draws both.

  ab BASE HEAD    builds both commits and compares them: instructions, which may grow by 1 %, and wall time, which is
                  only reported; into build/bench/ab.json
  record          measures the checkout and adds a line to the history, build/bench/history.ndjson
  check           the newest record against the one before it on the same machine, by the same compiler, flags and
                  valgrind, and against the oldest, for many small steps are a large one
  report          writes build/bench/report.html and report.md about the last ab, the history and the benchmarks

A commit that is meant to be slower says so in a trailer: `Slower: release_10000 3%: reason`.
Exit codes: 0 fine, 1 slower, 2 usage, 3 inconclusive, 4 incomparable.
"""

import argparse
import concurrent.futures
import contextlib
import json
import pathlib
import sys

import compare
import console
import figures
import gate
import history
import measure
import report
import trees
from outcome import Exit, Stop

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run_ab(root: pathlib.Path, arguments: argparse.Namespace) -> Exit:
    commits = {label: trees.commit_of(root, getattr(arguments, label)) for label in ("base", "head")}
    for commit in commits.values():
        trees.require_source(root, commit)
    accepted = trees.accepted_between(root, commits["base"].id, commits["head"].id)
    if trees.is_dirty(root):
        print("bench: what the work tree has uncommitted is not measured, only the two commits", file=sys.stderr)
    rounds = 0 if arguments.instructions_only else arguments.rounds
    with contextlib.ExitStack() as stack:
        checkouts = {label: stack.enter_context(trees.checked_out(root, commits[label], label)) for label in commits}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            # A base that does not build is nothing to compare with; a head that does not is no result.
            built = {label: pool.submit(trees.build, checkouts[label], commits[label], failure)
                     for label, failure in (("base", Exit.INCOMPARABLE), ("head", Exit.INCONCLUSIVE))}
            programs = {label: each.result() for label, each in built.items()}
        document = compare.describe(compare.measure_both(programs, rounds), commits, accepted)
        (root / "build/bench/ab.json").write_text(json.dumps(document), encoding="utf-8")
        console.show_comparison(document)
        verdict = compare.verdict(document, programs)
    console.show_verdict(compare.changes(document))
    return verdict


def run_record(root: pathlib.Path, arguments: argparse.Namespace) -> Exit:
    commit = trees.commit_of(root, "HEAD")
    dirty = trees.is_dirty(root)
    record = history.make_record(root / trees.PROGRAM, commit, dirty, arguments.rounds)
    history.append(arguments.history, record)
    for region, instructions in record["instructions"].items():
        wall = figures.estimate(record["wall"][region])
        print(f"{region:<16} {instructions:>14,} instructions {figures.duration(wall.median):>10}")
    print(f"recorded {commit} in {arguments.history}")
    if dirty:
        print("the tree is dirty: these are figures of that commit and of what is not committed")
    return Exit.FINE


def run_check(root: pathlib.Path, arguments: argparse.Namespace) -> Exit:
    line = history.compared(arguments.history)
    verdicts = [check_against(root, *line[-2:])]
    for oldest in history.oldest(line):
        print("\nand since the oldest record:")
        verdicts.append(check_against(root, oldest, line[-1]))
    return max(verdicts)


def check_against(root: pathlib.Path, before: dict, newest: dict) -> Exit:
    accepted = trees.accepted_between(root, before["commit"], newest["commit"])
    print(f"base  {before['commit'][:9]} {before['subject']}, of {before['date']}")
    print(f"head  {newest['commit'][:9]} {newest['subject']}, of {newest['date']}\n")
    changes = gate.changes(before["instructions"], newest["instructions"],
                           {region: each.share for region, each in accepted.items()})
    if not changes:
        raise Stop(Exit.INCOMPARABLE, "the two newest records have no region in common; add one: ./dev bench record")
    console.show_changes(changes)
    print()
    console.show_verdict(changes)
    return Exit.REGRESSION if any(change.too_slow for change in changes) else Exit.FINE


def run_report(root: pathlib.Path, arguments: argparse.Namespace) -> Exit:
    for path in report.write(root / "build/bench", history.read(arguments.history)):
        print(path)
    return Exit.FINE


def rounds_of(text: str) -> int:
    if not text.isdecimal() or int(text) < measure.LEAST_ROUNDS:
        raise argparse.ArgumentTypeError(f"{text}: at least {measure.LEAST_ROUNDS}, lest the intervals say nothing")
    return int(text)


def existing(text: str) -> pathlib.Path:
    path = pathlib.Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is no file; ./dev bench record --history {text} makes one")
    return path


def parse(arguments: list[str], root: pathlib.Path) -> argparse.Namespace:
    told = {"description": __doc__, "formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(prog="./dev bench", **told)
    commands = parser.add_subparsers(required=True, metavar="ab|record|check|report")

    def add(name: str, run, options: str, file=existing) -> argparse.ArgumentParser:
        command = commands.add_parser(name, **told)
        command.set_defaults(run=run)
        if "rounds" in options:
            command.add_argument("--rounds", type=rounds_of, default=measure.LEAST_ROUNDS, metavar="N",
                                 help=f"of wall time, {measure.LEAST_ROUNDS} or more")
        if "history" in options:
            command.add_argument("--history", type=file, default=root / "build/bench/history.ndjson",
                                 metavar="FILE")
        return command

    ab = add("ab", run_ab, "rounds")
    ab.add_argument("base", metavar="BASE", help="a commit")
    ab.add_argument("head", metavar="HEAD", help="another one")
    ab.add_argument("--instructions-only", action="store_true", help="no wall time")
    add("record", run_record, "rounds history", file=pathlib.Path)
    add("check", run_check, "history")
    add("report", run_report, "history")
    return parser.parse_args(arguments)


def main(arguments: list[str], root: pathlib.Path = ROOT) -> int:
    parsed = parse(arguments, root)
    try:
        return parsed.run(root, parsed)
    except Stop as stop:
        print(f"bench: {stop}", file=sys.stderr)
        return stop.code


"""Plays all scenarios with several builds of unlease, and compares what they print with each other and with the record.

  fingerprints.py [--update] [--through COMMAND] RECORD PROGRAM...

Each program plays the folder of RECORD with --jobs 1 and --jobs 2. All their JSON has to be the same, byte for byte; the
fingerprint of each scenario's trace has to be the one in RECORD. With --update the difference is shown, and RECORD
rewritten. With --through, COMMAND runs the programs: an emulator. Exit codes: 0 the same, 1 different, 2 usage.
"""

import argparse
import difflib
import json
import pathlib
import subprocess
import sys

JOBS = (1, 2)
HEADER = "# The fingerprint of each scenario's trace: `./dev fingerprints` compares, `./dev fingerprints --update` rewrites.\n"


def play(program, through, folder, jobs):
    """The JSON document of a run, as bytes; its scenarios' files are named from the folder's parent."""
    command = [*through, program, "run", folder.name, "--jobs", str(jobs), "--json", "-"]
    done = subprocess.run(command, cwd=folder.parent, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
    if done.returncode > 4 or done.returncode < 0 or not done.stdout:
        sys.exit(f"fingerprints: {program} ended with {done.returncode}")
    return done.stdout


def record_lines(document):
    """A line a scenario; without a trace, its verdict instead of the fingerprint."""
    scenarios = json.loads(document)["scenarios"]
    return [HEADER] + [f"{s.get('fingerprint', s['verdict'])}  {s['file']}\n" for s in scenarios]


def show_difference(old, new, old_name, new_name):
    sys.stdout.writelines(difflib.unified_diff(old, new, old_name, new_name, n=0))


def compare_builds(programs, through, folder):
    """The document that all builds agree on; None, and the differences printed, where they do not."""
    first = None
    agreed = True
    for program in programs:
        for jobs in JOBS:
            document = play(program, through, folder, jobs)
            name = f"{program} --jobs {jobs}"
            if first is None:
                first, first_name = document, name
            elif document != first:
                agreed = False
                print(f"different: {first_name} and {name}")
                show_difference(record_lines(first), record_lines(document), first_name, name)
            else:
                print(f"the same: {name}")
    return first if agreed else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--through", action="append", default=[], metavar="COMMAND")
    parser.add_argument("record", type=pathlib.Path)
    parser.add_argument("programs", nargs="+", metavar="program")
    arguments = parser.parse_args()

    record = arguments.record.resolve()
    document = compare_builds(arguments.programs, arguments.through, record.parent)
    if document is None:
        return 1
    new = record_lines(document)
    old = record.read_text(encoding="utf-8").splitlines(keepends=True) if record.exists() else []
    show_difference(old, new, "recorded", "now")
    if arguments.update:
        record.write_text("".join(new), encoding="utf-8")
    elif old != new:
        print(f"{record.name} differs; if that is meant, say why in the commit and run: ./dev fingerprints --update")
        return 1
    print(f"{len(new) - 1} scenarios, {len(arguments.programs)} builds, --jobs {' and '.join(map(str, JOBS))}: the same bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs the program `regions`: instructions by callgrind, wall time in interleaved rounds."""

import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys

from outcome import Exit, Stop

HOT_PART = "unlease_hot_part"  # the function of bench/regions.cc whose instructions count
LEAST_ROUNDS = 24


def run(command: list[str]) -> subprocess.CompletedProcess:
    """With an empty environment, for its size moves the stack and with it the figures; stops where it fails."""
    try:
        done = subprocess.run(command, env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Stop(Exit.INCONCLUSIVE,
                   f"{command[0]} is not there; ./dev bench installs and builds what it needs") from None
    if done.returncode != 0:
        raise Stop(Exit.INCONCLUSIVE, f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr.strip()}")
    return done


def region_names(program: pathlib.Path) -> list[str]:
    return run([str(program), "--list"]).stdout.split()


def built_by(program: pathlib.Path) -> dict[str, str]:
    compiler, flags = run([str(program), "--built-by"]).stdout.splitlines()
    return {"compiler": compiler, "flags": flags}


def counted_by() -> str:
    """Another valgrind counts other instructions."""
    return run(["valgrind", "--version"]).stdout.strip()


def count(program: pathlib.Path, region: str) -> int:
    """The instructions of the region's hot part."""
    done = run(["valgrind", "--tool=callgrind", f"--toggle-collect={HOT_PART}",
                "--callgrind-out-file=/dev/null", str(program), region])
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if not counted or int(counted[1]) == 0:
        raise Stop(Exit.INCONCLUSIVE, f"callgrind counted nothing in {region}: has {program} no function {HOT_PART}?")
    return int(counted[1])


def count_all(program: pathlib.Path, regions: list[str]) -> dict[str, int]:
    """Side by side, for counts do not depend on what else the machine does."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(regions, pool.map(lambda region: count(program, region), regions), strict=True))


def time_rounds(programs: dict[str, pathlib.Path], regions: list[str], rounds: int) -> dict[str, dict[str, list[int]]]:
    """Nanoseconds by region and program. In each round each program runs once a region, in an order drawn anew."""
    order = random.Random(1)
    samples = {region: {label: [] for label in programs} for region in regions}
    for number in range(1, rounds + 1):
        show_progress(f"round {number} of {rounds}")
        for region in order.sample(regions, len(regions)):
            for label in order.sample(list(programs), len(programs)):
                samples[region][label].append(int(run([str(programs[label]), region]).stdout))
    show_progress("")
    return samples


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

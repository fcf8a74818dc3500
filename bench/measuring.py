"""Runs benchmark programs and reads what they say: samples of Google Benchmark's, lines of the plain ones."""

import dataclasses
import json
import pathlib
import re
import subprocess

# "met    bytes an adapter: 756.8, at most 768", as bench/target.h prints it.
TARGET_LINE = re.compile(r"(?P<met>met|MISSED) +(?P<what>.*): (?P<figure>[-+.\de]+)(?: (?P<unit>\S+))?, "
                         r"at most (?P<limit>[-+.\de]+)")
# What Google Benchmark adds to a name, of how it was measured.
MEASURED_HOW = re.compile(r"/(manual_time|real_time|process_time|iterations:\d+)")
TIMEOUT_S = 300


class ProgramError(Exception):
    """A program failed, or said what cannot be understood."""


@dataclasses.dataclass(frozen=True)
class Program:
    """A program of Google Benchmark's, and which of its benchmarks are wanted."""
    name: str
    wanted: str  # a regular expression for the beginning of their names
    min_time_s: float = 0.1


@dataclasses.dataclass
class Samples:
    """A benchmark's times, one a launch."""
    items: int  # in an iteration; 1 where the name has no number
    ns_per_item: list[float] = dataclasses.field(default_factory=list)


def run(command: list[str]) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S,
                              check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProgramError(str(error)) from error


def launch(folder: pathlib.Path, program: Program) -> dict[str, tuple[int, float]]:
    """One launch: name -> items in an iteration, nanoseconds an item."""
    done = run([str(folder / program.name), f"--benchmark_filter=^({program.wanted})", "--benchmark_format=json",
                f"--benchmark_min_time={program.min_time_s}"])
    if done.returncode != 0:
        raise ProgramError(f"{program.name} exited with {done.returncode}: {done.stderr.strip()[-300:]}")
    try:
        benchmarks = json.loads(done.stdout)["benchmarks"]
    except (ValueError, KeyError) as error:
        raise ProgramError(f"{program.name} printed no JSON of Google Benchmark's") from error
    figures = {}
    for benchmark in benchmarks:
        if benchmark.get("error_occurred"):
            raise ProgramError(f"{program.name}, {benchmark['name']}: {benchmark.get('error_message')}")
        name = MEASURED_HOW.sub("", benchmark["name"])
        items = re.search(r"/(\d+)$", name)
        # Of processor time, or of what the benchmark measured itself.
        figures[name] = (int(items[1]) if items else 1, 1e9 / benchmark["items_per_second"])
    return figures


def plain_targets(folder: pathlib.Path, name: str) -> list[dict]:
    """The targets of a plain program, which launches what it needs by itself."""
    done = run([str(folder / name)])
    targets = [{"what": f"{name}: {found['what']}", "figure": float(found["figure"]), "limit": float(found["limit"]),
                "unit": found["unit"] or "", "met": found["met"] == "met"}
               for found in map(TARGET_LINE.fullmatch, done.stdout.splitlines()) if found]
    # Its exit code is the verdict, and its lines have to agree.
    if not targets or (done.returncode == 0) != all(target["met"] for target in targets):
        raise ProgramError(f"{name} exited with {done.returncode}: {(done.stdout + done.stderr).strip()[-300:]}")
    return targets


def built_by(folder: pathlib.Path) -> dict:
    """With which compiler the programs were built: that of the CMake folder above."""
    cache = folder.parent / "CMakeCache.txt"
    values = dict(re.findall(r"^(CMAKE_\w+):\w+=(.*)$", cache.read_text(encoding="utf-8"), re.MULTILINE)
                  if cache.exists() else [])
    build_type = values.get("CMAKE_BUILD_TYPE", "").upper()
    flags = f"{values.get('CMAKE_CXX_FLAGS', '')} {values.get(f'CMAKE_CXX_FLAGS_{build_type}', '')}".strip()
    compiler = "unknown"
    if "CMAKE_CXX_COMPILER" in values:
        compiler = run([values["CMAKE_CXX_COMPILER"], "--version"]).stdout.partition("\n")[0]
    return {"compiler": compiler, "flags": flags}

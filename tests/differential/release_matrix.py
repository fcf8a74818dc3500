"""How real DHCP servers judge the matrix of DHCPRELEASEs, and whether our profiles of them judge it alike.

  release_matrix.py [--check] TABLE MATRIX

MATRIX is the program of release_matrix.cc: the leases of each cell, the frame that comes, and what our profiles make of
it. Each server, in a network namespace that is made here, gets the leases of all cells in its own lease file, then all
frames; what it freed is what its file says afterwards. TABLE is rewritten, and the difference shown. With --check it
stays, and a difference is a failure. So is, either way, a cell in which a server and our profile of it differ unless
differences.toml has a reason, and a reason there that no cell needs.

Exit codes: 0 fine, 1 different, 2 usage, or a server that does not work, 77 skipped: there can be no namespace.
"""

import argparse
import dataclasses
import difflib
import ipaddress
import json
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import tomllib

import network
import servers

PREFIX = 15
AT_ONCE = 16  # frames before a server is asked whether it has handled them: its socket holds a few hundred
PROBE = "02:00:00:ff:00:01"  # the client that asks
BYSTANDER = "02:00:00:ff:00:02"
COORDINATES = ("ciaddr", "lease_client_id", "chaddr", "client_id", "server_id")
SECTIONS = (("leased", "ciaddr is leased"), ("expired", "The lease of ciaddr has expired"),
            ("never leased", "ciaddr was never leased"),
            ("in option 50, too", "ciaddr is leased, and option 50 names it, too"),
            ("not the source", "ciaddr is leased, and the datagram comes from 0.0.0.0"))
NOTHING = "-"
HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Judgement:
    """What became of a cell at a server, and at our profile of it."""

    server: str
    cell: dict
    real: str
    ours: str
    reason: int = 0  # number of the listed difference, from 1


def outcome(cell: dict, freed: list[str], forgotten: bool = False) -> str:
    """In a word. What has expired is free already; a server may forget it all the same."""
    if not freed:
        return "forgotten" if forgotten else "kept"
    return "freed" if freed == [cell["address"]] else "another freed"


def measure(kind: type[servers.Server], scope: network.Scope, cells: list[dict]) -> tuple[str, list[str]]:
    """The version of a server, and what it makes of each cell."""
    last = ipaddress.ip_address(scope.last)
    probe, bystander = servers.Lease(str(last), PROBE), servers.Lease(str(last - 1), BYSTANDER, state="expired")
    seeded = [servers.Lease(**lease) for cell in cells for lease in cell["leases"]]
    with tempfile.TemporaryDirectory(prefix="unlease-") as folder, network.Wire() as wire:
        server = kind(pathlib.Path(folder), scope)
        server.start([probe, bystander, *seeded])
        server.wait_for(wire, PROBE)
        for start in range(0, len(cells), AT_ONCE):
            for cell in cells[start:start + AT_ONCE]:
                wire.send(bytes.fromhex(cell["frame"]))
            server.wait_for(wire, PROBE)
        server.stop()
        after = {lease.address: lease.state for lease in server.leases()}
        if after.get(probe.address) != "bound":
            raise servers.ServerError(f"{server.name} has lost a lease that nobody released:\n{server.log()}")
        outcomes = []
        for cell in cells:
            freed = [lease["address"] for lease in cell["leases"]
                     if lease["state"] == "bound" and after.get(lease["address"], "free") != "bound"]
            forgotten = cell["ciaddr"] == "expired" and after.get(cell["address"]) != after.get(bystander.address)
            outcomes.append(outcome(cell, freed, forgotten))
        return server.version(), outcomes


def explain(judgements: list[Judgement], reasons: list[dict]) -> list[str]:
    """Numbers the differences that have a reason, and returns a line for each that has none, and each unused reason."""
    problems = []
    used = set()
    for judged in judgements:
        if judged.real == judged.ours:
            continue
        for number, reason in enumerate(reasons, start=1):
            where = {key: judged.cell[key] for key in reason["cells"]}
            if (reason["server"], reason["real"], reason["cells"]) == (judged.server, judged.real, where):
                judged.reason = number
                used.add(number)
                break
        else:
            where = ", ".join(f"{key} {judged.cell[key]}" for key in COORDINATES)
            problems.append(f"{judged.server}: {where}: {judged.real}, our profile: {judged.ours}")
    for number, reason in enumerate(reasons, start=1):
        if number not in used:
            problems.append(f"differences.toml has a reason that no cell needs: {reason['server']} {reason['cells']}")
    return problems


def entry(judgements: list[Judgement]) -> str:
    """A table's entry: with which server ids something happens to a lease, and where our profile differs."""
    def ids(of: list[Judgement]) -> str:
        return "any" if len(of) == 3 else ", ".join(judged.cell["server_id"] for judged in of)

    texts = []
    for word in ("freed", "forgotten", "another freed"):
        if of := [judged for judged in judgements if judged.real == word]:
            texts.append(ids(of) if word == "freed" else f"{word}: {ids(of)}")
    text = "; ".join(texts) or NOTHING
    if unlike := [judged for judged in judgements if judged.real != judged.ours]:
        numbers = sorted({judged.reason for judged in unlike})
        text += " " + "".join(f"[{number}]" if number else "[**?**]" for number in numbers)
    return text


def section(judgements: list[Judgement], versions: dict[str, str]) -> str:
    """The table of one kind of ciaddr; servers to which it never matters are only named, idle rows only counted."""
    idle = [name for name in versions
            if all(judged.real == judged.ours == "kept" for judged in judgements if judged.server == name)]
    shown = [name for name in versions if name not in idle]
    text = ""
    if idle:
        cells = len(judgements) // len(versions)
        text += f"Nothing happens in any of the {cells} cells at {', '.join(idle)}.\n\n"
    if not shown:
        return text
    columns = ["lease's client id", "chaddr", "client id", *(f"{name} {versions[name]}" for name in shown)]
    text += f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
    rows: dict[tuple, dict[str, list[Judgement]]] = {}
    for judged in judgements:
        row = rows.setdefault(tuple(judged.cell[key] for key in COORDINATES[1:4]), {})
        row.setdefault(judged.server, []).append(judged)
    unlisted = 0
    for row, of in rows.items():
        entries = [entry(of[name]) for name in shown]
        if set(entries) == {NOTHING}:
            unlisted += 1
        else:
            text += f"| {' | '.join([*row, *entries])} |\n"
    return text + f"\nCombinations that are not listed ({unlisted}): nothing happens.\n"


def render(judgements: list[Judgement], versions: dict[str, str], reasons: list[dict]) -> str:
    text = (HERE / "release_matrix_head.md").read_text(encoding="utf-8")
    for ciaddr, headline in SECTIONS:
        of = [judged for judged in judgements if judged.cell["ciaddr"] == ciaddr]
        text += f"\n## {headline}\n\n{section(of, versions)}".rstrip("\n") + "\n"
    text += "\n## Where our profiles differ\n\n"
    for number, reason in enumerate(reasons, start=1):
        count = sum(judged.reason == number for judged in judgements)
        item = f"{number}. {reason['server']}, {count} cells: {reason['reason']} Source: {reason['source']}"
        text += textwrap.fill(item, width=120, subsequent_indent="   ", break_on_hyphens=False) + "\n"
    same = sum(judged.real == judged.ours for judged in judgements)
    return text + f"\n{same} of {len(judgements)} cells are judged alike.\n"


def run(arguments: argparse.Namespace) -> int:
    done = subprocess.run([arguments.matrix], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    matrix = json.loads(done.stdout)
    reasons = tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))["difference"]
    cells = matrix["cells"]
    scope = network.Scope(prefix=PREFIX, **matrix["server"])
    network.connect(scope)
    judgements, versions = [], {}
    for kind in servers.ALL:
        versions[kind.name], outcomes = measure(kind, scope, cells)
        judgements += [Judgement(kind.name, cell, real, outcome(cell, cell["freed"][kind.name]))
                       for cell, real in zip(cells, outcomes, strict=True)]
    problems = explain(judgements, reasons)
    new = render(judgements, versions, reasons)
    old = arguments.table.read_text(encoding="utf-8") if arguments.table.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True),
                                               "committed", "measured", n=0))
    if not arguments.check:
        arguments.table.write_text(new, encoding="utf-8")
    elif old != new:
        problems.append(f"{arguments.table.name} is not what was measured; if that is meant, commit what "
                        "./dev differential writes")
    for problem in problems:
        print(problem)
    asked = ", ".join(f"{name} {version}" for name, version in versions.items())
    print(f"{len(cells)} cells at each of {asked}: {len(problems)} problems")
    return 1 if problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("table", type=pathlib.Path, metavar="TABLE")
    parser.add_argument("matrix", metavar="MATRIX")
    arguments = parser.parse_args()
    if why := network.enter():
        print(f"skipped: the kernel allows no network namespace here: {why}")
        return network.SKIPPED
    try:
        return run(arguments)
    except servers.ServerError as error:
        print(f"release_matrix: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

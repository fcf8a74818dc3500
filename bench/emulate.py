"""How fast do releases leave? `unlease emulate` acquires 20,000 leases from Kea and releases them; beside it perfdhcp, which
does both at once, and a plain sendto() a frame as the floor. Each in turn, five times, over a virtual cable in a network
namespace of its own; who sends is not asked: the frames are counted at the cable's other end.

usage: emulate.py FOLDER       of the built programs (build/release)

Exits with 1 where a target is missed or something fails. Without perfdhcp (Debian's kea-admin) its rate is not measured.
"""

import contextlib
import ctypes
import pathlib
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "differential"))

import emulation
import network
import servers
from track import figures

LAUNCHES = 5
CLIENTS = 20_000
TIMES_PERFDHCP = 3
PERFDHCP_S = 5
PERFDHCP_ADDRESS = "10.99.0.2/16"
DISCOVER, RELEASE = 1, 7


class BenchError(Exception):
    """Something that is measured did not do its work."""


class Counter:
    """Counts the DHCP messages of one type that come to `SERVER`. The kernel does: no frame is copied or kept."""

    _SOL_PACKET, _STATISTICS = 263, 6
    _ATTACH_FILTER = 26

    def __init__(self, message_type: int) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        # IPv4 without options, UDP to port 67, and option 53 is the first: all that is measured here writes it so.
        steps = ((0x28, 0, 0, 12), (0x15, 0, 8, 0x0800), (0x30, 0, 0, 23), (0x15, 0, 6, 17), (0x28, 0, 0, 36),
                 (0x15, 0, 4, 67), (0x20, 0, 0, 282), (0x74, 0, 0, 8), (0x15, 0, 1, 0x350100 | message_type),
                 (0x06, 0, 0, 64), (0x06, 0, 0, 0))
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        self._socket.setsockopt(socket.SOL_SOCKET, self._ATTACH_FILTER,
                                struct.pack("HP", len(steps), ctypes.addressof(code)))
        self._socket.bind((network.SERVER, 0x0800))
        self.count = 0
        self.first = self.last = 0.0  # when it began to grow, and when it grew last

    def look(self) -> None:
        """Often: what came is noted with the time of the look, and the first with that of the look before."""
        came, _ = struct.unpack("II", self._socket.getsockopt(self._SOL_PACKET, self._STATISTICS, 8))
        now = time.monotonic()
        if self.count == 0:
            self.first = now
        if came:
            self.count += came
            self.last = now

    def close(self) -> None:
        self._socket.close()


class Measured:
    """What came to the other end while a program ran."""

    def __init__(self, command: list[str], accepted: tuple[int, ...] = (0,)) -> None:
        with contextlib.ExitStack() as closing:
            discovers, releases = (closing.enter_context(contextlib.closing(Counter(kind)))
                                   for kind in (DISCOVER, RELEASE))
            with tempfile.TemporaryFile() as log:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
                ended = False
                while not ended:
                    ended = process.poll() is not None
                    for counter in discovers, releases:
                        counter.look()
                    time.sleep(0.0005)
                log.seek(0)
                if process.returncode not in accepted or not releases.count:
                    raise BenchError(f"{command[0]} exited with {process.returncode}, {releases.count} releases came:\n"
                                     + log.read().decode(errors="replace"))
        self.releases = releases.count
        self.rate = releases.count / (releases.last - releases.first)
        # Of a whole life: a lease acquired and released.
        self.lives = releases.count / (releases.last - discovers.first) if discovers.count else None


def with_kea(command: list[str], accepted: tuple[int, ...] = (0,)) -> Measured:
    # In memory: a server that waits for a disk hears nothing meanwhile.
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, network.Wire() as wire:
        server = servers.Kea(pathlib.Path(folder), emulation.SCOPE)
        server.start([])
        try:
            server.wait_for(wire, emulation.PROBE)
            return Measured(command, accepted)
        finally:
            server.stop()


def emulate(program: str, scenario: str) -> Measured:
    measured = with_kea([program, "emulate", scenario, "--interface", network.CLIENT])
    if measured.releases != CLIENTS:
        raise BenchError(f"{measured.releases} of {CLIENTS} releases came")
    return measured


def perfdhcp(program: str) -> Measured:
    """As fast as it can: of each lease that it gets it releases one. It needs an address, and calls itself a relay."""
    def address(verb: str) -> None:
        subprocess.run(["ip", "address", verb, PERFDHCP_ADDRESS, "dev", network.CLIENT], check=True)

    rate = "20000"
    address("add")
    try:
        # 3: some exchanges were not completed.
        return with_kea([program, "-4", "-r", rate, "-F", rate, "-R", str(CLIENTS), "-p", str(PERFDHCP_S),
                         "-l", network.CLIENT, emulation.SCOPE.address], accepted=(0, 3))
    finally:
        address("del")


def measure(programs: dict) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {name: [] for name in programs}
    for launch in range(1, LAUNCHES + 1):
        for name, program in programs.items():
            found[name].append(program())
            print(f"launch {launch} of {LAUNCHES}: {name}", file=sys.stderr, flush=True)
    return found


def row(name: str, rates: list[float]) -> str:
    median = figures.number(statistics.median(rates))
    return f"{name:<48} {median:>9}   {figures.number(min(rates))} - {figures.number(max(rates))}"


def verdict(found: dict[str, list[Measured]]) -> bool | None:
    """Prints it; whether the target is met, none where there is no peer."""
    what = "releases a second of emulate: times those of perfdhcp"
    if "perfdhcp" not in found:
        print(f"-      {what}: not measured, perfdhcp (Debian's kea-admin) is not installed")
        return None
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in zip(found["emulate"], found["perfdhcp"]))
    met = ratio >= TIMES_PERFDHCP
    print(f"{'met' if met else 'MISSED':<6} {what}: {figures.number(ratio)}, at least {TIMES_PERFDHCP}")
    return met


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[1]).resolve()
    if why := network.enter():
        print(f"not measured: the kernel allows no network namespace here: {why}")
        return 0
    network.connect(emulation.SCOPE)
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as scenario:
        scenario.write(emulation.scenario(emulation.adapters("Client", CLIENTS), CLIENTS))
        scenario.flush()
        programs = {
            "sendto": lambda: Measured([str(folder / "bench" / "send_frames"), network.CLIENT, str(CLIENTS)]),
            "emulate": lambda: emulate(str(folder / "apps" / "unlease" / "unlease"), scenario.name),
        }
        if found_at := shutil.which("perfdhcp"):
            programs["perfdhcp"] = lambda: perfdhcp(found_at)
        try:
            found = measure(programs)
        except (BenchError, servers.ServerError) as error:
            print(f"emulate: {error}", file=sys.stderr)
            return 1

    print(f"{'':<48} {'a second':>9}   least - most of {LAUNCHES} launches")
    for name, of in found.items():
        print(row(f"{name}: releases", [one.rate for one in of]))
        if of[0].lives:
            print(row(f"{name}: leases acquired and released", [one.lives for one in of]))
    return 1 if verdict(found) is False else 0


if __name__ == "__main__":
    sys.exit(main())

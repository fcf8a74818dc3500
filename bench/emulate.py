"""How fast do releases leave? `unlease emulate` acquires 20,000 leases from Kea and then releases them; beside it
perfdhcp, which releases while it acquires, and a plain sendto() a frame as the ceiling. Each in turn, five times, over a
virtual cable to a Kea that has just started, in a network namespace. Who sends is not asked: the frames are counted at
the cable's other end.

usage: emulate.py FOLDER       of the built programs (build/release)

Exits with 1 where a target is missed or something fails. Without perfdhcp (Debian's kea-admin) it is not measured.
"""

import contextlib
import ctypes
import os
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
PERFDHCP_RATE = 20_000  # of leases and of releases, a second: more leases than Kea gives
PERFDHCP_ADDRESS = "10.99.0.2/16"
AWAY = "away"  # a network namespace of its own
DISCOVER, RELEASE = 1, 7


class BenchError(Exception):
    """Something that is measured did not do its work."""


class Counter:
    """Counts the DHCP messages of one type that come to `SERVER`. The kernel does, with those that do not fit."""

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
        self.first = self.last = time.monotonic()  # the last look before it grew, and the one when it had last grown

    def look(self) -> None:
        """Often."""
        came, _ = struct.unpack("II", self._socket.getsockopt(self._SOL_PACKET, self._STATISTICS, 8))
        now = time.monotonic()
        if came:
            self.count += came
            self.last = now
        elif not self.count:
            self.first = now

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


def with_kea(command: list[str], accepted: tuple[int, ...] = (0,), around=contextlib.nullcontext) -> Measured:
    # In memory: a server that waits for a disk hears nothing meanwhile.
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, network.Wire() as wire:
        server = servers.Kea(pathlib.Path(folder), emulation.SCOPE)
        server.start([])
        try:
            server.wait_for(wire, emulation.PROBE)
            with around():
                return Measured(command, accepted)
        finally:
            server.stop()


def all_released(command: list[str]) -> Measured:
    measured = with_kea(command)
    if measured.releases != CLIENTS:
        raise BenchError(f"{command[0]}: {measured.releases} of {CLIENTS} releases came")
    return measured


def ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], stdin=subprocess.DEVNULL, check=True)


@contextlib.contextmanager
def client_away():
    """`CLIENT` in a namespace of its own, with an address: what uses the kernel's UDP would never leave this one."""
    ip(f"link set {network.CLIENT} netns {AWAY}")
    ip(f"-n {AWAY} address add {PERFDHCP_ADDRESS} dev {network.CLIENT}")
    ip(f"-n {AWAY} link set {network.CLIENT} up")
    try:
        yield
    finally:
        ip(f"-n {AWAY} link set {network.CLIENT} netns {os.getpid()}")
        ip(f"link set {network.CLIENT} up")


def perfdhcp(program: str) -> Measured:
    """As a relay, it says; of the leases that it gets it releases as many as it can."""
    rate = str(PERFDHCP_RATE)
    command = [program, "-4", "-r", rate, "-F", rate, "-R", str(CLIENTS), "-p", str(PERFDHCP_S), "-l", network.CLIENT,
               emulation.SCOPE.address]
    # 3: some exchanges were not completed.
    return with_kea(["nsenter", f"--net=/run/netns/{AWAY}", *command], accepted=(0, 3), around=client_away)


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
    pairs = list(zip(found["emulate"], found["perfdhcp"]))
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
    met = ratio >= TIMES_PERFDHCP
    print(f"{'met' if met else 'MISSED':<6} {what}: {figures.number(ratio)}, at least {TIMES_PERFDHCP}")
    # It acquires meanwhile, and releases no more than that.
    lives = statistics.median(ours.lives / theirs.lives for ours, theirs in pairs)
    print(f"-      leases a second that emulate acquires and releases: times those of perfdhcp: {figures.number(lives)}")
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
            "sendto": lambda: all_released([str(folder / "bench" / "send_frames"), network.CLIENT, str(CLIENTS)]),
            "emulate": lambda: all_released([str(folder / "apps" / "unlease" / "unlease"), "emulate", scenario.name,
                                             "--interface", network.CLIENT]),
        }
        if found_at := shutil.which("perfdhcp"):
            programs["perfdhcp"] = lambda: perfdhcp(found_at)
            # Names of namespaces are files, and ours are nobody else's business.
            subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], stdin=subprocess.DEVNULL, check=True)
            ip(f"netns add {AWAY}")
        try:
            found = measure(programs)
        except (BenchError, servers.ServerError, subprocess.SubprocessError) as error:
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

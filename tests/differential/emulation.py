"""Our clients at real servers: `unlease emulate` acquires, renews and releases, and the server's own lease file says
what it thinks of that. Half of the adapters keep silent about their release, to show that it is the release that frees.

usage: emulation.py UNLEASE [--wave N]     with --wave, N adapters at Kea alone, all of which are released
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import network
import servers

SCOPE = network.Scope(address="10.99.0.1", mac="02:63:00:00:00:01", prefix=16, first="10.99.1.0", last="10.99.250.255")
PROBE = "02:63:00:00:00:02"  # asks whether a server answers; it takes no lease
EACH = 20
RENEWAL = f"""[[step]]
at = "50ms"
call = "RenewDHCPLeaseAll"
expect = {{ code = 0, packets = {{ request = {2 * EACH} }}, adapters = {{ "*" = {{ address = "any" }} }} }}
"""


def adapters(name: str, count: int, more: str = "") -> str:
    return (f'[[adapter]]\nname = "{name}"\ncount = {count}\nlease = {{ server = "real", state = "bound" }}\n{more}')


def scenario(entries: str, released: int, more: str = "") -> str:
    """The server stands in for the real one, of which nothing is known but that it answers."""
    return f"""version = 1
name = "our clients at a real server"
[[segment]]
name = "lan"
latency = "0ms"
[[server]]
name = "real"
address = "{SCOPE.address}"
pool = "{SCOPE.first}-{SCOPE.last}"
{entries}
{more}
[[step]]
at = "100ms"
call = "ReleaseDHCPLeaseAll"
[expect]
code = 0
packets = {{ release = {released} }}
adapters = {{ "*" = {{ address = "none" }} }}
"""


def emulate(unlease: str, text: str) -> str:
    """What it printed. Raises where it did not pass."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        ran = subprocess.run([unlease, "emulate", file.name, "--interface", network.CLIENT], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode != 0:
        raise servers.ServerError(ran.stdout)
    return ran.stdout


def states_after(kind: type[servers.Server], unlease: str, text: str) -> tuple[dict[str, list[str]], int]:
    """The chaddrs of our adapters whose leases are in each state at the server, in the end, and how many frames never
    got to it because it did not take them in time."""
    # In memory: a server that waits for a disk hears nothing meanwhile.
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, network.Wire() as wire:
        server = kind(pathlib.Path(folder), SCOPE)
        server.start([])
        try:
            server.wait_for(wire, PROBE)
            print(emulate(unlease, text), end="", flush=True)
            server.wait_for(wire, PROBE)
            unheard = server.unheard()
        finally:
            server.stop()
        states: dict[str, list[str]] = {}
        for lease in server.leases():
            if lease.chaddr.startswith("02:00:"):
                states.setdefault(lease.state, []).append(lease.chaddr)
    return states, unheard


def chaddrs(first: int, count: int) -> list[str]:
    """Those of `count` adapters from the one of number `first` on, which count from 1; in order."""
    return [f"02:00:{adapter.to_bytes(4, 'big').hex(':')}" for adapter in range(first, first + count)]


def check(kind: type[servers.Server], unlease: str) -> bool:
    entries = adapters("Leaver", EACH) + adapters("Keeper", EACH, 'quirks = ["no_release"]\n')
    states, _ = states_after(kind, unlease, scenario(entries, EACH, RENEWAL))
    print(f"{kind.name}: {told(states)}")
    return sorted(states.get("bound", [])) == chaddrs(EACH + 1, EACH)


def wave(unlease: str, count: int) -> bool:
    """All are free in the end. 32 at once, each release taking 40 ms: a release has no answer, and Kea's socket holds
    some 160 frames while it does something else. On a busy machine that can be too few; the kernel counts what it then
    throws away, and only then fewer at once are tried."""
    for in_flight in 32, 16, 8:
        text = scenario(adapters("Client", count), count, '[[fault]]\nerror = 0\ndelay = "40ms"\n')
        text = text.replace("[[segment]]", f'[engine]\ntimeout = "5m"\nmax_in_flight = {in_flight}\n[[segment]]', 1)
        states, unheard = states_after(servers.Kea, unlease, text)
        print(f"kea: {told(states)}, {unheard} frames did not fit in its socket")
        if states.keys() == {"free"} and sorted(states["free"]) == chaddrs(1, count):
            return True
        if unheard == 0:
            return False
    return False


def told(states: dict[str, list[str]]) -> str:
    return ", ".join(f"{len(of)} {state}" for state, of in sorted(states.items())) or "no leases"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("unlease", metavar="UNLEASE", type=lambda name: str(pathlib.Path(name).resolve()))
    parser.add_argument("--wave", type=int, metavar="N")
    arguments = parser.parse_args()
    if why := network.enter():
        print(f"skipped: the kernel allows no network namespace here: {why}")
        return network.SKIPPED
    network.connect(SCOPE)
    try:
        if arguments.wave:
            return 0 if wave(arguments.unlease, arguments.wave) else 1
        return 0 if all([check(kind, arguments.unlease) for kind in servers.ALL]) else 1
    except servers.ServerError as error:
        print(f"emulation: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

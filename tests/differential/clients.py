"""Real clients at our servers: dhclient, dhcpcd and udhcpc get a lease from `unlease serve` and release it, and what
that thinks of the release is in its trace.

usage: clients.py UNLEASE
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import network

SERVED = "10.98.0.1"
SCENARIO = f"""version = 1
name = "a real client at our server"
[[server]]
name = "dhcp1"
address = "{SERVED}"
pool = "10.98.0.10-10.98.0.250"
[expect]
servers = {{ dhcp1 = {{ bound = 0, free = 241 }} }}
packets = {{ ack = 1, nak = 0 }}
"""
# What a client calls when its lease comes and goes. dhclient says why in a variable, udhcpc in an argument.
HOOK = """#!/bin/sh
case ${reason:-$1} in
  BOUND|bound) ip address add "${new_ip_address:-$ip}/24" dev "$interface" ;;
  RELEASE|deconfig) ip address flush dev "$interface" ;;
esac
exit 0
"""


class ClientError(Exception):
    """A client or our server did not do what it should."""


def commands(client: str, folder: pathlib.Path) -> tuple[list[str], list[str]]:
    """What acquires, in the foreground, and what releases; without the latter the former does so when it is ended."""
    hook, interface = folder / "hook", network.CLIENT
    if client == "udhcpc":
        return ["busybox", "udhcpc", "-f", "-R", "-i", interface, "-s", str(hook)], []
    if client == "dhcpcd":
        # Its own hooks would write this machine's /etc/resolv.conf, and it sets the address itself.
        files = ["-4", "-f", "/dev/null", "-c", "/bin/true", interface]
        return ["dhcpcd", "-B", "--noarp", *files], ["dhcpcd", "-k", *files]
    files = ["-4", "-cf", "/dev/null", "-lf", str(folder / "leases"), "-pf", str(folder / "pid"), "-sf", str(hook)]
    return ["dhclient", "-d", *files, interface], ["dhclient", "-r", *files, interface]


def wait_until(what: str, happened) -> None:
    deadline = time.monotonic() + network.LIMIT
    while not happened():
        if time.monotonic() > deadline:
            raise ClientError(f"{what}: not within {network.LIMIT:.0f} s")
        time.sleep(0.05)


def has_address() -> bool:
    shown = subprocess.run(["ip", "-4", "address", "show", "dev", network.CLIENT], stdout=subprocess.PIPE, check=True)
    return b"inet 10.98.0." in shown.stdout


def protect_machine(folder: str) -> None:
    """Whatever a client's hooks do: what they see as /etc/resolv.conf is a copy, and their state is gone with us."""
    copy = pathlib.Path(folder) / "resolv.conf"
    copy.touch()
    for command in (["--bind", str(copy), "/etc/resolv.conf"], ["-t", "tmpfs", "none", "/run"],
                    ["-t", "tmpfs", "none", "/var/lib/dhcpcd"]):
        subprocess.run(["mount", *command], stdin=subprocess.DEVNULL, check=True)


def is_server_known() -> bool:
    """Whether the client's machine has the server's MAC address. Asking makes it look for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as discard:
        discard.sendto(b"", (SERVED, 9))
    shown = subprocess.run(["ip", "neighbour", "show", SERVED], stdout=subprocess.PIPE, check=True)
    return b"lladdr" in shown.stdout


def start(command: list[str], folder: pathlib.Path, log: str) -> subprocess.Popen:
    with open(folder / log, "wb") as file:
        return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], cwd=folder, stdin=subprocess.DEVNULL,
                                stdout=file, stderr=subprocess.STDOUT)


def lives_through(client: str, folder: pathlib.Path) -> None:
    """From no lease to a lease and back."""
    acquire, release = commands(client, folder)
    running = start(acquire, folder, "client.log")
    try:
        wait_until(f"{client} has a lease", has_address)
        # Without it dhcpcd and udhcpc often lose their release: the address is gone before ARP has answered.
        wait_until(f"{client} knows the server", is_server_known)
        if release:
            subprocess.run(release, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=network.LIMIT, check=False)
        else:
            running.terminate()
        wait_until(f"{client} has no address", lambda: not has_address())
        running.wait(network.LIMIT)
    finally:
        running.kill()
        running.wait()


def check(client: str, unlease: str) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "served.toml").write_text(SCENARIO, encoding="utf-8")
        (folder / "leases").touch()
        (folder / "hook").write_text(HOOK, encoding="utf-8")
        (folder / "hook").chmod(0o755)
        serve = [unlease, "serve", "served.toml", "--interface", network.SERVER, "--trace-dir", "traces"]
        server = start(serve, folder, "server.log")
        try:
            wait_until("serving", lambda: "serving on" in (folder / "server.log").read_text(encoding="utf-8"))
            lives_through(client, folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(network.LIMIT)
        trace = (folder / "traces" / "served.ndjson").read_text(encoding="utf-8")
        judged = [record["verdict"] for record in map(json.loads, trace.splitlines())
                  if record["kind"] == "release_judged"]
        good = server.returncode == 0 and judged == ["accepted"]
        print(f"{client}: its release was {', '.join(judged) or 'not sent'}", flush=True)
        if not good:
            for log in "server.log", "client.log":
                print((folder / log).read_text(encoding="utf-8", errors="replace"), end="")
        return good


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    unlease = os.path.abspath(sys.argv[1])
    if why := network.enter():
        print(f"skipped: the kernel allows no network namespace here: {why}")
        return 0
    # The address of the server's end is of no use here: `unlease serve` has its own.
    network.connect(network.Scope(address="10.97.0.1", mac="02:63:00:00:00:01", prefix=24, first="", last=""))
    try:
        with tempfile.TemporaryDirectory() as folder:
            protect_machine(folder)
            return 0 if all([check(client, unlease) for client in ("dhclient", "dhcpcd", "udhcpc")]) else 1
    except ClientError as error:
        print(f"clients: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Real DHCP clients, each at `CLIENT` of a network namespace of its own, with its files in a folder of its own."""

import os
import pathlib
import re
import socket
import subprocess
import time

import network

NAMES = ("dhclient", "dhcpcd", "udhcpc")
# What a client calls when its lease comes and goes. dhclient says why in a variable, udhcpc in an argument.
_HOOK = """#!/bin/sh
case ${reason:-$1} in
  BOUND|bound) ip address flush dev "$interface"; ip address add "${new_ip_address:-$ip}/24" dev "$interface" ;;
  RELEASE|EXPIRE|deconfig) ip address flush dev "$interface" ;;
esac
exit 0
"""


class ClientError(Exception):
    """A client or our server did not do what it should."""


def version(name: str) -> str:
    command = {"dhclient": ["dhclient", "--version"], "dhcpcd": ["dhcpcd", "--version"], "udhcpc": ["busybox"]}[name]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return re.search(r"\d+\.[\w.-]*\w", done.stdout).group()


def protect_machine(folder: pathlib.Path) -> None:
    """Whatever a client's hooks do: what they see as /etc/resolv.conf is a copy, and their state is gone with us."""
    copy = folder / "resolv.conf"
    copy.touch()
    for command in (["--bind", str(copy), "/etc/resolv.conf"], ["-t", "tmpfs", "none", "/run"],
                    ["-t", "tmpfs", "none", "/var/lib/dhcpcd"]):
        subprocess.run(["mount", *command], stdin=subprocess.DEVNULL, check=True)


def wait_until(what: str, happened) -> None:
    deadline = time.monotonic() + network.LIMIT
    while not happened():
        if time.monotonic() > deadline:
            raise ClientError(f"{what}: not within {network.LIMIT:.0f} s")
        time.sleep(0.05)


def address() -> str:
    """The client's, without its prefix; "" where it has none."""
    shown = subprocess.run(["ip", "-4", "address", "show", "dev", network.CLIENT], stdout=subprocess.PIPE, text=True,
                           check=True).stdout
    found = re.search(r"inet ([\d.]+)", shown)
    return found.group(1) if found else ""


def is_known(server: str) -> bool:
    """Whether the client's machine has that MAC address. Asking makes it look for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as discard:
        discard.sendto(b"", (server, 9))
    shown = subprocess.run(["ip", "neighbour", "show", server], stdout=subprocess.PIPE, check=True)
    return b"lladdr" in shown.stdout


def start(command: list[str], folder: pathlib.Path, log: str) -> subprocess.Popen:
    """In the foreground; it never outlives us."""
    with open(folder / log, "wb") as file:
        return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], cwd=folder, stdin=subprocess.DEVNULL,
                                stdout=file, stderr=subprocess.STDOUT)


class Client:
    """One that acquires from its beginning on."""

    def __init__(self, name: str, folder: pathlib.Path) -> None:
        self._folder = folder
        hook = folder / "hook"
        hook.write_text(_HOOK, encoding="utf-8")
        hook.chmod(0o755)
        (folder / "leases").touch()
        acquire, self._release = self._commands(name, folder)
        self._running = start(acquire, folder, "client.log")

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self._running.kill()
        self._running.wait()

    def release(self) -> None:
        """And ends."""
        if self._release:
            subprocess.run(self._release, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=network.LIMIT, check=False)
        else:
            self._running.terminate()
        wait_until("the client has no address", lambda: not address())
        self._running.wait(network.LIMIT)

    @staticmethod
    def _commands(name: str, folder: pathlib.Path) -> tuple[list[str], list[str]]:
        """What acquires, in the foreground, and what releases; without the latter the former does so at its end."""
        hook, interface = str(folder / "hook"), network.CLIENT
        if name == "udhcpc":
            return ["busybox", "udhcpc", "-f", "-R", "-i", interface, "-s", hook], []
        if name == "dhcpcd":
            # Its own hooks would write this machine's /etc/resolv.conf, and it sets the address itself.
            files = ["-4", "-f", os.devnull, "-c", "/bin/true", interface]
            return ["dhcpcd", "-B", "--noarp", *files], ["dhcpcd", "-k", *files]
        files = ["-4", "-cf", os.devnull, "-lf", str(folder / "leases"), "-pf", str(folder / "pid"), "-sf", hook]
        return ["dhclient", "-d", *files, interface], ["dhclient", "-r", *files, interface]

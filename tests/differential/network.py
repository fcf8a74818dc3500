"""A network namespace of its own: an Ethernet of two ends, `SERVER` and `CLIENT`, without a way out.

What is sent at `CLIENT` is whole frames, so nothing there has an address, answers ARP or meddles otherwise.
"""

import dataclasses
import os
import select
import socket
import struct
import subprocess
import sys
import time

SERVER = "server0"
CLIENT = "client0"
SKIPPED = 77  # the exit code of a program that can have no such namespace
LIMIT = 30.0  # seconds until something counts as hung; nothing waits so long for luck

_INSIDE = "UNLEASE_OWN_NETWORK"
_UNSHARE = ["unshare", "--net", "--mount", "--map-root-user"]
_DISCOVER, _OFFER = 1, 2


@dataclasses.dataclass(frozen=True)
class Scope:
    """What a server is told to serve, at `SERVER`: addresses from `first` to `last`, each for `seconds`."""

    address: str
    mac: str
    prefix: int
    first: str
    last: str
    seconds: int = 3600


def refusal() -> str:
    """Why there can be no such namespace; "" where there can."""
    tried = subprocess.run([*_UNSHARE, "true"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return (tried.stderr.strip() or "unshare failed") if tried.returncode else ""


def enter() -> str:
    """Starts this program again inside such a namespace. Returns "" there, or why there can be none."""
    if _INSIDE in os.environ:
        return ""
    if why := refusal():
        return why
    os.environ[_INSIDE] = "1"
    os.execvp(_UNSHARE[0], [*_UNSHARE, sys.executable, "-B", *sys.argv])


def connect(scope: Scope) -> None:
    """The Ethernet, both ends of which have a link; a server's end has its address."""
    for command in (f"link set lo up", f"link add name {SERVER} address {scope.mac} type veth peer name {CLIENT}",
                    f"address add {scope.address}/{scope.prefix} dev {SERVER}",
                    f"link set {SERVER} up", f"link set {CLIENT} up"):
        subprocess.run(["ip", *command.split()], stdin=subprocess.DEVNULL, check=True)
    deadline = time.monotonic() + LIMIT
    while not (_has_link(SERVER) and _has_link(CLIENT)):  # the kernel says so a little later
        if time.monotonic() > deadline:
            raise TimeoutError(f"no link within {LIMIT} s")
        time.sleep(0.01)


def _has_link(interface: str) -> bool:
    shown = subprocess.run(["ip", "-oneline", "link", "show", interface], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    return "state UP" in shown


class Wire:
    """`CLIENT`, with the frames that arrive there."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self._socket.bind((CLIENT, 0))
        self._asked = 0

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def send(self, frame: bytes) -> None:
        self._socket.send(frame)

    def is_answered(self, chaddr: str, seconds: float) -> bool:
        """Whether a DHCPDISCOVER of `chaddr` gets a DHCPOFFER. A server then has handled all frames before it."""
        self._asked += 1
        self.send(_discover(bytes.fromhex(chaddr.replace(":", "")), self._asked))
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._socket], [], [], left)[0] and _is_offer(self._socket.recv(2048), self._asked):
                return True
        return False


def _discover(chaddr: bytes, xid: int) -> bytes:
    """To be answered by broadcast: nobody here answers ARP."""
    broadcast_flag, cookie = 0x8000, bytes((99, 130, 83, 99))
    dhcp = struct.pack("!BBBBIHH16x16s192x", 1, 1, 6, 0, xid, 0, broadcast_flag, chaddr) + cookie
    dhcp = (dhcp + bytes((53, 1, _DISCOVER, 255))).ljust(300, b"\0")
    udp = struct.pack("!HHHH", 68, 67, 8 + len(dhcp), 0)  # without a checksum, as RFC 768 allows
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp) + len(dhcp), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    ip = ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:]
    return b"\xff" * 6 + chaddr + b"\x08\x00" + ip + udp + dhcp


def _checksum(header: bytes) -> int:
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _is_offer(frame: bytes, xid: int) -> bool:
    udp = 14 + (frame[14] & 15) * 4
    dhcp = frame[udp + 8:]
    return (frame[23] == 17 and frame[udp + 2:udp + 4] == b"\x00\x44" and dhcp[0] == 2
            and dhcp[4:8] == struct.pack("!I", xid) and bytes((53, 1, _OFFER)) in dhcp[240:])

"""Packets of a capture file as Wireshark's tshark shows them."""

import pathlib
import shutil
import subprocess

TYPES = {"1": "discover", "2": "offer", "3": "request", "4": "decline", "5": "ack", "6": "nak", "7": "release"}
FIELDS = ("frame.interface_name", "frame.time_epoch", "frame.len", "frame.comment", "eth.src", "ip.src", "ip.dst",
          "ip.checksum.status", "udp.checksum.status", "udp.srcport", "udp.dstport", "dhcp.option.dhcp", "dhcp.id",
          "dhcp.ip.client", "dhcp.ip.relay", "dhcp.hw.mac_addr", "dhcp.option.type", "dhcp.option.value",
          "_ws.malformed", "_ws.expert.severity")
SERVER_ID, CLIENT_ID = "54", "61"
_WARNING = 0x600000  # PI_WARN; comments, chats and notes are less
_RIGHT = "1"  # of a checksum
_SEPARATOR, _BETWEEN = "\t", "|"

INSTALLED = shutil.which("tshark") is not None


class Packet(dict):
    """The fields by name, as text; "" where it has none of that kind."""

    @property
    def type(self) -> str:
        return TYPES[self["dhcp.option.dhcp"]]

    @property
    def chaddr(self) -> str:
        return self["dhcp.hw.mac_addr"].split(_BETWEEN)[0]  # what follows is in option 61

    @property
    def ports(self) -> tuple[int, int]:
        return int(self["udp.srcport"]), int(self["udp.dstport"])

    def option(self, number: str) -> str | None:
        """In hexadecimal digits, joined where it comes in pieces; none where it is not there."""
        # Of the end, 255, tshark shows the type as 0, and no value.
        codes = self["dhcp.option.type"].split(_BETWEEN)
        values = self["dhcp.option.value"].split(_BETWEEN)
        found = [value for code, value in zip(codes, values) if code == number]
        return "".join(found) if found else None

    def complaint(self) -> str:
        """What is wrong with its form; "" where nothing is."""
        if self["_ws.malformed"]:
            return "malformed"
        severities = [int(severity) for severity in self["_ws.expert.severity"].split(_BETWEEN) if severity]
        if max(severities, default=0) >= _WARNING:
            return "worth a warning"
        if (self["ip.checksum.status"], self["udp.checksum.status"]) != (_RIGHT, _RIGHT):
            return "of a wrong checksum"
        return ""


def dissect(file: pathlib.Path) -> list[Packet]:
    command = ["tshark", "-r", str(file), "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
               "-T", "fields", "-E", f"separator={_SEPARATOR}", "-E", "occurrence=a", "-E", f"aggregator={_BETWEEN}"]
    command += [word for field in FIELDS for word in ("-e", field)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, check=True)
    return [Packet(zip(FIELDS, line.split(_SEPARATOR), strict=True)) for line in done.stdout.splitlines()]

"""Real DHCP servers, each in the foreground, with its configuration, leases and log in a folder of its own."""

import csv
import dataclasses
import ipaddress
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import time

import network


class ServerError(Exception):
    """A server is not there, does not start, or does not answer."""


@dataclasses.dataclass(frozen=True)
class Lease:
    """`client_id` is in hexadecimal digits, empty where the client sent none."""

    address: str
    chaddr: str
    client_id: str = ""
    state: str = "bound"  # bound | expired | free


def _colons(digits: str) -> str:
    return ":".join(digits[i:i + 2] for i in range(0, len(digits), 2))


class Server:
    """One server. Subclasses say how it is configured, and how it writes leases down."""

    name = ""
    program = ""

    def __init__(self, folder: pathlib.Path, scope: network.Scope) -> None:
        """`folder` is empty."""
        self.folder = folder
        self.scope = scope
        self.lease_file = folder / "leases"
        self._log = folder / "log"
        self._process: subprocess.Popen | None = None
        found = shutil.which(self.program)
        if found is None:
            raise ServerError(f"{self.program} is not installed")
        self._found = found

    def version(self) -> str:
        """The numbers that it calls its version."""
        done = subprocess.run([self._found, *self._version_option()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return re.search(r"\d+\.[\w.-]*\w", done.stdout).group()

    def start(self, leases: list[Lease]) -> None:
        """It has these leases, and none else, once it answers."""
        self._write_leases(leases, int(time.time()))
        with open(self._log, "wb") as log:
            # Whatever becomes of us, no server is left behind.
            command = ["setpriv", "--pdeathsig", "KILL", self._found, *self._options()]
            self._process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=subprocess.STDOUT, env=os.environ | self._environment())

    def wait_for(self, wire: network.Wire, chaddr: str) -> None:
        """Until it answers a client of that chaddr, and so has handled everything before."""
        deadline = time.monotonic() + network.LIMIT
        while not wire.is_answered(chaddr, seconds=0.2):
            if self._process.poll() is not None:
                raise ServerError(f"{self.name} ended with {self._process.returncode}:\n{self.log()}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} does not answer:\n{self.log()}")

    def unheard(self) -> int:
        """The frames that the kernel threw away because this server's packet socket was full, while it runs."""
        shown = subprocess.run(["ss", "--packet", "--memory", "--processes"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True, check=True).stdout
        mine = [line for line in shown.splitlines() if f"pid={self._process.pid}," in line]
        return sum(int(count) for line in mine for count in re.findall(r"\bd(\d+)\)", line))

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(network.LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise ServerError(f"{self.name} does not end:\n{self.log()}") from None

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def leases(self) -> list[Lease]:
        """What its own file says, best read when it has stopped."""
        return self._read_leases(int(time.time()))

    def _times(self, lease: Lease, now: int) -> tuple[int, int]:
        """From when to when such a lease is: one that expired did so a whole lease time ago."""
        start = now - (2 * self.scope.seconds if lease.state == "expired" else 0)
        return start, start + self.scope.seconds

    def _version_option(self) -> list[str]:
        return ["--version"]

    def _environment(self) -> dict[str, str]:
        return {}

    def _options(self) -> list[str]:
        raise NotImplementedError

    def _write_leases(self, leases: list[Lease], now: int) -> None:
        raise NotImplementedError

    def _read_leases(self, now: int) -> list[Lease]:
        raise NotImplementedError


class Kea(Server):
    name = "kea"
    program = "kea-dhcp4"
    _COLUMNS = ("address", "hwaddr", "client_id", "valid_lifetime", "expire", "subnet_id", "fqdn_fwd", "fqdn_rev",
                "hostname", "state", "user_context")

    def _version_option(self) -> list[str]:
        return ["-v"]

    def _environment(self) -> dict[str, str]:
        return {"KEA_LOCKFILE_DIR": "none", "KEA_PIDFILE_DIR": str(self.folder)}

    def _options(self) -> list[str]:
        scope = self.scope
        subnet = ipaddress.ip_interface(f"{scope.address}/{scope.prefix}").network
        configuration = {"Dhcp4": {
            "interfaces-config": {"interfaces": [network.SERVER]},
            "lease-database": {"type": "memfile", "name": str(self.lease_file), "lfc-interval": 0},
            # Expired leases stay as they are.
            "expired-leases-processing": {"reclaim-timer-wait-time": 0, "flush-reclaimed-timer-wait-time": 0},
            "multi-threading": {"enable-multi-threading": False},  # one frame after the other
            "valid-lifetime": scope.seconds,
            "loggers": [{"name": "kea-dhcp4", "severity": "WARN"}],  # a line a lease takes longer than the lease
            "subnet4": [{"id": 1, "subnet": str(subnet), "pools": [{"pool": f"{scope.first} - {scope.last}"}]}],
        }}
        file = self.folder / "kea.json"
        file.write_text(json.dumps(configuration), encoding="utf-8")
        return ["-c", str(file)]

    def _write_leases(self, leases: list[Lease], now: int) -> None:
        with open(self.lease_file, "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(self._COLUMNS)
            for lease in leases:
                _, end = self._times(lease, now)
                rows.writerow([lease.address, lease.chaddr, _colons(lease.client_id), self.scope.seconds, end, 1, 0, 0,
                               "", 0, ""])

    def _read_leases(self, now: int) -> list[Lease]:
        with open(self.lease_file, encoding="utf-8", newline="") as file:
            newest = {row["address"]: row for row in csv.DictReader(file)}
        return [Lease(row["address"], row["hwaddr"], row["client_id"].replace(":", ""), self._state_of(row, now))
                for row in newest.values()]

    @staticmethod
    def _state_of(row: dict[str, str], now: int) -> str:
        if row["valid_lifetime"] == "0":
            return "free"  # it is deleted
        return "bound" if int(row["expire"]) > now else "expired"


class Isc(Server):
    name = "isc"
    program = "dhcpd"

    def _options(self) -> list[str]:
        scope = self.scope
        subnet = ipaddress.ip_interface(f"{scope.address}/{scope.prefix}").network
        file = self.folder / "dhcpd.conf"
        file.write_text(f"authoritative;\nping-check false;\ndb-time-format local;\nlease-id-format hex;\n"
                        f"default-lease-time {scope.seconds};\nmax-lease-time {scope.seconds};\n"
                        f"subnet {subnet.network_address} netmask {subnet.netmask} "
                        f"{{ range {scope.first} {scope.last}; }}\n", encoding="utf-8")
        return ["-f", "-d", "-4", "-cf", str(file), "-lf", str(self.lease_file), "-pf", str(self.folder / "pid"),
                network.SERVER]

    def _write_leases(self, leases: list[Lease], now: int) -> None:
        with open(self.lease_file, "w", encoding="utf-8") as file:
            for lease in leases:
                start, end = self._times(lease, now)
                uid = f"  uid {_colons(lease.client_id)};\n" if lease.client_id else ""
                file.write(f"lease {lease.address} {{\n  starts epoch {start};\n  ends epoch {end};\n"
                           f"  binding state active;\n  next binding state free;\n"
                           f"  hardware ethernet {lease.chaddr};\n{uid}}}\n")

    def _read_leases(self, now: int) -> list[Lease]:
        text = self.lease_file.read_text(encoding="utf-8")
        newest = dict(re.findall(r"^lease (\S+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL))
        leases = []
        for address, body in newest.items():
            def value(pattern: str) -> str:
                found = re.search(rf"^  {pattern}", body, re.MULTILINE)
                return found.group(1) if found else ""
            state = "free"
            if value(r"binding state (\w+)") == "active":
                state = "bound" if int(value(r"ends epoch (\d+)")) > now else "expired"
            client_id = value(r"uid (\S+);").replace(":", "")
            leases.append(Lease(address, value(r"hardware ethernet (\S+);"), client_id, state))
        return leases


class Dnsmasq(Server):
    name = "dnsmasq"
    program = "dnsmasq"

    def _options(self) -> list[str]:
        scope = self.scope
        most = int(ipaddress.ip_address(scope.last)) - int(ipaddress.ip_address(scope.first)) + 1
        return ["--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--port=0", "--bind-interfaces",
                f"--interface={network.SERVER}", "--no-ping", "--log-dhcp", "--log-facility=-",
                f"--dhcp-leasefile={self.lease_file}", f"--dhcp-lease-max={most}",
                f"--dhcp-range={scope.first},{scope.last},{scope.seconds}"]

    def _write_leases(self, leases: list[Lease], now: int) -> None:
        with open(self.lease_file, "w", encoding="utf-8") as file:
            for lease in leases:
                _, end = self._times(lease, now)
                file.write(f"{end} {lease.chaddr} {lease.address} * {_colons(lease.client_id) or '*'}\n")

    def _read_leases(self, now: int) -> list[Lease]:
        leases = []
        for line in self.lease_file.read_text(encoding="utf-8").splitlines():
            end, chaddr, address, _, client_id = line.split()
            leases.append(Lease(address, chaddr, client_id.replace("*", "").replace(":", ""),
                                "bound" if int(end) > now else "expired"))
        return leases


class Udhcpd(Server):
    """It knows no client identifiers, and writes its file when it ends: when that was, and records of fixed size."""

    name = "udhcpd"
    program = "busybox"
    _WRITTEN = struct.Struct("!q")
    _RECORD = struct.Struct("!I4s6s20s2x")  # seconds left, address, chaddr, host name

    def _version_option(self) -> list[str]:
        return []

    def _options(self) -> list[str]:
        scope = self.scope
        most = int(ipaddress.ip_address(scope.last)) - int(ipaddress.ip_address(scope.first)) + 1
        mask = ipaddress.ip_interface(f"{scope.address}/{scope.prefix}").netmask
        file = self.folder / "udhcpd.conf"
        file.write_text(f"start {scope.first}\nend {scope.last}\ninterface {network.SERVER}\nmax_leases {most}\n"
                        f"lease_file {self.lease_file}\npidfile {self.folder / 'pid'}\nauto_time 0\n"
                        f"option subnet {mask}\noption lease {scope.seconds}\n", encoding="utf-8")
        return ["udhcpd", "-f", "-a", "0", str(file)]

    def _write_leases(self, leases: list[Lease], now: int) -> None:
        with open(self.lease_file, "wb") as file:
            file.write(self._WRITTEN.pack(now))
            for lease in leases:
                _, end = self._times(lease, now)
                chaddr = bytes.fromhex(lease.chaddr.replace(":", ""))
                address = ipaddress.ip_address(lease.address).packed
                file.write(self._RECORD.pack(max(end - now, 0), address, chaddr, b""))

    def _read_leases(self, now: int) -> list[Lease]:
        leases = []
        for left, address, chaddr, _ in self._RECORD.iter_unpack(self.lease_file.read_bytes()[self._WRITTEN.size:]):
            leases.append(Lease(str(ipaddress.ip_address(address)), _colons(chaddr.hex()), "",
                                "bound" if left else "expired"))
        return leases


ALL = (Kea, Isc, Dnsmasq, Udhcpd)

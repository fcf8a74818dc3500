"""What `unlease run --pcap` writes, dissected by Wireshark's tshark: every packet of every scenario is well formed, its
checksums are right, and what it shows is what the trace and the scenario say."""

import concurrent.futures
import dataclasses
import functools
import ipaddress
import json
import os
import pathlib
import subprocess
import tempfile
import tomllib
import unittest
from collections.abc import Iterator

from command import WORLD
from dissection import CLIENT_ID, INSTALLED, SERVER_ID, Packet, dissect

SOURCE = pathlib.Path(__file__).resolve().parents[1]
SENT = ("packet_sent", "packet_relayed")
OF_SERVERS = ("offer", "ack", "nak")
CLIENT_PORT, SERVER_PORT = 68, 67
NONE = "0.0.0.0"


@dataclasses.dataclass(frozen=True)
class Adapter:
    mac: str
    client_id: str | None  # as in option 61
    has_quirks: bool


@dataclasses.dataclass(frozen=True)
class Shown:
    """A packet, and what the trace says of it: its record, and its client's state and address when it was sent."""

    packet: Packet
    record: dict
    state: str
    address: str

    @property
    def relayed(self) -> bool:
        return self.record["kind"] == "packet_relayed"


@dataclasses.dataclass(frozen=True)
class Capture:
    file: pathlib.Path
    scenario: dict
    trace: list[dict]
    packets: list[Packet]

    def complaints(self) -> list[str]:
        """About the form of its packets; of a scenario tagged `malformed` that is what it is about."""
        if "malformed" in self.scenario.get("tags", []):
            return []
        return [f"{self.file.name}, frame {number}: {complaint}: {packet}"
                for number, packet in enumerate(self.packets, start=1) if (complaint := packet.complaint())]

    def adapters(self) -> dict[str, Adapter]:
        """By name; their MAC addresses count from 1."""
        found = {}
        for entry in self.scenario.get("adapter", []):
            count, id_text = entry.get("count"), entry.get("client_id")
            for number in range(1, (count or 1) + 1):
                mac = f"02:00:{(len(found) + 1).to_bytes(4, 'big').hex(':')}"
                client_id = "01" + mac.replace(":", "")  # RFC 2132, 9.14: Ethernet, and the address
                if id_text is not None:
                    client_id = "00" + id_text.encode().hex() if id_text else None
                name = f"{entry['name']} {number}" if count else entry["name"]
                found[name] = Adapter(mac, client_id, bool(entry.get("quirks")))
        return found

    def server_ids(self) -> dict[str, str]:
        """What each server calls itself, by name."""
        return {server["name"]: server.get("options", {}).get("server_id", server["address"])
                for server in self.scenario.get("server", [])}

    @functools.cached_property
    def shown(self) -> list[Shown]:
        packets = iter(self.packets)
        found = []
        states: dict[str, str] = {}
        addresses: dict[str, str] = {}
        for record in self.trace:
            match record["kind"]:
                case "client_state":
                    states[record["adapter"]] = record["to"]
                case "address_set":
                    addresses[record["adapter"]] = record["address"]
                case "address_removed":
                    del addresses[record["adapter"]]
                case kind if kind in SENT:
                    client = record["from"]
                    found.append(Shown(next(packets), record, states.get(client, ""), addresses.get(client, NONE)))
        return found

    def sent(self, *types: str) -> Iterator[Shown]:
        """By clients and servers, not by relays."""
        return (shown for shown in self.shown if not shown.relayed and shown.packet.type in types)


def capture(file: pathlib.Path, scenario: pathlib.Path) -> Capture:
    trace = [json.loads(line) for line in file.with_suffix(".ndjson").read_text(encoding="utf-8").splitlines()]
    return Capture(file, tomllib.loads(scenario.read_text(encoding="utf-8")), trace, dissect(file))


def play(*arguments: str | pathlib.Path, cwd: pathlib.Path) -> None:
    subprocess.run([os.environ["UNLEASE"], "run", *arguments], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True,
                   timeout=200, check=True)


@unittest.skipUnless(INSTALLED, "tshark is not installed")
class PcapTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            play("scenarios", "--pcap", folder, "--trace-dir", folder, cwd=SOURCE)
            files = sorted(folder.rglob("*.pcapng"))
            sources = [(SOURCE / file.relative_to(folder)).with_suffix(".toml") for file in files]
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                cls.captures = list(pool.map(capture, files, sources))

    def test_every_scenario_has_a_file(self):
        self.assertEqual(len(self.captures), len(list((SOURCE / "scenarios").rglob("*.toml"))))
        self.assertGreater(sum(len(of.packets) for of in self.captures), 100_000)

    def test_no_packet_is_malformed_or_worth_a_warning_or_has_a_wrong_checksum(self):
        self.assertEqual([of.complaints() for of in self.captures if of.complaints()], [])

    def test_each_packet_is_one_of_the_trace_with_its_time_type_addresses_and_size(self):
        for of in self.captures:
            self.assertEqual(len(of.packets), sum(record["kind"] in SENT for record in of.trace), of.file.name)
            for shown in of.shown:
                packet = shown.packet
                seconds, nanoseconds = packet["frame.time_epoch"].split(".")
                fields = {"at_ns": int(seconds) * 10**9 + int(nanoseconds), "type": packet.type,
                          "bytes": int(packet["frame.len"]), "source": packet["ip.src"],
                          "destination": packet["ip.dst"]}
                told = {key: shown.record[key] for key in fields if key in shown.record}
                if fields | told != fields:
                    self.fail(f"{of.file.name}: tshark shows {fields}, the trace says {told}")

    def test_clients_send_from_port_68_to_67_servers_back_and_what_goes_through_a_relay_agent_from_67_to_67(self):
        through_relay = 0
        for of in self.captures:
            for shown in of.shown:
                # What a relay agent carries has its address; what it only routes has not (RFC 2131, 4.1).
                carried = shown.packet["dhcp.ip.relay"] != NONE
                if shown.packet.type in OF_SERVERS:
                    to_relay = carried and not shown.relayed
                    expected = (SERVER_PORT, SERVER_PORT if to_relay else CLIENT_PORT)
                else:
                    expected = (SERVER_PORT if carried else CLIENT_PORT, SERVER_PORT)
                through_relay += expected == (SERVER_PORT, SERVER_PORT)
                self.assertEqual(shown.packet.ports, expected, f"{of.file.name}: {shown}")
        self.assertGreater(through_relay, 5)

    def test_what_a_relay_sends_on_is_the_same_message(self):
        def message(packet: Packet) -> list[str]:
            return [packet[field] for field in ("dhcp.option.dhcp", "dhcp.id", "dhcp.ip.client", "dhcp.hw.mac_addr",
                                                "dhcp.option.type", "dhcp.option.value")]
        for of in self.captures:
            sent = {}
            for shown in of.shown:
                ordinal = shown.record["packet"]
                if shown.relayed:
                    self.assertEqual(message(shown.packet), sent[ordinal], of.file.name)
                else:
                    sent[ordinal] = message(shown.packet)

    def test_chaddr_is_that_of_the_adapter_which_sends_or_asked(self):
        for of in self.captures:
            adapters = of.adapters()
            asked: dict[str, set[str]] = {}  # by xid, which may not be unique among many
            for shown in of.shown:
                packet = shown.packet
                if shown.relayed:
                    continue  # the same message
                if packet.type in OF_SERVERS:
                    self.assertIn(packet.chaddr, asked[packet["dhcp.id"]], f"{of.file.name}: {shown}")
                    continue
                mac = adapters[shown.record["from"]].mac
                self.assertEqual((packet.chaddr, packet["eth.src"]), (mac, mac), f"{of.file.name}: {shown}")
                asked.setdefault(packet["dhcp.id"], set()).add(mac)

    def test_option_61_is_the_client_identifier_of_the_scenario_or_the_mac_address_and_no_server_sends_it(self):
        own = 0
        for of in self.captures:
            adapters = of.adapters()
            for shown in of.sent(*OF_SERVERS):
                self.assertIsNone(shown.packet.option(CLIENT_ID), f"{of.file.name}: {shown}")
            for shown in of.sent("discover", "request", "decline", "release"):
                expected = adapters[shown.record["from"]].client_id
                self.assertEqual(shown.packet.option(CLIENT_ID), expected, f"{of.file.name}: {shown}")
                own += not (expected or "").startswith("01")
        self.assertGreater(own, 5)

    def test_option_54_is_the_server_that_answers_and_the_one_whose_offer_is_requested(self):
        for of in self.captures:
            servers = of.server_ids()
            names = {address_in_hex(address) for address in servers.values()}
            for shown in of.sent(*OF_SERVERS):
                self.assertEqual(shown.packet.option(SERVER_ID), address_in_hex(servers[shown.record["from"]]),
                                 f"{of.file.name}: {shown}")
            for shown in of.sent("discover", "request"):
                named = shown.packet.option(SERVER_ID)
                if shown.state == "requesting":
                    self.assertIn(named, names, f"{of.file.name}: {shown}")
                else:
                    self.assertIsNone(named, f"{of.file.name}: {shown}")

    def test_ciaddr_is_the_address_of_who_has_one_and_extends_or_releases_it(self):
        for of in self.captures:
            adapters = of.adapters()
            requested: dict[str, str] = {}  # by xid and chaddr
            for shown in of.sent("discover", "request", "release", *OF_SERVERS):
                packet = shown.packet
                exchange = packet["dhcp.id"] + packet.chaddr
                expected = NONE
                if packet.type == "release" and not adapters[shown.record["from"]].has_quirks:
                    expected = shown.address
                elif packet.type == "release":
                    continue  # as release_sent has it
                elif packet.type == "request" and shown.state in ("renewing", "rebinding"):
                    expected = shown.address
                elif packet.type == "ack":
                    expected = requested[exchange]
                self.assertEqual(packet["dhcp.ip.client"], expected, f"{of.file.name}: {shown}")
                if packet.type == "request":
                    requested[exchange] = expected

    def test_releases_show_the_ciaddr_server_and_xid_of_the_trace(self):
        seen = 0
        for of in self.captures:
            sent = [shown.packet for shown in of.sent("release")]
            records = [record for record in of.trace if record["kind"] == "release_sent"]
            self.assertEqual(len(sent), len(records), of.file.name)
            for packet, record in zip(sent, records):
                fields = (packet["dhcp.ip.client"], packet.option(SERVER_ID), int(packet["dhcp.id"], 16))
                told = (record["ciaddr"], address_in_hex(record["server_id"]), int(record["xid"], 16))
                self.assertEqual(fields, told, of.file.name)
            seen += len(records)
        self.assertGreater(seen, 100_000)

    def test_comments_say_what_became_of_each_packet_as_often_as_the_trace_does(self):
        kinds = {"packet_delivered": "delivered to '", "packet_dropped": "dropped at ", "packet_relayed": "relayed at "}
        for of in self.captures:
            comments = "\n".join(packet["frame.comment"] for packet in of.packets)
            for kind, words in kinds.items():
                told = sum(record["kind"] == kind for record in of.trace)
                self.assertEqual(comments.count(words), told, f"{of.file.name}: {words}")

    def test_interfaces_are_the_segments_of_the_scenario(self):
        relay = next(of for of in self.captures if of.file.name == "relay-partitioned.pcapng")
        self.assertEqual({packet["frame.interface_name"] for packet in relay.packets}, {"floor 2", "servers"})


def address_in_hex(address: str) -> str:
    return ipaddress.IPv4Address(address).packed.hex()


@unittest.skipUnless(INSTALLED, "tshark is not installed")
class MalformedTest(unittest.TestCase):
    """A release whose option 53 claims to be longer than the message."""

    COOKIE_AND_TYPE = bytes((99, 130, 83, 99, 53, 1))

    def broken(self, tags: str) -> Capture:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            scenario = folder / "one.toml"
            scenario.write_text(f'version = 1\nname = "a release"\ntags = {tags}\n{WORLD}', encoding="utf-8")
            play("one.toml", "--pcap", folder, "--trace-dir", folder, cwd=folder)
            file = folder / "one.pcapng"
            frames = file.read_bytes()
            self.assertEqual(frames.count(self.COOKIE_AND_TYPE), 1)
            file.write_bytes(frames.replace(self.COOKIE_AND_TYPE, self.COOKIE_AND_TYPE[:-1] + b"\xff"))
            return capture(file, scenario)

    def test_the_form_of_a_packet_is_looked_at(self):
        complaint, = self.broken('["another"]').complaints()
        self.assertIn("one.pcapng, frame 1: malformed: ", complaint)

    def test_but_not_where_the_scenario_is_about_that(self):
        of = self.broken('["malformed"]')
        self.assertEqual(of.complaints(), [])
        self.assertTrue(of.packets[0].complaint())


if __name__ == "__main__":
    unittest.main()

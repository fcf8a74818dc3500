"""What `unlease run --pcap` writes, dissected by Wireshark's tshark: every packet of every scenario is well formed, its
checksums are right, and what it shows is what the trace says."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[1]
TYPES = {"1": "discover", "2": "offer", "3": "request", "4": "decline", "5": "ack", "6": "nak", "7": "release"}
FIELDS = ("frame.interface_name", "frame.time_epoch", "frame.len", "frame.comment", "eth.src", "ip.src", "ip.dst",
          "ip.checksum.status", "udp.checksum.status", "udp.srcport", "udp.dstport", "dhcp.option.dhcp", "dhcp.id",
          "dhcp.ip.client", "dhcp.hw.mac_addr", "dhcp.option.dhcp_server_id", "_ws.malformed", "_ws.expert.severity")
WARNING = 0x600000  # PI_WARN; comments, chats and notes are less
SEPARATOR = "\t"


def dissect(file: pathlib.Path) -> list[dict[str, str]]:
    command = ["tshark", "-r", str(file), "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields",
               "-E", f"separator={SEPARATOR}", "-E", "occurrence=a", "-E", "aggregator=|"]
    command += [word for field in FIELDS for word in ("-e", field)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, check=True)
    return [dict(zip(FIELDS, line.split(SEPARATOR), strict=True)) for line in done.stdout.splitlines()]


def trace(file: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class PcapTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        subprocess.run([os.environ["UNLEASE"], "run", "scenarios", "--pcap", str(cls.folder), "--trace-dir",
                        str(cls.folder)], cwd=SOURCE, stdin=subprocess.DEVNULL, capture_output=True, timeout=200,
                       check=True)
        files = sorted(cls.folder.rglob("*.pcapng"))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            cls.packets = dict(zip(files, pool.map(dissect, files), strict=True))
        cls.traces = {file: trace(file.with_suffix(".ndjson")) for file in files}

    def test_every_scenario_has_a_file(self):
        self.assertEqual(len(self.packets), len(list((SOURCE / "scenarios").rglob("*.toml"))))
        self.assertGreater(sum(map(len, self.packets.values())), 100_000)

    def test_no_packet_is_malformed_and_nothing_about_it_is_worth_a_warning(self):
        for file, packets in self.packets.items():
            for number, packet in enumerate(packets, start=1):
                worst = max(int(severity) for severity in packet["_ws.expert.severity"].split("|"))
                if packet["_ws.malformed"] or worst >= WARNING:
                    self.fail(f"{file.name}, frame {number}: {packet}")

    def test_all_checksums_are_right(self):
        for file, packets in self.packets.items():
            wrong = [packet for packet in packets
                     if (packet["ip.checksum.status"], packet["udp.checksum.status"]) != ("1", "1")]
            self.assertEqual(wrong[:3], [], file.name)

    def test_each_packet_is_one_of_the_trace_with_its_time_type_addresses_and_size(self):
        for file, packets in self.packets.items():
            records = [record for record in self.traces[file] if record["kind"] in ("packet_sent", "packet_relayed")]
            self.assertEqual(len(packets), len(records), file.name)
            for packet, record in zip(packets, records):
                seconds, nanoseconds = packet["frame.time_epoch"].split(".")
                shown = {"at_ns": int(seconds) * 10**9 + int(nanoseconds), "type": TYPES[packet["dhcp.option.dhcp"]],
                         "source": packet["ip.src"], "destination": packet["ip.dst"],
                         "bytes": int(packet["frame.len"])}
                told = {key: record[key] for key in shown if key in record}
                if shown | told != shown:
                    self.fail(f"{file.name}: tshark shows {shown}, the trace says {told}")

    def test_releases_show_the_ciaddr_server_and_xid_of_the_trace_and_the_adapters_own_chaddr(self):
        seen = 0
        for file, packets in self.packets.items():
            sent = [packet for packet in packets if packet["dhcp.option.dhcp"] == "7"
                    and not packet["frame.comment"].startswith("relayed")]
            records = [record for record in self.traces[file] if record["kind"] == "release_sent"]
            relayed = any(record["kind"] == "packet_relayed" for record in self.traces[file])
            if relayed:
                continue  # the same release twice, on two segments
            self.assertEqual(len(sent), len(records), file.name)
            for packet, record in zip(sent, records):
                shown = (packet["dhcp.ip.client"], packet["dhcp.option.dhcp_server_id"], int(packet["dhcp.id"], 16))
                self.assertEqual(shown, (record["ciaddr"], record["server_id"], int(record["xid"], 16)), file.name)
                chaddr = packet["dhcp.hw.mac_addr"].split("|")[0]  # what follows is in option 61
                self.assertEqual(chaddr, packet["eth.src"], file.name)
            seen += len(records)
        self.assertGreater(seen, 100_000)

    def test_comments_say_what_became_of_each_packet_as_often_as_the_trace_does(self):
        kinds = {"packet_delivered": "delivered to '", "packet_dropped": "dropped at ", "packet_relayed": "relayed at "}
        for file, packets in self.packets.items():
            comments = "\n".join(packet["frame.comment"] for packet in packets)
            for kind, words in kinds.items():
                told = sum(record["kind"] == kind for record in self.traces[file])
                self.assertEqual(comments.count(words), told, f"{file.name}: {words}")

    def test_interfaces_are_the_segments_of_the_scenario(self):
        relay = next(file for file in self.packets if file.name == "relay-partitioned.pcapng")
        self.assertEqual({packet["frame.interface_name"] for packet in self.packets[relay]}, {"floor 2", "servers"})


if __name__ == "__main__":
    unittest.main()

"""`unlease emulate` and `unlease serve`, on the two ends of the cable that tests/in_wire makes."""

import collections
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import time
import unittest

import dissection
from command import CommandTest

LIMIT = 60  # seconds until something counts as hung
DISCOVER, ACK = 1, 5

SERVERS = """
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.200"
"""
ROGUE = """
[[server]]
name = "rogue"
address = "10.0.0.2"
pool = "10.0.0.210-10.0.0.240"
"""


def scenario(servers: str = SERVERS, at: str = "0s") -> str:
    return f"""version = 1
name = "ten adapters"
{servers}
[[adapter]]
name = "Ethernet"
count = 10
lease = {{ server = "dhcp1", state = "bound" }}
[[step]]
at = "{at}"
call = "ReleaseDHCPLeaseAll"
[expect]
code = 0
packets = {{ release = 10 }}
servers = {{ dhcp1 = {{ bound = 0, free = 191 }} }}
adapters = {{ "*" = {{ address = "none" }} }}
"""


def renewing() -> str:
    """Each lease is renewed at T1, after a second, then by RenewDHCPLeaseAll, and released before T1 comes again."""
    return scenario(SERVERS + 'options = { renewal_time = "1s" }\n', at="2s").replace("[[step]]", """[[step]]
at = "1500ms"
expect = { packets = { request = 10 } }
[[step]]
at = "1500ms"
call = "RenewDHCPLeaseAll"
expect = { code = 0, packets = { request = 20 }, adapters = { "*" = { address = "any" } } }
[[step]]""", 1).replace("release = 10", "release = 10, ack = 30")


class Listener:
    """Hears the DHCP messages at an end of the cable, and says things there."""

    def __init__(self, interface: str) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self._socket.bind((interface, 0))

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def wait_for(self, message_type: int) -> bytes:
        """The frame of the next message of that type; its option 53 is the first."""
        while select.select([self._socket], [], [], LIMIT)[0]:
            frame = self._socket.recv(2048)
            if frame[282:285] == bytes((53, 1, message_type)):
                return frame
        raise TimeoutError(f"no DHCP message of type {message_type} within {LIMIT} s")

    def send(self, frame: bytes) -> None:
        self._socket.send(frame)


def ip(command: str) -> str:
    """What it printed. `ip` ended well."""
    return subprocess.run(["ip", *command.split()], check=True, capture_output=True, text=True, timeout=LIMIT).stdout


def bring_up(*interfaces: str) -> None:
    """They have a link by then: the kernel says so a little after it was told."""
    for interface in interfaces:
        ip(f"link set {interface} up")
    deadline = time.monotonic() + LIMIT
    while not all("state UP" in ip(f"-oneline link show {interface}") for interface in interfaces):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no link within {LIMIT} s: {', '.join(interfaces)}")
        time.sleep(0.01)


@unittest.skipUnless(os.environ.get("UNLEASE_TEST_WIRE"), "no network namespace could be made, see tests/in_wire")
class WireTest(CommandTest):
    def start(self, *arguments: str, said: str) -> subprocess.Popen:
        """A command that runs by now: it has said so."""
        process = subprocess.Popen([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, process)
        for line in process.stderr:
            if said in line:
                return process
        self.fail(f"{arguments[0]} ended with {process.wait(LIMIT)}")

    @staticmethod
    def end(process: subprocess.Popen) -> None:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def serve(self, text: str = scenario(), *arguments: str, interface: str = "far") -> subprocess.Popen:
        self.write("served.toml", text)
        return self.start("serve", "served.toml", "--interface", interface, *arguments,
                          said=f"serving on '{interface}'")

    def emulate(self, *arguments: str, text: str = scenario()) -> subprocess.CompletedProcess:
        self.write("emulated.toml", text)
        return self.run_it("emulate", "emulated.toml", "--interface", "near", *arguments)

    def start_emulating(self, *arguments: str, interface: str = "near") -> subprocess.Popen:
        """Its adapters have their leases by then, and release them in 50 s."""
        self.write("emulated.toml", scenario(at="50s"))
        with Listener(interface) as listener:
            client = self.start("emulate", "emulated.toml", "--interface", interface, *arguments, said="acquiring")
            for _ in range(10):
                listener.wait_for(ACK)
        return client

    def take_down(self, interface: str) -> None:
        """Until the end of the test."""
        self.addCleanup(bring_up, "near", "far")
        ip(f"link set {interface} down")

    def assert_fails(self, process: subprocess.Popen, message: str) -> None:
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertRegex(out, message)

    def assert_well_formed(self, file: pathlib.Path) -> None:
        """A capture of ten leases that were acquired and released."""
        if not dissection.INSTALLED:
            print("not dissected: tshark is not installed")
            return
        packets = dissection.dissect(file)
        self.assertEqual([(complaint, packet) for packet in packets if (complaint := packet.complaint())], [])
        types = collections.Counter(packet.type for packet in packets)
        self.assertEqual(types, dict.fromkeys(("discover", "offer", "request", "ack", "release"), 10))

    def interrupt(self, process: subprocess.Popen) -> str:
        """Ctrl-C. What it printed; it passed."""
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, out + err)
        return out

    def test_adapters_acquire_and_release_and_both_sides_are_judged(self):
        server = self.serve(scenario(), "--trace-dir", "traces", "--pcap", "packets")
        ran = self.emulate("--json", "-", "--pcap", "packets")
        self.assertEqual(ran.returncode, 0, ran.stderr.decode() + ran.stdout.decode())
        wire = json.loads(ran.stdout)["scenarios"][0]["wire"]
        self.assertEqual((wire["leases_wanted"], wire["leases_acquired"], wire["overrun"]), (10, 10, 0))
        self.assertEqual([heard["address"] for heard in wire["servers"]], ["10.0.0.1"])
        self.assertEqual(wire["servers"][0]["messages"]["ack"], 10)
        self.assertIn("1 passed, 0 failed, 0 skipped", self.interrupt(server))
        self.assertIn('"kind":"release_judged"', (self.folder / "traces/served.ndjson").read_text())
        for side in "served", "emulated":
            self.assert_well_formed(self.folder / f"packets/{side}.pcapng")

    def test_leases_are_renewed_at_t1_and_when_asked_for_and_then_released(self):
        server = self.serve(renewing())
        ran = self.emulate(text=renewing())
        self.assertEqual(ran.returncode, 0, ran.stderr.decode() + ran.stdout.decode())
        self.assertIn("wire: 10 discover, 30 request, 10 release came, 10 offer, 30 ack went; 0 leases bound",
                      self.interrupt(server))

    def test_what_a_side_cannot_tell_is_named_and_not_judged(self):
        server = self.serve()
        ran = self.emulate(text=scenario().replace("free = 191", "free = 0"))
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertIn("emulated.toml:19:", ran.stderr.decode())
        self.assertIn("note: not judged: the server here is a real one", ran.stderr.decode())
        self.interrupt(server)

    def test_a_server_that_kept_a_lease_fails(self):
        server = self.serve()
        self.assertEqual(self.emulate(text=scenario().replace("count = 10\n", 'count = 10\nquirks = ["no_release"]\n')
                                      .replace("release = 10", "release = 0")).returncode, 0)
        server.send_signal(signal.SIGINT)
        out = server.communicate(timeout=LIMIT)[0]
        self.assertEqual(server.returncode, 1, out)
        self.assertIn("servers.dhcp1.bound", out)

    def test_a_second_server_is_shown(self):
        server = self.serve(scenario(SERVERS + ROGUE))
        text = self.emulate().stdout.decode()
        self.assertRegex(text, r"wire: server 10\.0\.0\.1 at 02:01:00:00:00:01, 10 offer, 10 ack")
        self.assertRegex(text, r"wire: server 10\.0\.0\.2 at 02:01:00:00:00:02, 10 offer\n")
        self.interrupt(server)

    def test_two_servers_of_one_identifier_are_two(self):
        self.serve(scenario(SERVERS + ROGUE + 'options = { server_id = "10.0.0.1" }\n'))
        text = self.emulate().stdout.decode()
        for mac in "02:01:00:00:00:01", "02:01:00:00:00:02":
            self.assertIn(f"wire: server 10.0.0.1 at {mac}, 10 offer", text)

    def test_who_came_to_a_server_is_counted(self):
        server = self.serve()
        self.assertEqual(self.emulate().returncode, 0)
        self.assertIn("wire: 10 discover, 10 request, 10 release came, 10 offer, 10 ack went; 0 leases bound",
                      self.interrupt(server))

    def test_leases_that_are_kept_are_named(self):
        server = self.serve(scenario().replace("bound = 0, free = 191", "bound = 10"))
        text = self.emulate(text=scenario().replace('call = "ReleaseDHCPLeaseAll"', 'expect = { packets = { ack = 10 } }')
                            .replace("code = 0\n", "").replace("packets = { release = 10 }\n", "")
                            .replace('adapters = { "*" = { address = "none" } }\n', "")).stdout.decode()
        self.assertIn("wire: 10 leases not released, and bound at the server\n", text)
        self.interrupt(server)

    def test_a_silent_server_is_a_failure_that_says_so(self):
        ran = self.emulate()
        self.assertEqual(ran.returncode, 1)
        text = ran.stdout.decode()
        self.assertIn('adapters."Ethernet 1".lease', text)
        self.assertIn("no server answered; 0 of 10 adapters have one", text)

    def test_malformed_replies_are_counted_and_do_no_harm(self):
        server = self.serve()
        self.write("emulated.toml", scenario(at="2s"))
        with Listener("far") as far:
            client = self.start("emulate", "emulated.toml", "--interface", "near", "--json", "-", said="acquiring")
            discover = far.wait_for(DISCOVER)
            reply = bytearray(discover)
            reply[34:38] = b"\x00\x43\x00\x44"  # from the server's port to the client's
            reply[40:42] = b"\x00\x00"          # no UDP checksum
            far.send(bytes(reply[:250]))
            far.send(bytes(reply[:24]) + bytes((reply[24] ^ 1,)) + bytes(reply[25:]))  # a wrong header checksum
        out = client.communicate(timeout=LIMIT)[0]
        self.assertEqual(client.returncode, 0, out)
        refused = json.loads(out)["scenarios"][0]["wire"]["refused"]
        self.assertEqual(refused, {"truncated": 1, "bad IP header": 1})
        self.interrupt(server)

    def test_an_interface_that_goes_down_ends_the_run_and_is_named(self):
        self.serve()
        client = self.start_emulating()
        self.take_down("near")
        self.assert_fails(client, "the interface 'near' (went down|lost its link)")  # the link goes first

    def test_a_far_end_that_goes_down_ends_the_run(self):
        self.serve()
        client = self.start_emulating()
        self.take_down("far")
        self.assert_fails(client, "the interface 'near' lost its link")

    def test_a_server_whose_cable_is_pulled_fails_and_its_outputs_are_written(self):
        server = self.serve(scenario(), "--trace-dir", "traces", "--pcap", "packets")
        self.start_emulating()
        self.take_down("near")
        self.assert_fails(server, "the interface 'far' lost its link")
        self.assertEqual((self.folder / "traces/served.ndjson").read_text().count('"to":"bound"'), 10)
        self.assertEqual((self.folder / "packets/served.pcapng").read_bytes()[:4], b"\x0a\x0d\x0d\x0a")

    def test_an_interface_that_is_deleted_ends_the_run(self):
        ip("link add name near2 type veth peer name far2")
        bring_up("near2", "far2")
        server = self.serve(interface="far2")
        client = self.start_emulating(interface="near2")
        ip("link delete near2")  # and the other end with it; on their way out both go down
        self.assert_fails(client, "the interface 'near2' (is gone|went down|lost its link)")
        self.assert_fails(server, "the interface 'far2' (is gone|went down|lost its link)")

    def test_an_interrupted_emulation_is_no_success(self):
        self.serve()
        self.write("emulated.toml", scenario(at="50s"))
        client = self.start("emulate", "emulated.toml", "--interface", "near", said="acquiring")
        client.send_signal(signal.SIGINT)
        out = client.communicate(timeout=LIMIT)[0]
        self.assertEqual(client.returncode, 1, out)
        self.assertIn("interrupted after", out)

    def test_an_interface_that_cannot_be_used_is_said_with_the_remedy(self):
        self.write("one.toml", scenario())
        for interface, message in (("nowhere", "there is no interface 'nowhere'; there are lo, "),
                                   ("lo", "interface 'lo' is no Ethernet")):
            ran = self.run_it("emulate", "one.toml", "--interface", interface)
            self.assertEqual(ran.returncode, 2)
            self.assertIn(message, ran.stderr.decode())
        self.take_down("far")
        for command, interface, message in (
                ("serve", "far", "interface 'far' is down; to bring it up: ip link set far up"),
                ("emulate", "near", "interface 'near' has no link: is the cable in, is the other end up?")):
            ran = self.run_it(command, "one.toml", "--interface", interface)
            self.assertEqual(ran.returncode, 2)
            self.assertIn(message, ran.stderr.decode())

    def test_without_the_right_to_send_frames_it_says_which_that_is(self):
        self.write("one.toml", scenario())
        for command, interface in ("serve", "far"), ("emulate", "near"):
            ran = subprocess.run(["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", self.program, command,
                                  "one.toml", "--interface", interface], cwd=self.folder, capture_output=True,
                                 timeout=LIMIT, check=False)
            self.assertEqual(ran.returncode, 2)
            self.assertIn("setcap cap_net_raw+ep", ran.stderr.decode())


if __name__ == "__main__":
    unittest.main()

"""The command on a machine of Wine's: its own iphlpapi, in the network that tests/in_network makes."""

import json
import os
import subprocess
import unittest

from command import CommandTest

ADAPTERS = int(os.environ.get("UNLEASE_TEST_NETWORK", "0"))  # that are up
DOWN = 2


def ip(*arguments: str):
    subprocess.run(["ip", *arguments], check=True)


@unittest.skipUnless(ADAPTERS, "no network namespace could be made, see tests/in_network: not run over Wine")
class WineMachineTest(CommandTest):
    def report(self, *arguments: str, code: int):
        ran = self.run_it(*arguments, "--json", "-")
        self.assertEqual(ran.returncode, code, ran.stderr.decode())
        return json.loads(ran.stdout)

    # The pair that is down otherwise, until the test's end.
    def up_with_addresses(self):
        for number, name in enumerate(("down0", "down1"), start=1):
            self.addCleanup(ip, "link", "set", name, "down")
            self.addCleanup(ip, "address", "flush", "dev", name)
            ip("address", "add", f"198.18.255.{number}/24", "dev", name)
            ip("link", "set", name, "up")

    def test_adapters_says_who_decides_on_dhcp(self):
        adapters = self.report("adapters", code=0)["adapters"]
        ethernet = [adapter for adapter in adapters if adapter["kind"] == "ethernet"]
        self.assertEqual(len(ethernet), ADAPTERS + DOWN)
        for adapter in ethernet:
            self.assertFalse(adapter["dhcp_enabled"])
            self.assertEqual(adapter["dhcp_source"], "GetAdaptersAddresses")
            self.assertRegex(adapter["guid"], r"^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$")
        up = [adapter for adapter in ethernet if adapter["ip_enabled"]]
        self.assertEqual(len(up), ADAPTERS)
        for adapter in up:
            self.assertTrue(adapter["address"].startswith("198.18."))
        self.assertIn("loopback", [adapter["kind"] for adapter in adapters])

    def test_without_dhcp_there_is_nothing_to_release(self):
        self.assertEqual(self.report("release", "--yes", code=0)["code"], 0)

    def test_wine_does_not_support_a_release(self):
        self.up_with_addresses()
        report = self.report("release", "--yes", "--assume-dhcp", code=1)
        self.assertEqual({outcome["code"] for outcome in report["outcomes"]}, {64})
        self.assertEqual(len(report["outcomes"]), ADAPTERS + DOWN)
        self.assertEqual(report["code"], 64)

    def test_an_adapter_that_is_down_is_seen_before_wine_is_asked(self):
        report = self.report("release", "--yes", "--assume-dhcp", code=1)
        codes = sorted(outcome["code"] for outcome in report["outcomes"])
        self.assertEqual(codes, [64] * ADAPTERS + [84] * DOWN)
        self.assertEqual(report["code"], 98, "not all for the same reason")

    def test_nothing_is_released_without_yes(self):
        ran = self.run_it("release", "--assume-dhcp")
        self.assertEqual(ran.returncode, 2)
        self.assertIn(f"{ADAPTERS + DOWN} adapters would be targets; nothing was released", ran.stdout.decode())
        self.assertIn("--yes", ran.stderr.decode())

    def test_what_is_captured_plays(self):
        captured = self.run_it("capture")
        self.assertEqual(captured.returncode, 0)
        self.assertNotIn(b"4E6574446576", captured.stdout, "GUIDs are scrubbed")
        self.write("host.toml", captured.stdout.decode())
        self.assertEqual(self.run_it("run", "host.toml").returncode, 0)


if __name__ == "__main__":
    unittest.main()

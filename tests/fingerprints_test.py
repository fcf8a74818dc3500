"""The comparison of builds, with programs that print what the test wants."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import fingerprints


class FingerprintsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.record = pathlib.Path(self.folder.name) / "scenarios" / "fingerprints.txt"
        self.record.parent.mkdir()

    def program(self, name, values):
        """A program that prints these fingerprints, by file."""
        document = json.dumps({"scenarios": [{"file": f, "verdict": "passed", "fingerprint": v} for f, v in values.items()]})
        path = pathlib.Path(self.folder.name) / name
        path.write_text(f"#!{sys.executable}\nprint({document!r})\n", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def run_main(self, *arguments):
        out = io.StringIO()
        with mock.patch.object(sys, "argv", ["fingerprints.py", *arguments]), contextlib.redirect_stdout(out):
            return fingerprints.main(), out.getvalue()

    def test_programs_are_run_through_what_is_asked_for(self):
        program = self.program("one", {"a.toml": "11"})
        emulator = pathlib.Path(self.folder.name) / "emulator"
        emulator.write_text('#!/bin/sh\nprintf "%s\\n" "$1" >> "$0.log"\nexec "$@"\n', encoding="utf-8")
        emulator.chmod(0o755)
        self.record.write_text(fingerprints.HEADER + "11  a.toml\n", encoding="utf-8")
        code, _ = self.run_main("--through", str(emulator), str(self.record), program)
        self.assertEqual(code, 0)
        self.assertEqual(pathlib.Path(f"{emulator}.log").read_text(encoding="utf-8"), f"{program}\n" * 2)

    def test_builds_that_agree_with_the_record_pass(self):
        one = self.program("one", {"a.toml": "11"})
        two = self.program("two", {"a.toml": "11"})
        self.record.write_text(fingerprints.HEADER + "11  a.toml\n", encoding="utf-8")
        code, out = self.run_main(str(self.record), one, two)
        self.assertEqual(code, 0)
        self.assertIn("1 scenarios, 2 builds", out)

    def test_builds_that_differ_fail_even_where_the_first_agrees_with_the_record(self):
        one = self.program("one", {"a.toml": "11"})
        two = self.program("two", {"a.toml": "12"})
        self.record.write_text(fingerprints.HEADER + "11  a.toml\n", encoding="utf-8")
        code, out = self.run_main(str(self.record), one, two)
        self.assertEqual(code, 1)
        self.assertIn("-11  a.toml", out)
        self.assertIn("+12  a.toml", out)

    def test_a_changed_fingerprint_fails_and_is_shown(self):
        one = self.program("one", {"a.toml": "12", "b.toml": "7"})
        self.record.write_text(fingerprints.HEADER + "11  a.toml\n7  b.toml\n", encoding="utf-8")
        code, out = self.run_main(str(self.record), one)
        self.assertEqual(code, 1)
        self.assertIn("-11  a.toml\n+12  a.toml\n", out)
        self.assertNotIn("b.toml", out)

    def test_a_new_scenario_is_a_difference(self):
        one = self.program("one", {"a.toml": "11", "b.toml": "7"})
        self.record.write_text(fingerprints.HEADER + "11  a.toml\n", encoding="utf-8")
        self.assertEqual(self.run_main(str(self.record), one)[0], 1)

    def test_update_shows_the_difference_and_writes_it(self):
        one = self.program("one", {"a.toml": "12"})
        self.record.write_text(fingerprints.HEADER + "11  a.toml\n", encoding="utf-8")
        code, out = self.run_main("--update", str(self.record), one)
        self.assertEqual(code, 0)
        self.assertIn("-11  a.toml\n+12  a.toml\n", out)
        self.assertEqual(self.record.read_text(encoding="utf-8"), fingerprints.HEADER + "12  a.toml\n")
        self.assertEqual(self.run_main(str(self.record), one)[0], 0)

    def test_update_writes_nothing_where_builds_differ(self):
        one = self.program("one", {"a.toml": "11"})
        two = self.program("two", {"a.toml": "12"})
        self.assertEqual(self.run_main("--update", str(self.record), one, two)[0], 1)
        self.assertFalse(self.record.exists())


if __name__ == "__main__":
    unittest.main()

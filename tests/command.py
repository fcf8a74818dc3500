"""The command under test, $UNLEASE, in a folder of scenarios made for the test.

Where it is a program for another system, $UNLEASE_LAUNCHER starts it.
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

WORLD = """
[[server]]
name = "dhcp1"
address = "10.0.0.1"
pool = "10.0.0.10-10.0.0.20"

[[adapter]]
name = "Ethernet"
lease = { server = "dhcp1", state = "bound" }
"""


def releasing(code: int, name: str = "one release") -> str:
    """A scenario that passes where `code` is 0."""
    return f'version = 1\nname = "{name}"\n[expect]\ncode = {code}\n{WORLD}'


def violating() -> str:
    """A scenario that breaks an invariant: it does not end before its deadline."""
    return (f'version = 1\nname = "too late"\n[run]\ndeadline = "1s"\n{WORLD}'
            '[[fault]]\nerror = "ERROR_GEN_FAILURE"\ndelay = "2s"\n')


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        self.program = os.environ["UNLEASE"]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run_it(self, *arguments: str) -> subprocess.CompletedProcess:
        launcher = os.environ.get("UNLEASE_LAUNCHER")
        command = [launcher, self.program] if launcher else [self.program]
        return subprocess.run([*command, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)

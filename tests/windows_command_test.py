"""What is different on Windows: encodings of arguments and paths, patterns, backslashes, ends of lines."""

import json
import unittest

from command import CommandTest, releasing

# A space, Latin-1, two more scripts, and a character of four bytes.
FOLDER = "Büro 1"
NAME = "Zürich 東京 Ωμ \U0001F600"


class WindowsCommandTest(CommandTest):
    def run_text(self, *arguments: str, code: int = 0) -> str:
        """Its standard output and standard error, in which there is no carriage return."""
        ran = self.run_it(*arguments)
        output = (ran.stdout + ran.stderr).decode("utf-8")
        self.assertEqual(ran.returncode, code, output)
        self.assertNotIn("\r", output)
        return output

    def test_paths_are_unicode(self):
        self.write(f"{FOLDER}/{NAME}.toml", releasing(0))
        for argument in (FOLDER, f"{FOLDER}/{NAME}.toml", f"./{FOLDER}"):
            self.assertIn(f"passed    {FOLDER}/{NAME}.toml", self.run_text("run", argument))
        self.assertIn("Ethernet", self.run_text("adapters", "--scenario", f"{FOLDER}/{NAME}.toml"))
        self.assertIn(f"{FOLDER}/{NAME}.toml", self.run_text("explain", "0", "--scenarios", FOLDER))

    def test_what_it_writes_has_unicode_paths_and_plain_newlines(self):
        self.write(f"{FOLDER}/{NAME}.toml", releasing(0, NAME))
        for option in ("--json", "--junit", "--markdown"):
            self.run_text("run", FOLDER, option, f"{NAME}.out")
            content = (self.folder / f"{NAME}.out").read_bytes()
            self.assertIn(NAME, content.decode("utf-8"), option)
            self.assertNotIn(b"\r", content, option)
        self.run_text("run", FOLDER, "--trace-dir", f"{NAME}/deep")
        trace = (self.folder / NAME / "deep" / FOLDER / f"{NAME}.ndjson").read_bytes()
        self.assertIn(b"\n", trace)
        self.assertNotIn(b"\r", trace)

    def test_a_mistake_is_shown_with_its_line(self):
        self.write(f"{FOLDER}/{NAME}.toml", "version = 1\nnmae = \"x\"\n")
        output = self.run_text("check", f"{FOLDER}\\{NAME}.toml", code=3)
        self.assertIn(f"{FOLDER}/{NAME}.toml:2:1: error: unknown key 'nmae'", output)
        self.assertIn("    2 | nmae = \"x\"\n", output)

    def test_backslashes_and_slashes_are_the_same(self):
        self.write("scenarios/codes/98 a.toml", releasing(0))
        self.write("scenarios/other/b.toml", releasing(0))
        with_slashes = self.run_text("run", "scenarios/codes")
        self.assertIn("scenarios/codes/98 a.toml", with_slashes)
        for argument in ("scenarios\\codes", ".\\scenarios\\codes\\", "scenarios\\codes\\98 a.toml",
                         "scenarios\\co*\\9*.toml", "scenarios/c?des\\[0-9]*.toml"):
            self.assertEqual(self.run_text("run", argument), with_slashes, argument)
        listed = self.run_it("adapters", "--scenario", "scenarios\\codes\\98 a.toml", "--json", "-")
        self.assertEqual(json.loads(listed.stdout)["scenario"], "scenarios/codes/98 a.toml")

    def test_absolute_paths_have_a_drive(self):
        self.write("a/b.toml", releasing(0))
        # Under Wine the whole file system is drive Z.
        absolute = str(self.folder / "a/b.toml")
        self.assertIn("1 passed", self.run_text("run", "Z:" + absolute.replace("/", "\\"), "--trace-dir", "traces"))
        self.assertTrue((self.folder / ("traces" + absolute)).with_suffix(".ndjson").exists())
        self.assertIn("1 passed", self.run_text("run", f"Z:{self.folder}/*/b.toml"))

    def test_patterns_are_expanded_by_the_program(self):
        self.write("a/x.toml", releasing(0))
        self.write("a/b/ü.toml", releasing(0))
        self.write("a/notes.txt", "nothing")
        self.assertIn("2 passed", self.run_text("run", "a/**/*.toml"))
        self.assertIn("2 passed", self.run_text("run", "a/*"), "a folder, and not what is no scenario")
        self.assertIn("1 passed", self.run_text("run", "**/ü*"))
        self.assertIn("1 passed", self.run_text("run", "a", "--filter", "*/x.*"), "a filter is not expanded at all")
        self.assertIn("no folder and no .toml file matches '*.json'", self.run_text("run", "*.json", code=2))

    def test_arguments_are_unicode(self):
        self.assertIn(f"'{NAME}'", self.run_text("explain", NAME, code=2))
        self.write("a.toml", releasing(0, NAME))
        self.assertIn("1 passed", self.run_text("run", "a.toml", "--filter", NAME))

    def test_pages_have_plain_newlines(self):
        for page in (("schema",), ("schema", "--markdown"), ("--help",), ("manual",), ("completion", "bash")):
            self.assertIn("\n", self.run_text(*page))

    def test_the_real_machine_is_only_released_on_demand(self):
        self.assertIn("leave one of them out", self.run_text("release", "--yes", "--dry-run", code=2))


if __name__ == "__main__":
    unittest.main()

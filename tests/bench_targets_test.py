"""What bench/targets.py says of programs that are fast, slow, broken or not there."""

import contextlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))

import measuring  # noqa: E402
import results_readme  # noqa: E402
import scaling_picture  # noqa: E402
import targets  # noqa: E402

# A Google Benchmark program: it prints the benchmarks of a file whose names its filter matches.
FAKE = """#!{python}
import json, re, sys
wanted = re.compile(next(a.partition("=")[2] for a in sys.argv if a.startswith("--benchmark_filter")))
figures = json.loads({figures!r})
print(json.dumps({{"benchmarks": [f for f in figures if wanted.search(f["name"])]}}))
sys.exit({status})
"""
PLAIN = "#!{python}\nimport sys\nprint({text!r})\nsys.exit({status})\n"


def benchmark(name: str, ns: float, **more) -> dict:
    return {"name": name, "items_per_second": 1e9 / ns, **more}


class BenchTargetsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = pathlib.Path(folder.name) / "build"
        self.folder = self.build / "release" / "bench"
        self.folder.mkdir(parents=True)
        self.plain("pool", "met    time of the pool over that of one call: 1.06, at most 1.2", 0)
        self.fake("x_bench", [benchmark("ours/1000/manual_time", 100), benchmark("theirs/1000/manual_time", 500),
                              benchmark("unwanted", 1)])
        self.programs = (measuring.Program("x_bench", "ours|theirs"),)
        self.targets = (targets.Target("ours", "ours/1000", None, 120),
                        targets.faster("ours", "theirs", "ours/1000", "theirs/1000", 4, "theirs"))

    def program(self, name: str, text: str):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def fake(self, name: str, figures: list[dict], status: int = 0):
        self.program(name, FAKE.format(python=sys.executable, figures=json.dumps(figures), status=status))

    def plain(self, name: str, text: str, status: int):
        self.program(name, PLAIN.format(python=sys.executable, text=text, status=status))

    def run_targets(self, *options: str) -> tuple[int, str]:
        out = io.StringIO()
        with (unittest.mock.patch.multiple(targets, PROGRAMS=self.programs, TARGETS=self.targets, PLAIN=("pool",)),
              unittest.mock.patch.object(sys, "argv", ["targets.py", *options, str(self.folder)]),
              contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO())):
            return targets.main(), out.getvalue()

    def results(self) -> dict:
        return json.loads((self.build / "bench" / "results.json").read_text(encoding="utf-8"))

    def test_met_targets_are_said_with_their_figures_and_kept(self):
        status, told = self.run_targets()
        self.assertEqual(status, 0, told)
        self.assertIn("met    ours: 100 ns, at most 120 ns (100 - 100)\n", told)
        self.assertIn("met    ours: times faster than theirs: 5, at least 4 (5 - 5)\n", told)
        self.assertIn("met    pool: time of the pool over that of one call: 1.06, at most 1.2\n", told)
        self.assertTrue(told.endswith("3 met, 0 missed, 0 not measured, 0 failed\n"))
        results = self.results()
        self.assertEqual(results["launches"], 5)
        self.assertEqual(set(results["benchmarks"]), {"ours/1000", "theirs/1000"})
        self.assertEqual(results["benchmarks"]["ours/1000"]["items"], 1000)
        self.assertEqual([round(ns) for ns in results["benchmarks"]["ours/1000"]["ns_per_item"]], [100] * 5)
        self.assertEqual([target["met"] for target in results["targets"]], [True] * 3)

    def test_a_missed_target_fails(self):
        self.fake("x_bench", [benchmark("ours/1000", 130), benchmark("theirs/1000", 500)])
        status, told = self.run_targets()
        self.assertEqual(status, 1)
        self.assertIn("MISSED ours: 130 ns, at most 120 ns", told)
        self.assertIn("MISSED ours: times faster than theirs: 3.846, at least 4", told)
        self.assertIn("1 met, 2 missed", told)

    def test_a_missed_target_of_a_plain_program_fails(self):
        self.plain("pool", "MISSED time of the pool over that of one call: 1.3 calls, at most 1.2", 1)
        status, told = self.run_targets()
        self.assertEqual(status, 1)
        self.assertIn("MISSED pool: time of the pool over that of one call: 1.3 calls, at most 1.2 calls\n", told)

    def test_a_plain_program_that_contradicts_itself_failed(self):
        self.plain("pool", "met    time of the pool over that of one call: 1.06, at most 1.2", 1)
        status, told = self.run_targets()
        self.assertEqual(status, 1)
        self.assertIn("FAILED pool exited with 1", told)

    def test_a_peer_that_is_not_installed_is_neither_met_nor_missed(self):
        self.fake("x_bench", [benchmark("ours/1000", 100)])
        status, told = self.run_targets()
        self.assertEqual(status, 0, told)
        self.assertIn("-      ours: times faster than theirs: not measured, no peer\n", told)
        self.assertIn("2 met, 0 missed, 1 not measured", told)
        self.assertIsNone(self.results()["targets"][1]["met"])

    def test_a_figure_without_a_limit_is_told_and_neither_met_nor_missed(self):
        self.targets = (targets.Target("theirs over ours", "theirs/1000", "ours/1000"),)
        status, told = self.run_targets()
        self.assertEqual(status, 0, told)
        self.assertIn("-      theirs over ours: 5 (5 - 5)\n", told)
        self.assertTrue(told.endswith("1 met, 0 missed, 0 not measured, 0 failed\n"), told)
        result = self.results()["targets"][0]
        self.assertEqual((round(result["figure"]), result["limit"], result["met"]), (5, None, None))
        self.assertEqual(results_readme.row(result), "| theirs over ours | 5 | 5 - 5 |  |  |")

    def test_a_figure_without_a_limit_that_no_program_measures_fails_nothing(self):
        self.targets = (targets.Target("coming", "coming/1000"), targets.faster("coming", "x", "coming/1", "x/1"))
        status, told = self.run_targets()
        self.assertEqual(status, 0, told)
        self.assertIn("-      coming: not measured\n-      coming: times faster than x: not measured\n", told)

    def test_a_target_in_seconds_is_told_in_seconds(self):
        self.fake("x_bench", [benchmark("ours", 2.5e9)])
        self.targets = (targets.Target("ours", "ours", None, 5, time_unit="s"),)
        self.assertIn("met    ours: 2.5 s, at most 5 s (2.5 - 2.5)\n", self.run_targets()[1])

    def test_a_program_that_fails_is_told_and_its_targets_are_missed(self):
        for figures, status, why in (([], 3, "x_bench exited with 3"),
                                     ([benchmark("ours/1000", 1, error_occurred=True, error_message="lost")], 0,
                                      "x_bench, ours/1000: lost")):
            with self.subTest(why):
                self.fake("x_bench", figures, status)
                code, told = self.run_targets()
                self.assertEqual(code, 1)
                self.assertIn(f"FAILED {why}", told)
                self.assertIn("MISSED ours: not measured\n", told)

    def test_a_program_that_is_not_there_failed(self):
        (self.folder / "x_bench").unlink()
        status, told = self.run_targets()
        self.assertEqual(status, 1)
        self.assertIn("FAILED", told)

    def test_the_readme_gets_the_table_and_the_picture(self):
        readme = self.build / "README.md"
        readme.write_text("before\n<!-- table: results -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
        picture = self.build / "docs" / "scaling.svg"
        self.fake("x_bench", [benchmark("release/1000", 100), benchmark("release/10000", 150)])
        self.programs = (measuring.Program("x_bench", "release"),)
        self.targets = (targets.Target("a release", "release/1000", None, 120),)
        status, told = self.run_targets("--readme", str(readme), str(picture))
        self.assertEqual(status, 0, told)
        text = readme.read_text(encoding="utf-8")
        self.assertRegex(text, r"(?s)^before\n<!-- table: results -->\n.*\n<!-- end -->\nafter\n$")
        self.assertIn("| a release | 100 ns | 100 - 100 | at most 120 ns | met |", text)
        self.assertIn("(docs/scaling.svg)", text)
        self.assertNotIn("old", text)
        self.assertEqual(len(re.findall("<circle", picture.read_text(encoding="utf-8"))), 2)

    def test_every_target_names_benchmarks_that_are_launched(self):
        for target in targets.TARGETS:
            for name in filter(None, (target.of, target.over)):
                spellings = (name, f"{name}/manual_time")  # as Google Benchmark may have it
                self.assertTrue(any(re.match(f"({program.wanted})", spelling)
                                    for program in targets.PROGRAMS for spelling in spellings), name)


class HelpTest(unittest.TestCase):
    def test_help_is_printed_where_nothing_can_be_built_and_names_every_benchmark(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for command in ("cat", "dirname"):
            (pathlib.Path(folder.name) / command).symlink_to(shutil.which(command))
        dev = pathlib.Path(targets.__file__).parents[1] / "dev"
        for option in ("-h", "--help"):
            done = subprocess.run([shutil.which("bash"), str(dev), "bench", option], env={"PATH": folder.name},
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            for name in (*(program.name.removesuffix("_bench") for program in targets.PROGRAMS), *targets.PLAIN):
                self.assertRegex(done.stdout, rf"\b{name}\b")


class ReadmeTest(unittest.TestCase):
    def test_the_picture_is_a_file_of_its_own_with_a_colour_a_curve(self):
        benchmarks = {f"{name}/{items}": {"items": items, "ns_per_item": [ns] * 5}
                      for name, ns in (("release", 100.0), ("naive", 200.0)) for items in (100, 1000)}
        picture = scaling_picture.draw(benchmarks)
        xml.etree.ElementTree.fromstring(picture)
        self.assertTrue(picture.startswith('<svg xmlns="http://www.w3.org/2000/svg" '))
        for part in ('.curve-1 { color: #3b82d6; }', '<g class="curve-1"><polyline', ">release, the naive way<"):
            self.assertIn(part, picture)

    def test_a_readme_without_markers_is_refused(self):
        with self.assertRaises(SystemExit):
            results_readme.replaced("nothing\n", "new")


if __name__ == "__main__":
    unittest.main()

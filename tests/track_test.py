"""What tracks speed: its statistics, its rounds, its history, and how `record`, `check` and `report` end."""

import contextlib
import io
import json
import pathlib
import platform
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

import commands
import figures
import gate
import history
import machine
import measure
from outcome import Exit, Stop

REGIONS = """#!/bin/sh
case $1 in
  --list) echo one; echo two ;;
  --built-by) echo "A compiler 1"; echo "-O2" ;;
  *) echo "$0 $1" >> "{log}"; echo 1000 ;;
esac
"""


class FiguresTest(unittest.TestCase):
    def test_a_median_is_not_moved_by_one_wild_sample(self):
        self.assertEqual(figures.estimate([1.0] * 23 + [50.0]), figures.Estimate(1.0, 1.0, 1.0))

    def test_an_interval_holds_the_median_and_is_wider_where_samples_scatter(self):
        narrow = figures.estimate([1 + number / 1000 for number in range(-12, 13)])
        wide = figures.estimate([1 + number / 100 for number in range(-12, 13)])
        self.assertEqual(narrow.median, 1.0)
        self.assertTrue(0.988 <= narrow.low < 1 < narrow.high <= 1.012)
        self.assertGreater(wide.high - wide.low, 5 * (narrow.high - narrow.low))

    def test_an_interval_leaves_out_1_where_the_samples_do(self):
        samples = [1.05 + number / 1000 for number in range(-12, 13)]
        self.assertFalse(figures.estimate(samples).includes(1))

    def test_the_same_samples_give_the_same_interval(self):
        samples = [1 + (number * 7 % 24) / 100 for number in range(24)]
        self.assertEqual(figures.estimate(samples), figures.estimate(samples))

    def test_ratios_are_of_pairs(self):
        self.assertEqual(figures.ratios([2, 30], [1, 10]), [2, 3])
        with self.assertRaises(ValueError):
            figures.ratios([1, 2], [1])


class GateTest(unittest.TestCase):
    def test_more_than_1_percent_is_too_slow_and_1_percent_is_not(self):
        changes = gate.changes({"a": 1000, "b": 1000}, {"a": 1010, "b": 1011}, {})
        self.assertEqual([change.too_slow for change in changes], [False, True])

    def test_what_is_accepted_comes_to_the_gate_of_that_region_alone(self):
        changes = gate.changes({"a": 1000, "b": 1000}, {"a": 1040, "b": 1040}, {"a": 0.03})
        self.assertEqual([change.too_slow for change in changes], [False, True])

    def test_regions_that_only_one_side_has_are_not_compared(self):
        self.assertEqual([change.region for change in gate.changes({"a": 1, "b": 1}, {"b": 1, "c": 1}, {})], ["b"])


class WithFolder(unittest.TestCase):
    """A folder with a program that plays `regions`, and a git repository with one commit."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.log = self.root / "log"
        self.program = self.root / "build/release/bench/regions"
        self.program.parent.mkdir(parents=True)
        self.program.write_text(REGIONS.format(log=self.log), encoding="utf-8")
        self.program.chmod(0o755)
        self.history = self.root / "history.ndjson"

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments], cwd=self.root, check=True,
                       stdout=subprocess.DEVNULL)

    def call(self, *arguments: str) -> tuple[int, str]:
        """How the command ended, and what it said."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                code = commands.main(list(arguments), self.root)
            except SystemExit as end:  # of argparse
                code = end.code
        return code, said.getvalue()


class MeasureTest(WithFolder):
    def test_each_round_runs_each_program_once_a_region_in_changing_order(self):
        head = self.program.with_name("head")
        head.write_bytes(self.program.read_bytes())
        head.chmod(0o755)
        samples = measure.time_rounds({"base": self.program, "head": head, "control": self.program}, ["one", "two"], 8)
        for region in ("one", "two"):
            self.assertEqual(samples[region], {"base": [1000] * 8, "head": [1000] * 8, "control": [1000] * 8})
        runs = [tuple(line.split()) for line in self.log.read_text(encoding="utf-8").splitlines()]
        rounds = [runs[start:start + 6] for start in range(0, len(runs), 6)]
        self.assertEqual(len(rounds), 8)
        for one in rounds:
            self.assertEqual(sorted(one), sorted(rounds[0]))
        self.assertGreater(len({tuple(one) for one in rounds}), 4)

    def test_a_program_that_fails_stops_with_what_it_said(self):
        self.program.write_text("#!/bin/sh\necho 'two is broken' >&2; exit 1\n", encoding="utf-8")
        with self.assertRaisesRegex(Stop, "ended with 1:\ntwo is broken") as stopped:
            measure.time_rounds({"base": self.program}, ["two"], 1)
        self.assertEqual(stopped.exception.code, Exit.INCONCLUSIVE)

    @unittest.skipIf(shutil.which("valgrind") is None, "valgrind is not installed")
    def test_a_hot_part_that_callgrind_does_not_find_is_no_count_of_0(self):
        with self.assertRaisesRegex(Stop, "callgrind counted nothing in one"):
            measure.count(pathlib.Path("/bin/true"), "one")

    def test_the_machine_is_told_without_its_name(self):
        told = machine.describe()
        self.assertLessEqual({"cores", "cpu", "system"}, set(told))
        self.assertLessEqual(set(told), {"cores", "cpu", "system", *machine.TELLING})
        self.assertNotIn(platform.node(), json.dumps(told))

    def described(self, information: str | None) -> dict:
        path = self.root / "cpuinfo"
        if information is not None:
            path.write_text(information, encoding="utf-8")
        with mock.patch.object(machine, "INFORMATION", path):
            return machine.describe()

    def test_processors_of_one_name_are_told_apart(self):
        text = ("processor\t: 0\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\nstepping\t: 1\n"
                "cache size\t: 512 KB\npower management:\n")
        one = self.described(text)
        self.assertEqual({key: one[key] for key in ("cpu", *machine.TELLING)},
                         {"cpu": "AMD EPYC", "cpu family": "25", "model": "1", "stepping": "1", "cache size": "512 KB"})
        self.assertNotEqual(one, self.described(text.replace("model\t\t: 1", "model\t\t: 17")))

    def test_a_machine_that_tells_nothing_of_its_processor_is_described_all_the_same(self):
        self.assertEqual(self.described(None)["cpu"], platform.machine())
        self.assertEqual(sorted(self.described("processor\t: 0\n")), ["cores", "cpu", "system"])


class HistoryTest(WithFolder):
    def record(self, commit: str, count: int, **other) -> dict:
        return {"commit": commit, "subject": "s", "dirty": False, "date": "d", "machine": {"cpu": "x"},
                "built_by": {"compiler": "c", "flags": "-O2"}, "counted_by": "valgrind-1",
                "instructions": {"one": count}, "wall": {"one": [1]}} | other

    def check(self, *records: dict) -> tuple[int, str]:
        self.history.write_text("", encoding="utf-8")
        for record in records:
            history.append(self.history, record)
        return self.call("check", "--history", str(self.history))

    def test_the_newest_may_cost_as_much_as_the_one_before(self):
        code, said = self.check(self.record("a", 1000), self.record("b", 1000), self.record("c", 1005))
        self.assertEqual(code, Exit.FINE, said)
        self.assertIn("+0.50 %", said)

    def test_a_slower_one_is_a_regression(self):
        code, said = self.check(self.record("a", 1000), self.record("b", 1050))
        self.assertEqual(code, Exit.REGRESSION, said)
        self.assertRegex(said, r"one .* \+5\.00 % .*TOO SLOW")

    def test_small_steps_that_come_to_a_large_one_since_the_oldest_are_a_regression(self):
        code, said = self.check(self.record("a", 1000), self.record("b", 1009), self.record("c", 1018))
        self.assertEqual(code, Exit.REGRESSION, said)
        newest, since_oldest = said.split("and since the oldest record:")
        self.assertRegex(newest, r"base  b (.|\n)*\+0\.89 %(.|\n)*none costs more than it may")
        self.assertRegex(since_oldest, r"base  a (.|\n)*\+1\.80 % .*TOO SLOW")

    def test_the_oldest_is_the_oldest_that_is_comparable(self):
        elsewhere = self.record("a", 1, machine={"cpu": "y"})
        code, said = self.check(elsewhere, self.record("b", 1000), self.record("c", 1000), self.record("d", 1000))
        self.assertEqual(code, Exit.FINE, said)
        self.assertIn("and since the oldest record:\nbase  b ", said)

    def test_a_region_that_came_later_has_an_oldest_record_of_its_own(self):
        both = [self.record(commit, 1000, instructions={"one": 1000, "two": count})
                for commit, count in (("b", 1000), ("c", 1009), ("d", 1018))]
        code, said = self.check(self.record("a", 1000), *both)
        self.assertEqual(code, Exit.REGRESSION, said)
        self.assertRegex(said, r"base  a (.|\n)*one .* \+0\.00 %(.|\n)*base  b (.|\n)*two .* \+1\.80 %")

    def test_of_two_records_the_one_before_is_the_oldest(self):
        self.assertNotIn("oldest", self.check(self.record("a", 1000), self.record("b", 1000))[1])

    def test_a_damaged_history_or_a_mistaken_command_is_a_usage_error(self):
        self.assertEqual(self.call("chekc")[0], Exit.USAGE)
        self.history.write_text("no json\n", encoding="utf-8")
        code, said = self.call("check", "--history", str(self.history))
        self.assertEqual(code, Exit.USAGE)
        self.assertIn(f"{self.history}:1: no record", said)

    def test_one_record_is_inconclusive_and_so_is_none(self):
        self.assertEqual(self.check(self.record("a", 1000))[0], Exit.INCONCLUSIVE)
        code, said = self.check()
        self.assertEqual(code, Exit.INCONCLUSIVE)
        self.assertIn("make one with: ./dev bench record", said)

    def test_records_that_do_not_say_what_counted_them_are_incomparable_even_with_each_other(self):
        old = [self.record(commit, 1000) for commit in "ab"]
        for record in old:
            del record["counted_by"]
        for newest in (old[1], self.record("c", 1000)):
            code, said = self.check(old[0], newest)
            self.assertEqual(code, Exit.INCOMPARABLE, said)

    def test_other_machines_compilers_flags_and_valgrinds_are_incomparable(self):
        for other in ({"machine": {"cpu": "y"}}, {"built_by": {"compiler": "d", "flags": "-O2"}},
                      {"built_by": {"compiler": "c", "flags": "-O3"}}, {"counted_by": "valgrind-2"}):
            code, said = self.check(self.record("a", 1000, **other), self.record("b", 1000))
            self.assertEqual(code, Exit.INCOMPARABLE, other)
            self.assertIn("another machine, compiler, flags or valgrind", said)

    def test_the_one_before_is_the_latest_that_is_comparable(self):
        elsewhere = self.record("b", 1, machine={"cpu": "y"})
        code, said = self.check(self.record("a", 1000), elsewhere, self.record("c", 1050))
        self.assertEqual(code, Exit.REGRESSION, said)
        self.assertIn("base  a ", said)

    def test_record_appends_what_it_measured_and_says_that_the_tree_is_dirty(self):
        (self.root / "file").write_text("1", encoding="utf-8")
        self.git("init", "-q")
        self.git("add", "file")
        self.git("commit", "-q", "-m", "subject")
        counts = mock.patch.object(measure, "count", lambda program, region: {"one": 11, "two": 22}[region])
        with counts, mock.patch.object(measure, "counted_by", lambda: "valgrind-1"):
            code, said = self.call("record", "--history", str(self.history))
            self.assertEqual(code, Exit.FINE, said)
            self.assertNotIn("dirty", said)
            (self.root / "file").write_text("2", encoding="utf-8")
            self.assertIn("the tree is dirty", self.call("record", "--history", str(self.history))[1])
        clean, dirty = history.read(self.history)
        self.assertEqual(clean["instructions"], {"one": 11, "two": 22})
        self.assertEqual(clean["wall"], {"one": [1000] * 24, "two": [1000] * 24})
        self.assertEqual(clean["built_by"], {"compiler": "A compiler 1", "flags": "-O2"})
        self.assertEqual(clean["counted_by"], "valgrind-1")
        self.assertEqual((clean["subject"], clean["dirty"], dirty["dirty"]), ("subject", False, True))

    def test_fewer_rounds_than_24_are_refused(self):
        self.assertEqual(self.call("record", "--rounds", "23")[0], Exit.USAGE)

    def test_a_report_about_nothing_is_inconclusive(self):
        code, said = self.call("report")
        self.assertEqual(code, Exit.INCONCLUSIVE)
        self.assertIn("nothing was measured yet", said)

    def test_a_history_that_is_not_there_is_a_usage_error_but_the_usual_one_is_only_empty(self):
        for command in ("check", "report"):
            code, said = self.call(command, "--history", str(self.history))
            self.assertEqual(code, Exit.USAGE)
            self.assertIn(f"{self.history} is no file", said)
        self.assertEqual(self.call("check")[0], Exit.INCONCLUSIVE)


if __name__ == "__main__":
    unittest.main()

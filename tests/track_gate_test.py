"""The gate of `./dev bench ab`, tested with the real regions: 5 % more work is caught in each, the same work passes."""

import os
import pathlib
import shutil
import unittest
from unittest import mock

import compare
import gate
import measure
from outcome import Exit, Stop

REGIONS = pathlib.Path(os.environ["REGIONS"])
SLOWER = pathlib.Path(os.environ["REGIONS_SLOWER"])


@unittest.skipIf(shutil.which("valgrind") is None, "valgrind is not installed")
class TrackGateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        document = compare.measure_both({"base": REGIONS, "head": REGIONS}, rounds=0)
        cls.same = compare.describe(document, {}, {})
        slower = measure.count_all(SLOWER, list(document["instructions"]))
        counts = {region: counted | {"head": slower[region]} for region, counted in document["instructions"].items()}
        cls.slower = cls.same | {"instructions": counts}

    def test_a_planted_slow_down_of_5_percent_is_caught_in_each_region(self):
        changes = compare.changes(self.slower)
        self.assertEqual([change.region for change in changes], measure.region_names(REGIONS))
        self.assertGreaterEqual(len(changes), 7)
        for change in changes:
            with self.subTest(change.region):
                self.assertTrue(change.too_slow)
                self.assertTrue(1.04 < change.ratio < 1.07, change.ratio)

    def test_the_verdict_on_it_counts_again_and_is_a_regression(self):
        one = self.slower | {"instructions": {"load": self.slower["instructions"]["load"]}}
        self.assertEqual(compare.verdict(one, {"base": REGIONS, "head": SLOWER}), Exit.REGRESSION)

    def test_the_same_program_twice_passes(self):
        for change in compare.changes(self.same):
            with self.subTest(change.region):
                self.assertLess(abs(change.ratio - 1), gate.GATE / 10)
        self.assertEqual(compare.verdict(self.same, {"base": REGIONS, "head": REGIONS}), Exit.FINE)

    def test_counts_that_do_not_repeat_are_inconclusive(self):
        with mock.patch.object(measure, "count", lambda program, region: 1000):
            with self.assertRaisesRegex(Stop, r"do not repeat: \+\d\.\d\d %, then \+0\.00 %") as stopped:
                compare.verdict(self.slower, {"base": REGIONS, "head": SLOWER})
        self.assertEqual(stopped.exception.code, Exit.INCONCLUSIVE)


if __name__ == "__main__":
    unittest.main()

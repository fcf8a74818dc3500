"""Google Benchmark's JSON of our benchmarks: its own compare.py reads it, and bench/targets.py does."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))

import measuring  # noqa: E402

RELEASE_BENCH = pathlib.Path(os.environ["RELEASE_BENCH"])


class BenchJsonTest(unittest.TestCase):
    def test_standard_output_is_one_document_with_what_compare_py_compares(self):
        done = subprocess.run([RELEASE_BENCH, "--benchmark_filter=^release/100/", "--benchmark_min_time=0.01",
                               "--benchmark_format=json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        self.assertIn("context", document)
        (benchmark,) = document["benchmarks"]
        self.assertEqual((benchmark["name"], benchmark["run_type"], benchmark["time_unit"]),
                         ("release/100/manual_time", "iteration", "us"))
        for time in ("real_time", "cpu_time"):
            self.assertGreater(benchmark[time], 0)

    def test_targets_py_finds_the_time_of_one_release_in_it(self):
        found = measuring.launch(RELEASE_BENCH.parent, measuring.Program("release_bench", "release/100/", 0.01))
        self.assertEqual(list(found), ["release/100"])
        items, ns = found["release/100"]
        self.assertEqual(items, 100)
        self.assertGreater(ns, 1)


if __name__ == "__main__":
    unittest.main()

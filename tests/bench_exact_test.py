"""The gate of `./dev bench exact`: it passes on what it wrote itself, and catches every change."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest


class BenchExactTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.record = pathlib.Path(folder.name) / "exact.json"
        cls.count("--update", str(cls.record))
        cls.document = json.loads(cls.record.read_text(encoding="utf-8"))

    @staticmethod
    def count(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([os.environ["EXACT"], *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False)

    def counted_against(self, document) -> subprocess.CompletedProcess:
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(document, file)
            file.flush()
            return self.count(file.name)

    def test_it_passes_on_what_it_wrote(self):
        self.assertGreater(len(self.document["scenarios"]), 80)
        again = self.count(str(self.record))
        self.assertEqual(again.returncode, 0, again.stdout)

    def test_each_figure_is_compared(self):
        file, figures = next(iter(self.document["scenarios"].items()))
        for name, value in figures.items():
            scenarios = self.document["scenarios"] | {file: figures | {name: value + 1}}
            differs = self.counted_against(self.document | {"scenarios": scenarios})
            self.assertEqual(differs.returncode, 1, name)
            self.assertIn(f"{file}: {name} {value + 1} -> {value}\n", differs.stdout)

    def test_scenarios_that_come_or_go_are_differences(self):
        scenarios = dict(self.document["scenarios"])
        gone = scenarios.popitem()
        differs = self.counted_against(self.document | {"scenarios": scenarios | {"scenarios/x.toml": gone[1]}})
        self.assertEqual(differs.returncode, 1)
        self.assertIn(f"{gone[0]}: is new\n", differs.stdout)
        self.assertIn("scenarios/x.toml: is gone\n", differs.stdout)

    def test_another_compilers_allocations_are_not_compared(self):
        other = self.counted_against(self.document | {"made_by": "another compiler"})
        self.assertEqual(other.returncode, 4)
        self.assertIn("not comparable", other.stdout)

    def test_a_mistaken_option_is_a_usage_error(self):
        self.assertEqual(self.count("--upadte").returncode, 2)
        self.assertEqual(self.count("a", "b").returncode, 2)


if __name__ == "__main__":
    unittest.main()

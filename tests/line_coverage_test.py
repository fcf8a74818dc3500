"""What line_coverage.py must tell."""

import unittest

import line_coverage

SOURCE = ["int f(int x) {", "  if (x > 0) {", "    return 1;", "  }", "  assert(x < 9);", "  g();", "  return 2;", "}"]


def told_of(lines: dict[int, int], explained: str = "") -> tuple[bool, str]:
    explanations = line_coverage.read_explanations(explained)
    return line_coverage.report({"sim/a.cc": lines}, {"sim/a.cc": SOURCE}, explanations)


class LineCoverageTest(unittest.TestCase):
    def test_all_covered_is_well(self):
        well, told = told_of({1: 3, 2: 3, 3: 1, 6: 2, 7: 2})
        self.assertTrue(well)
        self.assertIn("100.0 %      5/5", told)

    def test_region_without_a_reason_is_told_with_its_text(self):
        well, told = told_of({1: 1, 2: 1, 3: 1, 6: 0, 7: 0})
        self.assertFalse(well)
        self.assertIn("6-7: NOT explained\n      | g();\n      | return 2;", told)
        self.assertIn(" 60.0 %      3/5", told)

    def test_covered_line_parts_regions(self):
        _, told = told_of({3: 0, 6: 1, 7: 0})
        self.assertIn("    3: NOT explained", told)
        self.assertIn("    7: NOT explained", told)

    def test_braces_and_assertions_do_not_count(self):
        well, told = told_of({4: 0, 5: 0, 7: 1, 8: 0})
        self.assertTrue(well)
        self.assertIn("100.0 %      1/1", told)

    def test_reason_explains_the_region_of_that_text(self):
        lines = {1: 1, 6: 0, 7: 0}
        self.assertTrue(told_of(lines, "# comment\nsim/a.cc: because\n  g();\n  return 2;\n")[0])
        self.assertIn("6-7: explained: because", told_of(lines, "sim/a.cc: because\n  g();\n  return 2;\n")[1])

    def test_reason_for_other_text_or_file_explains_nothing(self):
        for explained in ("sim/a.cc: because\n  g();\n", "sim/b.cc: because\n  g();\n  return 2;\n"):
            well, told = told_of({1: 1, 6: 0, 7: 0}, explained)
            self.assertFalse(well)
            self.assertIn("6-7: NOT explained", told)
            self.assertIn("explains nothing: ", told)

    def test_reason_for_what_is_covered_by_now_is_told(self):
        well, told = told_of({1: 1, 6: 1, 7: 1}, "sim/a.cc: because\n  g();\n  return 2;\n")
        self.assertFalse(well)
        self.assertIn("explains nothing: sim/a.cc: because", told)

    def test_malformed_explanations_are_refused(self):
        for text in ("  code first\n", "sim/a.cc\n  g();\n", "sim/a.cc: \n  g();\n", "sim/a.cc: reason without code\n"):
            with self.assertRaises(line_coverage.MalformedError):
                line_coverage.read_explanations(text)

    def test_counts_are_summed_over_what_includes_a_file_and_only_of_ours(self):
        def document(file: str, count: int) -> dict:
            return {"files": [{"file": file, "lines": [{"line_number": 7, "count": count}]}]}
        counts = line_coverage.counts_of([document("sim/a.h", 0), document("sim/a.h", 2), document("tests/a.h", 1)])
        self.assertEqual(counts, {"sim/a.h": {7: 2}})


if __name__ == "__main__":
    unittest.main()

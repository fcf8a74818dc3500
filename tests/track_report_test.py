"""The report of speed: what it says, that it needs no other file, and that a browser shows it light and dark."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree
import zlib

import charts
import history
import page
import report

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
MACHINE = {"cpu": "A processor", "cores": 2, "system": "Linux"}
BUILT_BY = {"compiler": "GNU 12", "flags": "-O2"}


def comparison(head: int = 1000, control: float = 1.0, subject: str = "Two") -> dict:
    """Of one region, in which head takes as long as base, and the control `control` times that."""
    wall = {"base": [1000.0] * 24, "head": [1000.0] * 24, "control": [1000.0 * control] * 24}
    return {"base": {"id": "b" * 40, "subject": "One"}, "head": {"id": "a" * 40, "subject": subject}, "accepted": {},
            "date": "2026-01-01", "machine": MACHINE, "built_by": BUILT_BY,
            "instructions": {"queue": {"base": 1000, "head": head}}, "wall": {"queue": wall}}


def records(*counts: int) -> list[dict]:
    return [{"commit": f"{number:x}" * 40, "subject": "s", "dirty": False, "date": "d", "machine": MACHINE,
             "built_by": BUILT_BY, "counted_by": "valgrind-1", "instructions": {"queue": count},
             "wall": {"queue": [1000.0, 1010.0, 990.0]}}
            for number, count in enumerate(counts, start=1)]


def benchmarks(met: bool = True) -> dict:
    times = {f"release/{10 ** power}": {"items": 1, "ns_per_item": [400.0 + power, 410.0]} for power in (2, 3, 4)}
    times["copy"] = {"items": 1, "ns_per_item": [9]}
    return {"machine": MACHINE | BUILT_BY, "launches": 5, "benchmarks": times,
            "targets": [{"what": "bytes an adapter", "figure": 756.8, "limit": 768, "unit": "B", "met": met}]}


class PageTest(unittest.TestCase):
    def test_every_drawing_is_well_formed_and_there_is_one_a_chart(self):
        text = page.page(comparison(), records(1000, 1010), benchmarks())
        drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
        self.assertEqual(len(drawings), 4)
        for drawing in drawings:
            self.assertNotIn("nan", drawing)
            xml.etree.ElementTree.fromstring(drawing)

    def test_it_refers_to_nothing_outside(self):
        text = page.page(comparison(), records(1000, 1010), benchmarks())
        self.assertNotRegex(text, r"https?:|//[a-z]|\bsrc=|\bhref=|url\(|@import|<script|<link")

    def test_what_others_wrote_is_text_and_no_markup(self):
        text = page.page(comparison(subject="<b>&\"x"), [], None)
        self.assertIn("&lt;b&gt;&amp;&quot;x", text)
        self.assertNotIn("<b>&", text)

    def test_the_badges_tell_a_gate_that_holds_from_one_that_is_broken(self):
        well = page.page(comparison(head=1010), [], benchmarks(met=True))
        badly = page.page(comparison(head=1011), [], benchmarks(met=False))
        self.assertEqual(re.findall(r'class="badge (\w+)"', well), ["fine"] * 3)
        self.assertEqual(re.findall(r'class="badge (\w+)"', badly), ["wrong", "fine", "wrong"])
        self.assertIn("1 of 1 too slow", badly)

    def test_a_control_that_differs_from_base_fails_its_badge_and_the_summary_says_so(self):
        disturbed = comparison(control=1.1)
        self.assertIn("✗ fails in queue", page.page(disturbed, [], None))
        self.assertIn("A/A control fails in queue", report.summary(disturbed, None))
        self.assertIn("A/A control passes", report.summary(comparison(), None))

    def test_the_history_is_of_the_newest_machine_alone(self):
        other = records(5)[0] | {"machine": {"cpu": "another"}}
        text = page.page(None, [other, *records(1000, 1010)], None)
        self.assertIn("2 records of one machine", text)
        self.assertIn("Not shown: 1, older", text)
        self.assertEqual(len(re.findall(r"<title>[^<]* instructions</title>", text)), 2)

    def test_one_record_is_drawn(self):
        self.assertIn("1,000 instructions", page.page(None, records(1000), None))

    def test_benchmarks_of_one_size_are_no_curve(self):
        self.assertEqual([curve.name for curve in page.families(benchmarks())], ["release"])

    def test_the_summary_has_a_line_a_region_and_target(self):
        text = report.summary(comparison(head=1050), benchmarks(met=False))
        self.assertIn("| queue | +5.00 % | **too slow** | 1.000 (1.000 - 1.000) | 1.000 (1.000 - 1.000) |", text)
        self.assertIn("| bytes an adapter | 756.8 B |  | at most 768 B | **missed** |", text)

    def test_a_target_that_was_not_measured_is_neither_met_nor_missed(self):
        found = benchmarks()
        found["targets"].append({"what": "faster than another", "figure": None, "limit": 4, "unit": "", "met": None,
                                 "at_least": True})
        self.assertIn("| faster than another |  |  | at least 4 | not measured |", report.summary(None, found))
        text = page.page(None, [], found)
        self.assertIn("✓ 1 of 1 met", text)
        self.assertIn('<td class="number">at least 4</td><td class="verdict ">not measured</td>', text)


    def test_a_target_is_told_with_the_least_and_the_most_of_its_launches(self):
        found = benchmarks()
        found["targets"][0] |= {"least": 750, "most": 761}
        self.assertIn("| 756.8 B | 750 - 761 | at most 768 B | met |", report.summary(None, found))
        self.assertIn('<td class="number spread">750 - 761</td>', page.page(None, [], found))

    def test_a_figure_without_a_limit_is_shown_without_a_verdict(self):
        found = benchmarks()
        found["targets"].append({"what": "over a copy", "figure": 3, "limit": None, "unit": "", "met": None,
                                 "least": 2, "most": 4})
        self.assertIn("| over a copy | 3 | 2 - 4 |  |  |", report.summary(None, found))
        text = page.page(None, [], found)
        self.assertIn("✓ 1 of 1 met", text)
        self.assertIn('<td class="number"></td><td class="verdict "></td>', text)


class HistoryTest(unittest.TestCase):
    def drawn(self, noisy: list[float]) -> str:
        """The history of three records, of which the second's wall times are these."""
        three = records(1000, 1010, 1000)
        three[1]["wall"]["queue"] = noisy
        return re.search(r"<svg.*?</svg>", page.page(None, three, None), re.DOTALL)[0]

    def test_a_noisy_record_leaves_all_others_where_they_are(self):
        quiet, noisy = self.drawn([1000.0, 1001.0, 999.0]), self.drawn([1000.0, 9000.0, 200.0])
        lines = r'<polyline points="[^"]*"'
        self.assertEqual(re.findall(lines, quiet), re.findall(lines, noisy))
        self.assertNotEqual(quiet, noisy)

    def test_its_interval_is_cut_where_its_strip_ends(self):
        strip = xml.etree.ElementTree.fromstring(self.drawn([1000.0, 9000.0, 200.0]))
        height = float(strip.get("viewBox").split()[3])
        wall = strip.findall(".//g[@class='control']/line")
        self.assertEqual(len(wall), 3)
        for bar in wall:
            self.assertTrue(height / 2 < float(bar.get("y2")) <= float(bar.get("y1")) < height, bar.attrib)

    def test_wall_times_that_jump_leave_the_instructions_their_scale(self):
        steps = [re.search(r'<g class="head"><polyline points="[^"]*"', self.drawn([wall]))[0] for wall in (1e3, 9e3)]
        self.assertEqual(*steps)


class ChartsTest(unittest.TestCase):
    def test_ticks_are_round_and_within(self):
        self.assertEqual([round(tick, 9) for tick in charts.ticks(-0.031, 0.052, 6)], [-0.02, 0, 0.02, 0.04])
        self.assertEqual(charts.ticks(3, 97, 5), [20, 40, 60, 80])

    def test_names_keep_their_distance_and_stay_above_the_end(self):
        moved = charts.spread([100, 102, 190, 199], 18, 200)
        self.assertEqual(sorted(moved), moved)
        self.assertTrue(all(after - before >= 18 for before, after in zip(moved, moved[1:])), moved)
        self.assertLessEqual(moved[-1], 200)

    def test_a_logarithmic_scale_gives_each_decade_the_same_room(self):
        scale = charts.Scale(1, 100, 0, 200, logarithmic=True)
        self.assertEqual([scale(1), scale(10), scale(100)], [0, 100, 200])


@unittest.skipIf(CHROMIUM is None, "Chromium is not installed")
class BrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "ab.json").write_text(json.dumps(comparison()), encoding="utf-8")
        (cls.folder / "results.json").write_text(json.dumps(benchmarks()), encoding="utf-8")
        for record in records(1000, 1010):
            history.append(cls.folder / "history.ndjson", record)
        report.write(cls.folder, history.read(cls.folder / "history.ndjson"))

    def browse(self, *options: str) -> str:
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update",
             f"--user-data-dir={self.folder / 'profile'}",
             "--window-size=1180,900", *options, (self.folder / "report.html").as_uri()],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def corner(self, scheme: int) -> str:
        """The colour of the first pixel; before a PNG's first pixel there is nothing to predict it from."""
        path = self.folder / f"{scheme}.png"
        self.browse(f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={path}")
        image = path.read_bytes()
        self.assertTrue(image.startswith(b"\x89PNG"))
        data, at = b"", 8
        while at < len(image):
            size = int.from_bytes(image[at:at + 4])
            if image[at + 4:at + 8] == b"IDAT":
                data += image[at + 8:at + 8 + size]
            at += size + 12
        return "#" + zlib.decompress(data)[1:4].hex()

    def test_a_browser_finds_every_section_and_chart(self):
        found = self.browse("--dump-dom")
        self.assertEqual(re.findall(r"<h2>(.*?)</h2>", found),
                         ["Instructions", "Wall time", "History", "Scaling", "Targets"])
        self.assertEqual(found.count("</svg>"), 4)

    def test_it_is_light_or_dark_as_the_reader_prefers(self):
        colours = re.findall(r"--page: (#\w+);", page.STYLE.read_text(encoding="utf-8"))
        self.assertEqual(len(set(colours)), 2)
        self.assertEqual([self.corner(scheme) for scheme in (1, 0)], colours)


if __name__ == "__main__":
    unittest.main()

"""`./dev bench ab` from end to end, on a small project in a repository of its own: builds, counts, gate, trailers."""

import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import commands
import trees
from outcome import Exit, Stop

PRESETS = """{"version": 6, "configurePresets": [{"name": "release", "generator": "Ninja",
 "binaryDir": "${sourceDir}/build/release", "cacheVariables": {"CMAKE_BUILD_TYPE": "Release"}}],
 "buildPresets": [{"name": "release", "configurePreset": "release"}]}
"""
LISTS = """cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
add_executable(regions bench/regions.cc)
"""
REGIONS = """#include <cstdio>
#include <cstring>
extern "C" __attribute__((noinline)) unsigned unlease_hot_part(unsigned times) {
  volatile unsigned sum = 0;
  for (unsigned number = 0; number < times; ++number) sum = sum + number;
  return sum;
}
int main(int, char** argv) {
  if (std::strcmp(argv[1], "--list") == 0) return std::puts("sum") < 0;
  if (std::strcmp(argv[1], "--built-by") == 0) return std::puts("COMPILER\\n-O2") < 0;
  return std::printf("%u\\n", 1000 + unlease_hot_part(TIMES) % 2) < 0;
}
"""


@unittest.skipIf(shutil.which("valgrind") is None, "valgrind is not installed")
class AbTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("CMakePresets.json", PRESETS)
        self.write("CMakeLists.txt", LISTS)
        self.git("init", "-q")
        self.commit("Without regions")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> str:
        return subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments], cwd=self.root,
                              check=True, capture_output=True, text=True).stdout

    def commit(self, message: str) -> None:
        self.git("add", "CMakePresets.json", "CMakeLists.txt", *(["bench"] if (self.root / "bench").exists() else []))
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def commit_regions(self, times: int, message: str, compiler: str = "GNU 12") -> None:
        self.write("bench/regions.cc", REGIONS.replace("TIMES", str(times)).replace("COMPILER", compiler))
        self.commit(message)

    def ab(self, *arguments: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = commands.main(["ab", *arguments], self.root)
        return code, said.getvalue()

    def test_a_commit_that_changes_nothing_passes_and_leaves_its_samples_and_no_worktree(self):
        self.commit_regions(100_000, "One")
        self.commit("Two")
        code, said = self.ab("HEAD~1", "HEAD")
        self.assertEqual(code, Exit.FINE, said)
        self.assertRegex(said, r"sum .* \+0\.00 %")
        document = json.loads((self.root / "build/bench/ab.json").read_text(encoding="utf-8"))
        self.assertEqual(sorted(document["wall"]["sum"]), ["base", "control", "head"])
        self.assertEqual({len(samples) for samples in document["wall"]["sum"].values()}, {24})
        self.assertEqual(document["head"]["subject"], "Two")
        self.assertEqual(len(self.git("worktree", "list").splitlines()), 1)

    def test_5_percent_more_instructions_fail_unless_the_commit_says_that_they_are_meant(self):
        self.commit_regions(100_000, "Fast")
        self.commit_regions(105_000, "Slow")
        code, said = self.ab("HEAD~1", "HEAD", "--instructions-only")
        self.assertEqual(code, Exit.REGRESSION, said)
        self.assertRegex(said, r"sum .* \+5\.00 % +1 %  TOO SLOW")
        self.assertIn("\nSlower: sum 5.0%: why\n", said)
        self.assertNotIn("wall time", said)

        self.git("commit", "-q", "--amend", "-m", "Slow\n\nFor a reason.\n\nSlower: sum 5%: it is checked now")
        code, said = self.ab("HEAD~1", "HEAD", "--instructions-only")
        self.assertEqual(code, Exit.FINE, said)
        self.assertIn("sum: 5 % more is meant: it is checked now", said)

    def test_what_is_not_committed_is_said_not_to_be_measured(self):
        self.commit_regions(100_000, "One")
        self.commit("Two")
        self.assertNotIn("uncommitted", self.ab("HEAD~1", "HEAD", "--instructions-only")[1])
        self.write("bench/regions.cc", "int main() { return broken; }\n")
        code, said = self.ab("HEAD~1", "HEAD", "--instructions-only")
        self.assertEqual(code, Exit.FINE, said)
        self.assertTrue(said.startswith("bench: what the work tree has uncommitted is not measured"), said)

    def test_a_base_without_regions_is_incomparable(self):
        self.commit_regions(100_000, "One")
        code, said = self.ab("HEAD~1", "HEAD")
        self.assertEqual(code, Exit.INCOMPARABLE)
        self.assertIn("has no bench/regions.cc, so there is nothing to compare", said)

    def test_another_compiler_is_incomparable(self):
        self.commit_regions(100_000, "One")
        self.commit_regions(100_000, "Two", compiler="Clang 19")
        code, said = self.ab("HEAD~1", "HEAD", "--instructions-only")
        self.assertEqual(code, Exit.INCOMPARABLE)
        self.assertIn("base was built by GNU 12 and head by Clang 19", said)

    def test_a_head_that_does_not_build_is_inconclusive_and_as_a_base_incomparable(self):
        self.commit_regions(100_000, "One")
        self.write("bench/regions.cc", "int main() { return broken; }\n")
        self.commit("Two")
        code, said = self.ab("HEAD~1", "HEAD")
        self.assertEqual(code, Exit.INCONCLUSIVE)
        self.assertRegex(said, r"Two does not build, so nothing was measured:\n(.|\n)*broken")
        self.assertEqual(self.ab("HEAD", "HEAD~1")[0], Exit.INCOMPARABLE)
        self.assertEqual(len(self.git("worktree", "list").splitlines()), 1)

    def test_what_is_no_commit_is_a_usage_error(self):
        code, said = self.ab("no-such-branch", "HEAD")
        self.assertEqual(code, Exit.USAGE)
        self.assertIn("no-such-branch is no commit of this repository", said)

    def test_trailers_add_up_and_count_from_after_base_up_to_head(self):
        self.commit("One\n\nSlower: load 9%: before base")
        self.commit("Two\n\nSlower: load 2%: checks more\nSlower: queue 1.5%: is stable")
        self.commit("Three\n\nSlower: load 3%: and more")
        accepted = trees.accepted_between(self.root, "HEAD~2", "HEAD")
        self.assertEqual(sorted(accepted), ["load", "queue"])
        self.assertAlmostEqual(accepted["load"].share, 0.05)
        self.assertEqual(accepted["load"].reasons, ("checks more", "and more"))
        self.assertAlmostEqual(accepted["queue"].share, 0.015)

    def test_a_trailer_without_a_reason_is_an_error_that_shows_how_it_is_written(self):
        self.commit("One\n\nSlower: load 2%")
        with self.assertRaisesRegex(Stop, "Slower: load 2%` cannot be read; write `Slower: release_10000 3%: reason`"):
            trees.accepted_between(self.root, "HEAD~1", "HEAD")


if __name__ == "__main__":
    unittest.main()

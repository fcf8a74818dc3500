"""What readme_console.py must catch."""

import pathlib
import tempfile
import unittest

import readme_console


def block(*lines: str) -> str:
    return "\n".join(["```console", *lines, "```"]) + "\n"


class ReadmeConsoleTest(unittest.TestCase):
    def check(self, text: str, update: bool = False) -> tuple[bool, str]:
        with tempfile.TemporaryDirectory() as folder:
            self.file = pathlib.Path(folder) / "README.md"
            self.file.write_text(text, encoding="utf-8")
            result = readme_console.check(self.file, pathlib.Path(folder), folder, update)
            self.text = self.file.read_text(encoding="utf-8")
            return result

    def test_right_output_passes(self):
        well, told = self.check(block("$ echo one; echo two", "one", "two", "$ true", "$ echo three", "three"))
        self.assertTrue(well)
        self.assertIn("1 blocks, 3 commands: 3 agree", told)

    def test_wrong_output_fails_and_names_the_line(self):
        well, told = self.check("intro\n\n" + block("$ true", "$ echo one", "uno"))
        self.assertFalse(well)
        self.assertIn("README.md:5: $ echo one", told)
        self.assertIn("| uno", told)
        self.assertIn("| one", told)

    def test_output_that_is_not_in_the_file_fails(self):
        self.assertFalse(self.check(block("$ echo one"))[0])

    def test_output_that_is_only_in_the_file_fails(self):
        self.assertFalse(self.check(block("$ true", "one"))[0])

    def test_standard_error_belongs_to_the_output(self):
        self.assertTrue(self.check(block("$ echo wrong >&2; exit 3", "wrong"))[0])

    def test_commands_see_nothing_on_their_input(self):
        self.assertTrue(self.check(block("$ cat"))[0])

    def test_file_without_a_block_fails(self):
        self.assertFalse(self.check("no block\n```text\n$ true\n```\n")[0])

    def test_file_whose_blocks_are_all_left_out_fails(self):
        well, told = self.check("<!-- not run: takes a minute -->\n" + block("$ false", "no"))
        self.assertFalse(well)
        self.assertIn("not run: takes a minute", told)

    def test_left_out_block_is_counted_and_told(self):
        well, told = self.check("<!-- not run: slow -->\n\n" + block("$ echo", "no") + block("$ echo 1", "1"))
        self.assertTrue(well)
        self.assertIn("README.md:3: not run: slow", told)
        self.assertIn("1 blocks not run", told)

    def test_comment_reaches_only_the_block_right_after_it(self):
        self.assertFalse(self.check("<!-- not run: slow -->\ntext\n" + block("$ echo 1", "2"))[0])

    def test_block_without_command_fails(self):
        self.assertIn("without a command", self.check(block())[1])

    def test_output_before_the_first_command_fails(self):
        self.assertIn("output before", self.check(block("one", "$ true"))[1])

    def test_fence_that_is_never_closed_fails(self):
        self.assertIn("never closed", self.check("```console\n$ true\n")[1])

    def test_update_writes_what_was_printed_and_nothing_else(self):
        left_out = "<!-- not run: slow -->\n" + block("$ echo 3", "no")
        self.check("a\n" + block("$ echo 1", "$ echo 2", "x", "y") + left_out + "z\n", update=True)
        self.assertEqual(self.text, "a\n" + block("$ echo 1", "1", "$ echo 2", "2") + left_out + "z\n")

    def test_update_keeps_dots_that_still_match(self):
        self.check(block("$ seq 5", "1", "...", "5"), update=True)
        self.assertEqual(self.text, block("$ seq 5", "1", "...", "5"))


class MatchesTest(unittest.TestCase):
    def test_dots_stand_for_any_number_of_lines(self):
        for actual in (["a", "z"], ["a", "b", "z"], ["a", "z", "z"]):
            self.assertTrue(readme_console.matches(["a", "...", "z"], actual))
        for actual in (["z"], ["a"], ["a", "z", "b"], []):
            self.assertFalse(readme_console.matches(["a", "...", "z"], actual))

    def test_dots_may_stand_twice(self):
        self.assertTrue(readme_console.matches(["...", "b", "...", "d"], ["a", "b", "b", "c", "d"]))
        self.assertFalse(readme_console.matches(["...", "d", "...", "b"], ["a", "b", "c", "d"]))


if __name__ == "__main__":
    unittest.main()

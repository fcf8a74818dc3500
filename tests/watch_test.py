"""That `unlease run --watch` follows the files of a folder, and ends with Ctrl-C."""

import queue
import signal
import subprocess
import threading
import unittest

from command import CommandTest, releasing

PATIENCE = 30  # seconds; what is waited for takes a third of one


class WatchTest(CommandTest):
    def start(self, *arguments: str) -> subprocess.Popen:
        process = subprocess.Popen([self.program, "run", "--watch", *arguments], cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = queue.Queue()
        reader = threading.Thread(target=lambda: [self.lines.put(line.rstrip()) for line in process.stdout])
        reader.start()

        def stop() -> None:
            process.kill()
            process.wait()
            reader.join()
            process.stdout.close()

        self.addCleanup(stop)
        return process

    def wait_for(self, wanted: str) -> None:
        seen = []
        while wanted not in seen:
            try:
                seen.append(self.lines.get(timeout=PATIENCE))
            except queue.Empty:
                self.fail(f"'{wanted}' did not come, but {seen}")

    def test_it_plays_what_changed_until_it_is_interrupted(self):
        self.write("scenarios/a.toml", releasing(98))
        process = self.start("--json", "result.json")
        self.wait_for("0 passed, 1 failed, 0 skipped")
        self.wait_for("--- watching; Ctrl-C ends it")
        self.write("scenarios/a.toml", releasing(0))
        self.wait_for("--- scenarios/a.toml changed")
        self.wait_for("1 passed, 0 failed, 0 skipped")
        self.write("scenarios/b.toml", releasing(0))
        self.wait_for("--- scenarios/b.toml is new")
        self.wait_for("2 passed, 0 failed, 0 skipped")
        self.assertIn('"file": "scenarios/b.toml"', (self.folder / "result.json").read_text(encoding="utf-8"))
        (self.folder / "scenarios/a.toml").unlink()
        self.wait_for("--- scenarios/a.toml is gone")
        self.wait_for("1 passed, 0 failed, 0 skipped")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), -signal.SIGINT)

    def test_it_waits_for_files_that_are_not_there_yet(self):
        self.start("later.toml")
        self.wait_for("unlease: error: there is no file or folder 'later.toml'")
        self.wait_for("--- watching; Ctrl-C ends it")
        self.write("new.toml", releasing(0))
        (self.folder / "new.toml").rename(self.folder / "later.toml")
        self.wait_for("--- later.toml is new")
        self.wait_for("1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()

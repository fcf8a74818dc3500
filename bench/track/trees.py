"""Commits, and the program `regions` of each, built in a git worktree of its own."""

import contextlib
import dataclasses
import os
import pathlib
import re
import subprocess
from collections.abc import Iterator

from outcome import Exit, Stop

SOURCE = "bench/regions.cc"
PROGRAM = "build/release/bench/regions"
# One unit a library. Small units would take twice as long; several large ones would be cut elsewhere by each new file,
# and what the compiler inlines over the cut would move the counts by more than the gate.
CONFIGURE = ["cmake", "--preset", "release", "-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_UNITY_BUILD_BATCH_SIZE=0",
             "-DBUILD_TESTING=OFF"]
BUILD = ["cmake", "--build", "--preset", "release", "--target", "regions"]
TRAILER = re.compile(r"(?P<region>\w+) (?P<percent>\d+(\.\d+)?) ?%: (?P<reason>\S.*)")


@dataclasses.dataclass(frozen=True)
class Commit:
    id: str
    subject: str

    def __str__(self) -> str:
        return f"{self.id[:9]} {self.subject}"


@dataclasses.dataclass(frozen=True)
class Accepted:
    """A slow-down that commits say is meant."""

    share: float
    reasons: tuple[str, ...]


def git(root: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["git", "-C", str(root), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)


def commit_of(root: pathlib.Path, revision: str) -> Commit:
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode != 0:
        raise Stop(Exit.USAGE, f"{revision} is no commit of this repository; `git log` shows those there are "
                               f"(a shallow clone has few: git fetch --unshallow) {found.stderr.strip()}".rstrip())
    commit = found.stdout.strip()
    return Commit(commit, git(root, "log", "-1", "--format=%s", commit).stdout.strip())


def is_dirty(root: pathlib.Path) -> bool:
    """Whether files that git knows differ from the commit."""
    return git(root, "diff", "--quiet", "HEAD").returncode != 0


def accepted_between(root: pathlib.Path, base: str, head: str) -> dict[str, Accepted]:
    """What the trailers `Slower: REGION PERCENT%: reason` of the commits after base up to head add up to."""
    lines = git(root, "log", "--reverse", "--format=%(trailers:key=Slower,valueonly,unfold)", f"{base}..{head}").stdout
    accepted: dict[str, Accepted] = {}
    for line in filter(None, lines.splitlines()):
        trailer = TRAILER.fullmatch(line)
        if not trailer:
            raise Stop(Exit.USAGE, f"the trailer `Slower: {line}` cannot be read; "
                                   "write `Slower: release_10000 3%: reason`")
        before = accepted.get(trailer["region"], Accepted(0, ()))
        accepted[trailer["region"]] = Accepted(before.share + float(trailer["percent"]) / 100,
                                               (*before.reasons, trailer["reason"]))
    return accepted


def require_source(root: pathlib.Path, commit: Commit) -> None:
    if git(root, "cat-file", "-e", f"{commit.id}:{SOURCE}").returncode != 0:
        raise Stop(Exit.INCOMPARABLE, f"{commit.id[:9]} has no {SOURCE}, so there is nothing to compare; "
                                      f"name a commit since `git log --diff-filter=A -- {SOURCE}`")


@contextlib.contextmanager
def checked_out(root: pathlib.Path, commit: Commit, label: str) -> Iterator[pathlib.Path]:
    """A worktree of the commit, gone afterwards. Always in the same place, so that ccache knows it again."""
    tree = root / "build/bench/trees" / label
    git(root, "worktree", "remove", "--force", str(tree))  # of a run that was killed
    added = git(root, "worktree", "add", "--detach", "--force", str(tree), commit.id)
    if added.returncode != 0:
        raise Stop(Exit.INCONCLUSIVE, f"git made no worktree at {tree}:\n{added.stderr.strip()}")
    try:
        yield tree
    finally:
        git(root, "worktree", "remove", "--force", str(tree))


def build(tree: pathlib.Path, commit: Commit, failure: Exit) -> pathlib.Path:
    """The program, built. ccache shares objects between worktrees: to it their paths are relative."""
    environment = dict(os.environ, CCACHE_BASEDIR=str(tree), CCACHE_NOHASHDIR="1")
    for command in (CONFIGURE, BUILD):
        done = subprocess.run(command, cwd=tree, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise Stop(failure, f"{commit} does not build, so nothing was measured:\n{done.stdout.strip()}")
    return tree / PROGRAM

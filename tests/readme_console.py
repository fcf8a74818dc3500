"""Runs the console blocks of a Markdown file and compares what they print.

In a fenced ```console block the lines that start with "$ " are commands and the lines after each its output, standard
error included; an exit status other than 0 shows only in what is printed. They run one after the other in a folder of
their own, which shows what is in the source folder; what they write is gone afterwards. A line of only "..." stands for any number of
lines. A block right after <!-- not run: reason --> is counted, and not run.

  readme_console.py --source DIR --path DIR README.md     compare; exit 1 on a difference or without a block
  readme_console.py --update ... README.md                write what the commands print, except where there is "..."
"""

import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ANY = "..."
NOT_RUN = re.compile(r"<!--\s*not run:\s*(?P<reason>.*?)\s*-->")


@dataclasses.dataclass
class Command:
    line: int  # of the file, from 1
    text: str
    expected: list[str]


@dataclasses.dataclass
class Block:
    line: int
    not_run: str | None  # the reason
    commands: list[Command]


class MalformedError(Exception):
    """The file's blocks cannot be read."""


def parse(text: str) -> list[Block]:
    """All console blocks, in order."""
    blocks = []
    inside = None  # "console" or another fence
    reason = None
    for number, line in enumerate(text.splitlines(), start=1):
        if inside is None and line.startswith("```"):
            inside = line[3:].strip() or "text"
            if inside == "console":
                blocks.append(Block(number, reason, []))
            reason = None
        elif inside is None:
            match = NOT_RUN.fullmatch(line.strip())
            if match or line.strip():
                reason = match["reason"] if match else None
        elif line.startswith("```"):
            if inside == "console" and not blocks[-1].commands:
                raise MalformedError(f"line {blocks[-1].line}: a console block without a command ('$ ...')")
            inside = None
        elif inside == "console":
            add_line(blocks[-1], number, line)
    if inside is not None:
        raise MalformedError("the last fence is never closed")
    return blocks


def add_line(block: Block, number: int, line: str) -> None:
    if line.startswith("$ "):
        block.commands.append(Command(number, line[2:], []))
    elif block.commands:
        block.commands[-1].expected.append(line)
    else:
        raise MalformedError(f"line {number}: output before the first command of its block")


def matches(expected: list[str], actual: list[str]) -> bool:
    """Whether the lines agree, where an expected ANY stands for any number of lines."""
    # The actual lines, from each index, that the expected lines seen so far may have left over.
    reachable = {0}
    for line in expected:
        if line == ANY:
            reachable = set(range(min(reachable), len(actual) + 1))
        else:
            reachable = {i + 1 for i in reachable if i < len(actual) and actual[i] == line}
        if not reachable:
            return False
    return len(actual) in reachable


def run(command: str, source: pathlib.Path, path: str) -> list[str]:
    environment = dict(os.environ, PATH=f"{path}{os.pathsep}{os.environ['PATH']}", LC_ALL="C.UTF-8", COLUMNS="120")
    result = subprocess.run(["bash", "-c", command], cwd=source, env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    return [line.rstrip() for line in result.stdout.decode("utf-8").splitlines()]


def difference(file: str, command: Command, actual: list[str]) -> str:
    def indented(lines: list[str]) -> str:
        return "\n".join("    | " + line for line in lines)

    return (f"{file}:{command.line}: $ {command.text}\n  the file says:\n{indented(command.expected)}\n"
            f"  it printed:\n{indented(actual)}")


def updated(text: str, results: list[tuple[Command, list[str]]]) -> str:
    """`text` with the outputs of commands replaced; outputs with an ANY that still match are left alone."""
    lines = text.splitlines()
    for command, actual in reversed(results):
        if not matches(command.expected, actual):
            lines[command.line:command.line + len(command.expected)] = actual
    return "\n".join(lines) + "\n"


def check(file: pathlib.Path, source: pathlib.Path, path: str, update: bool = False) -> tuple[bool, str]:
    """Runs the blocks of `file`: whether all is well, and what to tell."""
    text = file.read_text(encoding="utf-8")
    try:
        blocks = parse(text)
    except MalformedError as error:
        return False, f"{file.name}: {error}"
    live = [block for block in blocks if block.not_run is None]
    told = [f"{file.name}:{block.line}: not run: {block.not_run}" for block in blocks if block.not_run is not None]
    if not live:
        return False, "\n".join([*told, f"{file.name}: no console block to run"])

    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for entry in source.resolve().iterdir():
            (scratch / entry.name).symlink_to(entry)
        path = str(pathlib.Path(path).resolve())
        results = [(command, run(command.text, scratch, path)) for block in live for command in block.commands]
    wrong = [(command, actual) for command, actual in results if not matches(command.expected, actual)]
    if update:
        file.write_text(updated(text, results), encoding="utf-8")
        told.append(f"{file.name}: {len(wrong)} of {len(results)} outputs rewritten")
        return True, "\n".join(told)
    told += [difference(file.name, command, actual) for command, actual in wrong]
    told.append(f"{len(live)} blocks, {len(results)} commands: {len(results) - len(wrong)} agree, {len(wrong)} differ; "
                f"{len(blocks) - len(live)} blocks not run")
    return not wrong, "\n".join(told)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the console blocks of a Markdown file and compare their output.")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--source", type=pathlib.Path, required=True, help="where the commands run")
    parser.add_argument("--path", required=True, help="a directory that goes first in PATH")
    parser.add_argument("--update", action="store_true", help="write the outputs instead of comparing them")
    arguments = parser.parse_args()
    well, told = check(arguments.file, arguments.source, arguments.path, arguments.update)
    print(told)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())

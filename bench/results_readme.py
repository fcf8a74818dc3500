"""Writes results of targets.py into README.md, between two comments, and draws the picture beside it."""

import pathlib

import scaling_picture
from track import figures

BEGIN = "<!-- table: results -->"
END = "<!-- end -->"


def row(result: dict) -> str:
    figure, limit = figures.of_target(result)
    verdict = {True: "met", False: "**missed**", None: ""}[result["met"]]
    return f"| {result['what']} | {figure or 'not measured'} | {figures.spread(result)} | {limit} | {verdict} |"


def table(document: dict, picture: str) -> str:
    machine = document["machine"]
    return "\n".join([
        f"{machine['cpu']}, {machine['cores']} cores; {machine['compiler']}, `{machine['flags']}`. "
        f"Medians of {document['launches']} launches; ratios are taken within a launch.",
        "",
        "| what | figure | least - most | target | |",
        "|---|---|---|---|---|",
        *(row(result) for result in document["targets"]),
        "",
        f"![Nanoseconds an adapter over the number of adapters, both logarithmic]({picture})",
    ])


def replaced(text: str, new: str) -> str:
    """The text with what stands between the markers replaced."""
    before, begin, rest = text.partition(BEGIN + "\n")
    _, end, after = rest.partition(END + "\n")
    if not begin or not end:
        raise SystemExit(f"there is no {BEGIN} with an {END} after it")
    return before + begin + new + "\n" + end + after


def write(document: dict, readme: pathlib.Path, picture: pathlib.Path) -> None:
    link = picture.resolve().relative_to(readme.resolve().parent).as_posix()
    text = readme.read_text(encoding="utf-8")
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(scaling_picture.draw(document["benchmarks"]), encoding="utf-8")
    readme.write_text(replaced(text, table(document, link)), encoding="utf-8")

"""Writes the report: report.html for reading, report.md for a pull request."""

import json
import pathlib

import compare
import figures
import page
from outcome import Exit, Stop


def load(path: pathlib.Path) -> dict | None:
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Stop(Exit.USAGE, f"{path} is no JSON ({error}); remove it and measure again") from None


def write(folder: pathlib.Path, records: list[dict]) -> list[pathlib.Path]:
    """From what the other commands left in the folder; returns what was written."""
    document, benchmarks = load(folder / "ab.json"), load(folder / "results.json")
    if not (document or records or benchmarks):
        raise Stop(Exit.INCONCLUSIVE, "nothing was measured yet; begin with: ./dev bench ab HEAD~1 HEAD")
    texts = {"report.html": page.page(document, records, benchmarks), "report.md": summary(document, benchmarks)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def summary(document: dict | None, benchmarks: dict | None) -> str:
    """In Markdown."""
    parts = ["## Speed\n"]
    if document:
        parts += of_comparison(document)
    if benchmarks and benchmarks["targets"]:
        parts.append("| target | figure | least - most | limit | |\n|---|---:|---:|---:|---|")
        parts += [row_of(target) for target in benchmarks["targets"]]
        parts.append("")
    if len(parts) == 1:
        parts.append("Nothing was compared; `./dev bench ab BASE HEAD` does.\n")
    return "\n".join(parts)


def row_of(target: dict) -> str:
    figure, limit = figures.of_target(target)
    verdict = figures.verdict(target).replace("missed", "**missed**")
    return f"| {target['what']} | {figure} | {figures.spread(target)} | {limit} | {verdict} |"


def of_comparison(document: dict) -> list[str]:
    base, head = (f"`{document[label]['id'][:9]}`" for label in ("base", "head"))
    built = document["built_by"]
    ratios = {ratio.region: ratio for ratio in compare.wall_ratios(document)}
    parts = [f"{head} over {base}, {built['compiler']} `{built['flags']}`, {document['machine']['cpu']}.\n",
             "| region | instructions | | wall time | A/A control |\n|---|---:|---|---:|---:|"]
    for change in compare.changes(document):
        said = "**too slow**" if change.too_slow else "faster" if change.faster else ""
        wall = ["", ""]
        if change.region in ratios:
            wall = [str(each) for each in (ratios[change.region].head, ratios[change.region].control)]
        parts.append(f"| {change.region} | {figures.change(change.ratio)} | {said} | {' | '.join(wall)} |")
    parts.append("")
    parts += [f"{region} may cost {figures.percent(each['share'])} more: {'; '.join(each['reasons'])}.\n"
              for region, each in document["accepted"].items()]
    if ratios:
        disturbed = compare.disturbed(list(ratios.values()))
        parts.append(f"Wall times are medians with {figures.percent(figures.CONFIDENCE)} intervals and gate nothing; "
                     f"the A/A control {'fails in ' + ', '.join(disturbed) if disturbed else 'passes'}.\n")
    return parts

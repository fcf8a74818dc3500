"""What is printed: tables of counts and of wall times."""

import sys

import compare
import figures
import gate

RED, GREEN, BOLD = "31", "32", "1"


def styled(text: str, style: str) -> str:
    return f"\033[{style}m{text}\033[0m" if sys.stdout.isatty() else text


def show_changes(changes: list[gate.Change]) -> None:
    print(styled(f"{'instructions':<16} {'base':>14} {'head':>14} {'change':>10} {'allowed':>9}", BOLD))
    for change in changes:
        line = (f"{change.region:<16} {change.base:>14,} {change.head:>14,} {figures.change(change.ratio):>10} "
                f"{figures.percent(change.allowed):>9}")
        if change.too_slow:
            line = styled(f"{line}  TOO SLOW", RED)
        elif change.faster:
            line = styled(f"{line}  faster", GREEN)
        print(line)


def show_ratios(ratios: list[compare.WallRatio], rounds: int) -> None:
    print(styled(f"{f'wall time, {rounds} rounds':<24} {'head / base':>24} {'base / base (A/A)':>26}", BOLD))
    for ratio in ratios:
        print(f"{ratio.region:<24} {ratio.head!s:>24} {ratio.control!s:>26}")


def show_comparison(document: dict) -> None:
    for label in ("base", "head"):
        print(f"{label}  {document[label]['id'][:9]} {document[label]['subject']}")
    print(f"built by {document['built_by']['compiler']} {document['built_by']['flags']}\n")
    show_changes(compare.changes(document))
    for label in ("base", "head"):
        for region in document[f"only_in_{label}"]:
            print(f"{region:<16} only in {label}, not compared")
    for region, accepted in document["accepted"].items():
        print(f"{region}: {figures.percent(accepted['share'])} more is meant: {'; '.join(accepted['reasons'])}")
    ratios = compare.wall_ratios(document)
    if ratios:
        print()
        show_ratios(ratios, len(next(iter(document["wall"].values()))["base"]))
        disturbed = compare.disturbed(ratios)
        print(f"medians, with {figures.percent(figures.CONFIDENCE)} intervals; the A/A control "
              + (f"fails: two runs of base differ in {', '.join(disturbed)}" if disturbed else "passes"))
    print()


def show_verdict(changes: list[gate.Change]) -> None:
    slow = [change for change in changes if change.too_slow]
    if not slow:
        print(f"{len(changes)} regions counted, none costs more than it may")
        return
    print(f"{len(slow)} of {len(changes)} regions cost too many instructions; if that is meant, say why in the last "
          "lines of the commit's message:")
    for change in slow:
        print(f"Slower: {change.region} {(change.ratio - 1) * 100:.1f}%: why")

"""The history: a line of JSON a record, oldest first."""

import datetime
import json
import pathlib

import machine
import measure
from outcome import Exit, Stop
from trees import Commit


def make_record(program: pathlib.Path, commit: Commit, dirty: bool, rounds: int) -> dict:
    regions = measure.region_names(program)
    wall = measure.time_rounds({"here": program}, regions, rounds)
    return {
        "commit": commit.id,
        "subject": commit.subject,
        "dirty": dirty,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "built_by": measure.built_by(program),
        "counted_by": measure.counted_by(),
        "instructions": measure.count_all(program, regions),
        "wall": {region: samples["here"] for region, samples in wall.items()},
    }


def append(path: pathlib.Path, record: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def read(path: pathlib.Path) -> list[dict]:
    if not path.exists():
        return []
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            record["instructions"], record["wall"], record["machine"], record["built_by"], record["commit"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise Stop(Exit.USAGE, f"{path}:{number}: no record ({error}); remove the line") from None
        records.append(record)
    return records


def comparable(one: dict, other: dict) -> bool:
    """Not those from before `counted_by`: their machines have names alone, which different ones share."""
    return "counted_by" in one and all(one[key] == other.get(key) for key in ("machine", "built_by", "counted_by"))


def newest_line(records: list[dict]) -> list[dict]:
    """The records that may be compared with the newest one, and that itself at the end."""
    return [record for record in records[:-1] if comparable(record, records[-1])] + records[-1:]


def compared(path: pathlib.Path) -> list[dict]:
    """The newest line, of two records or more."""
    records = read(path)
    if len(records) < 2:
        raise Stop(Exit.INCONCLUSIVE, f"{path} has {'one record' if records else 'no record'}, and two are compared; "
                                      "make one with: ./dev bench record")
    line = newest_line(records)
    if len(line) < 2:
        newest = records[-1]
        raise Stop(Exit.INCOMPARABLE, f"the {len(records) - 1} earlier of {path} are of another machine, compiler, "
                                      f"flags or valgrind than the newest ({newest['machine']['cpu']}, "
                                      f"{newest['built_by']['compiler']} {newest['built_by']['flags']}, "
                                      f"{newest.get('counted_by', 'a valgrind that it does not name')})")
    return line


def oldest(line: list[dict]) -> list[dict]:
    """Of each region the oldest record, but for the last two: a record has those that none before it had."""
    seen: set[str] = set()
    found = []
    for record in line[:-2]:
        first = {region: count for region, count in record["instructions"].items()
                 if region in line[-1]["instructions"] and region not in seen}
        seen |= first.keys()
        if first:
            found.append(record | {"instructions": first})
    return found

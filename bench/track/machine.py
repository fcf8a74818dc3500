"""On what machine figures are measured."""

import os
import pathlib
import platform
import re


INFORMATION = pathlib.Path("/proc/cpuinfo")
# Virtual machines call processors that differ by one name, as "AMD EPYC".
TELLING = ("cpu family", "model", "stepping", "cache size")


def describe() -> dict[str, str | int]:
    """What decides over its figures, as far as it is known, and nothing about whose it is."""
    information = INFORMATION.read_text(encoding="utf-8") if INFORMATION.exists() else ""
    known = {key: value for key, value in re.findall(r"^(\S.*?)\s*:\s*(.*)$", information, re.MULTILINE)}
    kernel = ".".join(platform.release().split(".")[:2])
    return {"cpu": known.get("model name", platform.machine()), "cores": os.cpu_count() or 1,
            "system": f"{platform.system()} {kernel} {platform.machine()}, {' '.join(platform.libc_ver())}",
            **{key: known[key] for key in TELLING if key in known}}

"""On what machine figures are measured."""

import os
import pathlib
import platform
import re


def describe() -> dict[str, str | int]:
    """What decides over its figures, and nothing about whose it is."""
    information = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*:\s*(.*)$", information, re.MULTILINE)
    kernel = ".".join(platform.release().split(".")[:2])
    return {"cpu": model[1] if model else platform.machine(), "cores": os.cpu_count() or 1,
            "system": f"{platform.system()} {kernel} {platform.machine()}, {' '.join(platform.libc_ver())}"}

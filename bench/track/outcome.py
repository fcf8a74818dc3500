"""How a command can end."""

import enum


class Exit(enum.IntEnum):
    FINE = 0
    REGRESSION = 1
    USAGE = 2
    INCONCLUSIVE = 3  # nothing was measured, or what was measured does not repeat
    INCOMPARABLE = 4  # other machines, other compilers, nothing in common


class Stop(Exception):
    """Ends the command with a sentence that names cause and remedy."""

    def __init__(self, code: Exit, message: str):
        super().__init__(message)
        self.code = code

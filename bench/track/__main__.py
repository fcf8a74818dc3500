"""`python3 bench/track COMMAND`; see commands.py."""

import sys

import commands

sys.exit(commands.main(sys.argv[1:]))

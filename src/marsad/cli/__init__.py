"""The commands. Data goes to standard output, progress and messages to standard error.

Exit codes: 0 done · 1 a bug, or a check that found a fault · 2 a command, filter or id that
means nothing · 3 some input could not be taken in or read, the rest was · 4 a broken data file
of Marsad itself · 5 the record cannot be opened or written · 6 a user, password or token that is
not taken.
"""

from marsad.cli.app import app, main

__all__ = ["app", "main"]

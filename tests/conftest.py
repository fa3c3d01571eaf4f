"""Settings of the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples on every run of continuous integration: a change is judged, not the day's luck.
# Everywhere else examples are new each time, so that they go on finding faults.
# No deadline anywhere: a test says what is right, not how busy the machine is.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("any", deadline=None)
settings.load_profile("any")
if os.environ.get("CI"):
    settings.load_profile("ci")

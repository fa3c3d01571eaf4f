"""Settings of the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples on every run of continuous integration: a change is judged, not the day's luck.
# Everywhere else examples are new each time, so that they go on finding faults.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

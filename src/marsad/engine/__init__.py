"""Maps a pure function over much: in process, in a pool of processes, by processes that share a folder, on Spark.

What comes out is the same everywhere, in the order of what goes in.
"""

from __future__ import annotations

from marsad.engine.crew import Work, crew, work
from marsad.engine.folder import Folder
from marsad.engine.pool import POOL_FROM, default_workers, map_pure

__all__ = ["POOL_FROM", "Folder", "Work", "crew", "default_workers", "map_pure", "work"]

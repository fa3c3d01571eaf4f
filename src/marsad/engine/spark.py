"""Maps a pure function over the Arrow batches of a Spark data frame."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from marsad.errors import MarsadError

if TYPE_CHECKING:
    import pyarrow as pa

Batches = Iterator["pa.RecordBatch"]


def session(master: str | None = None, **settings: str) -> Any:
    """A Spark session whose workers run this interpreter.

    Args:
        master: Where Spark runs (`local[4]`, `spark://host:7077`); as Spark is set up where it is `None`.
        settings: Settings of Spark, with `_` for the dots of their names.

    Raises:
        MarsadError: PySpark is not installed, or no Java is found.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError:
        raise MarsadError(
            "the package pyspark is not installed", hint="pip install 'marsad[spark]'; it also needs Java 17"
        ) from None
    builder: Any = SparkSession.builder
    builder = builder.appName("marsad").config("spark.sql.execution.arrow.maxRecordsPerBatch", "200")
    for name, value in settings.items():
        builder = builder.config(name.replace("_", "."), value)
    try:
        return (builder.master(master) if master else builder).getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as error:
        raise MarsadError(f"Spark does not start: {error}", hint="it needs Java 17 or later") from None


def map_batches(frame: Any, make: Callable[[], Callable[[Batches], Batches]], schema: pa.Schema) -> Any:
    """The data frame of what the function makes of the frame's batches.

    Args:
        frame: A Spark data frame.
        make: Makes the function, once in each task; found by its name on the workers, so it is of a module.
        schema: The columns of what comes out.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    def mapped(batches: Batches) -> Batches:
        yield from make()(batches)

    return frame.mapInArrow(mapped, from_arrow_schema(schema))

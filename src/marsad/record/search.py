"""Full text: the words of an incident in the several forms under which people look for them.

Arabic glues particles to words, so each word is stored under every reading of its clitics
(بالقصف also as القصف and قصف), folded; a question finds a word by any form of its own. The
words are a plain table; SQLite's FTS5 indexes it, kept in step by triggers.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Select, column, select, table

from marsad.errors import QueryError
from marsad.record.schema import INCIDENT_WORDS
from marsad.text import Word, tokenise

#: The index over `incident_words`. Words are a set, so neither positions nor columns are kept.
DDL = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS incident_search USING fts5(
    words, content='incident_words', content_rowid='number', detail=none, columnsize=0,
    tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER IF NOT EXISTS incident_words_in AFTER INSERT ON incident_words BEGIN
    INSERT INTO incident_search(rowid, words) VALUES (new.number, new.words); END""",
    """CREATE TRIGGER IF NOT EXISTS incident_words_out AFTER DELETE ON incident_words BEGIN
    INSERT INTO incident_search(incident_search, rowid, words) VALUES ('delete', old.number, old.words); END""",
)


def create(connection: Connection) -> None:
    """Makes the index and the triggers that keep it."""
    for statement in DDL:
        connection.exec_driver_sql(statement)


def _forms(word: Word) -> set[str]:
    if word.kind == "symbol":
        return set()
    if word.kind == "number":
        return {word.key.replace(",", "").split(".")[0]}
    return {word.key, *(cut.key for cut in word.cuts if len(cut.key) > 1)}


def words(texts: Iterable[str]) -> str:
    """Every form of every word of the texts, once each."""
    found: set[str] = set()
    for text in texts:
        for token in tokenise(text).tokens:
            found |= _forms(token.word)
    return " ".join(sorted(found))


def expression(text: str) -> str:
    """The FTS5 expression that every word of `text`, in some form, satisfies.

    Raises `QueryError` when there is no word in it.
    """
    asked = [forms for token in tokenise(text).tokens if (forms := _forms(token.word))]
    if not asked:
        raise QueryError(f"no word in {text!r}", hint="letters or digits, in any spelling")
    return " AND ".join("(" + " OR ".join(f'"{form}"' for form in sorted(forms)) + ")" for forms in asked)


def incidents_with(text: str) -> Select[tuple[str]]:
    """Ids of the incidents that hold every word of `text`."""
    index = table("incident_search", column("rowid"), column("incident_search"))
    rows = select(index.c.rowid).where(index.c.incident_search.bool_op("MATCH")(expression(text)))
    return select(INCIDENT_WORDS.c.incident_id).where(INCIDENT_WORDS.c.number.in_(rows))

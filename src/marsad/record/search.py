"""Full text: the words of an incident in the several forms under which people look for them.

Arabic glues particles to words, so each word is stored under every reading of its clitics
(بالقصف also as القصف and قصف), folded; a question finds a word by any form of its own. The
words are a plain table. SQLite's FTS5 indexes it, kept in step by triggers; PostgreSQL's GIN indexes
its forms as they are, without a parser of its own in between.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    cast,
    column,
    delete,
    exc,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from marsad.errors import QueryError, RecordError
from marsad.record.schema import INCIDENT_WORDS
from marsad.text import Word, tokenise

#: The index over `incident_words`. Words are a set, so neither positions nor columns are kept.
_FORM = """detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0")"""
_FTS5 = (
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS incident_search USING fts5(
    words, content='incident_words', content_rowid='number', {_FORM}""",
    """CREATE TRIGGER IF NOT EXISTS incident_words_in AFTER INSERT ON incident_words BEGIN
    INSERT INTO incident_search(rowid, words) VALUES (new.number, new.words); END""",
    """CREATE TRIGGER IF NOT EXISTS incident_words_out AFTER DELETE ON incident_words BEGIN
    INSERT INTO incident_search(incident_search, rowid, words) VALUES ('delete', old.number, old.words); END""",
)
_GIN = (
    """CREATE INDEX IF NOT EXISTS incident_search ON incident_words USING gin (string_to_array(words, ' '))"""
)
#: Longer than any word; PostgreSQL's index takes no entry of more than 2,700 bytes.
_LONGEST = 100


#: The same index made anew beside the record, and the terms of both with the rows that hold them.
_AGAIN = (
    f"CREATE VIRTUAL TABLE temp.anew USING fts5(words, content='', {_FORM}",
    "INSERT INTO temp.anew(rowid, words) SELECT number, words FROM main.incident_words",
    "CREATE VIRTUAL TABLE temp.anew_terms USING fts5vocab('temp', 'anew', 'instance')",
    "CREATE VIRTUAL TABLE temp.kept_terms USING fts5vocab('main', 'incident_search', 'instance')",
)
_DIFFERENCES = (
    """SELECT count(*) FROM (SELECT term, count(*), sum(doc) FROM temp.kept_terms GROUP BY term
    EXCEPT SELECT term, count(*), sum(doc) FROM temp.anew_terms GROUP BY term)""",
    """SELECT count(*) FROM (SELECT term, count(*), sum(doc) FROM temp.anew_terms GROUP BY term
    EXCEPT SELECT term, count(*), sum(doc) FROM temp.kept_terms GROUP BY term)""",
)


def create(connection: Connection) -> None:
    """Makes the index and what keeps it."""
    for statement in (_GIN,) if connection.dialect.name == "postgresql" else _FTS5:
        connection.exec_driver_sql(statement)


def clear(connection: Connection) -> None:
    """Takes out all words, and the index with them, whatever state it is in."""
    if connection.dialect.name != "postgresql":
        for statement in (
            "DROP TRIGGER IF EXISTS incident_words_in",
            "DROP TRIGGER IF EXISTS incident_words_out",
            "DROP TABLE IF EXISTS incident_search",
        ):
            connection.exec_driver_sql(statement)
    connection.execute(delete(INCIDENT_WORDS))
    create(connection)


def unlike(connection: Connection) -> int:
    """How many terms the index has otherwise than one made anew of the words; on PostgreSQL the server sees to it.

    Raises `RecordError` where it cannot be read. What is made for it goes with the caller's transaction.
    """
    if connection.dialect.name == "postgresql":
        return 0
    try:
        for statement in _AGAIN:
            connection.exec_driver_sql(statement)
        return max(int(connection.exec_driver_sql(one).scalar_one()) for one in _DIFFERENCES)
    except exc.DBAPIError as error:
        raise RecordError(f"the index cannot be read: {error.orig}") from error


def _forms(word: Word) -> set[str]:
    if word.kind == "symbol":
        return set()
    if word.kind == "number":
        return {word.key.replace(",", "").split(".")[0][:_LONGEST]}
    return {key[:_LONGEST] for key in (word.key, *(cut.key for cut in word.cuts if len(cut.key) > 1))}


def words(texts: Iterable[str]) -> str:
    """Every form of every word of the texts, once each."""
    found: set[str] = set()
    for text in texts:
        for token in tokenise(text).tokens:
            found |= _forms(token.word)
    return " ".join(sorted(found))


def asked(text: str) -> list[list[str]]:
    """The forms of each word of a question.

    Raises `QueryError` when there is no word in it.
    """
    found = [sorted(forms) for token in tokenise(text).tokens if (forms := _forms(token.word))]
    if not found:
        raise QueryError(f"no word in {text!r}", hint="letters or digits, in any spelling")
    return found


def incidents_with(connection: Connection, text: str) -> Select[tuple[str]]:
    """Ids of the incidents that hold every word of `text`, each in some form."""
    return select(INCIDENT_WORDS.c.incident_id).where(
        _forms_in_gin(text) if connection.dialect.name == "postgresql" else _forms_in_fts5(text)
    )


def _forms_in_fts5(text: str) -> ColumnElement[bool]:
    index = table("incident_search", column("rowid"), column("incident_search"))
    expression = " AND ".join("(" + " OR ".join(f'"{form}"' for form in forms) + ")" for forms in asked(text))
    rows = select(index.c.rowid).where(index.c.incident_search.bool_op("MATCH")(expression))
    return INCIDENT_WORDS.c.number.in_(rows)


def _forms_in_gin(text: str) -> ColumnElement[bool]:
    held = func.string_to_array(INCIDENT_WORDS.c.words, literal_column("' '"), type_=ARRAY(Text))
    return and_(*(held.overlap(cast(array(forms), ARRAY(Text))) for forms in asked(text)))

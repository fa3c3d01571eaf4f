"""The measuring code itself: fits find what is there, codings without text lose nothing."""

from __future__ import annotations

import math

from bench import choice, logistic
from bench.choice import Option
from bench.coded import with_text, without_text
from hypothesis import given
from hypothesis import strategies as st


def test_a_fit_finds_the_odds_of_what_was_observed() -> None:
    rows = [(("always", "seen"), 1)] * 300 + [(("always", "seen"), 0)] * 100
    rows += [(("always",), 1)] * 100 + [(("always",), 0)] * 300
    weights = logistic.fit([rows], penalty=1e-6)
    assert math.isclose(weights["always"], math.log(1 / 3), abs_tol=1e-3)
    assert math.isclose(weights["always"] + weights["seen"], math.log(3), abs_tol=1e-3)


def test_what_is_rare_has_no_weight() -> None:
    rows = [(("always", f"once-{n}"), n % 2) for n in range(40)]
    assert set(logistic.fit([rows])) == {"always"}


def test_a_row_is_weighed_by_a_fit_that_has_not_seen_its_article() -> None:
    # an observation that only one article has can say nothing about that article
    articles = [[(("always", f"own-{n}"), 1)] * 10 + [(("always",), 0)] * 10 for n in range(5)]
    weighed = logistic.held_out(articles, folds=5)
    assert all(math.isclose(article[0][0], article[-1][0]) for article in weighed)


def test_a_choice_finds_what_sets_the_right_one_apart() -> None:
    # three of four times the near one is right, else nothing is; how often there is a far one tells nothing
    near, far = (("near", 1.0),), (("far", 2.0),)
    cases = [[Option("a", near, 1), Option("b", far, 0)]] * 300
    cases += [[Option("a", near, 0)]] * 100
    weights = choice.fit(cases, penalty=1e-6)
    assert math.isclose(weights["near"], math.log(3), abs_tol=0.05)
    assert weights["far"] < -1


@given(body=st.text("ابتثج ", min_size=20, max_size=60), low=st.integers(0, 9), size=st.integers(1, 9))
def test_a_coding_without_text_has_all_its_quotes(body: str, low: int, size: int) -> None:
    quote = body[low : low + size]
    event = {"trigger": quote, "place": None, "figures": [{"text": quote, "low": 3}], "targets": ["ISIS"]}
    coding = {"id": "a", "events": [event], "claims": [{"evidence": quote, "area": None}]}
    bare = without_text(coding, body)
    assert quote not in str(bare) or not quote.strip()
    assert with_text(bare, body) == coding

"""Clusters within what people decided."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.link.bounds import Bounds, bound_clusters
from marsad.link.cluster import Told, clusters
from marsad.link.compare import BARRED

EVENTS = [f"e{n}" for n in range(7)]
pairs = st.tuples(st.sampled_from(EVENTS), st.sampled_from(EVENTS)).filter(lambda pair: pair[0] < pair[1])


@settings(deadline=None)
@given(
    st.dictionaries(pairs, st.integers(-3000, 6000) | st.just(BARRED), max_size=15),
    st.lists(st.integers(0, 5), min_size=7, max_size=7),
    st.lists(st.none() | st.integers(0, 8), min_size=7, max_size=7),
    st.sets(pairs, max_size=3),
    st.sets(pairs, max_size=3),
)
def test_clusters_keep_within_what_people_decided(
    scores: dict[tuple[str, str], int],
    documents: list[int],
    days: list[int | None],
    same: set[tuple[str, str]],
    apart: set[tuple[str, str]],
) -> None:
    told = {
        event: Told(f"d{document}", None if day is None else (day, day))
        for event, document, day in zip(EVENTS, documents, days, strict=True)
    }
    groups: list[set[str]] = []
    for pair in same:
        touching = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touching] + [set(pair).union(*touching)]
    apart = {pair for pair in apart if not any(set(pair) <= group for group in groups)}
    bounds = Bounds(tuple(tuple(sorted(group)) for group in groups), frozenset(apart))
    found = bound_clusters(told, scores, bounds)
    home = {event: cluster for cluster in found for event in cluster}
    assert sorted(home) == EVENTS and sum(map(len, found)) == len(EVENTS)
    assert all(len({home[event] for event in group}) == 1 for group in groups)
    assert all(home[a] != home[b] for a, b in apart)
    if not groups and not apart:
        assert found == clusters(told, scores)


def test_an_event_stays_with_its_like_when_that_is_put_together_with_another() -> None:
    """b is like a; a person says that z, far away in time, is a too: b need not be like z."""
    told = {"a": Told("d1", (5, 5)), "b": Told("d2", (5, 5)), "z": Told("d3", (90, 90))}
    scores = {("a", "b"): 4000, ("b", "z"): BARRED}
    assert bound_clusters(told, scores, Bounds((("a", "z"),))) == [("a", "b", "z")]
    assert bound_clusters(told, scores, Bounds((("a", "z"),), frozenset({("b", "z")}))) == [
        ("a", "z"),
        ("b",),
    ]

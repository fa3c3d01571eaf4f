"""Requests to other machines: addresses checked, sizes, times and redirects bounded."""

from marsad.net.addresses import Door, Resolver, doors, refusal, system_resolver
from marsad.net.client import Client, Gate, Hop, Limits, NotFetched, Reply, Why, inflated

__all__ = [
    "Client",
    "Door",
    "Gate",
    "Hop",
    "Limits",
    "NotFetched",
    "Reply",
    "Resolver",
    "Why",
    "doors",
    "inflated",
    "refusal",
    "system_resolver",
]

"""Alerts out: the rules that people write, and files, e-mail and signed webhooks to tell by."""

from marsad.notify.send import Message, Undelivered, send, signature
from marsad.notify.told import Asked, Channel, File, Hook, Mail, Rate, Rule, Rules, rules

__all__ = [
    "Asked", "Channel", "File", "Hook", "Mail", "Message", "Rate", "Rule", "Rules", "Undelivered", "rules", "send",
    "signature",
]  # fmt: skip

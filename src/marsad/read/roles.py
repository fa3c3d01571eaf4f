"""Who did it to whom: initiators and targets from the grammar around a happening's words.

Verb: subject after it or before it, object after that. Noun: the party it governs, ل, من قبل,
على/ضد, an adjective of nationality. Clash: بين A و B. Victims are targets.
"""

from __future__ import annotations

from collections.abc import Sequence

from marsad.lexicon import Match
from marsad.model import Party
from marsad.read.actors import Mention
from marsad.read.company import frame_of
from marsad.read.layers import Layers
from marsad.read.standing import adjoined, among
from marsad.read.triggers import Cluster

Roles = tuple[tuple[Party, ...], tuple[Party, ...]]

#: Verbal nouns whose governed party is the one acted on.
_OBJECTIVE = frozenset({"ar.event.assassination", "ar.event.abduction", "ar.event.arrest", "ar.event.target",
                        "ar.event.weapons", "ar.event.destruction", "ar.event.bombing"})  # fmt: skip
_OWNED = frozenset({"تابعه", "التابعه", "تابع", "التابع", "تابعين", "تتبع", "مواليه", "المواليه"})
_ADVERBS = frozenset({"ايضا", "مجددا", "كذلك", "لاحقا", "قبل", "قليل", "بشكل", "مكثف"})
_AGAINST = frozenset(
    {
        "على",
        "علي",
        "ضد",
        "بحق",
        "استهدف",
        "استهدفت",
        "يستهدف",
        "تستهدف",
        "استهدفها",
        "مستهدفا",
        "مستهدفه",
        "طال",
        "طالت",
        "قبضه",
        "تواجد",
    }
)
_BY = frozenset({"ar.grammar.agent"})
_EXPOSED = frozenset({"تعرض", "تعرضت", "يتعرض", "تتعرض"})
_ARMED_GROUPS = frozenset({"fighters", "security_forces"})
#: People who are told as hit, never as attackers, where a word of violence stands beside them.
_UNARMED = frozenset({"JOURNALISTS", "AID_WORKERS", "POLITICIANS", "PRISONERS"})
_CAN_FIGHT = frozenset({"TRIBE", "PROTESTERS"})


def _party(mention: Mention) -> Party:
    return Party(mention.code, mention.span)


def _unique(parties: Sequence[Party]) -> tuple[Party, ...]:
    seen: dict[str, Party] = {}
    for party in parties:
        if party.code not in ("UNKNOWN", ""):
            seen.setdefault(party.code, party)
    return tuple(seen.values())


def _coordinated(layers: Layers, mentions: Sequence[Mention], start: int) -> list[Mention]:
    """The mention at index `start` with those joined to it by و."""
    out = [mentions[start]]
    for other in mentions[start + 1 :]:
        if not adjoined(layers, out[-1], other):
            break
        out.append(other)
    return out


def _sign(layers: Layers, mention: Mention, floor: int) -> str:
    """What governs a mention: 'by', 'against', 'for' (ل), 'with', 'in' or nothing.

    'Against' and 'by' reach over nouns (على أوكار التنظيم), the others stand right before.
    """
    if mention.proclitics.endswith("ل"):
        return "of" if layers.key(mention.first - 1) in _OWNED else "for"
    for k in range(mention.first - 1, max(floor, mention.first - 5) - 1, -1):
        key = layers.key(k)
        distance = mention.first - k
        if (
            layers.is_break(k)
            or key in ("ان", "انه", "انها", "بان")
            or k in layers.at["events"]
            or k in layers.at["casualties"]
        ):
            return "against" if key.removeprefix("و") in _AGAINST else ""
        grammar = layers.at["grammar"].get(k)
        if grammar is not None and grammar.gives["role"] == "agent":
            return "by"
        if key.removeprefix("و") in _AGAINST or (
            grammar is not None and grammar.gives["role"] == "against" and key != "نحو"
        ):
            return "against"
        if distance == 1 and key == "ل":
            return "of" if layers.key(k - 1) in _OWNED else "for"
        if distance == 1 and key == "مع":
            return "with"
        if (
            distance == 1
            and key == "من"
            and any(a.last == k + 1 or a.last == k for a in layers.amounts if a.first >= floor)
        ):
            return ""
        if distance == 1 and (
            key in ("في", "قرب", "من", "الي", "داخل", "عن") or mention.proclitics.endswith("ب")
        ):
            return "in"
        attribution = layers.at["attribution"].get(k)
        if attribution is not None and attribution.gives["role"] == "verb":
            return ""
    return ""


def _holds(layers: Layers, mention: Mention) -> bool:
    """Whether it is named only as who holds a place: 'the town held by X'."""
    return layers.key(mention.first - 1) in ("لسيطره", "سيطره", "بسيطره", "لنفوذ", "نفوذ", "معقل", "معاقل")


def _is_adjective(layers: Layers, mention: Mention) -> bool:
    """A 'terrorist' attack names no attacker: one word that only qualifies the noun before it."""
    if mention.kind != "people" or mention.code != "ISIS" or mention.number != "s":
        return False
    if mention.last - mention.first > 1:
        return False
    before = mention.first - 1
    return before not in layers.at["casualties"] and all(a.last != mention.first for a in layers.amounts)


def find_roles(
    layers: Layers, cluster: Cluster, mentions: Sequence[Mention], speaker: frozenset[int]
) -> Roles:
    """Initiators and targets as the cluster's territory tells them."""
    inside = [
        m
        for m in mentions
        if cluster.first <= m.first < cluster.last
        and m.first not in speaker
        and not among(layers, m, cluster.first)
        and not _is_adjective(layers, m)
    ]
    lead = cluster.lead
    frame = frame_of(layers, lead) if lead is not None else "strike"
    sides = [
        m for m in inside if m.kind != "nationality" and (frame in ("take", "lose") or not _holds(layers, m))
    ]
    if lead is None:
        return _casualties_only(layers, cluster, sides)
    if frame == "clash":
        start, hit = _clash(layers, cluster, lead, sides)
        fallen = _unique([p for p in _victims(cluster, "strike") if p.code not in {q.code for q in start}])
        return start, hit or fallen[:1]
    if frame == "crowd":
        faced = [
            _party(m) for m in sides if m.group == "security_forces" and m.first > lead.first and not m.weak
        ]
        return (Party("PROTESTERS"),), _unique(faced[:1]) if lead.gives["type"] == "riot" else ()
    if frame == "break_":
        escaped = [
            m for m in sides if m.group in ("fighters", "unknown") and m.code not in ("UNKNOWN", "CIVILIANS")
        ]
        return _unique([_party(m) for m in escaped[:1]]) or (Party("PRISONERS"),), ()
    initiators: list[Party] = []
    targets: list[Party] = []
    for trigger in cluster.triggers:
        got = _of_trigger(layers, cluster, trigger, sides, inside)
        initiators += got[0]
        targets += got[1]
    targets += _victims(cluster, frame)
    suffered = {c for count in cluster.counts if not count.part for c in count.codes}
    if len({p.code for p in initiators}) > 1 or not any(
        t.entry.id == "ar.event.suicide_bombing" for t in cluster.triggers
    ):
        initiators = [p for p in initiators if p.code not in suffered or p.code in ("TRIBE", "PROTESTERS")]
    start = _unique([p for p in initiators if p.code not in _UNARMED or frame in ("flee", "move")])
    hit = _unique([t for t in targets if t.code not in {p.code for p in start}])
    if lead.gives["type"] == "security_operation" and not hit:
        # an operation names whom it is after: 'to pursue the remnants of X'
        after = [
            m for m in sides if m.group == "fighters" and m.code not in {p.code for p in start} | {"UNKNOWN"}
        ]
        hit = _unique([_party(m) for m in after[:1]])
    if frame == "lose":
        taken_by = _unique([_party(m) for m in sides if _sign(layers, m, lead.last) == "by"])
        return taken_by, _unique([p for p in (*start, *hit) if p.code not in {q.code for q in taken_by}])
    if frame in ("flee",):
        return start, hit or (Party("CIVILIANS"),)
    if frame == "move":
        return start, ()
    return start, hit


def _victims(cluster: Cluster, frame: str) -> list[Party]:
    """Those who were killed, wounded, seized: acted on, unless they acted."""
    if frame not in ("strike", "blast"):
        return []
    return [Party(code, c.span) for c in cluster.counts if c.group != "objects" and c.measure not in ("seized", "destroyed")
            for code in c.codes if code not in ("PRISONERS",)]  # fmt: skip


def _casualties_only(layers: Layers, cluster: Cluster, sides: Sequence[Mention]) -> Roles:
    victims = _victims(cluster, "strike")
    spans = {p.span for p in victims}
    initiators: list[Party] = []
    for mention in sides:
        sign = _sign(layers, mention, cluster.first)
        inside = any(c.first <= mention.first < c.last for c in cluster.counts)
        if inside or mention.span in spans:
            continue
        if sign == "by":
            initiators.append(_party(mention))
        elif sign == "" and mention.group in _ARMED_GROUPS and not mention.weak and cluster.counts:
            act = cluster.counts[0].act
            verb = layers.at["casualties"].get(act)
            if verb is None:
                continue
            able = any(g.gives["role"] == "launch" for g in layers.within("grammar", mention.last, act))
            if (verb.form.pos == "v" and (mention.first == verb.last or mention.last <= act)) or (
                able and mention.last <= act
            ):
                initiators.append(_party(mention))
    codes = {p.code for p in initiators}
    return _unique(initiators), _unique([v for v in victims if v.code not in codes])


def _clash(layers: Layers, cluster: Cluster, lead: Match, sides: Sequence[Mention]) -> Roles:
    after = [m for m in sides if m.first >= lead.last]
    before = [m for m in sides if m.last <= lead.first]
    crowd = [m for m in sides if m.code == "PROTESTERS"]
    if crowd:
        return (_party(crowd[0]),), _unique([_party(m) for m in sides if m.group == "security_forces"][:1])
    attacker = [m for m in after if _sign(layers, m, lead.last) == "by"]
    if attacker:
        return (_party(attacker[0]),), _unique([_party(m) for m in before if m.code != attacker[0].code][-1:])
    between = next(
        (k for k in range(lead.last, min(lead.last + 6, cluster.last)) if layers.key(k) == "بين"), None
    )
    if between is not None:
        two = [m for m in after if m.first > between]
        if len(two) >= 2:
            return (_party(two[0]),), _unique([_party(m) for m in two[1:3] if m.code != two[0].code][:1]) or (
                _party(two[1]),
            )
    parties = [m for m in after if _sign(layers, m, cluster.first) in ("with", "against", "for", "")]
    armed = [
        m
        for m in (before[-1:] + parties if lead.form.pos == "v" or before else parties)
        if m.group in _ARMED_GROUPS or m.code in _CAN_FIGHT
    ]
    if lead.form.pos == "v" and len(armed) >= 2:
        return (_party(armed[0]),), (_party(armed[1]),)
    if len({m.code for m in armed}) >= 2:
        first = armed[0]
        second = next(m for m in armed if m.code != first.code)
        return (_party(first),), (_party(second),)
    if armed:
        return (_party(armed[0]),), ()
    return (), ()


def _object_follows(layers: Layers, mention: Mention, end: int) -> bool:
    """'The targeting by X of Y': an object after the governed party, with ل or bare."""
    for k in range(mention.last, min(mention.last + 4, end)):
        if layers.is_break(k) and layers.key(k) not in "،":
            return False
        if k in layers.at["people"] or (layers.key(k).startswith("ل") and len(layers.key(k)) > 3):
            return True
    return False


def _subject(
    layers: Layers, cluster: Cluster, trigger: Match, before: Sequence[Mention], launches: Sequence[Match]
) -> Mention | None:
    """The doer that stands before the word: of a verb, or of the verb that launches a noun."""
    # after 'that' the subject opens the clause: who said so before it did not act
    that = max((k for k in range(cluster.first, trigger.first) if layers.key(k) in ("ان", "بان")), default=-1)
    usable = [
        m
        for m in before
        if m.first > that and _sign(layers, m, cluster.first) in ("", "by", "of") and m.code != "UNKNOWN"
    ]
    if trigger.form.pos == "v":
        # what stands in apposition to the subject does not act
        return usable[0 if that >= 0 else -1] if usable else None
    if not launches:
        return None
    launch = launches[-1]
    after = [m for m in usable if launch.last <= m.first]
    if after:
        return after[0]
    earlier = [m for m in usable if m.last <= launch.first and launch.first - m.last <= 8]
    return earlier[-1] if earlier else None


def _of_trigger(
    layers: Layers, cluster: Cluster, trigger: Match, sides: Sequence[Mention], inside: Sequence[Mention]
) -> tuple[list[Party], list[Party]]:
    initiators: list[Party] = []
    targets: list[Party] = []
    free = [m for m in sides if not any(c.first <= m.first < c.last for c in cluster.counts)]
    next_trigger = min((t.first for t in cluster.triggers if t.first > trigger.first), default=cluster.last)
    after = [(n, m) for n, m in enumerate(free) if trigger.last <= m.first]
    verb = trigger.form.pos == "v"
    objective = trigger.entry.id in _OBJECTIVE and not verb
    # an adjective of nationality right after a noun: غارة تركية
    if not verb:
        for m in inside:
            if (
                m.kind == "nationality"
                and trigger.last <= m.first <= trigger.last + 2
                and not layers.broken(trigger.last, m.first)
            ):
                initiators.append(_party(m))
    for m in free:
        # the word itself holds the doer: قصف طائرة مسيرة تركية، وصول القوات الأمنية
        if not verb and trigger.first < m.first < trigger.last <= m.last and m.code != "UNKNOWN":
            initiators.append(_party(m))
    subject_taken = bool(initiators)
    # subject before the word: SVO, or the subject of a launching verb before a noun
    before = [m for m in free if cluster.first <= m.first and m.last <= trigger.first]
    launches = [
        g for g in layers.within("grammar", cluster.first, trigger.first) if g.gives["role"] == "launch"
    ]
    if trigger.form.suffix and not objective:
        # 'its attacks', 'they raided it': the owner is the armed side named last
        if not verb:
            owner = next(
                (
                    m
                    for m in reversed(inside)
                    if m.last <= trigger.first and m.kind in ("name", "short", "force")
                ),
                None,
            )
            if owner is not None:
                initiators.append(_party(owner))
                subject_taken = True
    if before and not subject_taken:
        subject = _subject(layers, cluster, trigger, before, launches)
        exposed = not _EXPOSED.isdisjoint(layers.keys(cluster.first, trigger.first))
        if exposed:
            targets += [_party(m) for m in before if m.code != "UNKNOWN"][:1]
        elif subject is not None:
            initiators += [
                _party(m) for m in _coordinated(layers, free, free.index(subject)) if m.last <= trigger.first
            ]
            subject_taken = True
    position = trigger.last
    for n, mention in after:
        sign = _sign(layers, mention, trigger.last)
        gap = range(position, mention.first)
        broken = layers.walled(position, mention.first)
        far = mention.first - trigger.last
        if sign == "by":
            initiators += [_party(m) for m in _coordinated(layers, free, n)]
            subject_taken = True
        elif sign in ("against", "of"):
            if far <= 18:
                targets += [_party(m) for m in _coordinated(layers, free, n)]
        elif sign == "for":
            # قصف لقوات النظام is by them; غارات على مواقع تابعة للتنظيم and ضربات لتجمعات X hit them
            if verb or objective or far > 1:
                targets.append(_party(mention))
            elif not subject_taken:
                initiators += [_party(m) for m in _coordinated(layers, free, n)]
                subject_taken = True
        elif sign == "" and not broken and mention.first < max(next_trigger, trigger.last + 6):
            adjacent = all(
                k in layers.time_tokens or layers.key(k) in _ADVERBS or k in layers.amount_at for k in gap
            )
            if verb:
                moving = trigger.gives["frame"] == "move" and far <= 3
                if (
                    not subject_taken
                    and (adjacent or moving)
                    and mention.group in _ARMED_GROUPS
                    and not trigger.form.suffix
                ):
                    initiators += [_party(m) for m in _coordinated(layers, free, n)]
                    subject_taken = True
                elif far <= 9:
                    targets.append(_party(mention))
            elif far <= 4:
                more = (
                    n + 1 < len(free)
                    and free[n + 1].first - mention.last <= 3
                    and _sign(layers, free[n + 1], mention.last) == ""
                )
                doing = (
                    trigger.entry.id == "ar.event.target"
                    and adjacent
                    and (mention.kind == "force" or _object_follows(layers, mention, cluster.last))
                )
                if objective and not more and not doing:
                    targets.append(_party(mention))
                elif not subject_taken and adjacent and mention.group in _ARMED_GROUPS | {"unknown"}:
                    initiators += [_party(m) for m in _coordinated(layers, free, n)]
                    subject_taken = True
                else:
                    targets.append(_party(mention))
    return initiators, targets

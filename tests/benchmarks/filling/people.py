"""Who is on a desk of the benchmarks, and what there is before the first ticket."""

import hashlib
import itertools
import json
import random
from typing import Any

from helpdesk.words import fold

from .known import ACCOUNTS, PASSWORD_HASH
from .tables import Tables
from .words import Language

AGENTS = 12
VENDORS = 0.1  # of those who ask
TICKETS_EACH = 5  # of a customer, in the middle
# The customer of rank r asks as often as 1 / (r + 10) ** 0.7: the first one has 0.6 % of a desk of
# 10,000 tickets, 0.14 % (1,400 tickets) of one of a million.
FLATTENED, EXPONENT = 10, 0.7
COMPANIES = 300
CATEGORIES = {
    "Orders": ("Delivery", "Changing an order", "Invoices", "Payment"),
    "Returns": ("Broken on arrival", "Wrong thing", "Changed their mind"),
    "Lamps": ("Bulbs", "Cables", "Shades", "Repair"),
    "Furniture": ("Tables", "Shelves", "Spare parts"),
    "The shop": ("Opening hours", "Website", "Praise"),
    "Trade": (),
}
TAGS = (
    "vip", "late", "spare part", "damaged", "urgent call", "wholesale", "press", "refund",
    "second time", "voucher", "before buying", "gift", "assembly", "warranty", "photo wanted",
    "abroad", "express", "pick-up", "plug", "colour", "scratch", "invoice", "tax", "öko",
)  # fmt: skip
VIEWS = (
    ("Late VIPs", {"status": ["open"], "tag": ["vip"], "waiting.older": ["4h"]}, "priority"),
    ("Waiting for parts", {"status": ["open", "pending"], "tag": ["spare part"]}, "activity"),
    (
        "Urgent, nobody's",
        {"status": ["open"], "priority": ["urgent"], "assignee": ["none"]},
        "waiting",
    ),
    ("Vendors", {"status": ["open"], "user": ["vendor"]}, "newest"),
    ("Returns of 30 days", {"category": ["7"], "created.within": ["30d"]}, "newest"),
    ("With files", {"status": ["open"], "files": ["yes"]}, "newest"),
)


class People:
    """Everybody, as rows of *tables*; and who of them asks."""

    def __init__(
        self, tables: Tables, rng: random.Random, spoken: list[Language], tickets: int, now: int
    ) -> None:
        self._tables, self._rng, self._now = tables, rng, now
        self._ids = itertools.count(1)
        self._add_companies()
        self.admin, self.agent, self.ana, vendor = (
            self._add(one.name, one.email, one.role, token=one.token) for one in ACCOUNTS
        )
        self.agents = [self.admin, self.agent] + [
            self._add(name, f"agent{number}@shop.example", "agent")
            for number, name in enumerate(spoken[1].names[: AGENTS - 2])
        ]
        number = max(1, tickets // TICKETS_EACH)
        self.vendors = {vendor}
        self.asking = [vendor, *(self._somebody(one, spoken) for one in range(number))]
        rng.shuffle(self.asking)
        self.weights = list(
            itertools.accumulate((rank + FLATTENED) ** -EXPONENT for rank in range(number + 1))
        )
        weights = [one.weight for one in spoken]
        self.speaks = rng.choices(spoken, weights, k=next(self._ids))

    def _somebody(self, number: int, spoken: list[Language]) -> int:
        first = self._rng.choice(self._rng.choice(spoken).names).split()[0]
        last = self._rng.choice(self._rng.choice(spoken).names).split()[-1]
        company = self._rng.randrange(1, COMPANIES + 1) if self._rng.random() < 0.3 else None
        domain = f"company{company}.example" if company else "mail.example"
        is_vendor = self._rng.random() < VENDORS
        role = "vendor" if is_vendor else "customer"
        added = self._add(f"{first} {last}", f"person{number}@{domain}", role, company=company)
        if is_vendor:
            self.vendors.add(added)
        return added

    def _add(
        self, name: str, email: str, role: str, *, company: int | None = None, token: str = ""
    ) -> int:
        id_, now = next(self._ids), self._now
        password = PASSWORD_HASH if token else None
        row = (id_, email, name, fold(name), role, password, "en", company, now, now)
        self._tables.rows["users"].append(row)
        if token:
            hashed = hashlib.sha256(token.encode()).hexdigest()
            self._tables.rows["api_tokens"].append((id_, id_, "benchmark", hashed, False, now))
        return id_

    def _add_companies(self) -> None:
        for id_ in range(1, COMPANIES + 1):
            name = f"Company {id_}"
            self._tables.rows["companies"].append((id_, name, fold(name), self._now))
            self._tables.rows["company_domains"].append((f"company{id_}.example", id_))


def add_furniture(tables: Tables, owner: int, now: int) -> list[tuple[int, int | None]]:
    """Categories, tags, custom fields and saved views; the pairs of categories to choose from."""
    pairs: list[tuple[int, int | None]] = []
    ids = itertools.count(1)

    def category(name: str, parent: int | None) -> int:
        id_ = next(ids)
        row = (id_, parent, name, True, "admin", now, "admin", now)
        tables.rows["categories"].append(row)
        return id_

    for name, children in CATEGORIES.items():
        top = category(name, None)
        pairs.append((top, None))
        pairs += [(top, category(child, top)) for child in children]
    tables.rows["tags"] += enumerate(TAGS, 1)
    fields: list[tuple[str, str, str, list[Any]]] = [
        ("order_number", "Order number", "text", []),
        ("colour", "Colour", "choice", ["black", "brass", "blue"]),
    ]
    for id_, (key, label, kind, choices) in enumerate(fields, 1):
        more = (json.dumps(choices), "nobody", True, True, id_, now, now)
        tables.rows["custom_fields"].append((id_, "ticket", key, label, kind, *more))
    for id_, (label, rules, sort) in enumerate(VIEWS, 1):
        row = (id_, owner, True, label, json.dumps(rules), sort, id_, now, now)
        tables.rows["saved_views"].append(row)
    return pairs

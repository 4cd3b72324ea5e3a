"""Writes of people: each checks the policy, changes rows and records events in one transaction."""

from .companies import add_company, add_domain, delete_company, remove_domain, update_company
from .details import Details, change_own_fields, update_person
from .merging import merge, unmerge
from .notes import add_note, delete_note

__all__ = [
    "Details",
    "add_company",
    "add_domain",
    "add_note",
    "change_own_fields",
    "delete_company",
    "delete_note",
    "merge",
    "remove_domain",
    "unmerge",
    "update_company",
    "update_person",
]

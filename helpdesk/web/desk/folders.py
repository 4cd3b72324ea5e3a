"""Saved replies and macros as they stand in lists: by folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from ...macros.queries import Kept


@dataclass(frozen=True)
class Folder(Generic[Kept]):
    """A heading of the list, and what stands under it."""

    name: str
    kept: Sequence[Kept]


def in_folders(kept: Sequence[Kept]) -> list[Folder[Kept]]:
    """*kept* by folder, what is in none first."""
    names = sorted({one.folder for one in kept}, key=str.casefold)
    return [Folder(name, [one for one in kept if one.folder == name]) for name in names]

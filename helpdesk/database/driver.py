"""Statements past SQLAlchemy: what it would cost to go through it is more than to run them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa


def run(driver: Any, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
    """The cursor of a *driver*'s connection that has run *sql*.

    What it raises is SQLAlchemy's, as elsewhere, and says none of the *values*.
    """
    try:
        return driver.execute(sql, values)
    except driver.Error as error:
        family = driver.Error
        raise sa.exc.DBAPIError.instance(sql, None, error, family, hide_parameters=True) from error

"""How addresses are built from the names of views."""

from collections.abc import Callable
from typing import Any

import werkzeug.routing
from flask import Flask

Built = tuple[str, str]  # host and path


class Rule(werkzeug.routing.Rule):
    """A rule whose builders are compiled when the first address is built by it.

    Werkzeug compiles two functions for each of hundreds of rules, a tenth of a start, and most are
    never called.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Built]:
        compiled = super()._compile_builder

        def first(self: Rule, **values: Any) -> Built:
            build = compiled(append_unknown).__get__(self, None)
            if append_unknown:
                self._build_unknown = build
            else:
                self._build = build
            found: Built = build(**values)
            return found

        return first


def init_app(app: Flask) -> None:
    """Let *app* have such rules from now on."""
    app.url_rule_class = Rule

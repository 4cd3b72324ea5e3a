"""How templates become Python: what no request changes is worked out once.

Half of a page is sentences, icons and addresses that are the same for every reader of a language.
So templates are compiled once a language, and a call of ``_``, or of what :func:`constant` names,
is made then if its arguments stand in the template: its answer is text between the tags. A template
may say ``_("Reply")`` and ``icon("send")`` wherever that reads well.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, has_request_context, request
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from .. import i18n
from .addresses import address
from .quick_code import Quick, quick_macro, quoted, to_be_escaped

_ICONS = "parts/icons.html"


def init_app(app: Flask) -> None:
    """Compile *app*'s templates so; called before they are taught anything."""
    app.jinja_environment = Templates
    constant(app, "url_for", address)


def constant(app: Flask, name: str, call: Callable[..., str]) -> None:
    """Teach *app*'s templates *call*, which answers the same arguments always with the same words.

    At one root of the desk: templates for another one (``SCRIPT_NAME``) ask it each time.
    """
    app.jinja_env.globals[name] = call
    app.jinja_env.constants[name] = call  # type: ignore[attr-defined]


class Imported(Template):
    """A template whose macros are made once: they never see what a page alone knows."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


class Templates(Environment):
    """The desk's templates; for a reader those of their language."""

    code_generator_class = Quick
    template_class = Imported
    language = ""  # of the readers of these; of those that all others come from, none
    at_the_root = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.constants: dict[str, Callable[..., str]] = {}
        self._for: dict[tuple[str, bool], Templates] = {}

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:
        of = self if self.language else self._for_reader()
        return super(Templates, of).get_template(name, parent, globals)

    def _for_reader(self) -> "Templates":
        kind = i18n.language(), has_request_context() and not request.root_path
        if kind not in self._for:
            found = self.overlay()
            found.language, found.at_the_root = kind
            self._for[kind] = found
        return self._for[kind]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return _Known(self).visit(tree) if self.language else tree

    to_be_escaped = staticmethod(to_be_escaped)
    quoted = staticmethod(quoted)
    macro = staticmethod(quick_macro)


class _Known(NodeTransformer):
    """Puts what is known already in the place of calls."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.calls: dict[str, Callable[..., str]] = {
            "_": partial(i18n.translated, templates.language)
        }
        if templates.at_the_root:
            self.calls |= templates.constants

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.FromImport:
        """An icon is the same in every page."""
        is_icons = isinstance(node.template, nodes.Const) and node.template.value == _ICONS
        if is_icons and self.templates.at_the_root:
            icons: Any = self.templates.get_template(_ICONS).module
            self.calls |= {name: getattr(icons, name) for name in node.names if type(name) is str}
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        call = self.calls.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if call is None or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            arguments = [one.as_const() for one in node.args]
            named = {one.key: one.value.as_const() for one in node.kwargs}
        except nodes.Impossible:
            return node
        answer = call(*arguments, **named)
        return nodes.Const(answer, lineno=node.lineno, environment=node.environment)

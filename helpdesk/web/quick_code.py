"""What templates are compiled to: Jinja's code, with few calls of Python functions.

A page asks a thousand times for an attribute, and writes a thousand values: a function for each of
these took a third of its time. Jinja also asks each callable at each call whether it wants to know
the context: none of ours does.
"""

import re
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef, optimizeconst
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

to_be_escaped = re.compile("[&<>\"']").search


class Quick(CodeGenerator):
    """Writes what Jinja writes, but looks first, and calls a function where that isn't enough."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not _is_quoted(frame, finalize):
            super()._output_child_pre(node, frame, finalize)
            return
        value, kind = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({value} if ({kind} := type({value} := ")
        self._written = value, kind  # an expression has no other one in it

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not _is_quoted(frame, finalize):
            super()._output_child_post(node, frame, finalize)
            return
        value, kind = self._written
        self.write(f")) is Markup or {kind} is str and not environment.to_be_escaped({value})")
        self.write(f" else environment.quoted({value}))")

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        of, found = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr(({of} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr({of}, {node.attr!r}))")

    @optimizeconst
    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:
        """Without an else, nothing: Jinja makes an object of that, which is dear to write."""
        if node.expr2 is None:
            node = nodes.CondExpr(node.test, node.expr1, nodes.Const(""), lineno=node.lineno)
        super().visit_CondExpr(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self.visit(node.node, frame)
        whole, self.stream = self.stream, StringIO()
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        arguments, self.stream = self.stream.getvalue(), whole
        self.write(f"({arguments.removeprefix(', ')})")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        """A block in one piece: else each of its pieces goes through all templates around it."""
        is_plain = not (node.scoped or node.required or frame.buffer)
        if not is_plain or (frame.toplevel and self.extends_so_far):
            super().visit_Block(node, frame)
            return
        self.writeline(f"yield concat(context.blocks[{node.name!r}][0]({self.get_context_ref()}))")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        """What is included in one piece, too."""
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if node.ignore_missing or not node.with_context or not isinstance(name, str):
            super().visit_Include(node, frame)
            return
        self.writeline(f"template = environment.get_template({name!r}, {self.name!r})", node)
        known = f"context.get_all(), True, {self.dump_local_context(frame)}"
        self.simple_write(
            f"concat(template.root_render_func(template.new_context({known})))", frame, node
        )

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        self.write("environment.macro(")
        super().macro_def(macro_ref, frame)
        self.write(")")


def _is_quoted(frame: Frame, finalize: Any) -> bool:
    return bool(frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None)


def quoted(value: Any) -> str:
    """*value* as it stands in a page."""
    kind = type(value)
    if kind is Markup or (kind is str and not to_be_escaped(value)):
        return value  # type: ignore[no-any-return]
    return escape(value)


def quick_macro(macro: Macro) -> Callable[..., str]:
    """*macro* as a function, for a template that quotes."""
    names: Sequence[str] = tuple(macro.arguments)
    if macro.explicit_caller or macro.catch_varargs or not macro._default_autoescape:
        return macro
    count, write, new = len(names), macro._func, str.__new__
    has_more, takes_caller = macro.catch_kwargs, macro.caller
    is_simple = not (has_more or takes_caller)

    def call(*given: Any, **named: Any) -> str:
        if is_simple and not named and len(given) == count:
            return new(Markup, write(*given))
        arguments = [*given, *[named.pop(name, missing) for name in names[len(given) :]]]
        if takes_caller:
            caller = named.pop("caller", None)
            arguments.append(macro._environment.undefined() if caller is None else caller)
        if has_more:
            arguments.append(named)
        elif named:
            raise TypeError(f"macro {macro.name!r} takes no argument {next(iter(named))!r}")
        if len(given) > count:
            raise TypeError(f"macro {macro.name!r} takes {count} arguments")
        return new(Markup, write(*arguments))

    return call

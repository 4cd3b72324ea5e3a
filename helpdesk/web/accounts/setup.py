"""The first start: one page makes the shop, its first admin and the categories, all or nothing."""

from collections.abc import Callable
from typing import Any

from flask import render_template
from wtforms import (
    BooleanField,
    ColorField,
    EmailField,
    FieldList,
    Form,
    FormField,
    PasswordField,
    StringField,
    TextAreaField,
)

from ...accounts import actions
from ...accounts.models import DESK, User
from ...database import transaction
from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import lazy
from ...shop import actions as shop_actions
from ...shop.models import DEFAULT_ACCENT
from ...tickets.actions import CategoryDraft, add_category
from ..access import anyone
from ..forms import Needed, PageForm, sent_back, show_errors
from ..signing_in import visitor
from . import accounts
from .landing import enter

# What most shops are asked about, and room for what only this one is.
PROPOSED = (
    (lazy("Orders"), lazy("Where is my order, Change or cancel an order, Something is missing")),
    (lazy("Returns and refunds"), lazy("Return an item, Refund, Exchange")),
    (lazy("Products"), lazy("Question before buying, Damaged or faulty, How to use it")),
    (lazy("Payment"), lazy("Invoice, Payment failed, Voucher")),
    (lazy("Account"), lazy("Sign-in, My details")),
    (lazy("Something else"), ""),
)
EMPTY_ROWS = 2


class CategoryRow(Form):
    """A category and, with commas between, its sub-categories."""

    use = BooleanField(lazy("Use this category"))
    name = StringField(lazy("Category"))
    parts = TextAreaField(lazy("Sub-categories, with commas between"))


class SetUpForm(PageForm):
    """All that a new desk needs to know."""

    shop = StringField(lazy("Name of your shop"), [Needed()])
    accent = ColorField(lazy("Its colour"), [Needed()], default=DEFAULT_ACCENT)
    name = StringField(lazy("Your name"))
    email = EmailField(lazy("Your e-mail address"), [Needed()])
    password = PasswordField(lazy("A password"), [Needed()])
    categories = FieldList(FormField(CategoryRow))

    def chosen_categories(self) -> list[tuple[str, list[str]]]:
        """Names of the ticked categories, each with those of its sub-categories."""
        rows = [row for row in self.categories.data if row["use"] and (row["name"] or "").strip()]
        return [(row["name"], _with_commas(row["parts"] or "")) for row in rows]


@accounts.get("/setup/<token>")
@anyone
def set_up(token: str) -> Any:
    """The page behind the address on the terminal. 404 once an admin exists."""
    actions.require_setup_link(visitor(), token)
    form = SetUpForm(formdata=None)
    for name, parts in (*PROPOSED, *((("", ""),) * EMPTY_ROWS)):
        form.categories.append_entry({"use": True, "name": str(name), "parts": str(parts)})
    return render_template("setup.html", form=form)


@accounts.post("/setup/<token>")
@anyone
def keep_setup(token: str) -> Any:
    """Set the desk up and sign its first admin in. Of two at once one wins, the other gets 404."""
    actions.require_setup_link(visitor(), token)
    form = SetUpForm()
    try:
        with transaction():
            user = _make(token, form)
    except Invalid as error:
        return sent_back(render_template("setup.html", form=form), error)
    return enter(
        user, by="setup", welcome=_("Your desk is ready. Welcome, %(name)s.", name=user.name)
    )


def _with_commas(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def _make(token: str, form: SetUpForm) -> User:
    """Do all of it inside the caller's transaction. Raises Invalid when *form* shows errors."""
    made: list[User] = []

    def admin() -> None:
        made.append(
            actions.set_up(
                token,
                name=form.name.data or "",
                email=form.email.data or "",
                password=form.password.data or "",
            )
        )

    def shop() -> None:
        shop_actions.update_shop(DESK, name=form.shop.data or "", accent=form.accent.data or "")

    _try(form, shop, {"name": "shop"})
    _try(form, admin, {})
    for name, parts in form.chosen_categories():
        _try_categories(form, name, parts)
    if form.errors:
        raise Invalid({})
    return made[0]


def _try(form: SetUpForm, step: Callable[[], None], names: dict[str, str]) -> None:
    try:
        step()
    except Invalid as error:
        show_errors(form, error, names)


def _try_categories(form: SetUpForm, name: str, parts: list[str]) -> None:
    shown = name
    try:
        parent = add_category(DESK, CategoryDraft(name))
        for part in parts:
            shown = part
            add_category(DESK, CategoryDraft(part, parent.id))
    except Invalid as error:
        where = _("Category “%(name)s”:", name=shown)
        form.form_errors.append(f"{where} {error.message}")

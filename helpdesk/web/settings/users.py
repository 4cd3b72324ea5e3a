"""The list of users, and one more."""

from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import EmailField, Form, SearchField, SelectField, StringField

from ...accounts import actions, queries
from ...accounts.models import Role
from ...database import transaction
from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.mailboxes.queries import sending_is_set_up
from ..access import admin_only
from ..desk.choices import id_of
from ..desk.forms import one_of
from ..forms import Needed, sent_back, show_errors
from ..proving import require_proof
from . import settings
from .pages import page_of_one, settings_page

ROWS = 50  # a page

ROLE_WORDS = {
    Role.CUSTOMER: lazy("Customer"),
    Role.VENDOR: lazy("Vendor"),
    Role.AGENT: lazy("Agent"),
    Role.ADMIN: lazy("Admin"),
}


def roles() -> dict[str, str]:
    """The roles as choices."""
    return {role.value: str(words) for role, words in ROLE_WORDS.items()}


class UserForm(Form):
    """Somebody with an account."""

    name = StringField(lazy("Name"), [Needed()])
    email = EmailField(lazy("E-mail address"), [Needed()])
    role = SelectField(lazy("Role"), choices=roles, validate_choice=False)

    def wanted_role(self) -> Role:
        """The role that was chosen. Raises Invalid."""
        return one_of(Role, self.role.data or "", "role")


class SearchForm(Form):
    """Who is listed."""

    q = SearchField(lazy("Name or e-mail address"))
    role = SelectField(lazy("Role"), choices=lambda: {"": _("Any role")} | roles())


@settings.get("/users")
@admin_only
def users() -> Any:
    """Users by name, a page at a time."""
    keyword = request.args.get("q", "").strip()[:200]
    role = next((role for role in Role if role.value == request.args.get("role")), None)
    number = max(1, id_of(request.args.get("page", "")) or 1)
    wanted = [role] if role else []
    total = queries.count_users(current_user, roles=wanted, keyword=keyword)
    number = min(number, max(1, -(-total // ROWS)))
    found = queries.users(
        current_user, roles=wanted, keyword=keyword, limit=ROWS, offset=(number - 1) * ROWS
    )

    def beside(other: int) -> str:
        given = {"q": keyword, "role": role.value if role else "", "page": str(other)}
        return url_for(".users") + "?" + urlencode({k: v for k, v in given.items() if v})

    return settings_page(
        "settings/users.html",
        "users",
        form=SearchForm(data={"q": keyword, "role": role.value if role else ""}),
        users=found,
        total=total,
        role_words=ROLE_WORDS,
        previous=beside(number - 1) if number > 1 else "",
        next=beside(number + 1) if number * ROWS < total else "",
    )


@settings.get("/users/new")
@admin_only
def new_user() -> Any:
    """The empty form."""
    return _new(UserForm(data={"role": Role.CUSTOMER.value}))


@settings.post("/users")
@admin_only
def add_user() -> Any:
    """Make the account, and the link with which its owner sets a password."""
    form = UserForm(request.form)
    if form.role.data != Role.CUSTOMER.value:
        require_proof()
    try:
        with transaction():
            user = actions.add_user(
                current_user,
                name=form.name.data or "",
                email=form.email.data or "",
                role=form.wanted_role(),
            )
            actions.invite(current_user, user)
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_new(form), error)
    if sending_is_set_up():
        email = user.email
        flash(_("The account is made. A link is on its way to %(email)s.", email=email), "good")
    else:
        flash(_("The account is made. Hand on the link on this page: it works once."), "good")
    return redirect(url_for(".user", user_id=user.id))


def _new(form: UserForm) -> str:
    return page_of_one("settings/new_user.html", "users", form=form)

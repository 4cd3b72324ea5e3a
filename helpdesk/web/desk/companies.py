"""Companies: the list, and the page of one with its domains, people and tickets."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import Form, SearchField, StringField

from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import lazy
from ...people import actions, queries
from ...people.models import Company
from ..access import staff_only
from ..forms import Needed, sent_back, show_errors
from . import desk
from .choices import id_of
from .pages import page

ROWS = 50  # companies a page
PEOPLE = 50  # on the page of one


class SearchForm(Form):
    """Which are listed."""

    q = SearchField(lazy("Name or domain"))


class CompanyForm(Form):
    """A company to be."""

    name = StringField(lazy("Name"), [Needed()])
    domains = StringField(lazy("Domains of their e-mail addresses"))

    def its_domains(self) -> list[str]:
        """The domains, which stand between spaces or commas."""
        return (self.domains.data or "").replace(",", " ").split()


class NameForm(Form):
    """What it is called."""

    name = StringField(lazy("Name"), [Needed()])


class DomainForm(Form):
    """One more domain."""

    domain = StringField(lazy("Domain"), [Needed()])


@desk.get("/companies")
@staff_only
def companies() -> Any:
    """Companies by name, a page at a time, and the form for one more."""
    return _list(CompanyForm())


@desk.post("/companies")
@staff_only
def add_company() -> Any:
    """One more; whoever has an address at its domains belongs to it at once."""
    form = CompanyForm(request.form)
    try:
        company = actions.add_company(current_user, form.name.data or "", form.its_domains())
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_list(form), error)
    flash(_("“%(name)s” is added.", name=company.name), "good")
    return redirect(url_for(".company", company_id=company.id))


@desk.get("/companies/<int:company_id>")
@staff_only
def company(company_id: int) -> Any:
    """One of them."""
    return _one(queries.company(current_user, company_id))


@desk.post("/companies/<int:company_id>")
@staff_only
def rename_company(company_id: int) -> Any:
    """Call it something else."""
    found, form = queries.company(current_user, company_id), NameForm(request.form)
    try:
        actions.update_company(current_user, found, name=form.name.data or "")
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_one(queries.company(current_user, company_id), name=form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".company", company_id=company_id))


@desk.post("/companies/<int:company_id>/domains")
@staff_only
def add_domain(company_id: int) -> Any:
    """Whoever has an address there belongs to it from now on."""
    found, form = queries.company(current_user, company_id), DomainForm(request.form)
    try:
        actions.add_domain(current_user, found, form.domain.data or "")
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_one(queries.company(current_user, company_id), domain=form), error)
    flash(_("Added: whoever has an address there belongs to this company now."), "good")
    return redirect(url_for(".company", company_id=company_id, _anchor="domains"))


@desk.post("/companies/<int:company_id>/domains/remove")
@staff_only
def remove_domain(company_id: int) -> Any:
    """Whoever has an address there belongs to it no more."""
    found = queries.company(current_user, company_id)
    actions.remove_domain(current_user, found, request.form.get("domain", ""))
    flash(_("Removed: whoever has an address there belongs to no company now."), "good")
    return redirect(url_for(".company", company_id=company_id, _anchor="domains"))


@desk.post("/companies/<int:company_id>/delete")
@staff_only
def delete_company(company_id: int) -> Any:
    """Forget it; its people and their tickets stay."""
    found = queries.company(current_user, company_id)
    name = found.name
    actions.delete_company(current_user, found)
    flash(_("“%(name)s” is deleted.", name=name), "good")
    return redirect(url_for(".companies"))


def _list(form: CompanyForm) -> str:
    keyword = request.args.get("q", "").strip()[:200]
    total = queries.count_companies(current_user, keyword=keyword)
    number = min(max(1, id_of(request.args.get("page", "")) or 1), max(1, -(-total // ROWS)))
    found = queries.companies(current_user, keyword=keyword, limit=ROWS, offset=(number - 1) * ROWS)

    def beside(other: int) -> str:
        return url_for(".companies", q=keyword or None, page=other if other > 1 else None)

    return page(
        "desk/companies/list.html",
        search=SearchForm(data={"q": keyword}),
        form=form,
        companies=found,
        keyword=keyword,
        total=total,
        previous=beside(number - 1) if number > 1 else "",
        next=beside(number + 1) if number * ROWS < total else "",
    )


def _one(found: Company, name: NameForm | None = None, domain: DomainForm | None = None) -> str:
    try:
        people = queries.people(
            current_user,
            company_id=found.id,
            limit=PEOPLE,
            cursor=request.args.get("cursor", ""),
        )
    except Invalid:
        people = queries.people(current_user, company_id=found.id, limit=PEOPLE)

    def beside(other: str) -> str:
        return url_for(".company", company_id=found.id, cursor=other) if other else ""

    return page(
        "desk/companies/company.html",
        company=found,
        total=queries.people_count(found),
        people=people.people,
        previous=beside(people.previous),
        next=beside(people.next),
        tickets=queries.latest_tickets(current_user, found),
        name=name or NameForm(data={"name": found.name}),
        domain=domain or DomainForm(),
    )

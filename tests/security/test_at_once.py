"""What somebody removes while somebody else changes it is not there any more: 404, never 500."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.people.actions import add_company
from helpdesk.views.actions import ViewDraft, save_view
from helpdesk.views.models import SavedView


@pytest.fixture
def removed(monkeypatch):
    """Lets *question*, by which a view finds what it changes, be the last that finds it."""

    def removed(module, question, remove, *, is_read_again=True):
        real = getattr(module, question)

        def found_for_the_last_time(*asked, **more):
            found = real(*asked, **more)
            with transaction():
                remove(found)
            if is_read_again:
                db.session.expire(found)
            return found

        monkeypatch.setattr(module, question, found_for_the_last_time)

    return removed


def delete(found):
    kind = type(found)
    db.session.execute(
        sa.delete(kind).where(kind.id == found.id).execution_options(synchronize_session=False)
    )


def test_a_company(desk, agent, removed):
    from helpdesk.web.desk import companies

    company = add_company(DESK, "Hotel", ["hotel.example"])

    def with_its_domains(found):
        db.session.execute(sa.text("DELETE FROM company_domains"))
        delete(found)

    removed(companies.queries, "company", with_its_domains)
    path = f"/desk/companies/{company.id}"
    answer = desk.browser(agent).post(f"{path}/domains/remove", data={"domain": "hotel.example"})
    assert answer.status_code == 404
    assert "somebody has just removed it" in answer.text


@pytest.mark.parametrize("is_read_again", [True, False])
@pytest.mark.parametrize("what", ["active", "move"])
def test_a_field(desk, admin, field, removed, what, is_read_again):
    from helpdesk.web.settings import fields

    one, _other = field("Colour"), field("Size")
    removed(fields.queries, "field", delete, is_read_again=is_read_again)
    answer = desk.browser(admin).post(f"/desk/settings/fields/{one.id}/{what}", data={"on": "no"})
    assert answer.status_code == 404


def test_a_view(desk, agent, removed):
    from helpdesk.web.desk import saving

    view = save_view(agent, ViewDraft(name="Lamps"))

    def put_away(found):
        db.session.execute(sa.update(SavedView).values(deleted_at=clock.now()))

    removed(saving.queries, "saved", put_away)
    answer = desk.browser(agent).post(f"/desk/saved-views/{view.id}/move", data={"to": "up"})
    assert answer.status_code == 404

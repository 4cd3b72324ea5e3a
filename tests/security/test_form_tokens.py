"""No form is taken without the token that its page had: every one of the URL map is asked."""

from helpdesk.web.signing_in import csrf
from tests.test_access import address, pages, people, world

__all__ = ["people", "world"]  # fixtures
# Whose address proves enough: a mail program has no page of ours (RFC 8058).
WITHOUT = {"web.portal.unsubscribe"}


def test_every_form_needs_its_token(desk, people, world):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    browsers = [desk.browser(people[role]) for role in ("nobody", "customer", "admin")]
    asked, without = 0, set()
    for rule, method, _access in pages(desk.app):
        if method in ("GET", "HEAD"):
            continue
        if hasattr(desk.app.view_functions[rule.endpoint], "without_form_token"):
            without.add(rule.endpoint)
            continue
        path = address(desk.app, rule, world["theirs"])
        for browser in browsers:
            for form in ({}, {"csrf_token": ""}, {"csrf_token": "wapiti"}):
                assert browser.open(path, method=method, data=form).status_code == 400, path
        asked += 1
    assert asked > 100
    assert without == WITHOUT
    assert not csrf._exempt_views

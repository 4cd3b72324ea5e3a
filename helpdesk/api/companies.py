"""``/support-ticket/companies``: where customers work, by the domains of their addresses."""

from typing import Annotated

from ..people import actions, queries
from . import kinds, people_shapes
from .answers import Answer, links
from .endpoints import Call, endpoint
from .listing import ROWS
from .names import called
from .people_shapes import Company
from .reading import Shape
from .sides import STAFF

SECTION = "Companies"
_NAME = kinds.TEXT.says("What it is called.", "Acme")
_DOMAINS = kinds.TEXTS.says("All domains of its people's addresses.", ["acme.example"])


class CompanyQuery(Shape):
    """Which companies."""

    limit: Annotated[int, kinds.LIMIT.says("How many at most; 0 is the default.")] = 0
    offset: Annotated[int, kinds.OFFSET.says("How many rows to skip.")] = 0
    keyword: Annotated[str, kinds.TEXT.says("Words of the name or a domain.", "acme")] = ""


class NewCompany(Shape):
    """A company to be."""

    company_name: Annotated[str, _NAME]
    domains: Annotated[list[str] | None, _DOMAINS] = None


class CompanyChanges(Shape):
    """What to change of a company; what is left out stays."""

    company_name: Annotated[str | None, _NAME] = None
    domains: Annotated[list[str] | None, _DOMAINS] = None


@endpoint(
    "GET",
    "/{tickets}/companies",
    sides=[STAFF],
    section=SECTION,
    summary="Retrieve Companies",
    description="Companies by name.",
    message="Companies retrieved successfully.",
    failure="Failed to retrieve companies",
    query=CompanyQuery,
    data=list[Company],
    example=[people_shapes.COMPANY],
    headers=("X-Total-Count", "Link"),
)
def list_companies(call: Call[CompanyQuery, None]) -> Answer:
    query, limit = call.query, call.query.limit or ROWS
    total = queries.count_companies(call.actor, keyword=query.keyword)
    found = queries.companies(call.actor, keyword=query.keyword, limit=limit, offset=query.offset)
    pages = {}
    if query.offset + limit < total:
        pages["next"] = {"offset": str(query.offset + limit)}
    if query.offset:
        pages["prev"] = {"offset": str(max(0, query.offset - limit))}
    return Answer(
        [people_shapes.company(one.company, one.people) for one in found],
        {"X-Total-Count": str(total), **links(call.asked, pages)},
    )


@endpoint(
    "GET",
    "/{tickets}/companies/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Get Company",
    message="Company retrieved successfully.",
    failure="Failed to retrieve company",
    data=Company,
    example=people_shapes.COMPANY,
)
def show_company(call: Call[None, None], id: str) -> Company:
    found = queries.company(call.actor, kinds.ticket_id(id))
    return people_shapes.company(found, queries.people_count(found))


@endpoint(
    "POST",
    "/{tickets}/companies",
    sides=[STAFF],
    section=SECTION,
    summary="Create Company",
    description="Whoever has an address at one of its domains belongs to it at once.",
    message="Company created successfully.",
    failure="Failed to create company",
    body=NewCompany,
    body_example={"companyName": "Acme", "domains": ["acme.example"]},
    creates=True,
    errors=(409,),
    data=Company,
    example=people_shapes.COMPANY,
)
def add_company(call: Call[None, NewCompany]) -> Company:
    with called(name="companyName"):
        made = actions.add_company(call.actor, call.body.company_name, call.body.domains or ())
    return people_shapes.company(made, queries.people_count(made))


@endpoint(
    "PUT",
    "/{tickets}/companies/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Update Company",
    description="Changes the name, or the list of domains, all or none.",
    message="Company updated successfully.",
    failure="Failed to update company",
    body=CompanyChanges,
    body_example={"domains": ["acme.example", "acme.test"]},
    data=Company,
    example=people_shapes.COMPANY,
)
def update_company(call: Call[None, CompanyChanges], id: str) -> Company:
    company, body = queries.company(call.actor, kinds.ticket_id(id)), call.body
    with called(name="companyName"):
        actions.update_company(
            call.actor, company, name=body.company_name, its_domains=body.domains
        )
    return people_shapes.company(company, queries.people_count(company))


@endpoint(
    "DELETE",
    "/{tickets}/companies/<id>",
    sides=[STAFF],
    section=SECTION,
    summary="Delete Company",
    description="Forgets the company; its people and their tickets stay.",
    message="Company deleted successfully.",
    failure="Failed to delete company",
    data=Company,
    example=people_shapes.COMPANY,
)
def delete_company(call: Call[None, None], id: str) -> Company:
    company = queries.company(call.actor, kinds.ticket_id(id))
    shaped = people_shapes.company(company, queries.people_count(company))
    actions.delete_company(call.actor, company)
    return shaped

"""The OpenAPI document: of the tiny application, and the rules it keeps for the real one."""

import re
from typing import Any

import msgspec
import pytest

from sealgate.asgi import ROUTERS
from sealgate.base.errors import SealgateError
from sealgate.web.answers import EventStream, Page
from sealgate.web.callers import OpenDoor
from sealgate.web.openapi import openapi_document
from sealgate.web.routing import Router
from tests.unit.web.tiny import router

PUBLIC_URL = "https://gate.example"
REAL_ROUTES = [route for one in ROUTERS for route in one.routes]


class AnybodyMay(OpenDoor):
    """Documents every kind of caller without refusals."""

    def errors_of(self, kind: type[Any]) -> tuple[type[SealgateError], ...]:
        return ()


def document_of(*routers: Router) -> dict[str, Any]:
    routes = [route for one in routers for route in one.routes]
    return openapi_document(routes, AnybodyMay(), public_url=PUBLIC_URL)


def refs_in(value: Any) -> list[str]:
    return re.findall(r'"\$ref":"([^"]+)"', msgspec.json.encode(value).decode())


class TestDocument:
    def test_describes_parameters_bodies_answers_and_refusals(self):
        operation = document_of(router)["paths"]["/api/v1/greet"]["post"]

        assert operation["operationId"] == "greet"
        assert operation["summary"] == "Greet somebody"
        assert operation["description"] == "As often as asked."
        assert operation["tags"] == ["greetings"]
        assert operation["security"] == []
        assert operation["requestBody"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/GreetIn"
        }
        assert list(operation["responses"]) == ["200", "400", "408", "409", "413", "500", "503"]
        assert "`602` not-greeted" in operation["responses"]["409"]["description"]

    def test_describes_query_and_path_parameters(self):
        paths = document_of(router)["paths"]

        query = {one["name"]: one for one in paths["/api/v1/greet"]["get"]["parameters"]}
        assert query["limit"]["schema"] == {"type": "integer", "default": 10}
        assert query["limit"]["required"] is False
        assert paths["/api/v1/people/{uuid}"]["get"]["parameters"][0]["schema"]["format"] == "uuid"
        assert "FatalError" in str(paths["/api/v1/people/{uuid}"]["get"]["responses"]["404"])

    def test_refusals_of_the_body_carry_the_code_of_the_route_where_it_has_one(self):
        responses = document_of(router)["paths"]["/api/v1/lenient"]["post"]["responses"]

        assert "`599`" in responses["400"]["description"]
        assert "body-not-json" not in responses["400"]["description"]

    def test_leaves_out_pages_and_what_is_not_listed(self):
        assert "/page" not in document_of(router)["paths"]


class TestRealDocument:
    def test_every_reference_leads_somewhere(self):
        document = document_of(*ROUTERS)

        for ref in refs_in(document):
            assert ref.removeprefix("#/components/schemas/") in document["components"]["schemas"]

    def test_every_operation_has_a_name_of_its_own_a_summary_and_a_tag(self):
        operations = [one for methods in document_of(*ROUTERS)["paths"].values() for one in methods.values()]

        names = [operation["operationId"] for operation in operations]
        assert len(names) == len(set(names))
        assert all(operation["summary"] and operation["tags"] for operation in operations)

    def test_every_route_below_api_declares_what_it_answers(self):
        for route in REAL_ROUTES:
            assert route.answers is not Page or not route.path.startswith("/api/"), route.path

    # platform-api 1.5: a published client throws the one, and takes the other for a refusal. What wallets read has the
    # form of wallet-api, where a launch says `error` in every answer (8.1).
    @pytest.mark.parametrize("forbidden", ["message", "error"])
    def test_no_success_has_a_member_at_the_top_that_clients_take_for_a_failure(self, forbidden):
        for route in REAL_ROUTES:
            if route.answers in {None, Page, EventStream, bytes, dict} or route.path.startswith("/api/v1/app/"):
                continue
            schema, components = msgspec.json.schema_components([route.answers])
            for shape in shapes_of(schema[0], components):
                assert forbidden not in shape.get("properties", {}), f"{route.method} {route.path}"


def shapes_of(schema: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema, references followed."""
    if "$ref" in schema:
        return shapes_of(components[schema["$ref"].rpartition("/")[2]], components)
    if "anyOf" in schema:
        return [shape for one in schema["anyOf"] for shape in shapes_of(one, components)]
    return [schema]

"""The table that finds routes."""

import pytest

from sealgate.web.callers import Anyone
from sealgate.web.metrics import RouteStats
from sealgate.web.routing import Route, RouteTable

UUID = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"


def table_of(*paths: str) -> RouteTable:
    table = RouteTable()
    for path in paths:
        route = Route(method="GET", path=path, handler=None, caller=Anyone, reads_headers={})  # type: ignore[arg-type]
        table.at(path).methods["GET"] = (route, RouteStats("GET", path))
    return table


TABLE = table_of(
    "/",
    "/api/v1/platform/ping",
    "/api/v1/platform/payload/{uuid:uuid}",
    "/api/v1/platform/payload/ci/{identifier:text}",
    "/sign/{uuid:uuid}",
    "/sign/{uuid:uuid}/qr",
    "/sign/{uuid:uuid}_q.png",
    "/sign/{uuid:uuid}.png",
    "/users/{name:text}",
    "/users/me",
    "/users/{name:text}/keys",
)


class TestFind:
    @pytest.mark.parametrize(
        ("path", "template", "parameters"),
        [
            ("/", "/", {}),
            ("/api/v1/platform/ping", "/api/v1/platform/ping", {}),
            ("/api/v1/platform/ping/", "/api/v1/platform/ping", {}),
            ("/API/V1/Platform/Ping", "/api/v1/platform/ping", {}),
            (f"/api/v1/platform/payload/{UUID.upper()}/", "/api/v1/platform/payload/{uuid:uuid}", {"uuid": UUID}),
            ("/api/v1/platform/payload/ci/a%2Fb%20%C3%A9", "/api/v1/platform/payload/ci/{identifier:text}",
             {"identifier": "a/b é"}),
            (f"/sign/{UUID}", "/sign/{uuid:uuid}", {"uuid": UUID}),
            (f"/SIGN/{UUID}/QR", "/sign/{uuid:uuid}/qr", {"uuid": UUID}),
            (f"/sign/{UUID}_q.png", "/sign/{uuid:uuid}_q.png", {"uuid": UUID}),
            (f"/sign/{UUID.upper()}_Q.PNG", "/sign/{uuid:uuid}_q.png", {"uuid": UUID}),
            (f"/sign/{UUID}.png", "/sign/{uuid:uuid}.png", {"uuid": UUID}),
            ("/users/me", "/users/me", {}),
            ("/users/Me", "/users/me", {}),
            ("/users/you", "/users/{name:text}", {"name": "you"}),
            ("/users/me/keys", "/users/{name:text}/keys", {"name": "me"}),
        ],
    )  # fmt: skip
    def test_finds_the_route_and_reads_its_parameters(self, path, template, parameters):
        found = TABLE.find(path.encode())

        assert found is not None
        assert found[0].methods["GET"][0].path == template
        assert found[1] == parameters

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "*",
            "/nope",
            "/api",
            "/api/v1/platform/ping//",
            "/api/v1/platform/ping/more",
            "/api/v1/platform/payload/not-a-uuid",
            f"/api/v1/platform/payload/{UUID}x",
            f"/sign/{UUID}_x.png",
            f"/sign/{UUID}%5Fq.png",
            "/users/",
            "/users/%00",
            "/users/a%00b",
            "/users/%FF",
            "/api/v1/pl%61tform/ping",
            "/" + "a/" * 1000,
        ],
    )
    def test_finds_nothing_behind_other_paths(self, path):
        assert TABLE.find(path.encode()) is None

    def test_finds_nothing_behind_bytes_that_are_not_ascii(self):
        assert TABLE.find(b"/users/\xff\xe9") is None


class TestAt:
    def test_refuses_a_kind_of_parameter_it_does_not_know(self):
        with pytest.raises(ValueError, match="not 'int'"):
            RouteTable().at("/a/{number:int}")

"""The schema as a subgraph: what its SDL says to routers, and what any subgraph built with our Schema class does."""

import re
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, build_schema, is_specified_scalar_type, print_type
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from schema.build import build_schema as build_ours
from schema.errors import BadUserInput
from schema.global_id import KEY_FIELDS
from schema.subgraph import Schema

ROOT = Path(__file__).parent.parent.parent
federation = strawberry.federation


async def test_the_service_tells_the_committed_schema() -> None:
    result = await build_ours().execute("{ _service { sdl } }")
    assert result.errors is None
    assert result.data == {"_service": {"sdl": (ROOT / "schema.graphql").read_text("utf-8").removesuffix("\n")}}


def test_it_links_the_federation_that_all_composers_read() -> None:
    (link,) = re.findall(r"@link\((.*)\)", build_ours().as_str())
    assert link.startswith('url: "https://specs.apollo.dev/federation/v2.9", import: [')
    assert {'"@inaccessible"', '"@key"', '"@shareable"'} <= set(re.findall(r'"@\w+"', link))


def test_every_type_has_its_keys() -> None:
    heads = dict(re.findall(r"^type (\w+) implements Node (.*) \{$", build_ours().as_str(), re.MULTILINE))
    assert heads == {
        name: f'@key(fields: "id") @key(fields: "{" ".join(fields)}")' for name, fields in KEY_FIELDS.items()
    }
    assert KEY_FIELDS == {
        "Collection": ("collectionID",),
        "AnalysisResult": ("analysisResultID",),
        "Patient": ("collectionID", "patientID"),
        "Study": ("studyInstanceUID",),
        "Series": ("seriesInstanceUID",),
    }


def test_what_other_relay_subgraphs_have_too_is_shared_and_the_nodes_are_hidden() -> None:
    sdl = build_ours().as_str()
    sdl = re.sub(r" @(?:cost|listSize)\(.*?\)", "", sdl)
    shared = re.findall(r"^(?:type (\w+)|  \w+: .*|  \): (\S+)) (?:@inaccessible )?@shareable", sdl, re.MULTILINE)
    assert shared == [("PageInfo", ""), ("", "Node"), ("", "[Node]")]
    assert re.findall(r"^  \): (\S+) @inaccessible", sdl, re.MULTILINE) == ["Node", "[Node]"]


def test_the_api_is_the_subgraph_without_what_only_routers_ask() -> None:
    subgraph = build_schema(build_ours().as_str(), assume_valid_sdl=True)
    assert subgraph.query_type is not None
    for name in ("_entities", "_service"):
        del subgraph.query_type.fields[name]
    # graphql-core prints no directives but GraphQL's own.
    types = [type_ for name, type_ in sorted(subgraph.type_map.items()) if not name.startswith("_")]
    assert build_ours().api_sdl() == "\n\n".join(print_type(t) for t in types if not is_specified_scalar_type(t))
    assert set(build_schema(build_ours().api_sdl()).type_map) == set(subgraph.type_map) - {
        "_Any",
        "_Entity",
        "_Service",
    }


# ------------------------------------------------------------------------------------------ a subgraph of the tests

CALLS: list[tuple[str, list[dict[str, Any]]]] = []


@strawberry.type
class Site:
    code: strawberry.ID


@federation.type(keys=["id", "site { code } number"])
class Device:
    id: strawberry.ID
    site: Site
    number: int
    power: float | None = federation.field(external=True, default=None)

    @federation.field(requires=["power"])
    def strong(self) -> bool:
        return self.power is not None and self.power > 1

    @classmethod
    async def resolve_references(cls, info: strawberry.Info, representations: list[dict[str, Any]]) -> list[Any]:
        CALLS.append(("Device", representations))
        return [cls._of(given) for given in representations]

    @classmethod
    def _of(cls, given: dict[str, Any]) -> Any:
        if given.get("number") == 13:
            return BadUserInput("number", "there is no thirteenth; send another")
        site = Site(code=given["site"]["code"] if "site" in given else "?")
        return cls(id=given.get("id", "?"), site=site, number=given.get("number", 0), power=given.get("power"))


@federation.type(keys=["name country"])
class Maker:
    name: str
    country: str | None

    @classmethod
    async def resolve_references(cls, info: strawberry.Info, representations: list[dict[str, Any]]) -> list[Any]:
        CALLS.append(("Maker", representations))
        if any(given["name"] == "broken" for given in representations):
            raise OSError("gone")
        return [cls(name=given["name"], country=given["country"]) for given in representations]


@federation.type(keys=[Key(fields=FieldSet("uid"), resolvable=False)])
class Stub:
    uid: strawberry.ID


@strawberry.type
class Query:
    device: Device | None = None
    maker: Maker | None = None
    stub: Stub | None = None


ASK = """query($of: [_Any!]!) { _entities(representations: $of) { __typename
    ... on Device { id number site { code } strong } ... on Maker { name } } }"""


@pytest.fixture
def sample() -> Schema:
    CALLS.clear()
    build_ours()
    return Schema(query=Query, federation_version="2.3")


async def ask(schema: Schema, *representations: Any) -> tuple[list[Any], dict[int, str]]:
    result = await schema.execute(ASK, {"of": list(representations)})
    assert result.data is not None
    errors: list[GraphQLError] = result.errors or []
    return result.data["_entities"], {int((error.path or [])[1]): error.message for error in errors}


async def test_each_type_is_called_once_with_its_values_in_their_order(sample: Schema) -> None:
    found, errors = await ask(
        sample,
        {"__typename": "Maker", "name": "a", "country": None},
        {"__typename": "Device", "id": 7},
        {"__typename": "Device", "site": {"__typename": "Site", "code": "x"}, "number": 2, "power": 3},
        {"__typename": "Maker", "name": "b", "country": "c"},
    )
    assert errors == {}
    assert CALLS == [
        ("Maker", [{"name": "a", "country": None}, {"name": "b", "country": "c"}]),
        ("Device", [{"id": "7"}, {"site": {"code": "x"}, "number": 2, "power": 3.0}]),
    ]
    assert found == [
        {"__typename": "Maker", "name": "a"},
        {"__typename": "Device", "id": "7", "number": 0, "site": {"code": "?"}, "strong": False},
        {"__typename": "Device", "id": "?", "number": 2, "site": {"code": "x"}, "strong": True},
        {"__typename": "Maker", "name": "b"},
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"site": {"code": "x"}}, ": send all fields of a key of Device: `id` or `site { code } number`"),
        ({"site": {}, "number": 1}, ": send all fields of a key of Device: `id` or `site { code } number`"),
        ({"site": {"code": None}, "number": 1}, ": send all fields of a key of Device: `id` or `site { code } number`"),
        (
            {"site": {"code": "x"}, "number": None},
            ": send all fields of a key of Device: `id` or `site { code } number`",
        ),
        ({"site": "x", "number": 1}, ".site: 'x' is no Site; send what the field of this name holds"),
        ({"site": {"code": []}, "number": 1}, ".site.code: [] is no ID; send what the field of this name holds"),
        ({"site": {"code": "x"}, "number": "1"}, ".number: '1' is no Int; send what the field of this name holds"),
        ({"id": "1", "power": "much"}, ".power: 'much' is no Float; send what the field of this name holds"),
        ({"id": "1", "strong": True}, ".strong: this is in no key of Device; send only `id` or `site { code } number`"),
        ({"site": {"code": "x"}, "number": 13}, ".number: there is no thirteenth; send another"),
    ],
    ids=str,
)
async def test_nested_keys_and_what_is_required_are_checked(
    sample: Schema, wrong: dict[str, Any], message: str
) -> None:
    maker = {"__typename": "Maker", "name": "a", "country": None}
    found, errors = await ask(sample, {"__typename": "Device", **wrong}, maker)
    assert found == [None, {"__typename": "Maker", "name": "a"}]
    assert errors == {0: f"representations[0]{message}"}


async def test_a_type_that_is_resolved_elsewhere_is_refused(sample: Schema) -> None:
    found, errors = await ask(sample, {"__typename": "Stub", "uid": "1"})
    assert found == [None]
    assert errors == {
        0: "representations[0].uid: this is in no key of Stub; send only none: it can't be referred to here"
    }


async def test_a_failure_of_ours_is_one_error(sample: Schema) -> None:
    makers = [{"__typename": "Maker", "name": name, "country": None} for name in ("a", "broken", "c")]
    result = await sample.execute(ASK, {"of": makers})
    assert result.data is None
    assert [(error.message, error.path) for error in result.errors or []] == [("gone", ["_entities"])]


def test_a_type_with_keys_has_to_say_how_it_is_found() -> None:
    @federation.type(keys=["id"])
    class Lost:
        id: strawberry.ID

    @strawberry.type(name="Query")
    class Root:
        lost: Lost | None = None

    with pytest.raises(TypeError, match=r"^Lost has keys: give it a classmethod resolve_references"):
        Schema(query=Root)


async def test_a_schema_without_entities_still_tells_its_sdl() -> None:
    @strawberry.type(name="Query")
    class Root:
        one: int = 1

    schema = Schema(query=Root, federation_version="2.3")
    result = await schema.execute("{ _service { sdl } }")
    assert result.data == {"_service": {"sdl": schema.as_str()}}
    assert "_entities" not in schema.as_str()

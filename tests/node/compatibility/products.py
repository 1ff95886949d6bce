"""The products of Apollo's subgraph-compatibility suite: its documented schema and data, built with our Schema."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from strawberry.asgi import GraphQL
from strawberry.extensions.tracing import ApolloFederationTracingExtension
from strawberry.schema_directive import Location

from schema.subgraph import Schema

Info = strawberry.Info[Any, Any]
Representations = Sequence[Mapping[str, Any]]

EMAIL = strawberry.ID("support@apollographql.com")


@strawberry.federation.schema_directive(
    locations=[Location.OBJECT],
    name="custom",
    compose=True,
    import_url="https://myspecs.dev/myCustomDirective/v1.0",
)
class Custom:
    """A directive of nobody, that has to reach the supergraph."""


@strawberry.federation.type(extend=True, keys=["email"])
class User:
    email: strawberry.ID = strawberry.federation.field(external=True)
    name: str | None = strawberry.federation.field(override="users", default="Jane Smith")
    total_products_created: int | None = strawberry.federation.field(external=True, default=1337)
    years_of_employment: int = strawberry.federation.field(external=True, default=0)

    @strawberry.federation.field(requires=["totalProductsCreated", "yearsOfEmployment"])
    def average_products_created_per_year(self) -> int | None:
        if self.total_products_created is None or not self.years_of_employment:
            return None
        return self.total_products_created // self.years_of_employment

    @classmethod
    async def resolve_references(cls, info: Info, representations: Representations) -> "list[User]":
        return [
            cls(
                email=given["email"],
                total_products_created=given.get("totalProductsCreated"),
                years_of_employment=given.get("yearsOfEmployment", 0),
            )
            for given in representations
        ]


@strawberry.federation.type(shareable=True)
class ProductDimension:
    size: str | None = "small"
    weight: float | None = 1
    unit: str | None = strawberry.federation.field(inaccessible=True, default="kg")


@strawberry.type
class ProductVariation:
    id: strawberry.ID


@strawberry.type
class CaseStudy:
    case_number: strawberry.ID
    description: str | None


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch:
    study: CaseStudy
    outcome: str | None = None

    @classmethod
    async def resolve_references(cls, info: Info, representations: Representations) -> "list[ProductResearch | None]":
        found = {research.study.case_number: research for research in RESEARCH}
        return [found.get(given["study"]["caseNumber"]) for given in representations]


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct:
    sku: str = "apollo-federation-v1"
    package: str = "@apollo/federation-v1"
    reason: str | None = "Migrate to Federation V2"
    created_by: User | None = None

    @classmethod
    async def resolve_references(cls, info: Info, representations: Representations) -> "list[DeprecatedProduct | None]":
        return [deprecated(given["sku"], given["package"]) for given in representations]


@strawberry.federation.type(keys=["id", "sku package", "sku variation { id }"], directives=[Custom()])
class Product:
    id: strawberry.ID
    sku: str | None
    package: str | None
    variation: ProductVariation | None
    research: list[ProductResearch]
    dimensions: ProductDimension | None = strawberry.field(default_factory=ProductDimension)
    created_by: User | None = strawberry.federation.field(
        provides=["totalProductsCreated"], default_factory=lambda: User(email=EMAIL)
    )
    notes: str | None = strawberry.federation.field(tags=["internal"], default=None)

    def is_meant(self, given: Mapping[str, Any]) -> bool:
        """Whether all that a representation says is so."""
        variation = given.get("variation", {}).get("id")
        own = self.variation.id if self.variation else None
        plain = all(getattr(self, name) == given[name] for name in ("id", "sku", "package") if name in given)
        return plain and variation in {None, own}

    @classmethod
    async def resolve_references(cls, info: Info, representations: Representations) -> "list[Product | None]":
        return [next((one for one in PRODUCTS if one.is_meant(given)), None) for given in representations]


@strawberry.federation.interface_object(keys=["id"])
class Inventory:
    id: strawberry.ID
    deprecated_products: list[DeprecatedProduct]

    @classmethod
    async def resolve_references(cls, info: Info, representations: Representations) -> "list[Inventory]":
        return [cls(id=given["id"], deprecated_products=[DeprecatedProduct()]) for given in representations]


RESEARCH = [
    ProductResearch(study=CaseStudy(case_number=strawberry.ID("1234"), description="Federation Study")),
    ProductResearch(study=CaseStudy(case_number=strawberry.ID("1235"), description="Studio Study")),
]
PRODUCTS = [
    Product(
        id=strawberry.ID("apollo-federation"),
        sku="federation",
        package="@apollo/federation",
        variation=ProductVariation(id=strawberry.ID("OSS")),
        research=[RESEARCH[0]],
    ),
    Product(
        id=strawberry.ID("apollo-studio"),
        sku="studio",
        package="",
        variation=ProductVariation(id=strawberry.ID("platform")),
        research=[RESEARCH[1]],
    ),
]


def deprecated(sku: str, package: str) -> DeprecatedProduct | None:
    only = DeprecatedProduct(created_by=User(email=EMAIL))
    return only if (sku, package) == (only.sku, only.package) else None


@strawberry.federation.type(extend=True)
class Query:
    @strawberry.field
    def product(self, id: strawberry.ID) -> Product | None:
        return next((product for product in PRODUCTS if product.id == id), None)

    @strawberry.field(deprecation_reason="Use product query instead")
    def deprecated_product(self, sku: str, package: str) -> DeprecatedProduct | None:
        return deprecated(sku, package)


# The latest version that the suite knows.
schema = Schema(query=Query, types=[Inventory], extensions=[ApolloFederationTracingExtension], federation_version="2.3")
app: GraphQL[None, None] = GraphQL(schema)

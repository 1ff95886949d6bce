"""Relay's Node: an object that can be fetched again by its id."""

import strawberry


@strawberry.interface(description="An object with a global id, by which it can be fetched again.")
class Node:
    """What collections, analysis results, patients, studies and series have in common."""

    id: strawberry.ID = strawberry.field(
        description="Global id: opaque, safe in URLs, stable across releases, never shared by two things."
    )

"""The schema against the contract: it may add to everything there and take nothing away."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputValueDefinitionNode,
    TypeDefinitionNode,
    build_schema,
    parse,
    print_ast,
)

from schema.build import build_schema as build_ours

CONTRACT = Path(__file__).parent.parent / "contract" / "core.graphql"


def statements(document: str) -> dict[str, str]:
    """Every type, field, argument and enum value of a document, with its type and default."""
    found: dict[str, str] = {}
    for definition in parse(document).definitions:
        if isinstance(definition, TypeDefinitionNode):
            found.update(_of_type(definition))
    return found


def _of_type(definition: TypeDefinitionNode) -> Iterator[tuple[str, str]]:
    name = definition.name.value
    yield name, definition.kind
    for interface in getattr(definition, "interfaces", ()) or ():
        yield f"{name} implements {interface.name.value}", ""
    if isinstance(definition, EnumTypeDefinitionNode):
        for value in definition.values or ():
            yield f"{name}.{value.name.value}", "value"
        return
    for field in getattr(definition, "fields", ()) or ():
        yield f"{name}.{field.name.value}", _type_and_default(field)
        for argument in getattr(field, "arguments", ()) or ():
            yield f"{name}.{field.name.value}({argument.name.value})", _type_and_default(argument)


def _type_and_default(node: FieldDefinitionNode | InputValueDefinitionNode) -> str:
    default = getattr(node, "default_value", None)
    return print_ast(node.type) + ("" if default is None else f" = {print_ast(default)}")


def schema() -> GraphQLSchema:
    return build_schema(build_ours().as_str())


def test_every_statement_of_the_contract_holds() -> None:
    contract, ours = statements(CONTRACT.read_text()), statements(build_ours().as_str())
    assert {name: (what, ours.get(name)) for name, what in contract.items() if ours.get(name) != what} == {}


def test_a_new_argument_or_input_field_never_becomes_required() -> None:
    contract, ours = statements(CONTRACT.read_text()), statements(build_ours().as_str())
    owners = {name.split("(")[0].split(".")[0] for name in contract}
    added = {
        name: what for name, what in ours.items() if name not in contract and name.split("(")[0].split(".")[0] in owners
    }
    # A field of ours that the contract has not may require what it likes.
    required = {n for n, what in added.items() if what.endswith("!") and "(" in n and n.split("(")[0] in contract}
    assert required == set()


def test_every_type_field_argument_and_enum_value_has_a_description() -> None:
    silent = []
    for definition in parse(build_ours().as_str()).definitions:
        if not isinstance(definition, TypeDefinitionNode):
            continue
        members = [
            *(getattr(definition, "fields", ()) or ()),
            *(getattr(definition, "values", ()) or ()),
        ]
        arguments = [(m, a) for m in members for a in getattr(m, "arguments", ()) or ()]
        nodes = [(definition, "")] + [(m, "") for m in members] + [(a, m.name.value) for m, a in arguments]
        silent += [
            f"{definition.name.value} {owner} {node.name.value}"
            for node, owner in nodes
            if node.description is None or len(node.description.value) < 4
        ]
    assert silent == []

"""Generates the functions that complete rows of one shape.

They read attributes, recognise values by their exact class and build the dicts of the answer. Whatever they do not
recognise, be it None for a non-null field, a value of another class, an exception or an awaitable, hands the row to
graphql-core, whose errors, paths, coercions and null propagation are then its own.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLOutputType, GraphQLScalarType
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from gateway.execution.leaves import refusal, write_conversion
from gateway.execution.shape import Column, ObjectShape, Part, Shape, Typename
from gateway.execution.source import Source

# Called with the number of a row and the row.
HandOver = Callable[[int, Any], None]
# Called with rows, the list to append to, how to hand a row over, and the number of the first row.
CompleteRows = Callable[[Sequence[Any], list[Any], HandOver, int], None]
# Called with an object; None for holes. Any exception: graphql-core is to complete the object.
CompleteObject = Callable[[Any], dict[str, Any]]


def rows_function(shape: Shape) -> CompleteRows:
    """Completes the items of a list."""
    source = Source()
    with source.block("def complete(rows, out, hand, number):"):
        source.line("append = out.append")
        with source.block("for row in rows:"):
            with source.block("try:"):
                _write_objects(source, shape, "row", "done")
            # Not handed over inside of `except`: graphql-core's errors have no cause of ours.
            source.line("except Exception: done = None")
            source.line("if done is None: hand(number, row)")
            source.line("else: append(done)")
            source.line("number += 1")
    return source.function("complete")


def object_function(shape: ObjectShape) -> CompleteObject:
    """Completes an object but for its holes."""
    source = Source()
    with source.block("def complete(row):"):
        _write_objects(source, shape, "row", "done")
        source.line("return done")
    return source.function("complete")


def _write_objects(source: Source, shape: Shape, value: str, done: str) -> None:
    if isinstance(shape, ObjectShape):
        source.refuse_if(f"type({value}) is not {source.bind(shape.kind)}")
        _write_object(source, shape, value, done)
        return
    kind = source.variable()
    source.line(f"{kind} = type({value})")
    word = "if"
    for choice in shape.choices:
        with source.block(f"{word} {kind} is {source.bind(choice.kind)}:"):
            _write_object(source, choice, value, done)
        word = "elif"
    source.line("else: raise Hand")


def _write_object(source: Source, shape: ObjectShape, value: str, done: str) -> None:
    columns = {part: source.variable() for part in shape.parts if isinstance(part, Column)}
    _write_reads(source, shape, [(name, part.attribute) for part, name in columns.items()], value)
    tests = {part: _refusal(part.type, name) for part, name in columns.items()}
    # One test for all: it compiles faster.
    refused = [test for test in tests.values() if test is not None]
    if refused:
        source.refuse_if(" or ".join(refused))
    for part, name in columns.items():
        if tests[part] is None:
            _write_value(source, part.type, part.inner, name)
    shown = [f"{part.key!r}: {_shown(shape, part, columns)}" for part in shape.parts]
    source.line(f"{done} = {{{', '.join(shown)}}}")


def _shown(shape: ObjectShape, part: Part, columns: dict[Column, str]) -> str:
    """The expression of what stands under a response key."""
    if isinstance(part, Typename):
        return repr(shape.object_type.name)
    return columns[part] if isinstance(part, Column) else "None"


def _write_reads(source: Source, shape: ObjectShape, reads: Sequence[tuple[str, str]], value: str) -> None:
    """Reads attributes into variables: out of the object's dict, which is faster, or as it gives them if they are new.

    A Record reads a column for its whole page when it is first asked for it.
    """
    names, attributes = ", ".join(name for name, _ in reads), [attribute for _, attribute in reads]
    has_dict = bool(shape.kind.__dictoffset__)
    if has_dict and shape.may_be_cast:
        source.refuse_if(f"{TYPE_CAST_ATTRIBUTE!r} in {value}.__dict__")
    if not attributes:
        return
    asked = f"{names} = {source.bind(attrgetter(*attributes))}({value})"
    if has_dict and all(_lies_in_dict(shape.kind, attribute) for attribute in attributes):
        source.line(f"try: {names} = {source.bind(itemgetter(*attributes))}({value}.__dict__)")
        source.line(f"except KeyError: {asked}")
    else:
        source.line(asked)


def _lies_in_dict(kind: Any, attribute: str) -> bool:
    """Whether the class has no say in what its objects' dict holds under this name."""
    return not hasattr(kind, attribute) and kind.__getattribute__ is object.__getattribute__


def _refusal(type_: GraphQLOutputType, value: str) -> str | None:
    of_type, nullable = _nullable(type_)
    return refusal(of_type, value, nullable) if isinstance(of_type, GraphQLScalarType | GraphQLEnumType) else None


def _nullable(type_: GraphQLOutputType) -> tuple[GraphQLOutputType, bool]:
    return (type_.of_type, False) if isinstance(type_, GraphQLNonNull) else (type_, True)


def _write_value(source: Source, type_: GraphQLOutputType, inner: Shape | None, value: str) -> None:
    """Completes what the variable `value` holds."""
    of_type, nullable = _nullable(type_)
    refused = _refusal(type_, value)
    if refused is not None:
        source.refuse_if(refused)
    elif isinstance(of_type, GraphQLScalarType | GraphQLEnumType):
        write_conversion(source, of_type, value, nullable)
    elif nullable:
        with source.block(f"if {value} is not None:"):
            _write_composite(source, of_type, inner, value)
    else:
        _write_composite(source, of_type, inner, value)


def _write_composite(source: Source, type_: GraphQLOutputType, inner: Shape | None, value: str) -> None:
    """Completes a list or an object; None is neither."""
    if not isinstance(type_, GraphQLList):
        assert inner is not None
        _write_objects(source, inner, value, value)
        return
    source.refuse_if(f"type({value}) is not list and type({value}) is not tuple")
    items, item = source.variable(), source.variable()
    source.line(f"{items} = []")
    with source.block(f"for {item} in {value}:"):
        _write_value(source, type_.of_type, inner, item)
        source.line(f"{items}.append({item})")
    source.line(f"{value} = {items}")

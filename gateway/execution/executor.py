"""An executor that completes with generated code what is alike in all rows of a list."""

from collections.abc import Awaitable, Iterable
from typing import Any, ClassVar

from graphql import GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path, Undefined, gather_with_cancel
from graphql.type import GraphQLList
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateway.execution.compiled import Compiled, CompiledSelections
from gateway.execution.demand import Demand
from gateway.execution.generated import CompleteObject, CompleteRows
from gateway.execution.reading import ShapeReader
from gateway.execution.rows import Rows
from gateway.execution.shape import ObjectShape, Shape
from schema.paced import Paced

_LISTS = (list, tuple, Paced)


class CompiledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Answers as graphql-core does: the same data, keys in the same order, the same errors.

    Selections of attributes are completed by functions that are generated for their shape, and so are the attributes
    of objects that have resolvers, too. Everything else, and every row in which anything is unusual, is graphql-core's.
    Long lists let the event loop go round after each `pace` seconds of work. Where a resolver hook (strawberry's
    `resolve`, graphql-core's middleware) has to see every field, nothing is compiled, nor with @defer and @stream.
    """

    selections: ClassVar[CompiledSelections] = CompiledSelections()
    pace: ClassVar[float] = 0.002

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hooks = self.middleware_manager
        hooked = hooks is not None and bool(hooks.middlewares)
        incremental = self.schema.get_directive("defer") or self.schema.get_directive("stream")
        self._compiles = not hooked and not incremental
        # By identity of what graphql-core collected, which it collects once for all rows; a demand keeps it alive.
        self._lists: dict[tuple[GraphQLOutputType, int], Demand[Shape, CompleteRows]] = {}
        self._objects: dict[int, Demand[ObjectShape, CompleteObject]] = {}

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a long list step by step."""
        if position_context is None and self.is_async_iterable(result) and isinstance(result, Paced):
            item_type = return_type.of_type
            compiled = self._for_list(item_type, field_details_list, len(result))
            if compiled is not None:
                rows = Rows(self, compiled.complete, item_type, field_details_list, info, path, result)
                return self._counted(rows, rows.step_by_step(compiled.fields, self.pace))
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    async def _counted(self, rows: Rows, completed: Awaitable[list[Any]]) -> list[Any]:
        try:
            return await completed
        finally:
            self.selections.count(rows.compiled, rows.handed)

    def complete_iterable_value(
        self,
        item_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        items: Iterable[Any],
        position_context: Any,
    ) -> Any:
        """Complete a list at once."""
        if isinstance(items, _LISTS) and items.__class__ in _LISTS and position_context is None:
            compiled = self._for_list(item_type, field_details_list, len(items))
            if compiled is not None:
                rows = Rows(self, compiled.complete, item_type, field_details_list, info, path, items)
                try:
                    return rows.at_once()
                finally:
                    self.selections.count(rows.compiled, rows.handed)
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> Any:
        """Execute the fields of an object, its attributes by generated code."""
        if path is not None and position_context is None:
            compiled = self._for_object(parent_type, grouped_field_set)
            if compiled is not None:
                try:
                    results = compiled.complete(source_value)
                except Exception:
                    results = None
                self.selections.count(results is not None, results is None)
                if results is not None:
                    return self._filled(results, compiled.holes, parent_type, source_value, path, grouped_field_set)
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)

    def _filled(
        self,
        results: dict[str, Any],
        holes: tuple[str, ...],
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path,
        fields: GroupedFieldSet,
    ) -> Any:
        """Execute the fields that generated code left out, as graphql-core's execute_fields does."""
        waiting: list[str] = []
        try:
            for key in holes:
                field_path = Path(path, key, parent_type.name)
                result = self.execute_field(parent_type, source_value, fields[key], field_path, None)
                if result is Undefined:
                    del results[key]
                    continue
                results[key] = result
                if self.is_awaitable(result):
                    waiting.append(key)
        except Exception:
            if waiting:
                self.settle_in_background([results[key] for key in waiting])
            raise
        return _awaited(results, waiting) if waiting else results

    def _for_list(
        self, item_type: GraphQLOutputType, selection: FieldDetailsList, rows: int
    ) -> Compiled[CompleteRows] | None:
        if not self._compiles:
            return None
        demand = self._lists.get((item_type, id(selection)))
        if demand is None:

            def read() -> Shape:
                return ShapeReader(self.schema, self.collect_subfields).of_items(item_type, selection)

            demand = self._lists[item_type, id(selection)] = Demand(self.selections, read, self.selections.of_rows)
        return demand.met(rows)

    def _for_object(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> Compiled[CompleteObject] | None:
        if not self._compiles:
            return None
        demand = self._objects.get(id(fields))
        if demand is None:

            def read() -> ObjectShape:
                return ShapeReader(self.schema, self.collect_subfields).of_object(type_, fields)

            demand = self._objects[id(fields)] = Demand(self.selections, read, self.selections.of_object)
        return demand.met(1)


async def _awaited(results: dict[str, Any], waiting: list[str]) -> dict[str, Any]:
    if len(waiting) == 1:
        results[waiting[0]] = await results[waiting[0]]
    else:
        awaited = await gather_with_cancel(*(results[key] for key in waiting))
        results.update(zip(waiting, awaited, strict=True))
    return results

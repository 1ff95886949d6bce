"""Classes of patients: those whose studies have the same sets of profiles, by the columns of a kind of documents.

A *profile* is here a combination of the kind's columns. A study's *signature* is the set of profiles of its series; a
patient's class is the set of signatures of its studies. Whatever is said with some, none and every of these columns
holds for all patients of a class or for none, and for all their studies of one signature or for none: so a class is
counted as one patient, with weights.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from indexers.columns import Numbers as NumberColumn
from indexers.elasticsearch.fields import LEAST, MOST, RANGE
from indexers.elasticsearch.layout import Kind
from indexers.store import Store
from schema.attributes import attribute
from schema.default_ranges import default_edges
from schema.vocabulary import Level

Numbers = npt.NDArray[np.int64]


class Node(NamedTuple):
    """The studies of one signature that patients of one class have; its cells lie between two places.

    Its number is its own: another class with studies of that signature has another node.
    """

    number: int
    members: int
    start: int
    end: int


class Cell(NamedTuple):
    """The series of one profile in them, one of which is the example; `numbers` are the fields of ranged numbers."""

    example: int
    series: int
    instances: int
    size_bytes: int
    numbers: dict[str, int]


@dataclass(frozen=True)
class Classes:
    """Per class its patients and the place of its nodes; per node its studies and the place of its cells."""

    members: list[int]
    class_nodes: list[int]
    node_studies: list[int]
    node_cells: list[int]
    cell_example: list[int]
    cell_series: list[int]
    cell_instances: list[int]
    cell_size_bytes: list[int]
    cell_numbers: Mapping[str, list[int]]

    def example(self, number: int) -> int:
        """One series of the class: all of them agree on the collection and on what patients are."""
        return self.cell_example[self.node_cells[self.class_nodes[number]]]

    def studies(self, number: int) -> Iterator[Node]:
        """The nodes of a class."""
        for place in range(self.class_nodes[number], self.class_nodes[number + 1]):
            yield Node(place, self.node_studies[place], self.node_cells[place], self.node_cells[place + 1])

    def cells(self, node: Node) -> Iterator[Cell]:
        """The cells of a node."""
        for place in range(node.start, node.end):
            yield Cell(
                self.cell_example[place],
                self.cell_series[place],
                self.cell_instances[place],
                self.cell_size_bytes[place],
                {name: numbers[place] for name, numbers in self.cell_numbers.items()},
            )


def classes_of(store: Store, kind: Kind, left_out: Numbers) -> Classes:
    """The classes of all patients but those left out, who share no study with any of them."""
    tree = store.hierarchy
    kept = ~np.isin(tree.pair_patient, left_out)
    ranges = {column: _ranges(store, column) for column in kind.ranged}
    profile = _profiles(store, kind, list(ranges.values()))
    pair = np.repeat(np.arange(len(kept)), np.diff(tree.pair_series))
    held, own = np.divmod(np.unique(pair * (int(profile.max(initial=0)) + 1) + profile), profile.max(initial=0) + 1)
    starts = np.searchsorted(held, np.arange(len(kept) + 1)).tolist()
    signature = _numbered([own[starts[p] : starts[p + 1]].tobytes() for p in range(len(kept))])
    runs = tree.patient_pairs.tolist()
    apart = np.isin(np.arange(len(runs) - 1), left_out)
    sets = [np.unique(signature[runs[p] : runs[p + 1]]).tobytes() for p in np.flatnonzero(~apart).tolist()]
    class_of = np.full(len(runs) - 1, -1)
    class_of[~apart] = _numbered(sets)
    return _weighed(store, kept, class_of, signature, pair, profile, ranges)


def _ranges(store: Store, column: str) -> Numbers:
    """Per series the place of its number's range among the default ones."""
    numbers = store.numbers(Level.SERIES, column).numbers
    declared = attribute(column)
    assert declared.facet is not None
    edges = default_edges(declared.facet, float(numbers.min()), float(numbers.max()))
    return np.searchsorted(np.array(edges), numbers, side="right") - 1


def _profiles(store: Store, kind: Kind, ranges: list[Numbers]) -> Numbers:
    """Per series a number that says which combination of the kind's columns it has."""
    quotients = store.quotients
    columns = [quotients.quotient.profile_collection, *(quotients.profile_codes[name] for name in kind.columns)]
    _, projected = np.unique(np.stack(columns, axis=1).astype(np.int64), axis=0, return_inverse=True)
    key = projected.reshape(-1).astype(np.int64)[quotients.quotient.series_profile]
    for own in ranges:
        key = key * (int(own.max(initial=0)) + 1) + own
    _, found = np.unique(key, return_inverse=True)
    return found.reshape(-1).astype(np.int64)


def _numbered(things: list[bytes]) -> Numbers:
    """A number per distinct thing, in the order in which they first appear."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(thing, len(numbers)) for thing in things], np.int64)


def _weighed(
    store: Store,
    kept: npt.NDArray[np.bool_],
    class_of: Numbers,
    signature: Numbers,
    pair: Numbers,
    profile: Numbers,
    ranges: Mapping[str, Numbers],
) -> Classes:
    # Nodes: distinct (class, signature), ascending.
    width = int(signature.max(initial=0)) + 1
    pair_node = class_of[store.hierarchy.pair_patient] * width + signature
    nodes, studies = np.unique(pair_node[kept], return_counts=True)
    node_of_pair = np.full(len(kept), -1)
    node_of_pair[kept] = np.searchsorted(nodes, pair_node[kept])
    # Cells: distinct (node, profile), ascending.
    rows = np.flatnonzero(kept[pair])
    profiles = int(profile.max(initial=0)) + 1
    key = node_of_pair[pair[rows]] * profiles + profile[rows]
    cells, first, place = np.unique(key, return_index=True, return_inverse=True)
    sums = {name: _sums(store, name, rows, place, len(cells)) for name in ("instance_count", "size_bytes")}
    classes = int(class_of.max(initial=-1)) + 1
    numbers: dict[str, list[int]] = {}
    for name, own in ranges.items():
        numbers |= _spans(name, store.numbers(Level.SERIES, name), own, rows, place, rows[first])
    return Classes(
        members=np.bincount(class_of[class_of >= 0], minlength=classes).tolist(),
        class_nodes=np.searchsorted(nodes // width, np.arange(classes + 1)).tolist(),
        node_studies=studies.tolist(),
        node_cells=np.searchsorted(cells // profiles, np.arange(len(nodes) + 1)).tolist(),
        cell_example=rows[first].tolist(),
        cell_series=np.bincount(place, minlength=len(cells)).tolist(),
        cell_instances=sums["instance_count"],
        cell_size_bytes=sums["size_bytes"],
        cell_numbers=numbers,
    )


def _sums(store: Store, name: str, rows: Numbers, place: Numbers, cells: int) -> list[int]:
    found = np.zeros(cells, np.int64)
    np.add.at(found, place, store.numbers(Level.SERIES, name).numbers[rows])
    return found.tolist()


def _spans(
    name: str, column: NumberColumn, ranges: Numbers, rows: Numbers, place: Numbers, examples: Numbers
) -> dict[str, list[int]]:
    """Per cell the range that all its series are in, and the least and the greatest of their numbers."""
    numbers = column.numbers[rows].astype(np.int64)
    least, most = (column.numbers[examples].astype(np.int64) for _ in range(2))
    np.minimum.at(least, place, numbers)
    np.maximum.at(most, place, numbers)
    return {name + RANGE: ranges[examples].tolist(), name + LEAST: least.tolist(), name + MOST: most.tolist()}

"""Classes of patients: those whose studies have the same sets of profiles.

A study's *signature* is the set of profiles of its series; a patient's class is the set of signatures of its studies.
Whatever is said with some, none and every of profiles' attributes holds for all patients of a class or for none, and
for all their studies of one signature or for none: so a class is counted as one patient, with weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexers.store import Store

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
    """The series of one profile in them."""

    profile: int
    series: int
    instances: int
    size_bytes: int


@dataclass(frozen=True)
class Classes:
    """Per class its patients and the place of its nodes; per node its studies and the place of its cells."""

    members: list[int]
    class_nodes: list[int]
    node_studies: list[int]
    node_cells: list[int]
    cell_profile: list[int]
    cell_series: list[int]
    cell_instances: list[int]
    cell_size_bytes: list[int]

    @property
    def documents(self) -> int:
        """Documents with the nested ones."""
        return len(self.members) + len(self.node_studies) + len(self.cell_profile)

    def first_profile(self, number: int) -> int:
        """One profile of the class: all of them agree on the collection and on what patients are."""
        return self.cell_profile[self.node_cells[self.class_nodes[number]]]

    def studies(self, number: int) -> Iterator[Node]:
        """The nodes of a class."""
        for place in range(self.class_nodes[number], self.class_nodes[number + 1]):
            yield Node(place, self.node_studies[place], self.node_cells[place], self.node_cells[place + 1])

    def cells(self, node: Node) -> Iterator[Cell]:
        """The cells of a node."""
        for place in range(node.start, node.end):
            yield Cell(
                self.cell_profile[place],
                self.cell_series[place],
                self.cell_instances[place],
                self.cell_size_bytes[place],
            )


def classes_of(store: Store, left_out: Numbers) -> Classes:
    """The classes of all patients but those left out, who share no study with any of them."""
    tree, quotient = store.hierarchy, store.quotients.quotient
    kept = ~np.isin(tree.pair_patient, left_out)
    starts = np.searchsorted(quotient.cell_pair, np.arange(len(kept) + 1)).tolist()
    signature = _numbered([quotient.cell_profile[starts[p] : starts[p + 1]].tobytes() for p in range(len(kept))])
    runs = tree.patient_pairs.tolist()
    apart = np.isin(np.arange(len(runs) - 1), left_out)
    sets = [np.unique(signature[runs[p] : runs[p + 1]]).tobytes() for p in np.flatnonzero(~apart).tolist()]
    class_of = np.full(len(runs) - 1, -1)
    class_of[~apart] = _numbered(sets)
    return _weighed(store, kept, signature, class_of)


def _numbered(things: list[bytes]) -> Numbers:
    """A number per distinct thing, in the order in which they first appear."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(thing, len(numbers)) for thing in things], np.int64)


def _weighed(store: Store, kept: npt.NDArray[np.bool_], signature: Numbers, class_of: Numbers) -> Classes:
    tree, quotient = store.hierarchy, store.quotients.quotient
    width = int(signature.max(initial=0)) + 1
    # Nodes: distinct (class, signature), ascending.
    pair_node = class_of[tree.pair_patient] * width + signature
    nodes, studies = np.unique(pair_node[kept], return_counts=True)
    node_of_pair = np.full(len(kept), -1)
    node_of_pair[kept] = np.searchsorted(nodes, pair_node[kept])
    node_class = nodes // width
    # Cells: distinct (node, profile), ascending.
    own = np.flatnonzero(kept[quotient.cell_pair])
    profiles = int(quotient.cell_profile.max(initial=0)) + 1
    key = node_of_pair[quotient.cell_pair[own]] * profiles + quotient.cell_profile[own]
    cells, place = np.unique(key, return_inverse=True)
    classes = int(class_of.max(initial=-1)) + 1

    def sums(of_cells: Numbers) -> Any:
        found = np.zeros(len(cells), np.int64)
        np.add.at(found, place, of_cells[own])
        return found.tolist()

    return Classes(
        members=np.bincount(class_of[class_of >= 0], minlength=classes).tolist(),
        class_nodes=np.searchsorted(node_class, np.arange(classes + 1)).tolist(),
        node_studies=studies.tolist(),
        node_cells=np.searchsorted(cells // profiles, np.arange(len(nodes) + 1)).tolist(),
        cell_profile=(cells % profiles).tolist(),
        cell_series=sums(quotient.cell_series),
        cell_instances=sums(quotient.cell_instances),
        cell_size_bytes=sums(quotient.cell_size_bytes),
    )

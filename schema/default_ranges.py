"""The ranges of facets of numbers whose boundaries nobody gave."""

from itertools import count, takewhile

from schema.vocabulary import FacetField


def default_edges(field: FacetField, lowest: float, highest: float) -> tuple[float, ...]:
    """Edges of half-open buckets around all numbers between two: decades of age, powers of ten of all else."""
    if field is FacetField.PATIENT_AGE:
        return tuple(10.0 * step for step in range(int(lowest // 10), int(highest // 10) + 2))
    powers = takewhile(lambda power: power <= highest, (10.0**step for step in count()))
    edges = [0.0, *powers]
    edges.append(10.0 ** (len(edges) - 1))
    return tuple(edges[max(place for place, edge in enumerate(edges) if edge <= lowest) :])

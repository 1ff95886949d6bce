"""The quotient: series that no question about common attributes can tell apart, counted once.

A *profile* is a combination of collection, subject kind and the common attributes of a series (modality, body part,
date, age, ...). A *cell* is the series of one profile in one (patient, study) pair. A *signature* is a set of profiles:
studies, or patients, whose series have the same set of profiles are told apart by no such question either, so that one
of them is looked at and counted as often as there are of them. On release 25 a million series are 390,000 cells,
94,000 profiles and 52,000 study and 34,000 patient signatures.

Profiles are numbered as they first appear in key order, hence by collection; cells in the order of their pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexers.hierarchy import Hierarchy

Numbers = npt.NDArray[np.uint32]
Sums = npt.NDArray[np.int64]
Codes = npt.NDArray[np.unsignedinteger]

# The attributes that make up a profile beside the collection. Those left out are keys or differ from series to series.
PROFILE_COLUMNS = (
    "subject_kind", "analysis_result_id", "modality", "object_kind", "body_part_examined", "sop_class_uid",
    "sop_class_name", "transfer_syntax_uids", "transfer_syntax_names", "photometric_interpretations", "manufacturer",
    "manufacturer_model_name", "study_date", "study_description", "patient_sex", "patient_age", "license_short_name",
    "source_doi", "first_release", "revised_release",
)  # fmt: skip


@dataclass(frozen=True)
class Signatures:
    """Pairs (signature, profile), ascending, and how many studies, or patients, each signature stands for."""

    signature: Numbers
    profile: Numbers
    members: Sums


@dataclass(frozen=True)
class Quotient:
    """Profiles and cells. `x_y` is the y of each x; the sums are over the series of each."""

    series_profile: Numbers
    series_cell: Numbers
    cell_profile: Numbers
    cell_pair: Numbers
    cell_study: Numbers
    cell_patient: Numbers
    cell_series: Sums
    cell_instances: Sums
    cell_size_bytes: Sums
    profile_collection: Numbers
    profile_series: Sums
    profile_instances: Sums
    profile_size_bytes: Sums


@dataclass(frozen=True)
class Quotients:
    """The quotient of one release, with the code of each profile in each of its columns."""

    quotient: Quotient
    profile_codes: Mapping[str, Codes]
    studies: Signatures
    patients: Signatures


def quotients(tree: Hierarchy, codes: Mapping[str, Codes], instances: Sums, size_bytes: Sums) -> Quotients:
    """From the codes of PROFILE_COLUMNS per series (in key order), to which the collection is added."""
    profile, first = _distinct({"collection": tree.series_collection, **codes})
    pair = np.repeat(np.arange(len(tree.pair_study), dtype=np.int64), np.diff(tree.pair_series))
    found, cell = np.unique(pair * len(first) + profile, return_inverse=True)
    cell_pair, cell_profile = found // len(first), found % len(first)
    cell_study, cell_patient = tree.pair_study[cell_pair], tree.pair_patient[cell_pair]
    quotient = Quotient(
        series_profile=profile.astype(np.uint32),
        series_cell=cell.astype(np.uint32),
        cell_profile=cell_profile.astype(np.uint32),
        cell_pair=cell_pair.astype(np.uint32),
        cell_study=cell_study,
        cell_patient=cell_patient,
        cell_series=np.bincount(cell),
        cell_instances=_sums(cell, instances, len(found)),
        cell_size_bytes=_sums(cell, size_bytes, len(found)),
        profile_collection=tree.series_collection[first],
        profile_series=np.bincount(profile),
        profile_instances=_sums(profile, instances, len(first)),
        profile_size_bytes=_sums(profile, size_bytes, len(first)),
    )
    return Quotients(
        quotient=quotient,
        profile_codes={name: _widened(column[first]) for name, column in codes.items()},
        studies=_signatures(cell_study, cell_profile, len(first)),
        patients=_signatures(cell_patient, cell_profile, len(first)),
    )


def _widened(codes: Codes) -> Codes:
    """At least 16 bits: kernels are compiled for few types."""
    return codes.astype(np.promote_types(codes.dtype, np.uint16))


def _sums(group: npt.NDArray[np.int64], numbers: Sums, groups: int) -> Sums:
    sums = np.zeros(groups, np.int64)
    np.add.at(sums, group, numbers)
    return sums


def _distinct(columns: Mapping[str, Codes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Per row the number of its combination of codes, numbered as they first appear; and each one's first row."""
    mixed = _mixed(columns)
    _, first, found = np.unique(mixed, return_index=True, return_inverse=True)
    for column in columns.values():
        if (column != column[first][found]).any():
            raise ValueError("two combinations of codes share a hash")
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[found], first[order]


def _mixed(columns: Mapping[str, Codes]) -> npt.NDArray[np.uint64]:
    """A 64-bit hash per row, random in every code: sums of a random number per (column, code)."""
    random = np.random.default_rng(0)
    mixed = np.zeros(len(next(iter(columns.values()))), np.uint64)
    for column in columns.values():
        mixed += random.integers(0, 2**64, int(column.max()) + 1, np.uint64)[column]
    return mixed


def _signatures(owner: npt.NDArray[np.integer], profile: npt.NDArray[np.int64], profiles: int) -> Signatures:
    """Owners with the same set of profiles become one signature, numbered as they first appear."""
    held = np.unique(owner.astype(np.int64) * profiles + profile)
    owners, profile = held // profiles, held % profiles
    starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    lengths = np.diff(np.append(starts, len(held)))
    hashes = np.add.reduceat(np.random.default_rng(0).integers(0, 2**64, profiles, np.uint64)[profile], starts)
    _, first, found = np.unique(hashes, return_index=True, return_inverse=True)
    _check_equal(profile, starts, lengths, first[found])
    chosen = np.sort(first)
    members = np.bincount(np.argsort(np.argsort(first))[found])
    inside = np.arange(lengths[chosen].sum()) - np.repeat(np.cumsum(lengths[chosen]) - lengths[chosen], lengths[chosen])
    places = np.repeat(starts[chosen], lengths[chosen]) + inside
    signature = np.repeat(np.arange(len(chosen)), lengths[chosen])
    return Signatures(signature.astype(np.uint32), profile[places].astype(np.uint32), members)


def _check_equal(
    profile: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    alike: npt.NDArray[np.int64],
) -> None:
    """ValueError unless every owner has the very profiles of the one that it is said to be like."""
    if (lengths != lengths[alike]).any():
        raise ValueError("two sets of profiles share a hash")
    shift = np.repeat(starts[alike] - starts, lengths)
    if (profile != profile[np.arange(len(profile)) + shift]).any():
        raise ValueError("two sets of profiles share a hash")

"""Names, settings and mappings of the indices of one build."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from indexers.elasticsearch.fields import LEAST, MOST, RANGE, attribute_fields, placed
from indexers.quotient import PROFILE_COLUMNS
from indexers.store import Store
from schema.vocabulary import Level

# Raise it whenever a gateway of the old layout would misread the new one.
LAYOUT = 2

DEFAULT_PREFIX = "idc"

# A patient of IDC has up to 2,800 series; Elasticsearch allows 10,000 nested documents unless told otherwise.
_MOST_NESTED = 100_000
# A set of patients or studies is sent as a list of their numbers.
MOST_TERMS = 1_000_000


# What has so many values that leaving it out makes a quarter of the classes, and is seldom asked together.
_VARYING = ("study_date", "patient_age", "study_description")
_COMMON = tuple(column for column in PROFILE_COLUMNS if column not in _VARYING)
# Numbers of series that facets count by the default ranges.
RANGED = ("instance_count", "size_bytes")


class Kind(Enum):
    """What one document of an index stands for: a patient, or a class of patients that some columns don't tell apart.

    The fewer columns, the fewer documents. On release 25: common 55,000, sizes 173,000, classes 217,000, patients
    1,299,000. Ordered by that: what can be told by an earlier kind is asked of it.
    """

    COMMON = "common"
    SIZES = "sizes"
    CLASSES = "classes"
    PATIENTS = "patients"

    @property
    def weighed(self) -> bool:
        """Whether a document stands for many, and says for how many."""
        return self is not Kind.PATIENTS

    @property
    def columns(self) -> tuple[str, ...]:
        """The common attributes that its documents hold."""
        return PROFILE_COLUMNS if self in (Kind.CLASSES, Kind.PATIENTS) else _COMMON

    @property
    def ranged(self) -> tuple[str, ...]:
        """The numbers of which its documents hold the default range."""
        return RANGED if self is Kind.SIZES else ()

    def tells(self, field: str) -> bool:
        """Whether its documents tell an attribute, or the range of one, of each series that they stand for."""
        if field.endswith(RANGE):
            return field.removesuffix(RANGE) in self.ranged
        return not self.weighed or field == "collection_id" or field in self.columns


@dataclass(frozen=True)
class Names:
    """The names of the indices that start with one prefix."""

    prefix: str = DEFAULT_PREFIX

    def alias(self, kind: Kind) -> str:
        """What the index in service is called."""
        return f"{self.prefix}-{kind.value}"

    def index(self, kind: Kind, build: str) -> str:
        """The index of a build."""
        return f"{self.prefix}-{build}-{kind.value}"

    def every(self, kind: Kind) -> str:
        """A pattern of all builds' indices."""
        return f"{self.prefix}-build-*-{kind.value}"

    @property
    def lease(self) -> str:
        """The index that says who is indexing."""
        return f"{self.prefix}-indexing"


def fingerprint(store: Store) -> str:
    """Tells one catalogue from every other: by its key, and by the versions of all its series."""
    told = hashlib.blake2b(repr(sorted(asdict(store.key).items())).encode(), digest_size=16)
    for name in ("series_instance_uid", "crdc_series_uuid"):
        told.update(store.identifiers(Level.SERIES, name).texts.tobytes())
    return told.hexdigest()


def build_name(store: Store, number: int) -> str:
    """The name of the n-th build of a release's indices."""
    return f"build-v{store.key.release}-layout-{LAYOUT}-{number:04d}"


def described(store: Store, **more: object) -> dict[str, Any]:
    """What an index says of itself."""
    return {"layout": LAYOUT, "release": store.key.release, "catalogue": fingerprint(store), **more}


def settings(shards: int = 1, replicas: int = 0) -> dict[str, Any]:
    """The settings of an index that is being filled."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "refresh_interval": "-1",
        "index.mapping.nested_objects.limit": _MOST_NESTED,
        "index.mapping.total_fields.limit": 2000,
        "index.max_terms_count": MOST_TERMS,
    }


_INTEGER, _LONG = {"type": "integer"}, {"type": "long"}
_UNSEARCHED = {"type": "long", "index": False}
_WORD = {"word": {"type": "integer"}, "bit": {"type": "double", "index": False}}


def mappings(store: Store, kind: Kind, meta: Mapping[str, Any]) -> dict[str, Any]:
    """The mappings of an index, from the attribute table."""
    series = {**_level(store, kind, Level.SERIES), "patient_no": _INTEGER, "study_no": _INTEGER}
    study = {**_level(store, kind, Level.STUDY), **_WORD, "patient_no": _INTEGER, "study_no": _INTEGER}
    patient = {**_level(store, kind, Level.PATIENT), **_WORD, "patient_no": _INTEGER}
    if not kind.weighed:
        series |= {**_WORD, "series_no": _INTEGER}
    else:
        series |= {"n_series": _UNSEARCHED, "instance_count": _UNSEARCHED, "size_bytes": _UNSEARCHED}
        study |= {"n_studies": _UNSEARCHED}
        patient |= {"n_patients": _UNSEARCHED}
    for column in kind.ranged:
        series |= {column + RANGE: _INTEGER, column + LEAST: _UNSEARCHED, column + MOST: _UNSEARCHED}
    nested = {"type": "nested", "properties": {**study, "series": {"type": "nested", "properties": series}}}
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "_meta": dict(meta),
        "properties": {**patient, "studies": nested},
    }


def _level(store: Store, kind: Kind, level: Level) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for declared in placed(level):
        if kind.tells(declared.column):
            fields |= attribute_fields(store, declared)
    return fields

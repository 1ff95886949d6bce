"""From pulled records to crosswalks: every patient that can be linked, with its link and what the record says."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from enum import Enum
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from indexers.crosswalk import LINKS_SCHEMA, PATIENT, table_schema
from resolvers.catalogue import Catalogue
from resolvers.commons.forms import Form, Record
from resolvers.commons.identity import Candidate, FoundCase, LinkResult, candidates, link, linkable_patients
from schema.record_attributes import attributes_of, kept_tables
from schema.vocabulary import Commons, Level, LinkStatus, SubjectKind

Links = dict[Commons, list[tuple[int, LinkResult]]]


def linked(catalogue: Catalogue, found: Mapping[Commons, Iterable[FoundCase]]) -> Links:
    """Per commons in `found` the patients that can be linked there, ascending, each with its link.

    Records of one commons confirm or contradict links to another, so all that were pulled are needed together.
    """
    by_key: dict[Commons, dict[str, list[FoundCase]]] = {}
    for commons, cases in found.items():
        keyed = by_key[commons] = defaultdict(list)
        for case in cases:
            for key in case.submitter_ids:
                keyed[key].append(case)
    masks = linkable_patients(catalogue)
    anywhere = np.logical_or.reduce([masks[commons] for commons in found]) if found else np.zeros(0, bool)
    links: Links = {commons: [] for commons in found}
    for patient, collection, name, kind in patients_of(catalogue, np.flatnonzero(anywhere).tolist()):
        prospects = candidates(collection, name, kind)
        own = {
            commons: by_key[commons].get(prospect.key, [])
            for commons, prospect in prospects.items()
            if commons in by_key and isinstance(prospect, Candidate)
        }
        for commons, result in link(prospects, own).items():
            if commons in own:
                links[commons].append((patient, result))
    return links


def patients_of(catalogue: Catalogue, rows: Iterable[int]) -> Iterator[tuple[int, str, str, SubjectKind]]:
    """Of rows of patients collection, PatientID and kind, which `candidates` asks for."""
    store, tree = catalogue.store, catalogue.tree
    collections = store.terms(Level.COLLECTION, "collection_id").values
    names, kinds = store.terms(Level.PATIENT, "patient_id"), store.terms(Level.PATIENT, "subject_kind")
    for row in rows:
        kind = SubjectKind(kinds.values[kinds.codes[row] - 1]) if kinds.codes[row] else SubjectKind.UNKNOWN
        yield row, str(collections[tree.patient_collection[row]]), str(names.values[names.codes[row] - 1]), kind


def crosswalk_tables(
    commons: Commons, form: Form, links: list[tuple[int, LinkResult]], records: Iterable[Record]
) -> tuple[pa.Table, dict[str, pa.Table]]:
    """The links of a commons and the tables of its records, as a crosswalk holds them."""
    linked_to: dict[str, list[int]] = defaultdict(list)
    for patient, result in links:
        if result.status is LinkStatus.LINKED:
            linked_to[result.keys[0].id].append(patient)
    kept: dict[int, bytes] = {}
    columns: dict[str, dict[str, list[Any]]] = {
        table.name: {PATIENT: [], **{each.column: [] for each in attributes_of(commons, table.name)}}
        for table in kept_tables(commons)
    }
    for record in records:
        as_json = orjson.dumps(record)
        for patient in linked_to.get(form.found(record).id, ()):
            if kept.get(patient) == as_json:
                # CDA gives a subject of two collections with each of them.
                continue
            kept[patient] = as_json
            for table, own in columns.items():
                for row in form.rows(record, table):
                    own[PATIENT].append(patient)
                    for name, values in own.items():
                        if name != PATIENT:
                            values.append(_value(row.get(name)))
    tables = {name: pa.table(own, schema=table_schema(commons, name)) for name, own in columns.items()}
    return _links_table(links, kept), tables


def _links_table(links: list[tuple[int, LinkResult]], records: Mapping[int, bytes]) -> pa.Table:
    columns = {
        PATIENT: [patient for patient, _ in links],
        "status": [result.status.value for _, result in links],
        "link": [orjson.dumps(asdict(result), default=_plain) for _, result in links],
        "record": [records.get(patient) for patient, _ in links],
    }
    return pa.table(columns, schema=LINKS_SCHEMA)


def _value(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{value!r} is not kept in links")

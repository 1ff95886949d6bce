"""The objects of DRS in the world: recorded ones, series of IDC's first release with instances, files of ICDC.

Only series of the first release were registered: of later ones nobody knows a bundle. Documents are as DRS 1.5 has
them, whose sizes are numbers.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.commons.standins.draw import made_uuid, stream
from tests.commons.standins.icdc_cases import file_uuid
from tests.commons.standins.imaged import INDEX, drawn
from tests.commons.standins.records import DrsObject, IcdcCase

PREFIX = "dg.4DFC"
RECORDED_SERIES = "cc9c8541-949d-48d9-beaf-7028aa4906dc"
RECORDED_INSTANCES = ("ccafd781-ef39-4d39-ad74-e09de1ada476", "641121f1-5ca0-42cc-9156-fb5538c14355")
# So many series of the index are registered as bundles, each with so many instances at most.
BUNDLES, INSTANCES = 12, 3


def _method(kind: str, url: str) -> dict[str, Any]:
    cloud, region = ("aws", "us-east-1") if kind == "s3" else ("gcp", "us")
    return {"access_id": kind, "access_url": {"url": url}, "region": region, "type": kind, "cloud": cloud,
            "available": True}  # fmt: skip


def _document(uuid: str, checksum: str, size: int, time: str, **known: Any) -> dict[str, Any]:
    return {
        "aliases": [],
        "checksums": [{"checksum": checksum, "type": "md5"}],
        "contents": [],
        "created_time": time,
        "id": f"{PREFIX}/{uuid}",
        "mime_type": "application/json",
        "self_uri": f"drs://{PREFIX}:{uuid}",
        "size": size,
        "updated_time": time,
        "index_created_time": time,
        "index_updated_time": time,
        **known,
    }


def _instance(series: str, uuid: str, name: str, size: int, checksum: str) -> DrsObject:
    key = f"{series}/{uuid}.dcm"
    urls = {"gs": f"gs://public-datasets-idc/{key}", "s3": f"s3://idc-open-data/{key}"}
    made = _document(
        uuid, checksum, size, "2020-09-18T02:14:02.830862", description="DICOM instance", form="object", name=name,
        version="idc_v1", access_methods=[_with_authorizations(uuid, _method(*pair)) for pair in urls.items()],
    )  # fmt: skip
    return DrsObject(f"{PREFIX}/{uuid}", made)


def _with_authorizations(uuid: str, method: dict[str, Any]) -> dict[str, Any]:
    open_to_all = {"drs_object_id": f"{PREFIX}/{uuid}", "supported_types": ["None"], "bearer_auth_issuers": [],
                   "passport_auth_issuers": []}  # fmt: skip
    return {**method, "authorizations": open_to_all}


def _bundle(series: str, instances: Iterable[str], size: int, checksum: str) -> DrsObject:
    contents = [
        {"drs_uri": f"drs://nci-crdc.datacommons.io/{PREFIX}/{uuid}", "id": f"{PREFIX}/{uuid}", "name": None}
        for uuid in instances
    ]
    made = _document(series, checksum, size, "2020-12-04T19:11:58.072088", description="", form="bundle",
                     name=f"{PREFIX}{series}", version="", contents=contents)  # fmt: skip
    return DrsObject(f"{PREFIX}/{series}", made, series=True)


def _checksum(uuid: str) -> str:
    return f"{stream('md5', uuid).getrandbits(128):032x}"


@cache
def first_series() -> tuple[tuple[str, int], ...]:
    """(crdc_series_uuid, instances) of some series of drawn patients that are as they were in IDC's first release."""
    columns = ["collection_id", "PatientID", "crdc_series_uuid", "instanceCount"]
    first = pc.equal(pc.field("series_revised_idc_version"), 1)
    table = pq.read_table(INDEX, columns=columns, filters=first)
    patients = {patient.key for patient in drawn()}
    found = sorted(
        (row["crdc_series_uuid"], row["instanceCount"])
        for row in table.to_pylist()
        if (row["collection_id"], row["PatientID"]) in patients
    )
    return tuple(found[:BUNDLES])


def _recorded() -> Iterator[DrsObject]:
    names = ("1.3.6.1.4.1.14519.5.2.1.7695.1700.130563880911723253267280582465",
             "1.3.6.1.4.1.14519.5.2.1.7695.1700.277743171070833720282648319465")  # fmt: skip
    sums = (_checksum(RECORDED_INSTANCES[0]), "f338e8c5e3d8955d222a04d5f3f6e2b4")
    sizes = (135452, 135450)
    for uuid, name, size, checksum in zip(RECORDED_INSTANCES, names, sizes, sums, strict=True):
        yield _instance(RECORDED_SERIES, uuid, name, size, checksum)
    yield _bundle(RECORDED_SERIES, RECORDED_INSTANCES, sum(sizes), "0512207cb222fa2f085bc110c8474fa2")


def _first_release() -> Iterator[DrsObject]:
    for series, count in first_series():
        uuids = [made_uuid("instance", series, place) for place in range(min(count, INSTANCES))]
        for place, uuid in enumerate(uuids):
            yield _instance(series, uuid, f"1.3.6.1.4.1.14519.5.2.1.{place + 1}", 135_000 + place, _checksum(uuid))
        yield _bundle(series, uuids, 135_000 * len(uuids), _checksum(series))


def _of_icdc(cases: Iterable[IcdcCase]) -> Iterator[DrsObject]:
    for case in cases:
        for name, kind in case.files:
            uuid = file_uuid(case, name)
            method = _method("s3", f"s3://nci-icdc-open/Final/{case.study}/{name}")
            made = _document(uuid, _checksum(uuid), 3_221_225_472, "2023-02-01T00:00:00.000000", description=kind,
                             form="object", name=name, version="",
                             access_methods=[_with_authorizations(uuid, method)])  # fmt: skip
            yield DrsObject(f"{PREFIX}/{uuid}", made)


def drs_objects(cases: Iterable[IcdcCase]) -> tuple[DrsObject, ...]:
    """All objects, by id."""
    made = (*_recorded(), *_first_release(), *_of_icdc(cases))
    return tuple(sorted(made, key=lambda known: known.object_id))

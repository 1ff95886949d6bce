"""The oracle is checked too: against known numbers of release 25, and against a plain evaluation of a tiny world."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import idc_index_data
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.oracle import derive
from tests.oracle.random_where import RandomWhere, Vocabulary
from tests.oracle.sample import write_sample
from tests.oracle.sql import LEVELS, Oracle

RELEASE = Path(idc_index_data.__file__).parent
Row = dict[str, Any]
Where = dict[str, Any]


def kind_by_form(collection: str, patient: str) -> str:
    return "XENOGRAFT" if "mouse" in collection or patient.startswith("m") else "HUMAN"


# ---------------------------------------------------------------------------------------------- rules of single values
@pytest.mark.parametrize(
    ("text", "years", "status"),
    [
        ("060Y", 60.0, "OK"),
        ("042y", 42.0, "OK"),
        ("120Y", 120.0, "OK"),
        ("121Y", None, "IMPLAUSIBLE"),
        ("000Y", None, "ZERO"),
        ("018M", 1.5, "OK"),
        ("999M", 83.25, "OK"),
        ("000D", 0.0, "OK"),
        ("052W", 52 * 7 / 365.25, "OK"),
        ("010D", 10 / 365.25, "OK"),
        ("47", None, "MALFORMED"),
        ("N-A", None, "MALFORMED"),
        ("018m", None, "MALFORMED"),
        ("٠٦٠Y", None, "MALFORMED"),
    ],
)
def test_age(text: str, years: float | None, status: str) -> None:
    assert derive.age(text) == (years, status)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", (7,)), (" +7 ", (7,)), ("-1", (-1,)), ("1.0", ()), ("1_0", ()), ("٧", ()), ("2147483648", ()), ("", ())],
)
def test_series_number(text: str, number: tuple[int, ...]) -> None:
    assert derive.whole_number(text) == number


def test_words_and_searches() -> None:
    assert derive.words("T1-weighted_ÄXIAL 3.5mm²") == ["t1", "weighted", "äxial", "3", "5mm²"]
    assert derive.search_terms("Lung* seg, Nod* *") == ({"seg"}, {"lung", "nod"})


def test_object_kinds() -> None:
    suffixes = {"2": "IMAGE", "77.1.6": "SLIDE_IMAGE", "66.7": "SEGMENTATION", "11.4": "PRESENTATION_STATE"}
    suffixes |= {"88.67": "OTHER", "88.34": "MEASUREMENTS", "9999": "OTHER", "66": "OTHER", "30": "PARAMETRIC_MAP"}
    assert {suffix: derive.object_kind(f"1.2.840.10008.5.1.4.1.1.{suffix}") for suffix in suffixes} == suffixes
    assert derive.object_kind("1.2.3") == "OTHER"


# ---------------------------------------------------------------------------------------------- release 25, all series
@pytest.fixture(scope="module")
def release() -> Oracle:
    return Oracle(RELEASE, kind_by_form)


def some(**where: Any) -> Where:
    return {"series": {"some": where}}


COUNTS: list[tuple[str, str, Where, dict[str, int]]] = [
    (
        "headline totals",
        "SERIES",
        {},
        {
            "collections": 179,
            "patients": 86451,
            "studies": 168507,
            "series": 1044191,
            "instances": 58784975,
            "sizeBytes": 99944891647274,
        },
    ),
    ("every patient once per collection", "PATIENT", {}, {"total": 86451, "series": 1044191}),
    ("VS-SEG-003 in two collections", "PATIENT", {"patientID": {"eq": "VS-SEG-003"}}, {"total": 2, "series": 11}),
    (
        "one study of two patients",
        "STUDY",
        {"patients": {"count": {"n": {"gt": 1}}}},
        {"total": 1, "patients": 2, "series": 3},
    ),
    (
        "CT and SEG on one series",
        "SERIES",
        {"and": [{"modality": {"eq": "CT"}}, {"modality": {"eq": "SEG"}}]},
        {"total": 0},
    ),
    (
        "CT or SEG",
        "SERIES",
        {"modality": {"in": ["CT", "SEG"]}},
        {"series": 464125, "studies": 110629, "patients": 51081},
    ),
    (
        "patients with CT and with a segmentation of one analysis",
        "PATIENT",
        {
            "and": [
                some(modality={"eq": "CT"}),
                some(modality={"eq": "SEG"}, analysisResultID={"eq": "totalsegmentator_ct_segmentations"}),
            ]
        },
        {"total": 26194},
    ),
    ("CT and PT", "STUDY", {"and": [some(modality={"eq": "CT"}), some(modality={"eq": "PT"})]}, {"total": 3369}),
    (
        "slides but no MR",
        "PATIENT",
        {
            "collectionID": {"eq": "tcga_brca"},
            "series": {"some": {"modality": {"eq": "SM"}}, "none": {"modality": {"eq": "MR"}}},
        },
        {"total": 961},
    ),
    (
        "LIDC CT",
        "SERIES",
        {"collectionID": {"eq": "lidc_idri"}, "modality": {"eq": "CT"}},
        {"series": 1018, "patients": 1010, "instances": 243958},
    ),
    (
        "LIDC without analysis results",
        "SERIES",
        {"collectionID": {"eq": "lidc_idri"}, "analysisResultID": {"isNull": True}},
        {"series": 1308, "patients": 1010, "studies": 1308},
    ),
    (
        "no study date",
        "SERIES",
        {"studyDate": {"isNull": True}, "collectionID": {"eq": "bonemarrowwsi_pediatricleukemia"}},
        {"series": 1272},
    ),
    (
        "no study date, three collections",
        "SERIES",
        {"studyDate": {"isNull": True}, "collectionID": {"in": ["cbis_ddsm", "ispy1", "nlm_visible_human_project"]}},
        {"series": 252},
    ),
    ("no sex at all or F", "SERIES", {"patientSex": {"eq": "F", "orNull": True}}, {"series": 195861 + 699610}),
    ("not F", "SERIES", {"patientSex": {"ne": "F"}}, {"series": 1044191 - 195861}),
    (
        "inclusive dates",
        "SERIES",
        {"collectionID": {"eq": "nlst"}, "studyDate": {"gte": "2000-01-02", "lte": "2001-01-02"}},
        {"series": 377072},
    ),
    (
        "exclusive dates",
        "SERIES",
        {"collectionID": {"eq": "nlst"}, "studyDate": {"gt": "2000-01-02", "lt": "2001-01-02"}},
        {"series": 0},
    ),
    (
        "half-open dates",
        "SERIES",
        {"collectionID": {"eq": "nlst"}, "studyDate": {"gte": "2000-01-02", "lt": "2001-01-02"}},
        {"series": 192581},
    ),
    ("large slides", "SERIES", {"modality": {"eq": "SM"}, "sizeBytes": {"gt": 10**9}}, {"series": 11498}),
    ("large segmentations", "SERIES", {"modality": {"eq": "SEG"}, "sizeBytes": {"gt": 10**9}}, {"series": 2558}),
    ("new in 25", "SERIES", {"firstRelease": {"eq": 25}}, {"series": 11346}),
    ("revised in 25", "SERIES", {"firstRelease": {"lt": 25}, "revisedRelease": {"eq": 25}}, {"series": 12043}),
    ("unchanged", "SERIES", {"revisedRelease": {"lt": 25}}, {"series": 1020802}),
    (
        "one of several transfer syntaxes",
        "SERIES",
        {"transferSyntaxName": {"eq": "Implicit VR Little Endian"}},
        {"series": 78596},
    ),
    ("the same by UID", "SERIES", {"transferSyntaxUID": {"eq": "1.2.840.10008.1.2"}}, {"series": 78596}),
    ("JPEG 2000", "SERIES", {"transferSyntaxName": {"eq": "JPEG 2000"}}, {"series": 10592}),
    ("SEG that is none", "SERIES", {"modality": {"eq": "SEG"}, "objectKind": {"ne": "SEGMENTATION"}}, {"series": 12}),
    ("case counts", "SERIES", {"modality": {"eq": "mr"}}, {"series": 0, "instances": 0}),
    (
        "human and mouse",
        "COLLECTION",
        {"and": [{"species": {"eq": "Human"}}, {"species": {"eq": "Mouse"}}]},
        {"total": 1},
    ),
]


@pytest.mark.parametrize(("name", "level", "where", "expected"), COUNTS, ids=[case[0] for case in COUNTS])
def test_known_counts(release: Oracle, name: str, level: str, where: Where, expected: dict[str, int]) -> None:
    counts = release.counts(level, where)
    assert {count: counts[count] for count in expected} == expected, name


@pytest.mark.parametrize(("match", "patients"), [("SERIES", 327), ("STUDY", 13769), ("PATIENT", 14071)])
def test_three_readings_of_and(release: Oracle, match: str, patients: int) -> None:
    where = {"modality": {"eq": "SEG"}, "manufacturer": {"eq": "SIEMENS"}}
    assert release.counts("SERIES", where, match)["patients"] == patients
    assert release.counts("SERIES", {"and": [{"and": [where]}]}, match)["patients"] == patients


def test_the_study_of_two_patients(release: Oracle) -> None:
    shared = "1.2.840.113654.2.55.125969098001031158877420279905106225610"
    both = {"patientID": {"eq": "108001"}, "and": [{"patientID": {"eq": "123342"}}]}
    assert release.keys("STUDY", both) == [(shared,)]
    assert release.keys("STUDY", {"studyInstanceUID": {"eq": shared}, "patientID": {"ne": "108001"}}) == []
    _, counts = release.under("STUDY", "PATIENT", ("nlst", "123342"), {"studyInstanceUID": {"eq": shared}})
    assert (counts["total"], counts["series"], counts["patients"]) == (1, 1, 1)


def test_order_of_keys(release: Oracle) -> None:
    keys = release.keys("PATIENT", {"collectionID": {"eq": "nlst"}})
    assert [patient for _, patient in keys[:5]] == ["100002", "100004", "100005", "100009", "100010"]
    where = {"collectionID": {"eq": "upenn_gbm"}}
    dated = release.keys("SERIES", where, [{"field": "STUDY_DATE"}])
    assert dated[0][3] == "1.2.276.0.7230010.3.1.3.17436516.583267.1722970740.629795"


# ---------------------------------------------------------------------------------------------- the sample
def test_sample_is_fixed_and_whole(tmp_path: Path) -> None:
    write_sample(RELEASE, tmp_path)
    source, sample = pq.read_table(RELEASE / "idc_index.parquet"), pq.read_table(tmp_path / "idc_index.parquet")
    assert sample.schema.equals(source.schema, check_metadata=True)
    assert sample.num_rows == 60_000
    order = {uid: place for place, uid in enumerate(source["SeriesInstanceUID"].to_pylist())}
    places = [order[uid] for uid in sample["SeriesInstanceUID"].to_pylist()]
    assert places == sorted(places)
    for column in ("collection_id", "analysis_result_id", "license_short_name", "SOPClassUID", "source_DOI"):
        assert set(sample[column].to_pylist()) == set(source[column].to_pylist())
    assert Oracle(tmp_path, kind_by_form).counts("STUDY", {"patients": {"count": {"n": {"eq": 2}}}})["series"] == 3


# ---------------------------------------------------------------------------------------------- a tiny world
CLASS = "1.2.840.10008.5.1.4.1.1."
KINDS = {"2": "IMAGE", "66.4": "SEGMENTATION", "88.67": "OTHER", "77.1.6": "SLIDE_IMAGE", "11.1": "PRESENTATION_STATE"}
AGES = {
    "060Y": 60.0,
    "042y": 42.0,
    "061Y": 61.0,
    "006M": 6 / 12,
    "010D": 10 / 365.25,
    "002W": 2 * 7 / 365.25,
    "000Y": None,
    "121Y": None,
    "N-A": None,
    None: None,
}
NUMBERS = {"1": 1, "2": 2, "10": 10, "-3": -3, "1.5": None, "x": None, "99999999999": None, None: None}
DESCRIPTIONS = ["AXIAL lung 3mm", "Axial LUNG", "lung-seg", "İstanbul ÄRZTE", "straße T2", "a\0b", "Σίσυφος", "_", None]
SYNTAXES = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2,1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.4.50",
]
COLLECTIONS = [
    ("lung_a", "Lung A", "Lung Cancer, Non-small Cell Lung Cancer", "Lung", "Human", "p1", "Complete", "2020-01-01"),
    ("lung_b", "lung b", "Lung Cancer", "lung, Lymph Node", "Human, Mouse", "p1", "Ongoing", None),
    ("mouse", "Mice", "Breast Cancer", "Breast", "Mouse", "p2", "Complete", "2021-05-05"),
    ("Zeta", "Äther", None, None, "Phantom", None, None, "2020-01-01"),
]
COLLECTION_FILE = "collection_id collection_name cancer_types tumor_locations species program_id status updated"
COLLECTION_NAMES = "collectionID name cancerTypes tumorLocations species programID status updated"
LISTS_OF_SERIES = {"transferSyntaxUID", "transferSyntaxName", "photometricInterpretation"}
COMMA_LISTS = LISTS_OF_SERIES | {"cancerTypes", "tumorLocations", "species"}
RAW_NAMES = {
    "collection_id": "collectionID",
    "analysis_result_id": "analysisResultID",
    "source_DOI": "sourceDOI",
    "sop_class_name": "sopClassName",
    "SOPClassUID": "sopClassUID",
    "transfer_syntax_name": "transferSyntaxName",
    "license_short_name": "licenseShortName",
    "series_init_idc_version": "firstRelease",
    "series_revised_idc_version": "revisedRelease",
    "crdc_series_uuid": "crdcSeriesUUID",
    "series_size_MB": "sizeBytes",
}
TEXT_COLUMNS = """collection_id analysis_result_id PatientID SeriesInstanceUID StudyInstanceUID source_DOI PatientAge
    PatientSex StudyDate StudyDescription BodyPartExamined Modality SOPClassUID sop_class_name TransferSyntaxUID
    transfer_syntax_name PhotometricInterpretation Manufacturer ManufacturerModelName SeriesDate SeriesDescription
    SeriesNumber license_short_name crdc_series_uuid"""
INTEGER_COLUMNS = "instanceCount series_init_idc_version series_revised_idc_version"
SCHEMA = pa.schema(
    dict.fromkeys(TEXT_COLUMNS.split(), pa.string())
    | dict.fromkeys(INTEGER_COLUMNS.split(), pa.int64())
    | {"series_size_MB": pa.float64()}
)


def raw_series(rng: Random) -> Iterator[Row]:
    """Patients p1..p3 in every collection, m1 too; some studies; and one study under lung_a's p1 and p2."""
    for place, (collection, *_) in enumerate(COLLECTIONS):
        for patient in ("p1", "p2", "p3", "m1")[: rng.choice([2, 3, 4])]:
            for study in range(rng.choice([1, 1, 2, 3])):
                for _ in range(rng.choice([1, 2, 3, 4])):
                    yield one_series(rng, collection, patient, f"1.{place}.{ord(patient[0])}.{patient[1]}.{study}")
    for patient in ("p1", "p2", "p2"):
        yield one_series(rng, "lung_a", patient, "1.99")


def one_series(rng: Random, collection: str, patient: str, study: str) -> Row:
    uid = f"1.2.{rng.randrange(10**9)}"
    suffix = rng.choice(list(KINDS))
    syntax = rng.choice(SYNTAXES)
    return {
        "collection_id": collection,
        "PatientID": patient,
        "StudyInstanceUID": study,
        "SeriesInstanceUID": uid,
        "crdc_series_uuid": f"{rng.randrange(16**8):08x}-0000-4000-8000-000000000000",
        "analysis_result_id": rng.choice([None, None, "result_a", "result_b"]),
        "source_DOI": rng.choice(["10.1/a", "10.1/B"]),
        "PatientAge": rng.choice(list(AGES)),
        "PatientSex": rng.choice(["F", "F", "M", "O", "0000", None]),
        "StudyDate": rng.choice(["2000-01-02", "2001-01-02", "1999-12-31", None]),
        "StudyDescription": rng.choice(["CT Thorax", "ct thorax", "Thorax^routine", None]),
        "BodyPartExamined": rng.choice(["CHEST", "BREAST", None]),
        "Modality": rng.choice(["CT", "CT", "SEG", "MR"]),
        "SOPClassUID": CLASS + suffix,
        "sop_class_name": f"Class {suffix}",
        "TransferSyntaxUID": syntax,
        "transfer_syntax_name": syntax.replace("1.2.840.10008.", "Syntax "),
        "PhotometricInterpretation": rng.choice(["MONOCHROME2", "RGB", "MONOCHROME2, RGB", None]),
        "Manufacturer": rng.choice(["SIEMENS", "Siemens", "GE", None]),
        "ManufacturerModelName": rng.choice(["Model 1", "Model-2", None]),
        "SeriesDate": rng.choice(["2000-01-02", "2002-02-02", None]),
        "SeriesDescription": rng.choice(DESCRIPTIONS),
        "SeriesNumber": rng.choice(list(NUMBERS)),
        "instanceCount": rng.choice([1, 2, 100]),
        "license_short_name": rng.choice(["CC BY 4.0", "CC BY-NC 3.0"]),
        "series_init_idc_version": rng.choice([1, 2, 10]),
        "series_revised_idc_version": rng.choice([10, 25]),
        "series_size_MB": rng.choice([0.001266, 1.5, 1000.000001]),
    }


def write_world(folder: Path, raw: list[Row]) -> None:
    pq.write_table(pa.Table.from_pylist(raw, SCHEMA), folder / "idc_index.parquet")
    collections = [dict(zip(COLLECTION_FILE.split(), values, strict=True)) for values in COLLECTIONS]
    schema = pa.schema([(name, pa.string()) for name in COLLECTION_FILE.split()])
    pq.write_table(pa.Table.from_pylist(collections, schema), folder / "collections_index.parquet")


# ---------------------------------------------------------------------------------------------- plain evaluation
def elements(name: str, value: Any) -> set[Any]:
    """What the contract calls the set of an attribute of one row."""
    if value is None:
        return set()
    return {part.strip() for part in value.split(",")} if name in COMMA_LISTS else {value}


def plain_series(raw: Row) -> Row:
    named = {RAW_NAMES.get(name, name[0].lower() + name[1:]): value for name, value in raw.items()}
    named["patientAge"] = AGES[raw["PatientAge"]]
    named["seriesNumber"] = NUMBERS[raw["SeriesNumber"]]
    named["sizeBytes"] = {0.001266: 1266, 1.5: 1500000, 1000.000001: 1000000001}[raw["series_size_MB"]]
    named["objectKind"] = KINDS[raw["SOPClassUID"].removeprefix(CLASS)]
    named["subjectKind"] = kind_by_form(raw["collection_id"], raw["PatientID"])
    return {name: elements(name, value) for name, value in named.items()}


class World:
    """Rows of all levels as plain keys; every question walks over all series."""

    def __init__(self, raw: list[Row]) -> None:
        self.series = {row["SeriesInstanceUID"]: plain_series(row) for row in raw}
        self.place = {
            row["SeriesInstanceUID"]: {
                "SERIES": row["SeriesInstanceUID"],
                "STUDY": row["StudyInstanceUID"],
                "PATIENT": (row["collection_id"], row["PatientID"]),
                "COLLECTION": row["collection_id"],
            }
            for row in raw
        }
        self.collections = {
            values[0]: dict(zip(COLLECTION_NAMES.split(), values, strict=True)) for values in COLLECTIONS
        }

    def rows(self, level: str) -> set[Any]:
        return {place[level] for place in self.place.values()}

    def under(self, level: str, row: Any, below: str) -> set[Any]:
        return {place[below] for place in self.place.values() if place[level] == row}

    def only(self, level: str, row: Any, above: str) -> Any:
        (found,) = self.under(level, row, above)
        return found

    def attribute(self, level: str, row: Any, name: str) -> set[Any]:
        if level == "COLLECTION":
            return elements(name, self.collections[row][name])
        return set().union(*(self.series[uid][name] for uid in self.under(level, row, "SERIES")))

    # ------------------------------------------------------------------------------------------ where
    def holds(self, level: str, row: Any, where: Where) -> bool:
        return all(self.field(level, row, name, value) for name, value in where.items() if value is not None)

    def field(self, level: str, row: Any, name: str, value: Any) -> bool:
        if name == "and":
            return all(self.holds(level, row, part) for part in value)
        if name == "or":
            return any(self.holds(level, row, part) for part in value)
        if name == "not":
            return not self.holds(level, row, value)
        if name in ("collection", "study", "patient"):
            above = name.upper()
            return self.holds(above, self.only(level, row, above), value)
        members = {"series": "SERIES", "studies": "STUDY", "patients": "PATIENT"}
        if name in members:
            return self.quantified(level, row, members[name], value)
        return satisfies(self.attribute(level, row, name), value)

    def quantified(self, level: str, row: Any, below: str, quantifiers: Where) -> bool:
        members = self.under(level, row, below)
        for name, inner in quantifiers.items():
            where = inner.get("where") or {} if name == "count" else inner
            matching = sum(self.holds(below, member, where) for member in members)
            if name == "some" and matching == 0:
                return False
            if name == "none" and matching > 0:
                return False
            if name == "every" and matching < len(members):
                return False
            if name == "count" and not satisfies({matching}, inner["n"]):
                return False
        return True

    # ------------------------------------------------------------------------------------------ match
    def matching(self, level: str, where: Where, match: str = "SERIES") -> set[Any]:
        if match == "SERIES":
            return {row for row in self.rows(level) if self.holds(level, row, where)}
        parts = list(conjuncts(where))
        return {
            row
            for row in self.rows("SERIES")
            if all(self.some_series(match, self.only("SERIES", row, match), part) for part in parts)
        }

    def some_series(self, level: str, row: Any, where: Where) -> bool:
        return any(self.holds("SERIES", uid, where) for uid in self.under(level, row, "SERIES"))

    # ------------------------------------------------------------------------------------------ answers
    def counts(self, level: str, matching: set[Any], inside: set[Any] | None = None) -> dict[str, int]:
        within = self.rows("SERIES") if inside is None else inside
        uids = {uid for uid in within if self.place[uid][level] in matching}
        return {
            "collections": len({self.place[uid]["COLLECTION"] for uid in uids}),
            "patients": len({self.place[uid]["PATIENT"] for uid in uids}),
            "studies": len({self.place[uid]["STUDY"] for uid in uids}),
            "series": len(uids),
            "instances": sum(sum(self.series[uid]["instanceCount"]) for uid in uids),
            "sizeBytes": sum(sum(self.series[uid]["sizeBytes"]) for uid in uids),
            "total": len(matching),
        }

    def key(self, level: str, row: Any) -> tuple[str, ...]:
        """The sort key of a row."""
        if level == "SERIES":
            place = self.place[row]
            return (*place["PATIENT"], place["STUDY"], row)
        if level == "STUDY":
            return (*min(self.under("STUDY", row, "PATIENT")), row)
        return row if level == "PATIENT" else (row,)

    def sorted(self, level: str, rows: Iterable[Any], order_by: list[dict[str, str]] | None) -> list[Any]:
        result = sorted(rows, key=lambda row: self.key(level, row))
        for entry in reversed(order_by or []):
            down = entry.get("direction") == "DESC"
            known = [row for row in result if self.sort_value(level, row, entry["field"]) is not None]
            unknown = [row for row in result if self.sort_value(level, row, entry["field"]) is None]
            # reverse=True keeps the order of equals, so that the keys stay ascending
            result = sorted(known, key=lambda row: self.sort_value(level, row, entry["field"]), reverse=down) + unknown
        return result

    def sort_value(self, level: str, row: Any, field: str) -> Any:
        counted = {"SERIES_COUNT": "SERIES", "STUDY_COUNT": "STUDY", "PATIENT_COUNT": "PATIENT"}
        if field == "KEYS":
            return self.key(level, row)
        if field in counted:
            return len(self.under(level, row, counted[field]))
        if field == "SIZE_BYTES":
            return sum(sum(self.series[uid]["sizeBytes"]) for uid in self.under(level, row, "SERIES"))
        first, *others = field.lower().split("_")
        return min(self.attribute(level, row, first + "".join(other.title() for other in others)), default=None)


def conjuncts(where: Where) -> Iterator[Where]:
    for name, value in where.items():
        if name == "and" and value is not None:
            for part in value:
                yield from conjuncts(part)
        elif name == "collection" and value is not None:
            for inner in conjuncts(value):
                yield {"collection": inner}
        else:
            yield {name: value}


def satisfies(values: set[Any], operators: Where) -> bool:
    present = {name: value for name, value in operators.items() if value is not None}
    if present.get("orNull") and not values:
        return True
    if "isNull" in present and present["isNull"] != (not values):
        return False
    if "ne" in present and present["ne"] in values:
        return False
    if "notIn" in present and values & set(present["notIn"]):
        return False
    positive = {name: value for name, value in present.items() if name not in ("orNull", "isNull", "ne", "notIn")}
    return not positive or any(
        all(PASSES[name](value, operand) for name, operand in positive.items()) for value in values
    )


PASSES: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda value, operand: value == operand,
    "in": lambda value, operand: value in operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "contains": lambda value, operand: operand.lower() in value.lower(),
    "startsWith": lambda value, operand: value.lower().startswith(operand.lower()),
    "search": lambda value, operand: found(value.lower(), operand.lower()),
}


def found(text: str, search: str) -> bool:
    """Walk over the search by hand: a run of letters and digits, and whether a star follows it."""
    run = ""
    for character in search + " ":
        if character.isalnum():
            run += character
            continue
        if run and not any(word == run or (character == "*" and word.startswith(run)) for word in runs(text)):
            return False
        run = ""
    return True


def runs(text: str) -> list[str]:
    result = [""]
    for character in text:
        if character.isalnum():
            result[-1] += character
        else:
            result.append("")
    return [run for run in result if run]


# ---------------------------------------------------------------------------------------------- the two agree
PARENTS = {
    "SERIES": ["STUDY", "PATIENT"],
    "STUDY": ["PATIENT"],
    "PATIENT": ["COLLECTION"],
}


def as_key(level: str, world: World, row: Any) -> tuple[str, ...]:
    return world.key(level, row) if level in ("SERIES", "PATIENT") else (row,)


@pytest.mark.parametrize("seed", range(8))
def test_plain_evaluation_agrees(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    raw = list(raw_series(rng))
    write_world(tmp_path, raw)
    world, oracle = World(raw), Oracle(tmp_path, kind_by_form)
    random_where = RandomWhere(seed, Vocabulary.read(tmp_path))
    for _ in range(70):
        for level in LEVELS:
            where = random_where.where(level)
            match = random_where.match() if level == "SERIES" else "SERIES"
            matching = world.matching(level, where, match)
            explained = json.dumps([level, match, where])
            assert oracle.counts(level, where, match) == world.counts(level, matching), explained
            order_by = random_where.order_by(level)
            keys = [as_key(level, world, row) for row in world.sorted(level, matching, order_by)]
            assert oracle.keys(level, where, order_by, match) == keys, f"{explained} {order_by}"
    for level, parents in PARENTS.items():
        for parent in parents * 5:
            check_under(world, oracle, random_where, level, parent)


def check_under(world: World, oracle: Oracle, random_where: RandomWhere, level: str, parent: str) -> None:
    rows = sorted(world.rows(parent))
    row = rows[len(rows) // 2] if parent != "STUDY" else "1.99"
    where, order_by = random_where.where(level), random_where.order_by(level)
    inside = world.under(parent, row, "SERIES")
    matching = world.under(parent, row, level) & world.matching(level, where)
    keys = [as_key(level, world, child) for child in world.sorted(level, matching, order_by)]
    expected = keys, world.counts(level, matching, inside)
    assert oracle.under(level, parent, as_key(parent, world, row), where, order_by) == expected, json.dumps(where)


@pytest.mark.parametrize("parent", [("lung_a", "p1"), ("lung_a", "p2")])
def test_a_patient_sees_its_part_of_the_shared_study(tmp_path: Path, parent: tuple[str, str]) -> None:
    raw = list(raw_series(Random(0)))
    write_world(tmp_path, raw)
    where = {"studyInstanceUID": {"eq": "1.99"}, "series": {"count": {"n": {"eq": 3}}}}
    keys, counts = Oracle(tmp_path, kind_by_form).under("STUDY", "PATIENT", parent, where)
    assert keys == [("1.99",)]
    assert (counts["patients"], counts["series"]) == (1, 1 if parent[1] == "p1" else 2)


def test_random_filters_repeat(tmp_path: Path) -> None:
    write_world(tmp_path, list(raw_series(Random(0))))
    vocabulary = Vocabulary.read(tmp_path)
    first, second = RandomWhere(3, vocabulary), RandomWhere(3, vocabulary)
    assert [first.series() for _ in range(50)] == [second.series() for _ in range(50)]
    drawn = [first.patient(Random(seed)) for seed in range(50)]
    assert drawn == [second.patient(Random(seed)) for seed in range(50)]
    assert all(json.loads(json.dumps(where)) == where for where in drawn)

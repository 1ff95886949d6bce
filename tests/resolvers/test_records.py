"""Every plain field of a record's type has a reader, and every reader a field."""

import dataclasses

import pytest

from resolvers.records import Shelf, open_shelf
from schema.analysis_result import AnalysisResult
from schema.collection import Collection
from schema.patient import Patient
from schema.record import Record
from schema.series import Series
from schema.study import Study
from tests.conftest import Gateway

# Read for links only.
WITHOUT_FIELD = {Series: {"aws_bucket"}}


@pytest.fixture(scope="module")
def shelf(sampled: Gateway) -> Shelf:
    return open_shelf(sampled.catalogue)


@pytest.mark.parametrize("kind", [AnalysisResult, Collection, Patient, Series, Study])
def test_fields_and_readers_agree(shelf: Shelf, kind: type[Record]) -> None:
    plain = {field.name for field in dataclasses.fields(kind) if field.base_resolver is None}  # type: ignore[arg-type, attr-defined]
    assert shelf.readers(kind).names() - WITHOUT_FIELD.get(kind, set()) == plain


def test_a_column_is_read_once_for_a_page(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    records = shelf.series(range(20))
    asked: list[str] = []
    fill = records[0].record_page.fill

    def counted(name: str) -> None:
        asked.append(name)
        fill(name)

    monkeypatch.setattr(records[0].record_page, "fill", counted)
    assert len({record.series_instance_uid for record in records}) == 20
    assert all(record.modality == record.modality for record in records)
    assert asked == ["series_instance_uid", "modality"]


def test_records_that_lead_to_the_same_one_share_it(shelf: Shelf) -> None:
    records = shelf.series(range(20))
    patients = {record.patient.patient_id: record.patient for record in records}
    assert all(record.patient is patients[record.patient_id] for record in records)
    assert len({id(record.collection) for record in records}) == len({record.collection_id for record in records})


def test_what_is_no_field_is_an_attribute_error(shelf: Shelf) -> None:
    with pytest.raises(AttributeError):
        _ = shelf.series([0])[0].nonsense  # type: ignore[attr-defined]

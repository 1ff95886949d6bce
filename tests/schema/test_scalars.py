"""Scalars take one spelling."""

import datetime

import pytest

from schema.errors import GatewayError
from schema.names import graphql_name
from schema.scalars import parse_big_int, parse_date


@pytest.mark.parametrize("value", [0, -1, 2**31, 2**53, -(2**63), 2**63 - 1])
def test_big_int_takes_integers(value: int) -> None:
    assert parse_big_int(value) == value


@pytest.mark.parametrize("value", ["12", 1.5, 1.0, True, None, [1], 2**63, -(2**63) - 1])
def test_big_int_takes_nothing_else(value: object) -> None:
    with pytest.raises(GatewayError) as refused:
        parse_big_int(value)
    assert refused.value.extensions["code"] == "BAD_USER_INPUT"


def test_date_takes_iso_days() -> None:
    assert parse_date("1880-09-09") == datetime.date(1880, 9, 9)


@pytest.mark.parametrize(
    "value", ["2020-W01-1", "20200101", "2020-1-1", "2020-01-01T00:00", "2020-02-30", "0000-01-01", " 2020-01-01",
              "２０２０-01-01", "", 20200101, None]
)  # fmt: skip
def test_date_takes_nothing_else(value: object) -> None:
    with pytest.raises(GatewayError) as refused:
        parse_date(value)
    assert refused.value.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("python", "graphql"),
    [
        ("sop_instance_uid", "sopInstanceUID"),
        ("transfer_syntax_uids", "transferSyntaxUIDs"),
        ("same_patient_id_elsewhere", "samePatientIDElsewhere"),
        ("crdc_series_uuid", "crdcSeriesUUID"),
        ("aws_url", "awsURL"),
        ("id", "id"),
        ("ids", "ids"),
        ("in_", "in"),
        ("size_bytes", "sizeBytes"),
    ],
)
def test_names_keep_the_acronyms_of_dicom(python: str, graphql: str) -> None:
    assert graphql_name(python) == graphql

"""The attribute table against DICOM's dictionary and against what is derived from it."""

from pathlib import Path

import pytest
from pydicom.datadict import dictionary_has_tag, tag_for_keyword

from schema.attribute import attributes
from schema.attributes import ATTRIBUTES, Attribute, asked_at, sortable_at
from schema.build import build_schema
from schema.generate import order_source, where_source
from schema.record_attributes import ATTRIBUTES as RECORD_ATTRIBUTES
from schema.vocabulary import FacetField, Level

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("attribute", [a for a in ATTRIBUTES if a.keyword], ids=lambda a: a.column)
def test_keywords_and_tags_are_those_of_the_dicom_dictionary(attribute: Attribute) -> None:
    tag = tag_for_keyword(attribute.keyword or "")
    assert tag is not None and dictionary_has_tag(tag)
    assert attribute.tag == f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def test_every_facet_belongs_to_one_attribute() -> None:
    named = [attribute.facet.value for attribute in (*ATTRIBUTES, *RECORD_ATTRIBUTES) if attribute.facet]
    assert sorted(named) == sorted(facet.value for facet in FacetField)


def test_names_are_unique() -> None:
    assert len({a.column for a in ATTRIBUTES}) == len({a.name for a in ATTRIBUTES}) == len(ATTRIBUTES)


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.INSTANCE])
def test_where_and_order_names_are_unique_at_a_level(level: Level) -> None:
    names = [a.where_field for a in asked_at(level)]
    assert len(names) == len(set(names)) > 0
    assert sortable_at(level)


def test_where_paths_lead_from_series_where() -> None:
    paths = {a.name: a.where_path for a in ATTRIBUTES}
    assert paths["modality"] == ("modality",)
    assert paths["transferSyntaxUIDs"] == ("transferSyntaxUID",)
    assert paths["species"] == ("collection", "species")
    assert paths["collectionID"] == ("collectionID",)


@pytest.mark.parametrize("name", ["where", "order"])
def test_generated_source_is_current(name: str) -> None:
    source = {"where": where_source, "order": order_source}[name]()
    assert (ROOT / "schema" / f"{name}.py").read_text(encoding="utf-8") == source, "run `make schema`"


def test_the_committed_schema_is_current() -> None:
    committed = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    assert committed == build_schema().as_str() + "\n", "run `make schema`"


def test_the_attributes_query_shows_the_table() -> None:
    shown = {a.name: a for a in attributes(None)}
    assert len(shown) == len(ATTRIBUTES)
    sex = shown["patientSex"]
    assert (sex.keyword, sex.tag, sex.level, sex.where_path) == (
        "PatientSex",
        "(0010,0040)",
        Level.SERIES,
        ["patientSex"],
    )
    assert {a.name for a in attributes(Level.PATIENT)} == {"patientID", "subjectKind"}

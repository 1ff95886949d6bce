"""What a series holds, by its SOP class."""

import pytest
from pydicom.uid import UID_dictionary

from indexers.object_kind import object_kind
from schema.vocabulary import ObjectKind

STORAGE = "1.2.840.10008.5.1.4.1.1."


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        ("2", ObjectKind.IMAGE),
        ("77.1.6", ObjectKind.SLIDE_IMAGE),
        ("66.4", ObjectKind.SEGMENTATION),
        ("66.7", ObjectKind.SEGMENTATION),
        ("481.3", ObjectKind.STRUCTURE_SET),
        ("88.34", ObjectKind.MEASUREMENTS),
        ("91.1", ObjectKind.ANNOTATIONS),
        ("481.2", ObjectKind.DOSE),
        ("481.5", ObjectKind.PLAN),
        ("66.3", ObjectKind.REGISTRATION),
        ("11.8", ObjectKind.PRESENTATION_STATE),
        ("30", ObjectKind.PARAMETRIC_MAP),
        ("66", ObjectKind.OTHER),
        ("104.3", ObjectKind.OTHER),
        ("88.59", ObjectKind.OTHER),
        ("88.67", ObjectKind.OTHER),
        ("9.1.1", ObjectKind.OTHER),
    ],
)
def test_the_classes_of_idc(suffix: str, kind: ObjectKind) -> None:
    assert object_kind(STORAGE + suffix) is kind


@pytest.mark.parametrize("uid", [None, "", "1.2.3", STORAGE, STORAGE + "2.99"])
def test_an_unknown_class_is_other(uid: str | None) -> None:
    assert object_kind(uid) is ObjectKind.OTHER


def test_every_medical_image_storage_class_of_dicom_is_an_image() -> None:
    industrial = ("501.", "601.")
    named = {uid.removeprefix(STORAGE): entry[0] for uid, entry in UID_dictionary.items() if uid.startswith(STORAGE)}
    images = {
        suffix: name
        for suffix, name in named.items()
        if "Image Storage" in name and "Whole Slide" not in name and not suffix.startswith(industrial)
    }
    assert {
        suffix: name for suffix, name in images.items() if object_kind(STORAGE + suffix) is not ObjectKind.IMAGE
    } == {}

"""What a series holds, by the storage SOP class of its instances (DICOM PS3.4 B.5)."""

from schema.vocabulary import ObjectKind

_STORAGE = "1.2.840.10008.5.1.4.1.1."

_KINDS = {
    "77.1.6": ObjectKind.SLIDE_IMAGE,
    "66.4": ObjectKind.SEGMENTATION,
    "66.7": ObjectKind.SEGMENTATION,
    "481.3": ObjectKind.STRUCTURE_SET,
    "88.11": ObjectKind.MEASUREMENTS,
    "88.22": ObjectKind.MEASUREMENTS,
    "88.33": ObjectKind.MEASUREMENTS,
    "88.34": ObjectKind.MEASUREMENTS,
    "88.35": ObjectKind.MEASUREMENTS,
    "91.1": ObjectKind.ANNOTATIONS,
    "481.2": ObjectKind.DOSE,
    "481.5": ObjectKind.PLAN,
    "66.1": ObjectKind.REGISTRATION,
    "66.3": ObjectKind.REGISTRATION,
    "30": ObjectKind.PARAMETRIC_MAP,
}

# Image storage classes, retired ones too: computed and digital radiography, CT, ultrasound, MR, secondary capture,
# angiography, fluoroscopy, breast tomosynthesis, nuclear medicine, visible light, ophthalmic and confocal images, PET,
# radiotherapy images. Security (501) and non-destructive testing (601) are not medicine.
_IMAGES = (
    "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "2", "2.1", "2.2", "3", "3.1", "4", "4.1", "4.3", "4.4", "5",
    "6", "6.1", "6.2", "6.3", "7", "7.1", "7.2", "7.3", "7.4", "12.1", "12.1.1", "12.2", "12.2.1", "12.3", "13.1.1",
    "13.1.2", "13.1.3", "13.1.4", "13.1.5", "14.1", "14.2", "20", "77.1", "77.2", "77.1.1", "77.1.1.1", "77.1.2",
    "77.1.2.1", "77.1.3", "77.1.4", "77.1.4.1", "77.1.5.1", "77.1.5.2", "77.1.5.4", "77.1.5.5", "77.1.5.6",
    "77.1.5.7", "77.1.7", "77.1.8", "77.1.9", "128", "128.1", "130", "481.1", "481.23", "481.24",
)  # fmt: skip
_IMAGE_SUFFIXES = frozenset(_IMAGES)


def object_kind(sop_class_uid: str | None) -> ObjectKind:
    """The kind of an object of this SOP class (0008,0016); OTHER for a class that is not known."""
    if sop_class_uid is None or not sop_class_uid.startswith(_STORAGE):
        return ObjectKind.OTHER
    suffix = sop_class_uid.removeprefix(_STORAGE)
    if suffix.startswith("11."):
        return ObjectKind.PRESENTATION_STATE
    if suffix in _IMAGE_SUFFIXES:
        return ObjectKind.IMAGE
    return _KINDS.get(suffix, ObjectKind.OTHER)

"""Where the files of a series lie, and where they can be looked at."""

# IDC keeps every series under the same key in a bucket of each cloud.
_GCS_BUCKETS = {
    "idc-open-data": "idc-open-data",
    "idc-open-data-two": "idc-open-idc1",
    "idc-open-data-cr": "idc-open-cr",
}
_VIEWER = "https://viewer.imaging.datacommons.cancer.gov"


def aws_url(bucket: str | None, crdc_series_uuid: str) -> str | None:
    """All files of the series in Amazon S3, as s5cmd takes it."""
    return None if bucket is None else f"s3://{bucket}/{crdc_series_uuid}/*"


def gcs_url(bucket: str | None, crdc_series_uuid: str) -> str | None:
    """All files of the series in Google Cloud Storage; None for a bucket whose twin is not known."""
    twin = _GCS_BUCKETS.get(bucket or "")
    return None if twin is None else f"gs://{twin}/{crdc_series_uuid}/*"


def study_viewer(study_instance_uid: str, slides: bool) -> str:
    """The study in IDC's viewer: Slim for slides, OHIF for everything else."""
    if slides:
        return f"{_VIEWER}/slim/studies/{study_instance_uid}"
    return f"{_VIEWER}/v3/viewer/?StudyInstanceUIDs={study_instance_uid}"


def series_viewer(study_instance_uid: str, series_instance_uid: str, slides: bool) -> str:
    """The series inside its study, in the viewer of the study."""
    study = study_viewer(study_instance_uid, slides)
    if slides:
        return f"{study}/series/{series_instance_uid}"
    return f"{study}&initialSeriesInstanceUID={series_instance_uid}"

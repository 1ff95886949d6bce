"""The tables that say which patients may be linked to which projects of other commons.

``link_rules.csv`` has a row per collection of release 25 and form of identifier: the projects in which the same
identifier is the same patient, or the reason why there are none. ``aliases.csv`` has the identifiers that are misspelt
in IDC, one by one. ``never_forms.csv`` has the forms that are linked nowhere, whatever the other tables say.

Drawn up from the identifiers of release 25, the projects of GDC (https://docs.gdc.cancer.gov/API/Users_Guide/), those
of PDC (https://pdc.cancer.gov/data-dictionary/publicapi-documentation/) and the case_ids of ICDC study GLIOMA01.
"""

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from schema.vocabulary import Commons, SubjectKind

_FOLDER: Final = Path(__file__).parent
LINK_RULES: Final = _FOLDER / "link_rules.csv"
ALIASES: Final = _FOLDER / "aliases.csv"
NEVER_FORMS: Final = _FOLDER / "never_forms.csv"


@dataclass(frozen=True)
class LinkRule:
    """Patients of one collection whose whole identifier matches `id_form`, and where they may be found."""

    collection_id: str
    id_form: re.Pattern[str]
    # What the patients have to be: HUMAN, or ANIMAL for the dogs of ICDC.
    subject_kind: SubjectKind
    name: str
    # GDC project_id, PDC project_submitter_id, ICDC clinical_study_designation; for CDA, the collection itself.
    projects: dict[Commons, tuple[str, ...]]
    # dbGaP accessions of the studies that the controlled data of these patients belong to.
    accessions: tuple[str, ...]


@dataclass(frozen=True)
class NeverForm:
    """A form of identifier that is linked nowhere, neither in IDC nor in another commons."""

    id_form: re.Pattern[str]
    reason: str


@cache
def tables_digest() -> str:
    """Tells this edition of the tables from every other: links made with another one are out of date."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in (LINK_RULES, ALIASES, NEVER_FORMS))).hexdigest()


@cache
def link_rules() -> dict[str, tuple[LinkRule, ...]]:
    """The rules by collection; the forms of one collection do not overlap."""
    found: dict[str, tuple[LinkRule, ...]] = {}
    for row in _rows(LINK_RULES):
        if row["rule"]:
            found[row["collection_id"]] = (*found.get(row["collection_id"], ()), _rule(row))
    return found


@cache
def unlinkable_collections() -> dict[str, str]:
    """The collections without a rule, and why they have none."""
    return {row["collection_id"]: row["reason"] for row in _rows(LINK_RULES) if not row["rule"]}


@cache
def aliases() -> dict[tuple[str, str], str]:
    """The identifier elsewhere of (collection_id, patient_id) that IDC spells in another way."""
    return {(row["collection_id"], row["patient_id"]): row["submitter_id"] for row in _rows(ALIASES)}


@cache
def never_forms() -> tuple[NeverForm, ...]:
    """All rows of ``never_forms.csv``; upper and lower case are the same to them."""
    return tuple(
        NeverForm(re.compile(row["id_form"], re.ASCII | re.IGNORECASE), row["reason"]) for row in _rows(NEVER_FORMS)
    )


def never_linked(identifier: str) -> str | None:
    """Why an identifier is linked nowhere; None if its form does not forbid it."""
    return next((form.reason for form in never_forms() if form.id_form.fullmatch(identifier)), None)


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, strict=True))


def _rule(row: dict[str, str]) -> LinkRule:
    listed = {
        Commons.GDC: _listed(row["gdc_projects"]),
        Commons.PDC: _listed(row["pdc_projects"]),
        # CDA takes IDC's collections as projects of its own, under the same names.
        Commons.CDA: (row["collection_id"],),
        Commons.ICDC: _listed(row["icdc_studies"]),
    }
    return LinkRule(
        collection_id=row["collection_id"],
        id_form=re.compile(row["id_form"], re.ASCII),
        subject_kind=SubjectKind(row["subject_kind"]),
        name=row["rule"],
        projects={commons: projects for commons, projects in listed.items() if projects},
        accessions=_listed(row["dbgap"]),
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)

"""Near values, in a small world."""

import pytest

from resolvers.hints.near_values import MOST_SUGGESTED, NearValues

WORLD = NearValues(
    [
        "MR",
        "LUNG",
        "HEAD",
        "lidc_idri",
        "CC BY 4.0",
        "CC BY 3.0",
        "10.7937/k9/tcia.2015.lo9ql9sx",
        "LIDC-IDRI-0012",
        "LIDC-IDRI-0013",
        "Génération 4D",
        "CT Image Storage",
        "Lung Cancer",
        "Non-small Cell Lung Cancer",
        "???",
    ]
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("mr", ("MR",)),
        (" Mr ", ("MR",)),
        ("lung", ("LUNG",)),
        ("LIDC-IDRI", ("lidc_idri",)),
        ("cc-by_4.0", ("CC BY 4.0",)),
        ("generation_4d", ("Génération 4D",)),
        ("ＭＲ", ("MR",)),
        ("doi:10.7937/K9/TCIA.2015.LO9QL9SX", ("10.7937/k9/tcia.2015.lo9ql9sx",)),
        ("https://doi.org/10.7937/K9/TCIA.2015.LO9QL9SX", ("10.7937/k9/tcia.2015.lo9ql9sx",)),
        ("lidc idri 12", ("LIDC-IDRI-0012",)),
        ("MRI", ("MR",)),
        ("lugn", ("LUNG",)),
        ("lidc_irdi", ("lidc_idri",)),
        ("CT image", ("CT Image Storage",)),
        ("lung can", ("Lung Cancer", "Non-small Cell Lung Cancer")),
        ("the lung of a patient", ("LUNG",)),
    ],
)
def test_what_may_be_meant(text: str, values: tuple[str, ...]) -> None:
    assert WORLD.near(text).values == values


@pytest.mark.parametrize("text", ["", " ", "!", "xyzzy", "nonsense", "M", "CC BY 5.0"])
def test_what_is_near_nothing(text: str) -> None:
    assert WORLD.near(text).values == ()


def test_what_differs_by_case_only_goes_first() -> None:
    assert NearValues(["a b", "A-B", "A_B"]).near("A B").values == ("a b", "A-B", "A_B")


def test_values_that_are_not_suggested_are_counted() -> None:
    near = NearValues([f"tcga_{letter}" for letter in "abcdefgh"]).near("TCGA")
    assert (len(near.values), near.more) == (MOST_SUGGESTED, 3)


def test_the_only_value_beside_a_number_is_meant() -> None:
    assert NearValues(["lung-2019", "heart-2020"]).near("lung-2018").values == ("lung-2019",)
    assert NearValues(["lung-2019", "lung-2017"]).near("lung-2018").values == ()


def test_a_code_is_meant_by_its_word() -> None:
    assert NearValues(["F", "M", "O"]).near("female").values == ("F",)

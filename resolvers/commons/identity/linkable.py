"""Which patients of a release can be linked to which commons at all, for filters and facets over all of them."""

import numpy as np
import numpy.typing as npt

from resolvers.catalogue import Catalogue
from resolvers.commons.identity.candidates import rule_for
from resolvers.commons.identity.rules import LinkRule, link_rules
from schema.vocabulary import Commons, Level, SubjectKind

Mask = npt.NDArray[np.bool_]


def linkable_patients(catalogue: Catalogue) -> dict[Commons, Mask]:
    """Per commons a mask over all patients, in the order of their rows: whether `candidates` gives a candidate.

    Whoever is not in the mask is unknown to a condition on that commons: neither it nor its `not` finds them.
    Only the collections of the allow-list are looked at.
    """
    store, tree = catalogue.store, catalogue.tree
    collection_ids = store.terms(Level.COLLECTION, "collection_id").values
    patients, kinds = store.terms(Level.PATIENT, "patient_id"), store.terms(Level.PATIENT, "subject_kind")
    masks = {commons: np.zeros(len(patients.codes), np.bool_) for commons in Commons}
    for number, collection_id in enumerate(collection_ids):
        if collection_id not in link_rules():
            continue
        start, end = (int(row) for row in tree.collection_patients[number : number + 2])
        for row, (patient, kind) in enumerate(
            zip(patients.codes[start:end], kinds.codes[start:end], strict=True), start
        ):
            subject_kind = SubjectKind(kinds.values[kind - 1]) if kind else SubjectKind.UNKNOWN
            rule = rule_for(str(collection_id), str(patients.values[patient - 1]), subject_kind)
            if isinstance(rule, LinkRule):
                for commons in rule.projects:
                    masks[commons][row] = True
    return masks

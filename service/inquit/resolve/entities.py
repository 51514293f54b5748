"""Entities: who can be a speaker in one document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from inquit.resolve.cluster import Cluster
from inquit.resolve.gender import Gender
from inquit.text.segments import Segment
from inquit.types import SpeakerType

__all__ = ["Entity", "description_type"]

_DOCUMENT_HEADS = frozenset(
    """
    account ad advertisement affidavit agreement amendment analysis application article bill
    biography blog book brief bulletin caption charter column communiqué complaint constitution
    contract declaration decree diary dispatch document documents draft editorial email emails
    e-mail e-mails essay estimate excerpt figures filing filings file findings footage headline
    indictment inscription judgment law lawsuit leaflet letter letters list log manifesto manual
    memo memoir memorandum message note notes notice novel opinion order page pamphlet paper papers
    petition plaque poem policy poll polls post poster profile proposal records record release
    report reports resolution review ruling script sign statement statistics story study
    studies subpoena suit survey surveys testimony text texts transcript transcripts treaty tweet
    tweets verdict video warrant website site
    """.split()
)
_ORGANISATION_HEADS = frozenset(
    """
    administration agency airline army authority authorities bank board bureau cabinet campaign
    church commission committee company conglomerate corporation council court department embassy
    firm force foundation government group hospital institute institution kremlin league manufacturer
    media militia ministry movement navy network newspaper office organisation organization outlet
    paper parliament party pentagon police publisher regulator retailer school senate service state
    station supplier team think-tank tribunal union university
    """.split()
)


@dataclass(slots=True)
class Entity:
    """A speaker in the making."""

    name: Segment | None
    """Where its fullest form stands in the text; None for an author who is not named."""
    type: SpeakerType
    cluster: Cluster | None = None
    gender: Gender = Gender.UNKNOWN
    plural: bool = False
    first_person: bool = False
    """Whether the text calls it `I`, so that `he` is somebody else."""
    mentions: set[Segment] = field(default_factory=set)
    hints: Counter[SpeakerType] = field(default_factory=Counter)
    """What its mentions show of its type: `he`, `the company`."""


def description_type(head: str) -> SpeakerType:
    """Return the type of a speaker that is only described, by the noun at its centre."""
    if head in _DOCUMENT_HEADS:
        return SpeakerType.DOCUMENT
    if head in _ORGANISATION_HEADS:
        return SpeakerType.ORGANIZATION
    return SpeakerType.UNNAMED

"""All papers of the sample archive, in the order of their ids."""

from __future__ import annotations

from collections.abc import Callable

from qupia_server.samples import papers_court as court
from qupia_server.samples import papers_life as life
from qupia_server.samples import papers_state as state
from qupia_server.samples import papers_work as work
from qupia_server.samples.paper import Paper

PAPERS: tuple[Callable[[], Paper], ...] = (
    work.personnel_order,
    state.archive_certificate,
    life.questionnaire,
    state.household_book,
    court.court_verdict,
    state.pension_certificate,
    state.medical_extract,
    state.egov_certificate,
    court.adoption_record,
    life.old_letter,
    life.diary,
    work.pay_list,
    work.order_volume,
    court.secret_letter,
    life.foreign_letter,
    life.private_letter,
    life.autobiography,
)

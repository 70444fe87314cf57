"""What was decided at the counter, and the way to the paper that is handed over for it."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.counter.views import blueprint
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.domain.actor import Role
from engine.domain.dossier import Dossier, NationalStatus
from engine.domain.paper import Slip
from engine.queries.papers import papers_of
from engine.queries.task import dossier_file


@blueprint.get("/ho-so/<dossier_id>/giay-tiep-nhan")
@requires(Role.RECEPTION_OFFICER)
def handed_over(dossier_id: str) -> ResponseReturnValue:
    """One act, one paper: the numbered one that was issued with the decision is what is printed."""
    file = current_engine().read(dossier_file, current_actor(), dossier_id)
    slip = _slip_of(file.dossier)
    issued = [each for each in current_engine().read(papers_of, dossier_id) if each.slip is slip]
    if not issued:
        return redirect(url_for("worklist.dossier", dossier_id=dossier_id), 303)
    return render_template("counter/handed_over.html", file=file, slip=slip, paper=issued[-1])


def _slip_of(it: Dossier) -> Slip:
    if it.code:
        return Slip.RECEIPT
    return Slip.REFUSAL if it.national_status is NationalStatus.REFUSED else Slip.SUPPLEMENT

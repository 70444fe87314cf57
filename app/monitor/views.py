"""What runs: overview, instances, one instance, incidents, messages, timers. Writes one thing: the retry."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.monitor.presenters import cause, corrections, pulses, shown
from app.paging import page_number
from app.pictures import picture
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.instances import RedeliverMessage, RetryIncident
from engine.domain.actor import Role
from engine.domain.instance import MessageStatus
from engine.domain.notice import UNSENT
from engine.domain.process import InstanceStatus
from engine.queries import incidents as incident_queries
from engine.queries import monitoring as queries
from engine.queries import notices as notice_queries
from engine.queries import waiting as waiting_queries
from engine.queries.instance import instance_page
from engine.queries.monitoring import InstanceFilter

blueprint = Blueprint("monitor", __name__, template_folder="templates")
READERS = (Role.PROCESS_ADMIN, Role.SYS_ADMIN, Role.AUDITOR)
LONGEST_TEXT = 80


@blueprint.get("/giam-sat")
@requires(*READERS)
def overview() -> ResponseReturnValue:
    engine = current_engine()
    now = engine.clock.now()
    state = engine.read(queries.overview, now)
    told = engine.read(notice_queries.numbers, current_actor())
    return render_template(
        "monitor/overview.html", state=state, pulses=pulses(state.workers, now), scanning=engine.scanning(),
        unsent_notices=sum(told[each] for each in UNSENT))


@blueprint.get("/giam-sat/quy-trinh")
@requires(*READERS)
def instances() -> ResponseReturnValue:
    read = current_engine().read
    asked = _filter()
    return render_template(
        "monitor/instances.html", asked=asked, page=read(queries.instances, asked, page_number()),
        slugs=read(queries.slugs), statuses=list(InstanceStatus), now=current_engine().clock.now())


@blueprint.get("/giam-sat/quy-trinh/<instance_id>")
@requires(*READERS)
def instance(instance_id: str) -> ResponseReturnValue:
    engine = current_engine()
    it = engine.read(instance_page, instance_id)
    marks = picture(it.diagram, active=it.tokens.active, done=it.tokens.done, incidents=it.tokens.incidents)
    return render_template(
        "monitor/instance.html", it=it, picture=marks, now=engine.clock.now(), shown=shown, cause=cause,
        may_retry=current_actor().has(Role.PROCESS_ADMIN))


@blueprint.get("/giam-sat/su-co")
@requires(*READERS)
def incidents() -> ResponseReturnValue:
    groups = current_engine().read(incident_queries.incidents)
    return render_template("monitor/incidents.html", groups=groups, cause=cause)


@blueprint.post("/giam-sat/su-co/<incident_id>/chay-lai")
@requires(Role.PROCESS_ADMIN)
def retry(incident_id: str) -> ResponseReturnValue:
    engine = current_engine()
    incident = engine.read(incident_queries.incident_by_id, incident_id)
    command = RetryIncident(incident_id, corrections(request.form, incident.values))
    result = engine.execute(command, current_actor(), request.form.get("key"))
    if result.get("still"):
        flash(gettext("monitor.still_in_trouble"), "warning")
    else:
        flash(gettext("monitor.retried"), "success")
    return redirect(url_for("monitor.instance", instance_id=incident.instance_id), 303)


@blueprint.get("/giam-sat/thong-diep")
@requires(*READERS)
def messages() -> ResponseReturnValue:
    known = {each.value for each in MessageStatus}
    status = request.args.get("status", MessageStatus.UNDELIVERABLE.value)
    status = status if status in known else ""
    page = current_engine().read(waiting_queries.messages, status, page_number())
    return render_template("monitor/messages.html", page=page, status=status, statuses=list(MessageStatus),
                           may_redeliver=current_actor().has(Role.PROCESS_ADMIN))


@blueprint.post("/giam-sat/thong-diep/<message_id>/phat-lai")
@requires(Role.PROCESS_ADMIN)
def redeliver(message_id: str) -> ResponseReturnValue:
    """A message that nobody waited for, once more."""
    result = current_engine().execute(RedeliverMessage(message_id), current_actor(), request.form.get("key"))
    flash(*((gettext("monitor.redelivered"), "success") if result["delivered"]
            else (gettext("monitor.still_nobody_waits"), "warning")))
    return redirect(url_for("monitor.messages"), 303)


@blueprint.get("/giam-sat/hen-gio")
@requires(*READERS)
def timers() -> ResponseReturnValue:
    engine = current_engine()
    page = engine.read(waiting_queries.timers, page_number())
    return render_template("monitor/timers.html", page=page, now=engine.clock.now())


def _filter() -> InstanceFilter:
    """Read from the address, so that an admin can send a colleague what he sees."""
    status = request.args.get("status", "")
    return InstanceFilter(
        slug=request.args.get("slug", "")[:LONGEST_TEXT],
        status=status if status in {each.value for each in InstanceStatus} else "",
        incident=request.args.get("incident") == "1",
        text=request.args.get("q", "").strip()[:LONGEST_TEXT])

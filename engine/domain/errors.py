"""Refusals of the domain. `code` names the sentence in the message catalogues; the docstring says what happened.

People never read these docstrings: `app/errors.py` turns a code and its facts into Vietnamese or English.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """The request contradicts a rule of the service."""

    code = "domain_error"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.code}: {facts}" if facts else self.code)


class NotFound(DomainError):
    """There is no such thing, or this actor may not know of it."""

    code = "not_found"


class NotAllowed(DomainError):
    """This actor may not do this to this object."""

    code = "not_allowed"


class InvalidInput(DomainError):
    """What was given cannot be used; `facts['problems']` names each field and what is wrong with it."""

    code = "invalid_input"


class Conflict(DomainError):
    """Somebody else changed the same thing first."""

    code = "conflict"


class TaskAlreadyDone(Conflict):
    """The task was completed before; `facts` says by whom and when."""

    code = "task_already_done"


class TaskHeldByOther(Conflict):
    """Somebody else has claimed the task; `facts['holder']` is the name."""

    code = "task_held_by_other"


class IllegalMove(DomainError):
    """The table of states has no such move (domain.md 2.7)."""

    code = "illegal_move"


class InstanceBusy(Conflict):
    """Another command holds this instance; two retries did not get the lock."""

    code = "instance_busy"


class DiagramRefused(DomainError):
    """The publish gate found problems; `facts['problems']` holds them."""

    code = "diagram_refused"


class NoWorkingTime(DomainError):
    """The calendar has no working session for more than a year: it was set up wrongly."""

    code = "no_working_time"


class ClockOrderBroken(DomainError):
    """The dossier's clock cannot take this event now; `facts` name the state of the clock and the event."""

    code = "clock_order_broken"


class ClockBackdated(DomainError):
    """The event is older than the last one; nobody, admins included, may backdate the clock."""

    code = "clock_backdated"


class UnitNotRouted(DomainError):
    """No unit stands for this name where the dossier was received; `facts['unit']` is the name."""

    code = "unit_not_routed"


class ProcedureNotInForce(DomainError):
    """Somebody asks for what only a side procedure can decide, and none of that kind (`facts['kind']`) is in force."""

    code = "procedure_not_in_force"


class FeeUndetermined(DomainError):
    """A tariff gives no amount for these answers; `facts` name the fee and what came out instead."""

    code = "fee_undetermined"


class FeesDue(Conflict):
    """A step that collects money cannot be completed while the money is due."""

    code = "fees_due"


class NothingDue(Conflict):
    """What was to be paid is paid, exempt or gone; somebody else may have been faster."""

    code = "nothing_due"


class NotRefundable(DomainError):
    """The tariff keeps this money, it was never paid, or the dossier may still go on."""

    code = "not_refundable"


class GatewayUnavailable(DomainError):
    """The payment gateway is not set up here, or does not answer; `facts['reason']` says which."""

    code = "gateway_unavailable"


class NoticeRefused(DomainError):
    """A message about a payment that the gateway did not sign, or that cannot be read."""

    code = "notice_refused"


class DuplicateKey(Conflict):
    """A command with this idempotency key committed between our look and our write."""

    code = "duplicate_key"


class DatabaseUnusable(DomainError):
    """The database cannot be opened; `facts['reason']` is its own word for why."""

    code = "database_unusable"


class DatabaseOutdated(DomainError):
    """The database lacks migrations, or has some that this code does not know."""

    code = "database_outdated"


class DatabaseNotEmpty(DomainError):
    """Invented dossiers were to be mixed with `facts['dossiers']` that are there already."""

    code = "database_not_empty"


class WithdrawalPending(IllegalMove):
    """The owner has asked to withdraw; until that is decided no other step may move the dossier or its clock."""

    code = "withdrawal_pending"


class SecondReappointment(DomainError):
    """The result was promised anew as often as the decree allows (`facts['most']`)."""

    code = "second_reappointment"


class ExtensionRefused(DomainError):
    """The term was extended as often as allowed, or has passed already: `facts['reason']` is `used_up` or `late`."""

    code = "extension_refused"


class ClockNotRunning(DomainError):
    """Only a dossier whose term is running can be promised anew, extended or stopped."""

    code = "clock_not_running"


class DocumentError(DomainError):
    """A paper was issued, and its file could not be made; the paper and its number stand."""

    code = "document_error"


class DocumentFailed(DocumentError):
    """A paper could not be printed; `facts['reason']` is the printer's own word for why."""

    code = "document_failed"


class DocumentTooSlow(DocumentError):
    """A paper took longer than `facts['seconds']` to print and was given up."""

    code = "document_too_slow"


class SealNotKept(DomainError):
    """The unit keeps no seal of the agency whose document it is."""

    code = "seal_not_kept"

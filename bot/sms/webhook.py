"""POST /sms: checked, stored, acknowledged; answered later by the worker.

Twilio waits 15 s at most and may post the same message again, so nothing slow happens
here. Whatever is not signed by our account gets 403 and leaves no trace but one count.
"""

from functools import partial
from typing import Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.identity import Identity
from bot.sms import queue
from bot.sms.delivery_reports import report_delivery
from bot.sms.opt_out import Keyword
from bot.sms.queue import Received
from bot.sms.signature import Form, SignatureGuard
from bot.sms.worker import Worker
from townclerk.errors import BadInput

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
HANDLED = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}
"""Values of OptOutType: what Twilio's Advanced Opt-Out took the text for, and answered."""
PLACE = ("FromCity", "FromState", "FromZip", "FromCountry")


class Gateway(Protocol):
    """What these routes need of `app.state.gateway`. Without a Twilio account there is no worker."""

    @property
    def storage(self) -> DatabaseThreads: ...
    @property
    def identity(self) -> Identity: ...
    @property
    def signature_guard(self) -> SignatureGuard: ...
    @property
    def worker(self) -> Worker | None: ...


def router() -> APIRouter:
    """/sms and /sms/status. They find the gateway at `request.app.state.gateway`."""
    routes = APIRouter(tags=["sms"])
    routes.add_api_route("/sms", sms, methods=["POST"])
    routes.add_api_route("/sms/status", status, methods=["POST"])
    return routes


async def sms(request: Request) -> Response:
    """Store a text once and say so at once. Raises Refused (403) for one that is not from our Twilio account."""
    gateway: Gateway = request.app.state.gateway
    form = await gateway.signature_guard.admit(request)
    text, handled = _received(form, gateway.identity), HANDLED.get(form.get("OptOutType", "").upper())
    if handled is None and gateway.worker is not None and await gateway.worker.answer_at_once(text):
        return Response(TWIML, media_type="text/xml")
    if await gateway.storage.write(partial(queue.accept, text=text, handled=handled)) and gateway.worker is not None:
        gateway.worker.wake(text.person)
    return Response(TWIML, media_type="text/xml")


async def status(request: Request) -> Response:
    """Note how far Twilio got with a reply."""
    gateway: Gateway = request.app.state.gateway
    form = await gateway.signature_guard.admit(request)
    sid, state = form.get("MessageSid", ""), form.get("MessageStatus", "")
    why = form.get("ErrorCode", "")
    await gateway.storage.write(partial(report_delivery, twilio_sid=sid, status=state, error=why))
    return Response(TWIML, media_type="text/xml")


def _received(form: Form, identity: Identity) -> Received:
    sid, sender, ours = (form.get(name, "").strip() for name in ("MessageSid", "From", "To"))
    if not 0 < len(sid) <= 64 or not 0 < len(sender) <= 40 or not 0 < len(ours) <= 40:
        raise BadInput("A text webhook has MessageSid, From and To.")
    place = {name: form[name][:100] for name in PLACE if form.get(name)}
    body = form.get("Body", "").replace("\x00", "")
    return Received(sid, identity.phone_person(sender), sender, ours, body, place)

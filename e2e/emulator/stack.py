"""The WSGI applications of the emulator, one in front of the other."""

from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from emulator import services
from emulator.additions import Additions
from emulator.guard import Guard
from emulator.guard.record import Record
from emulator.journal import Journal
from emulator.report import Report
from emulator.serial import Serial
from emulator.unserved import Unserved

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build() -> "WSGIApplication":
    """From the outside in: what tests ask about, the log, what nobody can serve, one at a time, who
    may do what, our operations, moto.
    """
    services.load()
    moto = DomainDispatcherApplication(create_backend_app)
    return Report(Record(Journal(Unserved(Serial(Guard(Additions(moto)))))))

"""The WSGI applications of the emulator, one in front of the other."""

from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from emulator import services
from emulator.additions import Additions
from emulator.journal import Journal
from emulator.report import Report
from emulator.unserved import Unserved

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build() -> "WSGIApplication":
    """From the outside in: the report, the log, what nobody can serve, our operations, moto.

    What is to judge every request (who may do this?) goes before Unserved.
    """
    services.load()
    moto = DomainDispatcherApplication(create_backend_app)
    return Report(Journal(Unserved(Additions(moto))))

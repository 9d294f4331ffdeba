"""What the tests beside this file share: the whole emulator on a free port, and clients of it."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT027

import json
import threading
import unittest
from collections.abc import Callable
from typing import Any, ClassVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_api._internal.models import moto_api_backend
from werkzeug.serving import BaseWSGIServer, make_server

from emulator.__main__ import QuietHandler
from emulator.guard import linked, record
from emulator.guard.principals import ROOT_KEY
from emulator.stack import build

ACCOUNT = "123456789012"
REGION = "eu-central-1"

Credentials = dict[str, str]
Statement = dict[str, Any]

takers: list[Credentials] = []
"""The user who takes roles, once there is one."""

ROOT: Credentials = {"AccessKeyId": ROOT_KEY, "SecretAccessKey": "made-up"}


class ServedTest(unittest.TestCase):
    """Serves the emulator for the tests of a class."""

    server: ClassVar[BaseWSGIServer]
    clients: ClassVar[dict[Any, Any]]

    @classmethod
    def setUpClass(cls) -> None:
        """Serves an empty AWS on a free port."""
        moto_api_backend.reset()
        cls.clients = {}
        takers.clear()
        linked.there.clear()
        cls.server = make_server(
            "127.0.0.1", 0, build(), threaded=True, request_handler=QuietHandler
        )
        threading.Thread(target=cls.server.serve_forever, args=[0.01], daemon=True).start()

    @classmethod
    def tearDownClass(cls) -> None:
        """Ends what was begun."""
        cls.server.shutdown()
        cls.server.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def client(
        self,
        service: str,
        credentials: Credentials = ROOT,
        *,
        secure: bool = True,
        region: str = REGION,
    ) -> Any:
        """A client that doesn't try again, and counts as one over TLS unless told otherwise."""
        who = (credentials["AccessKeyId"], credentials.get("SessionToken"))
        key = (service, *who, secure, region)
        if key not in self.clients:
            self.clients[key] = made = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=credentials["AccessKeyId"],
                aws_secret_access_key=credentials["SecretAccessKey"],
                aws_session_token=credentials.get("SessionToken"),
                config=Config(
                    retries={"total_max_attempts": 1},
                    # It has the account in the host's name, which only a proxy finds.
                    proxies={"http": self.url} if service == "s3control" else None,
                ),
            )
            if not secure:
                made.meta.events.register("before-sign", _as_plain)
        return self.clients[key]

    def user(self, name: str, *statements: Statement) -> Credentials:
        """Makes a user who may do what the statements say, in a policy called own."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
        key: Credentials = iam.create_access_key(UserName=name)["AccessKey"]
        return key

    def grant(self, user: str, *statements: Statement) -> None:
        """Replaces what a user may do."""
        self.client("iam").put_user_policy(
            UserName=user, PolicyName="own", PolicyDocument=policy(*statements)
        )

    def role(self, name: str, *statements: Statement, **more: Any) -> str:
        """Makes a role that everybody in the account may take who may take roles."""
        trust = allow("sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
        del trust["Resource"]
        iam = self.client("iam")
        more.setdefault("AssumeRolePolicyDocument", policy(trust))
        arn: str = iam.create_role(RoleName=name, **more)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
        return arn

    def assume(self, role: str, **more: Any) -> Credentials:
        """Takes a role as a user who may take every one."""
        if not takers:
            takers.append(self.user("taker", allow("sts:AssumeRole")))
        sts = self.client("sts", takers[0])
        more.setdefault("RoleSessionName", "test")
        taken: Credentials = sts.assume_role(RoleArn=role, **more)["Credentials"]
        return taken

    def asked(self, call: Callable[..., Any], **parameters: Any) -> list[str]:
        """Makes a call, and returns what was asked about it, as "ec2:CreateVpc vpc/*"."""
        with record.lock:
            record.entries.clear()
        call(**parameters)
        return [f"{e.action} {e.resource.split(':', 5)[-1]}" for e in record.entries]

    def refused(self, call: Callable[..., Any], *args: Any, **parameters: Any) -> tuple[str, str]:
        """Makes a call that has to be refused, and returns the code and the message."""
        with self.assertRaises(ClientError) as raised:
            call(*args, **parameters)
        error = raised.exception.response["Error"]
        return error["Code"], error["Message"]


def _as_plain(request: Any, **_: Any) -> None:
    request.headers.add_header("X-Emulator-Transport", "http")


def policy(*statements: Statement) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, **more: Any) -> Statement:
    """A statement that allows the actions, on everything unless told otherwise."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def deny(*actions: str, **more: Any) -> Statement:
    """A statement that refuses the actions, on everything unless told otherwise."""
    return {**allow(*actions, **more), "Effect": "Deny"}

"""Who may become a role."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009

import base64
import json
import time
import unittest
from typing import Any

from emulator.guard import record
from emulator.served import ACCOUNT, ServedTest, allow, policy

GITHUB = "token.actions.githubusercontent.com"
SUBJECT = "repo:acme/shop:environment:dev"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"


class AssumeRoleTest(ServedTest):
    """With credentials."""

    def test_both(self) -> None:
        """The role has to trust the user, and the user has to have leave."""
        role = self.role("both")
        user = self.user("both")
        call = self.client("sts", user).assume_role
        parameters = {"RoleArn": role, "RoleSessionName": "test"}
        self.assertIn("no identity-based policy", self.refused(call, **parameters)[1])
        self.grant("both", allow("sts:AssumeRole", Resource=role))
        call(**parameters)

        self.trust("both", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/stranger"})
        self.user("stranger")
        self.assertIn(
            "because no role trust policy allows the sts:AssumeRole action",
            self.refused(call, **parameters)[1],
        )
        # A role in the same account that names the user is enough.
        self.trust("both", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/both"})
        self.grant("both", allow("kms:ListKeys"))
        call(**parameters)

    def trust(self, role: str, principal: dict[str, str], **more: Any) -> None:
        """Says whom a role trusts."""
        statement = allow("sts:AssumeRole", Principal=principal, **more)
        del statement["Resource"]
        self.client("iam").update_assume_role_policy(
            RoleName=role, PolicyDocument=policy(statement)
        )

    def test_external_id(self) -> None:
        """The role can ask for a word."""
        role = self.role("external")
        user = self.user("external", allow("sts:AssumeRole"))
        self.trust(
            "external",
            {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            Condition={"StringEquals": {"sts:ExternalId": "word"}},
        )
        call = self.client("sts", user).assume_role
        parameters = {"RoleArn": role, "RoleSessionName": "test"}
        self.refused(call, **parameters)
        self.refused(call, **parameters, ExternalId="other")
        call(**parameters, ExternalId="word")

    def test_never(self) -> None:
        """The root user takes no role, and nobody one that isn't there."""
        sts = self.client("sts")
        role = self.role("never")
        code, message = self.refused(sts.assume_role, RoleArn=role, RoleSessionName="test")
        self.assertEqual("AccessDenied", code)
        self.assertIn("Roles may not be assumed by root accounts", message)
        user = self.user("hopeful", allow("sts:AssumeRole"))
        gone = {"RoleArn": role + "x", "RoleSessionName": "test"}
        self.refused(self.client("sts", user).assume_role, **gone)


class WebIdentityTest(ServedTest):
    """With a token of an identity provider."""

    def pipeline(self, name: str, **conditions: str) -> str:
        """Makes a role for tokens whose claims are these, and a provider of tokens."""
        iam = self.client("iam")
        if not iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
            iam.create_open_id_connect_provider(
                Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"]
            )
        wanted = {f"{GITHUB}:{claim}": value for claim, value in conditions.items()}
        statement = allow(
            "sts:AssumeRoleWithWebIdentity",
            Sid="Pipeline",
            Principal={"Federated": PROVIDER},
            Condition={"StringEquals": wanted},
        )
        del statement["Resource"]
        return self.role(name, allow("kms:ListKeys"), AssumeRolePolicyDocument=policy(statement))

    def ask(self, role: str, **claims: Any) -> dict[str, Any]:
        """What is asked with a token that says these things."""
        content = {
            "iss": f"https://{GITHUB}",
            "aud": "sts.amazonaws.com",
            "sub": SUBJECT,
            "exp": time.time() + 60,
            **claims,
        }
        parts = [{"alg": "RS256"}, content, "signature"]
        encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
        return {
            "RoleArn": role,
            "RoleSessionName": "run-1",
            "WebIdentityToken": ".".join(part.rstrip("=") for part in encoded),
        }

    def test_token(self) -> None:
        """Issuer, audience, subject and time have to be right."""
        role = self.pipeline("pipeline", sub=SUBJECT, aud="sts.amazonaws.com")
        call = self.client("sts").assume_role_with_web_identity
        with record.lock:
            record.entries.clear()
        taken = call(**self.ask(role))["Credentials"]
        self.assertEqual(
            [(PROVIDER, ("role trust policy/Pipeline",))],
            [(entry.principal, entry.statements) for entry in record.entries],
        )
        self.client("kms", taken).list_keys()
        self.refused(self.client("iam", taken).list_roles)
        for code, wrong in (
            ("AccessDenied", {"sub": "repo:acme/shop:environment:production"}),
            ("InvalidIdentityToken", {"aud": "other"}),
            ("InvalidIdentityToken", {"iss": "https://other.example.com"}),
            ("ExpiredTokenException", {"exp": time.time() - 1}),
        ):
            with self.subTest(wrong=wrong):
                self.assertEqual(code, self.refused(call, **self.ask(role, **wrong))[0])
        nonsense = {**self.ask(role), "WebIdentityToken": "nonsense"}
        self.assertEqual("InvalidIdentityToken", self.refused(call, **nonsense)[0])
        self.assertEqual("AccessDenied", self.refused(call, **self.ask(role + "x"))[0])

    def test_claims(self) -> None:
        """Of the other claims, AWS knows some of some providers."""
        call = self.client("sts").assume_role_with_web_identity
        known = self.pipeline("known", environment="dev")
        self.refused(call, **self.ask(known, environment="production"))
        call(**self.ask(known, environment="dev"))
        unknown = self.pipeline("unknown", runner_environment="self-hosted")
        self.refused(call, **self.ask(unknown, runner_environment="self-hosted"))

    def test_credentials(self) -> None:
        """A role for tokens is for nobody with credentials."""
        role = self.pipeline("tokens", sub=SUBJECT)
        sts = self.client("sts", self.user("impatient", allow("sts:AssumeRole")))
        self.refused(sts.assume_role, RoleArn=role, RoleSessionName="test")


if __name__ == "__main__":
    unittest.main()

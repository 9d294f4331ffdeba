"""What the file of suppressions may say, and which findings it lets through."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009

import unittest
from textwrap import dedent

from scan.findings import Finding
from scan.suppressions import FORM, load


def finding(check: str, name: str) -> Finding:
    """A finding on STACK/ADDRESS."""
    stack, _, address = name.partition("/")
    return Finding(check, address, stack, "title")


ACCESS_LOG = finding("CKV_AWS_18", "dev-backend/aws_s3_bucket.state")
REASON = "reason: a reason has to have at least eight words"


class JudgeTest(unittest.TestCase):
    """Entries against findings."""

    def judge(self, text: str, *found: Finding) -> tuple[list[Finding], list[str]]:
        """The findings that remain, and the problems."""
        suppressions = load(dedent(text))
        return suppressions.judge(found), suppressions.problems

    def test_an_entry_hides_its_finding(self) -> None:
        """No finding and no problem remain."""
        text = f"""
            - checks: [CKV_AWS_18]
              resources: [dev-backend/aws_s3_bucket.state]
              {REASON}
        """
        self.assertEqual(self.judge(text, ACCESS_LOG), ([], []))

    def test_a_finding_without_an_entry_remains(self) -> None:
        """Another check, stack, or resource is another finding."""
        text = f"""
            - checks: [CKV_AWS_18]
              resources: [dev-backend/aws_s3_bucket.state]
              {REASON}
        """
        others = [
            finding("CKV_AWS_21", "dev-backend/aws_s3_bucket.state"),
            finding("CKV_AWS_18", "staging-backend/aws_s3_bucket.state"),
            finding("CKV_AWS_18", "dev-backend/aws_s3_bucket.state_replica"),
        ]
        self.assertEqual(self.judge(text, ACCESS_LOG, *others), (others, []))

    def test_a_pattern_stands_for_all_environments(self) -> None:
        """One entry is enough for a layer, and for each check on each resource."""
        text = f"""
            - checks: [CKV_AWS_18, CKV_AWS_21]
              resources: ["*-backend/aws_s3_bucket.*"]
              {REASON}
        """
        found = [
            finding(check, f"{environment}-backend/aws_s3_bucket.{name}")
            for check in ("CKV_AWS_18", "CKV_AWS_21")
            for environment in ("dev", "production")
            for name in ("state", "state_replica")
        ]
        other = finding("CKV_AWS_18", "dev-storage/aws_s3_bucket.state")
        self.assertEqual(self.judge(text, *found, other), ([other], []))

    def test_what_hides_nothing_is_a_problem(self) -> None:
        """Each check on each resource must be of use, and the line says which is not."""
        text = f"""
            - checks:
                - CKV_AWS_18
                - CKV_AWS_21
              resources:
                - dev-backend/aws_s3_bucket.state
                - "*-storage/aws_s3_bucket.state"
              {REASON}
        """
        rest, problems = self.judge(text, ACCESS_LOG)
        self.assertEqual(rest, [])
        self.assertEqual(
            problems,
            [
                f"scan/suppressions.yaml:{line}: {check} does not fail on {resources}: take it out"
                for line, check, resources in (
                    (6, "CKV_AWS_21", "dev-backend/aws_s3_bucket.state"),
                    (7, "CKV_AWS_18", "*-storage/aws_s3_bucket.state"),
                    (7, "CKV_AWS_21", "*-storage/aws_s3_bucket.state"),
                )
            ],
        )

    def test_what_hides_again_is_a_problem(self) -> None:
        """The second line is said once, with the first."""
        text = f"""
            - checks: [CKV_AWS_18]
              resources: ["*-backend/aws_s3_bucket.state"]
              {REASON}
            - checks: [CKV_AWS_18]
              resources: [dev-backend/aws_s3_bucket.state]
              {REASON}
        """
        rest, problems = self.judge(text, ACCESS_LOG)
        self.assertEqual(rest, [])
        said = "suppressed in line 3 already: take one of them out"
        self.assertEqual(
            problems,
            [f"scan/suppressions.yaml:6: CKV_AWS_18 on aws_s3_bucket.state is {said}"],
        )


class LoadTest(unittest.TestCase):
    """Files that are wrong."""

    def assert_problem(self, text: str, *expected: str) -> None:
        """The file has these problems and no other ones."""
        problems = load(dedent(text)).problems
        self.assertEqual(problems, [f"scan/suppressions.yaml:{e}" for e in expected])

    def test_no_entries(self) -> None:
        """Nothing to suppress is fine."""
        self.assert_problem("# nothing\n")

    def test_reasons(self) -> None:
        """A reason is needed, and a word is none."""
        entry = "- checks: [CKV_AWS_18]\n  resources: [dev-backend/aws_s3_bucket.state]\n"
        self.assert_problem(entry, f"1: reason is missing: {FORM}")
        for reason in ("", "false positive", "[a, b, c, d, e, f, g, h]"):
            self.assert_problem(
                f"{entry}  reason: {reason}\n", "3: say in a sentence why it is right as it is"
            )

    def test_keys(self) -> None:
        """Unknown, missing and repeated keys are all said."""
        text = f"""\
            - check: CKV_AWS_18
              resources: [dev-backend/aws_s3_bucket.state]
              resources: [dev-backend/aws_s3_bucket.state]
              {REASON}
        """
        self.assert_problem(
            text,
            f"1: unknown key check: {FORM}",
            "3: resources is there twice",
            f"1: checks is missing: {FORM}",
        )

    def test_lists(self) -> None:
        """Checks and resources are lists of text, and a resource is in a stack."""
        text = f"""\
            - checks: CKV_AWS_18
              resources: []
              {REASON}
            - checks: [CKV_AWS_18]
              resources: [aws_s3_bucket.state, "dev-backend/*"]
              {REASON}
        """
        form = "must be STACK/ADDRESS, as *-networking/aws_lb.load_balancer"
        self.assert_problem(
            text,
            "1: checks must be a list of text",
            "2: resources must be a list of text",
            f"5: aws_s3_bucket.state {form}",
            f"5: dev-backend/* {form}",
        )

    def test_other_documents(self) -> None:
        """What is no list of entries, or no YAML."""
        self.assert_problem("CKV_AWS_18: why", "1: must be a list of entries")
        self.assert_problem("- CKV_AWS_18", f"1: {FORM}")
        self.assert_problem(
            "- [", "1: is not YAML: expected the node content, but found '<stream end>'"
        )

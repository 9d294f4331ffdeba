"""What calls are authorized on, and what AWS asks besides: tags, roles that are handed on."""

# unittest comes with Python, and is enough.
# ruff: noqa: PT009

import unittest
from typing import Any

from emulator.guard import calls, dependents, linked
from emulator.served import ACCOUNT, REGION, ServedTest, allow, policy
from emulator.unserved import unserved

LINKED = "role/aws-service-role"
TAGS = [{"Key": "Team", "Value": "blue"}]


class NetworkTest(ServedTest):
    """EC2 authorizes a call on everything that it touches."""

    def setUp(self) -> None:
        """Has a VPC with a subnet."""
        self.ec2 = self.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.0.0/24")
        self.subnet = made["Subnet"]["SubnetId"]

    def test_resources(self) -> None:
        """What is there counts by its id, and what is made by its type."""
        vpc, subnet = f"vpc/{self.vpc}", f"subnet/{self.subnet}"
        ec2, asked = self.ec2, self.asked
        tags = {"ResourceType": "subnet", "Tags": TAGS}
        self.assertEqual(
            [f"ec2:CreateSubnet {vpc}", "ec2:CreateSubnet subnet/*", "ec2:CreateTags subnet/*"],
            asked(
                ec2.create_subnet,
                VpcId=self.vpc,
                CidrBlock="10.0.1.0/24",
                TagSpecifications=[tags],
            ),
        )
        table = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.assertEqual(
            [
                f"ec2:AssociateRouteTable {subnet}",
                f"ec2:AssociateRouteTable route-table/{table}",
            ],
            asked(ec2.associate_route_table, RouteTableId=table, SubnetId=self.subnet),
        )
        found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]
        association = found[0]["RouteTableAssociationId"]
        self.assertEqual(
            [
                f"ec2:DisassociateRouteTable route-table/{table}",
                f"ec2:DisassociateRouteTable {subnet}",
            ],
            asked(ec2.disassociate_route_table, AssociationId=association),
        )
        self.assertEqual(
            [
                f"ec2:CreateVpcEndpoint {vpc}",
                f"ec2:CreateVpcEndpoint route-table/{table}",
                "ec2:CreateVpcEndpoint vpc-endpoint/*",
            ],
            asked(
                ec2.create_vpc_endpoint,
                VpcId=self.vpc,
                ServiceName=f"com.amazonaws.{REGION}.s3",
                RouteTableIds=[table],
            ),
        )
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        self.assertEqual(
            [
                f"ec2:CreateNatGateway elastic-ip/{address}",
                f"ec2:CreateNatGateway {subnet}",
                "ec2:CreateNatGateway natgateway/*",
            ],
            asked(ec2.create_nat_gateway, SubnetId=self.subnet, AllocationId=address),
        )
        group = ec2.create_security_group(GroupName="g", Description="g", VpcId=self.vpc)["GroupId"]
        rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}
        rule["IpRanges"] = [{"CidrIp": "10.0.0.0/8"}]
        self.assertEqual(
            [f"ec2:AuthorizeSecurityGroupIngress security-group/{group}"],
            asked(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[rule]),
        )
        self.assertEqual(
            [f"ec2:CreateTags {vpc}", f"ec2:CreateTags {subnet}"],
            asked(ec2.create_tags, Resources=[self.vpc, self.subnet], Tags=TAGS),
        )
        self.assertEqual(["ec2:DescribeSubnets *"], asked(ec2.describe_subnets))
        acl = ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        at = {"Name": "association.subnet-id", "Values": [self.subnet]}
        old = ec2.describe_network_acls(Filters=[at])["NetworkAcls"][0]["Associations"]
        there = next(x for x in old if x["SubnetId"] == self.subnet)["NetworkAclAssociationId"]
        self.assertEqual(
            [
                f"ec2:ReplaceNetworkAclAssociation network-acl/{acl}",
                f"ec2:ReplaceNetworkAclAssociation {subnet}",
            ],
            asked(ec2.replace_network_acl_association, AssociationId=there, NetworkAclId=acl),
        )

    def test_every_resource(self) -> None:
        """One that is not allowed is enough."""
        arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:"
        user = self.user("every", allow("ec2:CreateSubnet", Resource=f"{arn}vpc/{self.vpc}"))
        call = self.client("ec2", user).create_subnet
        parameters = {"VpcId": self.vpc, "CidrBlock": "10.0.2.0/24"}
        code, message = self.refused(call, **parameters)
        self.assertEqual("UnauthorizedOperation", code)
        self.assertIn(f"You are not authorized to perform this operation. User: {arn[:8]}", message)
        self.assertIn(f"ec2:CreateSubnet on resource: {arn}subnet/* because", message)
        everything = [f"{arn}vpc/{self.vpc}", f"{arn}subnet/*"]
        self.grant("every", allow("ec2:CreateSubnet", Resource=everything))
        call(**parameters)

    def test_tags(self) -> None:
        """A new resource has the tags of the request, one that is there has its own."""
        self.ec2.create_tags(Resources=[self.vpc], Tags=TAGS)
        user = self.user("tagger")
        ec2 = self.client("ec2", user)
        tags = [{"ResourceType": "subnet", "Tags": TAGS}]
        create = {"VpcId": self.vpc, "CidrBlock": "10.0.3.0/24", "TagSpecifications": tags}
        given = {"StringEquals": {"aws:RequestTag/Team": "blue"}}
        there = {"StringEquals": {"aws:ResourceTag/Team": "blue"}}
        creating = {"StringEquals": {"ec2:CreateAction": "CreateSubnet"}}
        vpcs, subnets = "arn:aws:ec2:*:*:vpc/*", "arn:aws:ec2:*:*:subnet/*"

        self.grant("tagger", allow("ec2:*", Condition=given))
        self.assertIn(f"vpc/{self.vpc}", self.refused(ec2.create_subnet, **create)[1])
        self.grant(
            "tagger",
            allow("ec2:CreateSubnet", Resource=vpcs, Condition=there),
            allow("ec2:CreateSubnet", Resource=subnets, Condition=given),
        )
        self.assertIn("ec2:CreateTags", self.refused(ec2.create_subnet, **create)[1])
        self.grant(
            "tagger",
            allow("ec2:CreateSubnet", Resource=vpcs, Condition=there),
            allow("ec2:CreateSubnet", Resource=subnets, Condition=given),
            allow("ec2:CreateTags", Condition=creating),
        )
        ec2.create_subnet(**create)
        self.refused(ec2.create_tags, Resources=[self.vpc], Tags=TAGS)
        other = {"StringEquals": {"aws:ResourceTag/Team": "red"}}
        self.grant("tagger", allow("ec2:*", Condition=other))
        self.refused(ec2.delete_subnet, SubnetId=self.subnet)


class ServicesTest(ServedTest):
    """Each service has its own names for things."""

    def check(self, expected: list[str], call: Any, **parameters: Any) -> None:
        """Looks at what was asked."""
        self.assertEqual(expected, self.asked(call, **parameters))

    def test_kms(self) -> None:
        """A key counts by its ARN, however it is named, and an alias with its key."""
        kms = self.client("kms")
        self.check(["kms:CreateKey *", "kms:TagResource key/*"], kms.create_key, Tags=[TAG])
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        both = ["alias/one", f"key/{key}"]
        self.check(
            [f"kms:CreateAlias {name}" for name in both],
            kms.create_alias,
            AliasName="alias/one",
            TargetKeyId=key,
        )
        self.check([f"kms:DescribeKey key/{key}"], kms.describe_key, KeyId="alias/one")
        self.check(
            [f"kms:DeleteAlias {name}" for name in both], kms.delete_alias, AliasName="alias/one"
        )
        self.check(["kms:ListAliases *"], kms.list_aliases)

    def test_iam(self) -> None:
        """Roles have paths, and may come with tags."""
        iam = self.client("iam")
        trust = {"AssumeRolePolicyDocument": policy(), "Path": "/team/"}
        self.check(
            ["iam:CreateRole role/team/names", "iam:TagRole role/team/names"],
            iam.create_role,
            RoleName="names",
            Tags=TAGS,
            **trust,
        )
        document = policy(allow("kms:ListKeys"))
        self.check(
            ["iam:PutRolePolicy role/team/names"],
            iam.put_role_policy,
            RoleName="names",
            PolicyName="p",
            PolicyDocument=document,
        )
        made = {"PolicyName": "names", "PolicyDocument": document}
        self.check(["iam:CreatePolicy policy/names"], iam.create_policy, **made)
        self.check(
            ["iam:AttachRolePolicy role/team/names"],
            iam.attach_role_policy,
            RoleName="names",
            PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/names",
        )
        self.check(
            ["iam:CreateOpenIDConnectProvider oidc-provider/issuer.example.com"],
            iam.create_open_id_connect_provider,
            Url="https://issuer.example.com",
            ThumbprintList=["0" * 40],
        )
        self.check(
            [f"iam:CreateServiceLinkedRole {LINKED}/ecs.amazonaws.com/AWSServiceRoleForECS"],
            iam.create_service_linked_role,
            AWSServiceName="ecs.amazonaws.com",
        )
        task = iam.delete_service_linked_role(RoleName="AWSServiceRoleForECS")["DeletionTaskId"]
        role = f"{LINKED}/ecs.amazonaws.com/AWSServiceRoleForECS"
        self.check(
            [f"iam:GetServiceLinkedRoleDeletionStatus {role}"],
            iam.get_service_linked_role_deletion_status,
            DeletionTaskId=task,
        )

    def test_logs(self) -> None:
        """A log group's ARN ends with something, but for its tags."""
        logs = self.client("logs")
        self.check(
            ["logs:CreateLogGroup log-group:/a/b:log-stream:", "logs:TagResource log-group:/a/b"],
            logs.create_log_group,
            logGroupName="/a/b",
            tags={"Team": "blue"},
        )
        self.check(
            ["logs:PutRetentionPolicy log-group:/a/b:log-stream:"],
            logs.put_retention_policy,
            logGroupName="/a/b",
            retentionInDays=1,
        )
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/a/b"
        self.check(
            ["logs:ListTagsForResource log-group:/a/b"],
            logs.list_tags_for_resource,
            resourceArn=arn,
        )
        self.check(
            ["logs:DescribeLogGroups log-group::log-stream:"],
            logs.describe_log_groups,
            logGroupNamePrefix="/a",
        )

    def test_secretsmanager(self) -> None:
        """A secret counts by the ARN that it got."""
        client = self.client("secretsmanager")
        self.check(
            [
                "secretsmanager:CreateSecret secret:a/b-??????",
                "secretsmanager:TagResource secret:a/b-??????",
            ],
            client.create_secret,
            Name="a/b",
            Tags=TAGS,
        )
        arn = client.describe_secret(SecretId="a/b")["ARN"].split(":", 5)[-1]
        for name in ("a/b", client.describe_secret(SecretId="a/b")["ARN"]):
            self.check(
                [f"secretsmanager:DescribeSecret {arn}"], client.describe_secret, SecretId=name
            )
        self.check(["secretsmanager:GetRandomPassword *"], client.get_random_password)

    def test_ecr(self) -> None:
        """ECR makes itself a role for each thing that it does by itself, the first time."""
        ecr, made = self.client("ecr"), "ecr:CreateRepository repository/copies/*"
        linking = f"iam:CreateServiceLinkedRole {LINKED}"
        cache = "AWSServiceRoleForECRPullThroughCache"
        role = f"arn:aws:iam::{ACCOUNT}:role/copies"
        self.check(
            [
                "ecr:CreateRepositoryCreationTemplate *",
                "iam:PassRole role/copies",
                made,
                f"{linking}/ecr.amazonaws.com/AWSServiceRoleForECRTemplate",
            ],
            ecr.create_repository_creation_template,
            prefix="copies",
            appliedFor=["REPLICATION"],
            customRoleArn=role,
        )
        self.check(
            [
                "ecr:CreatePullThroughCacheRule *",
                f"{linking}/pullthroughcache.ecr.amazonaws.com/{cache}",
            ],
            ecr.create_pull_through_cache_rule,
            ecrRepositoryPrefix="public",
            upstreamRegistryUrl="public.ecr.aws",
        )
        for kind, actions in (
            ("ENHANCED", ["Enable", "ListAccountPermissions"]),
            ("BASIC", ["Disable"]),
        ):
            self.check(
                [
                    "ecr:PutRegistryScanningConfiguration *",
                    *(f"inspector2:{action} *" for action in actions),
                ],
                ecr.put_registry_scanning_configuration,
                scanType=kind,
                rules=[],
            )

    def test_load_balancer(self) -> None:
        """The first load balancer in an account takes more than the second."""
        ec2, elb, waf = self.client("ec2"), self.client("elbv2"), self.client("wafv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=REGION + z)[
                "Subnet"
            ]["SubnetId"]
            for n, z in enumerate("ab")
        ]
        role = "AWSServiceRoleForElasticLoadBalancing"
        create = ["elasticloadbalancing:CreateLoadBalancer loadbalancer/app/one/*"]
        self.check(
            [
                *create,
                f"iam:CreateServiceLinkedRole {LINKED}/elasticloadbalancing.amazonaws.com/{role}",
                "ec2:DescribeAccountAttributes *",
                "ec2:DescribeInternetGateways *",
            ],
            elb.create_load_balancer,
            Name="one",
            Subnets=subnets,
        )
        group = ec2.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]
        self.check(
            [*create, f"ec2:GetSecurityGroupsForVpc vpc/{vpc}"],
            elb.create_load_balancer,
            Name="one",
            Subnets=subnets,
            SecurityGroups=[group],
        )
        arn = elb.describe_load_balancers(Names=["one"])["LoadBalancers"][0]["LoadBalancerArn"]
        balancer = arn.split(":", 5)[-1]
        self.check(
            [
                "elasticloadbalancing:CreateTargetGroup targetgroup/one/*",
                "elasticloadbalancing:AddTags targetgroup/one/*",
            ],
            elb.create_target_group,
            Name="one",
            Protocol="HTTP",
            Port=80,
            VpcId=vpc,
            Tags=TAGS,
        )
        made = balancer.replace("loadbalancer", "listener")
        fixed = {"StatusCode": "404", "ContentType": "text/plain"}
        self.check(
            [
                f"elasticloadbalancing:CreateListener {balancer}",
                f"elasticloadbalancing:AddTags {made}/*",
            ],
            elb.create_listener,
            LoadBalancerArn=arn,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": fixed}],
            Tags=TAGS,
        )
        visible = {
            "SampledRequestsEnabled": False,
            "CloudWatchMetricsEnabled": False,
            "MetricName": "m",
        }
        rule = {
            "Name": "r",
            "Priority": 0,
            "Statement": {
                "ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesX"}
            },
            "OverrideAction": {"None": {}},
            "VisibilityConfig": visible,
        }
        self.check(
            [
                "wafv2:CreateWebACL regional/webacl/one/*",
                "wafv2:CreateWebACL regional/managedruleset/*/*",
                "wafv2:TagResource regional/webacl/one/*",
            ],
            waf.create_web_acl,
            Name="one",
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            VisibilityConfig=visible,
            Rules=[rule],
            Tags=TAGS,
        )
        acl_arn = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]["ARN"]
        acl = acl_arn.split(":", 5)[-1]
        both = {"WebACLArn": acl_arn, "ResourceArn": arn}
        self.check(
            [
                f"wafv2:AssociateWebACL {acl}",
                f"wafv2:AssociateWebACL {balancer}",
                f"elasticloadbalancing:SetWebACL {balancer}",
            ],
            waf.associate_web_acl,
            **both,
        )
        self.check(
            [f"wafv2:GetWebACLForResource {name}" for name in (balancer, acl)],
            waf.get_web_acl_for_resource,
            ResourceArn=arn,
        )
        self.check(
            [
                f"wafv2:PutLoggingConfiguration {acl}",
                "logs:CreateLogDelivery *",
                "logs:DescribeLogGroups log-group::log-stream:",
                "logs:DescribeResourcePolicies *",
                "logs:PutResourcePolicy *",
            ],
            waf.put_logging_configuration,
            LoggingConfiguration={
                "ResourceArn": acl_arn,
                "LogDestinationConfigs": [
                    f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:aws-waf-logs-x"
                ],
            },
        )

    def test_others(self) -> None:
        """Most name their resource in a parameter, or by its ARN."""
        self.check(
            ["dynamodb:CreateTable table/names", "dynamodb:TagResource table/names"],
            self.client("dynamodb").create_table,
            TableName="names",
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=TAGS,
        )
        self.check(
            ["ecr:CreateRepository repository/a/b", "ecr:TagResource repository/a/b"],
            self.client("ecr").create_repository,
            repositoryName="a/b",
            tags=TAGS,
        )
        self.check(["ecr:GetAuthorizationToken *"], self.client("ecr").get_authorization_token)
        self.check(
            ["ecr:DescribeRepositories repository/*"], self.client("ecr").describe_repositories
        )
        acm = self.client("acm")
        self.check(["acm:RequestCertificate *"], acm.request_certificate, DomainName="example.com")
        certificate = acm.list_certificates()["CertificateSummaryList"][0]["CertificateArn"]
        self.check(
            [f"acm:DescribeCertificate {certificate.split(':', 5)[-1]}"],
            acm.describe_certificate,
            CertificateArn=certificate,
        )
        route53 = self.client("route53")
        zone = route53.create_hosted_zone(Name="example.com", CallerReference="a")
        name = zone["HostedZone"]["Id"].rpartition("/")[2]
        self.check([f"route53:GetHostedZone hostedzone/{name}"], route53.get_hosted_zone, Id=name)
        self.check(
            [f"route53:ListTagsForResource hostedzone/{name}"],
            route53.list_tags_for_resource,
            ResourceType="hostedzone",
            ResourceId=name,
        )
        guardduty = self.client("guardduty")
        linked.there.add("guardduty.amazonaws.com")
        self.check(
            ["guardduty:CreateDetector *", "guardduty:TagResource detector/*"],
            guardduty.create_detector,
            Enable=True,
            Tags={"Team": "blue"},
        )
        detector = guardduty.list_detectors()["DetectorIds"][0]
        self.check(
            [f"guardduty:GetDetector detector/{detector}"],
            guardduty.get_detector,
            DetectorId=detector,
        )
        linked.there.add("securityhub.amazonaws.com")
        self.check(
            ["securityhub:EnableSecurityHub hub/default"],
            self.client("securityhub").enable_security_hub,
        )
        config = self.client("config")
        recorder = {"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/recorder"}
        self.check(
            [
                "config:PutConfigurationRecorder configuration-recorder/default/*",
                "iam:PassRole role/recorder",
            ],
            config.put_configuration_recorder,
            ConfigurationRecorder=recorder,
        )

    def test_s3(self) -> None:
        """What stands behind the question mark decides, and a copy is also read."""
        s3 = self.client("s3")
        where = {"LocationConstraint": REGION}
        self.check(
            ["s3:CreateBucket names"],
            s3.create_bucket,
            Bucket="names",
            CreateBucketConfiguration=where,
        )
        self.check(["s3:ListBucket names"], s3.head_bucket, Bucket="names")
        self.check(["s3:PutObject names/a/b"], s3.put_object, Bucket="names", Key="a/b", Body=b"")
        self.check(
            ["s3:PutObject names/c", "s3:GetObject names/a/b"],
            s3.copy_object,
            Bucket="names",
            Key="c",
            CopySource="names/a/b",
        )
        self.check(["s3:GetBucketVersioning names"], s3.get_bucket_versioning, Bucket="names")
        objects = {"Objects": [{"Key": "a/b"}, {"Key": "c"}]}
        self.check(
            ["s3:DeleteObject names/a/b", "s3:DeleteObject names/c"],
            s3.delete_objects,
            Bucket="names",
            Delete=objects,
        )
        versions = {"Objects": [{"Key": "a", "VersionId": "1"}, {"Key": "b", "VersionId": "2"}]}
        self.check(
            ["s3:DeleteObjectVersion names/a", "s3:DeleteObjectVersion names/b"],
            s3.delete_objects,
            Bucket="names",
            Delete=versions,
        )
        self.check(["s3:ListAllMyBuckets *"], s3.list_buckets)
        limited = {"StringLike": {"s3:prefix": "a/*"}}
        user = self.user("prefix", allow("s3:ListBucket", Condition=limited))
        self.client("s3", user).list_objects_v2(Bucket="names", Prefix="a/b")
        self.refused(self.client("s3", user).list_objects_v2, Bucket="names")

    def test_s3_control(self) -> None:
        """The account's settings are S3's."""
        self.check(
            ["s3:PutAccountPublicAccessBlock *"],
            self.client("s3control").put_public_access_block,
            AccountId=ACCOUNT,
            PublicAccessBlockConfiguration={"BlockPublicAcls": True},
        )


class TagsTest(ServedTest):
    """Policies that look at the tags of what is there."""

    def test_resource_tags(self) -> None:
        """The tags are those that moto keeps, service by service."""
        user = self.user("reader")
        given = {"Team": "blue"}
        key = self.client("kms").create_key(Tags=[TAG])["KeyMetadata"]["KeyId"]
        self.client("secretsmanager").create_secret(Name="tagged", Tags=TAGS)
        self.client("iam").create_role(
            RoleName="tagged", AssumeRolePolicyDocument=policy(), Tags=TAGS
        )
        self.client("iam").create_instance_profile(InstanceProfileName="tagged", Tags=TAGS)
        self.client("accessanalyzer").create_analyzer(
            analyzerName="tagged", type="ACCOUNT", tags=given
        )
        detector = self.client("guardduty").create_detector(Enable=True, Tags=given)["DetectorId"]
        self.client("logs").create_log_group(logGroupName="tagged", tags=given)
        self.client("ecr").create_repository(repositoryName="tagged", tags=TAGS)
        certificate = self.client("acm").request_certificate(DomainName="example.org", Tags=TAGS)[
            "CertificateArn"
        ]
        vpc = self.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        group = self.client("elbv2").create_target_group(
            Name="tagged", Protocol="HTTP", Port=80, VpcId=vpc, Tags=TAGS
        )["TargetGroups"][0]["TargetGroupArn"]
        for service, action, call, parameters in (
            ("kms", "kms:DescribeKey", "describe_key", {"KeyId": key}),
            (
                "secretsmanager",
                "secretsmanager:DescribeSecret",
                "describe_secret",
                {"SecretId": "tagged"},
            ),
            ("iam", "iam:ListRolePolicies", "list_role_policies", {"RoleName": "tagged"}),
            (
                "iam",
                "iam:GetInstanceProfile",
                "get_instance_profile",
                {"InstanceProfileName": "tagged"},
            ),
            (
                "accessanalyzer",
                "access-analyzer:GetAnalyzer",
                "get_analyzer",
                {"analyzerName": "tagged"},
            ),
            ("guardduty", "guardduty:GetDetector", "get_detector", {"DetectorId": detector}),
            (
                "logs",
                "logs:PutRetentionPolicy",
                "put_retention_policy",
                {"logGroupName": "tagged", "retentionInDays": 1},
            ),
            ("ecr", "ecr:ListImages", "list_images", {"repositoryName": "tagged"}),
            (
                "acm",
                "acm:DescribeCertificate",
                "describe_certificate",
                {"CertificateArn": certificate},
            ),
            (
                "elbv2",
                "elasticloadbalancing:ModifyTargetGroup",
                "modify_target_group",
                {"TargetGroupArn": group, "HealthCheckPath": "/"},
            ),
        ):
            with self.subTest(action=action):
                client = self.client(service, user)
                for value, right in (("blue", True), ("red", False)):
                    condition = {"StringEquals": {"aws:ResourceTag/Team": value}}
                    self.grant("reader", allow(action, Condition=condition))
                    if right:
                        getattr(client, call)(**parameters)
                    else:
                        self.refused(getattr(client, call), **parameters)

    def test_request_tags(self) -> None:
        """What a request sets, and that it sets nothing else."""
        condition = {
            "StringEquals": {"aws:RequestTag/Team": "blue"},
            "ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]},
        }
        both = allow("ecr:CreateRepository", "ecr:TagResource", Condition=condition)
        ecr = self.client("ecr", self.user("creator", both))
        other = {"Key": "Other", "Value": "x"}
        self.refused(ecr.create_repository, repositoryName="plain")
        self.refused(ecr.create_repository, repositoryName="more", tags=[*TAGS, other])
        ecr.create_repository(repositoryName="right", tags=TAGS)


class RolesTest(ServedTest):
    """Who hands a role to a service needs leave to do so."""

    def test_pass_role(self) -> None:
        """The role and the service that gets it decide."""
        vpc = self.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        role = self.role("flow-log")
        user = self.user("passer", allow("ec2:CreateFlowLogs"))
        call = self.client("ec2", user).create_flow_logs
        parameters = {
            "ResourceIds": [vpc],
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogGroupName": "vpc-passed",
            "DeliverLogsPermissionArn": role,
        }
        # The name is no VPC's.
        self.client("logs").create_log_group(logGroupName="vpc-passed")
        self.assertIn(f"iam:PassRole on resource: {role}", self.refused(call, **parameters)[1])
        everywhere = [f"arn:aws:ec2:*:*:{name}" for name in (f"vpc/{vpc}", "vpc-flow-log/*")]
        for service, right in (("ec2.amazonaws.com", False), ("vpc-flow-logs.amazonaws.com", True)):
            condition = {"StringEquals": {"iam:PassedToService": service}}
            self.grant(
                "passer",
                allow("ec2:CreateFlowLogs", Resource=everywhere),
                allow("iam:PassRole", Resource=role, Condition=condition),
            )
            if right:
                call(**parameters)
            else:
                self.refused(call, **parameters)

    def test_replication(self) -> None:
        """S3 names the role in a document."""
        s3 = self.client("s3")
        where = {"LocationConstraint": REGION}
        for bucket in ("from", "to-where"):
            s3.create_bucket(Bucket=f"{bucket}-x", CreateBucketConfiguration=where)
            s3.put_bucket_versioning(
                Bucket=f"{bucket}-x", VersioningConfiguration={"Status": "Enabled"}
            )
        role = f"arn:aws:iam::{ACCOUNT}:role/replication"
        rule = {
            "Status": "Enabled",
            "Priority": 1,
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::to-where-x"},
        }
        self.assertEqual(
            ["s3:PutReplicationConfiguration from-x", "iam:PassRole role/replication"],
            self.asked(
                s3.put_bucket_replication,
                Bucket="from-x",
                ReplicationConfiguration={"Role": role, "Rules": [rule]},
            ),
        )

    def test_table(self) -> None:
        """Every operation that hands over a role, and the service that gets it."""
        role = f"arn:aws:iam::{ACCOUNT}:role/r"
        for action, parameters, service in (
            (
                "ecs:RegisterTaskDefinition",
                {"family": "f", "taskRoleArn": role},
                "ecs-tasks.amazonaws.com",
            ),
            (
                "ecs:RegisterTaskDefinition",
                {"family": "f", "executionRoleArn": role},
                "ecs-tasks.amazonaws.com",
            ),
            ("ecs:CreateService", {"role": role}, "ecs.amazonaws.com"),
            (
                "rds:CreateDBInstance",
                {"MonitoringRoleArn": role},
                "monitoring.rds.amazonaws.com",
            ),
            ("cloudtrail:CreateTrail", {"CloudWatchLogsRoleArn": role}, "cloudtrail.amazonaws.com"),
            (
                "backup:CreateBackupSelection",
                {"BackupSelection": {"IamRoleArn": role}},
                "backup.amazonaws.com",
            ),
            (
                "config:PutConfigurationRecorder",
                {"ConfigurationRecorder": {"roleARN": role}},
                "config.amazonaws.com",
            ),
            (
                "ecr:CreateRepositoryCreationTemplate",
                {"customRoleArn": role},
                "ecr.amazonaws.com",
            ),
        ):
            with self.subTest(action=action):
                found = list(dependents.passing(made_up(action, parameters)))
                self.assertEqual(["iam:PassRole"], [check.action for check in found])
                self.assertEqual([role], [check.resource.arn for check in found])
                self.assertEqual([service], [check.keys["iam:passedtoservice"] for check in found])

    def test_gaps(self) -> None:
        """What isn't in the tables fails the test that asks for it."""
        role = {"Targets": [{"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}]}
        self.assertFalse(list(dependents.passing(made_up("events:PutTargets", role))))
        tags = {"Tags": [{"Key": "Team", "Value": "blue"}]}
        self.assertFalse(list(dependents.tagging(made_up("lambda:CreateFunction", tags), [])))
        self.assertIn(
            "the guard doesn't know to which service events:PutTargets hands a role", unserved
        )
        self.assertIn(
            "the guard doesn't know what it takes to tag with lambda:CreateFunction", unserved
        )

    def test_instance_profile(self) -> None:
        """An instance gets the role of its profile."""
        iam = self.client("iam")
        role = self.role("instance")
        iam.create_instance_profile(InstanceProfileName="instance")
        self.assertEqual(
            [
                "iam:AddRoleToInstanceProfile instance-profile/instance",
                "iam:PassRole role/instance",
            ],
            self.asked(
                iam.add_role_to_instance_profile,
                InstanceProfileName="instance",
                RoleName="instance",
            ),
        )
        profile = {"IamInstanceProfile": {"Name": "instance"}}
        found = list(dependents.passing(made_up("ec2:RunInstances", profile)))
        self.assertEqual([role], [check.resource.arn for check in found])


TAG = {"TagKey": "Team", "TagValue": "blue"}


def made_up(action: str, parameters: dict[str, Any]) -> calls.Call:
    """A call that nobody has made."""
    return calls.Call(
        service=action.partition(":")[0],
        action=action,
        parameters=parameters,
        key_id="",
        token="",
        region=REGION,
        account=ACCOUNT,
        method="POST",
        path="/",
        query={},
        headers={},
        content=b"",
        source="127.0.0.1",
        secure=True,
    )


if __name__ == "__main__":
    unittest.main()

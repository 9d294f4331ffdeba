package permissions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// own are the ways in which a service says for whom it acts.
var own = []string{"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"}

// unheld is a service that may be without such a condition in a kind of policy.
type unheld struct {
	kind    Kind
	service string
	// never: AWS says that the service never has these keys, so that a condition on them would
	// keep it out.
	never bool
	// instead is what holds the service to the account where something else must.
	instead func(st Statement, account string) bool
}

// exempt are those services, each with where AWS says so.
var exempt = []unheld{
	// An instance gets the role of its own account's profile, and the trust policies that AWS
	// shows have no condition: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html.
	{kind: TrustPolicy, service: "ec2.amazonaws.com"},
	// AWS Backup names such keys for its topics and keys alone, and ECR for none; both take a role
	// only from somebody of the account who may pass it:
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html,
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-iam.html.
	{kind: TrustPolicy, service: "backup.amazonaws.com"},
	{kind: TrustPolicy, service: "ecr.amazonaws.com"},
	// The role that CloudTrail writes to CloudWatch Logs with:
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cw_role_policy.html.
	{kind: TrustPolicy, service: "cloudtrail.amazonaws.com", never: true},
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
	{kind: TopicPolicy, service: "events.amazonaws.com", never: true},
	// The key of a topic has the same limit, that of an event bus has not:
	// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services.
	{kind: KeyPolicy, service: "events.amazonaws.com"},
	// The path names the account:
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html.
	{kind: BucketPolicy, service: "logdelivery.elasticloadbalancing.amazonaws.com", instead: func(st Statement, account string) bool {
		return !slices.ContainsFunc(st.Resources, func(r string) bool { return !strings.Contains(r, "/AWSLogs/"+account+"/") })
	}},
	// The encryption context names the log group:
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html.
	{kind: KeyPolicy, service: "logs.*.amazonaws.com", instead: byContext("kms:EncryptionContext:aws:logs:arn")},
	// It names the trail:
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html.
	{kind: KeyPolicy, service: "cloudtrail.amazonaws.com", instead: byContext("kms:EncryptionContext:aws:cloudtrail:arn")},
}

func byContext(key string) func(st Statement, account string) bool {
	return func(st Statement, account string) bool {
		return slices.ContainsFunc(st.Conditions, func(c Condition) bool {
			return c.ties() && strings.EqualFold(c.Key, key) && !slices.ContainsFunc(c.Values, func(v string) bool { return accountOf(v) != account })
		})
	}
}

// confusedDeputies: a service that may act says for whose sake it does, and that must be the
// account, unless it never says so:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
func confusedDeputies(v view, st Statement) (problems []string) {
	if !st.Allow {
		return nil
	}
	account := v.stack.account
	for _, p := range st.Principals {
		if p.Kind != "Service" {
			continue
		}
		i := slices.IndexFunc(exempt, func(u unheld) bool { return u.kind == v.kind && meet(u.service, p.ID) })
		excused := i >= 0 && (exempt[i].instead == nil || exempt[i].instead(st, account))
		switch {
		case i >= 0 && exempt[i].never && st.tied(own...):
			problems = append(problems, fmt.Sprintf("allows %s nothing: it never has the keys %s in a %s, so take the condition away", p.ID, list(own), v.kind))
		case !excused && !st.actsFor(account):
			problems = append(problems, fmt.Sprintf("lets %s act for any account (confused deputy): add a condition on aws:SourceAccount %s, or aws:SourceArn", p.ID, account))
		}
	}
	return problems
}

// actsFor tells whether conditions hold a service to what it does for an account. An ARN that
// has no account, as a bucket's, does not do that alone.
func (st Statement) actsFor(account string) bool {
	for _, c := range st.Conditions {
		if !c.ties() || !oneOf(c.Key, own) {
			continue
		}
		foreign := func(value string) bool {
			switch strings.ToLower(c.Key) {
			case "aws:sourceaccount":
				return value != account
			case "aws:sourcearn":
				return accountOf(value) != account && known(value)
			default:
				return false
			}
		}
		if !slices.ContainsFunc(c.Values, foreign) {
			return true
		}
	}
	return false
}

// subject is what GitHub says of a workflow: repo:owner/name:… with the owner and the name in
// full. https://docs.github.com/en/actions/reference/security/oidc.
var subject = regexp.MustCompile(`^repo:[^*?/:]+/[^*?/:]+:.+$`)

// openFederation: whoever an identity provider vouches for is held to an audience, and to a
// subject that is one repository's at least:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html.
func openFederation(_ view, st Statement) (problems []string) {
	if !st.Allow {
		return nil
	}
	for _, p := range st.Principals {
		if p.Kind != "Federated" {
			continue
		}
		_, host, ok := strings.Cut(p.ID, ":oidc-provider/")
		if !ok {
			problems = append(problems, fmt.Sprintf("trusts %s, and this check knows OpenID Connect providers only", p.ID))
			continue
		}
		pinned := func(claim string, open func(value string) bool) bool {
			return slices.ContainsFunc(st.Conditions, func(c Condition) bool {
				return strings.EqualFold(c.Key, host+":"+claim) && c.ties() && !slices.ContainsFunc(c.Values, open)
			})
		}
		if !pinned("aud", wild) {
			problems = append(problems, fmt.Sprintf("trusts %s for any audience: add a condition StringEquals %s:aud sts.amazonaws.com", p.ID, host))
		}
		if !pinned("sub", func(value string) bool { return wild(value) && !subject.MatchString(value) }) {
			problems = append(problems, fmt.Sprintf("trusts everybody whom %s vouches for: add a condition on %s:sub that names the repository, as repo:owner/name:environment:production", p.ID, host))
		}
	}
	return problems
}

// telling are the condition keys that tell who may be meant by * or by another account:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status.
var telling = append([]string{
	"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalTag/*",
	"aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn", "aws:userid", "kms:CallerAccount", "sts:ExternalId",
	"s3:DataAccessPointAccount",
}, own...)

// openPrincipals: an Allow to everybody, or to another account, has a condition that tells who
// is meant: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous.
func openPrincipals(v view, st Statement) (problems []string) {
	if !st.Allow || st.tied(telling...) {
		return nil
	}
	for _, p := range st.Principals {
		switch {
		case p.ID == "*" || p.Kind == "AWS" && wild(p.ID):
			problems = append(problems, fmt.Sprintf("allows everybody (%s): name who is meant, or add a condition as aws:PrincipalAccount", p.ID))
		case (p.Kind == "AWS" || p.Kind == "CanonicalUser") && !v.stack.ours(p):
			problems = append(problems, fmt.Sprintf("allows %s, who is not of account %s: add a condition as aws:PrincipalOrgID or, in a trust policy, sts:ExternalId", p.ID, v.stack.account))
		}
	}
	return problems
}

// ours tells whether a principal is of the account.
func (s *stack) ours(p Principal) bool {
	if account := accountOf(p.ID); account != "" {
		return account == s.account
	}
	_, target := s.target(p.written)
	return strings.HasPrefix(target.Type, "aws_iam_") && target.Object != nil
}

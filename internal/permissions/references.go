package permissions

import (
	"regexp"
	"slices"
	"strings"

	"strata/internal/rendered"
)

// resolve replaces the references in a text by what they will be. What is known only at apply
// stays as it is.
func (s *stack) resolve(text string) string { return s.resolveDeep(text, 0) }

func (s *stack) resolveAll(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		out = append(out, s.resolve(text))
	}
	return out
}

func (s *stack) resolveDeep(text string, depth int) string {
	const enough = 10 // references that lead on to references
	if depth > enough {
		return text
	}
	return rendered.Interpolate(text, func(expression string) string {
		if there, value := s.output(expression); there != nil {
			return there.resolveDeep(value, depth+1)
		}
		block, attribute := s.attribute(expression)
		if value, ok := block.Object[attribute].(string); ok {
			return s.resolveDeep(value, depth+1)
		}
		if form, ok := identifiers[block.Type+"."+attribute]; ok {
			return s.resolveDeep(s.fill(form, block), depth+1)
		}
		return "${" + expression + "}"
	})
}

var (
	attributeOf = regexp.MustCompile(`^((?:data\.)?aws_\w+\.[\w-]+)\.(\w+)$`)
	outputOf    = regexp.MustCompile(`data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)(?:\.([\w-]+))?`)
	quoted      = regexp.MustCompile(`"([^"]+)"`)
)

// attribute is the block of this stack and its attribute that an expression names.
func (s *stack) attribute(expression string) (rendered.Block, string) {
	if m := attributeOf.FindStringSubmatch(strings.TrimSpace(expression)); m != nil {
		return s.blocks[m[1]], m[2]
	}
	return rendered.Block{}, ""
}

// output is the stack that an expression reads an output of, and the output's value there.
func (s *stack) output(expression string) (*stack, string) {
	m := outputOf.FindStringSubmatch(expression)
	if m == nil {
		return nil, ""
	}
	key := s.blocks["data.terraform_remote_state."+m[1]].String("config", "key")
	environment, rest, _ := strings.Cut(key, "/")
	layer, _, _ := strings.Cut(rest, "/")
	there := s.platform.stacks[environment+"-"+layer]
	if there == nil {
		return nil, ""
	}
	switch value := there.Outputs[m[2]]["value"].(type) {
	case string:
		return there, value
	case map[string]any:
		item := m[3]
		if q := quoted.FindStringSubmatch(expression); q != nil {
			item = q[1]
		}
		if one, ok := value[item].(string); ok {
			return there, one
		}
	}
	return nil, ""
}

// target is the block that a text refers to and nothing else, in whichever stack it is made.
func (s *stack) target(text string) (*stack, rendered.Block) {
	expressions := rendered.Expressions(text)
	if len(expressions) != 1 || text != "${"+expressions[0]+"}" {
		return s, rendered.Block{}
	}
	if there, value := s.output(expressions[0]); there != nil {
		return there.target(value)
	}
	block, _ := s.attribute(expressions[0])
	return s, block
}

// identifiers are the attributes that follow from others of the same block, as AWS makes
// them. <name> is an attribute, and what AWS chooses stays a reference, that of a key with the
// key's address, since nothing else tells two keys apart.
var identifiers = map[string]string{ //nolint:gosec // names of attributes and forms of ARNs, no credentials
	"aws_backup_vault.arn":                "arn:aws:backup:<region>:<account>:backup-vault:<name>",
	"aws_cloudtrail.arn":                  "arn:aws:cloudtrail:<region>:<account>:trail/<name>",
	"aws_cloudwatch_event_rule.arn":       "arn:aws:events:<region>:<account>:rule/<name>",
	"aws_cloudwatch_log_group.arn":        "arn:aws:logs:<region>:<account>:log-group:<name>",
	"aws_db_instance.arn":                 "arn:aws:rds:<region>:<account>:db:<identifier>",
	"aws_dynamodb_table.arn":              "arn:aws:dynamodb:<region>:<account>:table/<name>",
	"aws_ecr_repository.arn":              "arn:aws:ecr:<region>:<account>:repository/<name>",
	"aws_ecs_cluster.arn":                 "arn:aws:ecs:<region>:<account>:cluster/<name>",
	"aws_iam_group.arn":                   "arn:aws:iam::<account>:group/<name>",
	"aws_iam_instance_profile.arn":        "arn:aws:iam::<account>:instance-profile/<name>",
	"aws_iam_openid_connect_provider.arn": "arn:aws:iam::<account>:oidc-provider/<host>",
	"aws_iam_policy.arn":                  "arn:aws:iam::<account>:policy<path><name>",
	"aws_iam_policy.id":                   "arn:aws:iam::<account>:policy<path><name>",
	"aws_iam_role.arn":                    "arn:aws:iam::<account>:role<path><name>",
	"aws_iam_role.id":                     "<name>",
	"aws_iam_service_linked_role.arn":     "arn:aws:iam::<account>:role/aws-service-role/<aws_service_name>/${name}",
	"aws_iam_user.arn":                    "arn:aws:iam::<account>:user<path><name>",
	"aws_kms_key.arn":                     "arn:aws:kms:<region>:<account>:key/<key_id>",
	"aws_kms_replica_key.arn":             "arn:aws:kms:<region>:<account>:key/<key_id>",
	"aws_lb.arn":                          "arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/${id}",
	"aws_s3_bucket.arn":                   "arn:aws:s3:::<bucket>",
	"aws_s3_bucket.id":                    "<bucket>",
	"aws_secretsmanager_secret.arn":       "arn:aws:secretsmanager:<region>:<account>:secret:<name>-${suffix}",
	"aws_sns_topic.arn":                   "arn:aws:sns:<region>:<account>:<name>",
	"aws_sqs_queue.arn":                   "arn:aws:sqs:<region>:<account>:<name>",
}

var placeholder = regexp.MustCompile(`<\w+>`)

func (s *stack) fill(form string, b rendered.Block) string {
	return placeholder.ReplaceAllStringFunc(form, func(p string) string {
		switch key := strings.Trim(p, "<>"); key {
		case "account":
			return s.account
		case "region":
			return s.region(b)
		case "host":
			return strings.TrimPrefix(b.String("url"), "https://")
		case "path":
			if path := b.String("path"); path != "" {
				return path
			}
			return "/"
		default:
			if value := b.String(key); value != "" {
				return value
			}
			return "${" + b.Address() + "." + key + "}"
		}
	})
}

// known tells whether nothing of a text has to wait for apply.
func known(text string) bool { return len(rendered.Expressions(text)) == 0 }

// accountOf is the account in an ARN, or a text that is an account.
func accountOf(text string) string {
	if fields := strings.SplitN(text, ":", arnFields); len(fields) == arnFields {
		return fields[4]
	}
	if len(text) == 12 && !slices.ContainsFunc([]byte(text), func(c byte) bool { return c < '0' || c > '9' }) {
		return text
	}
	return ""
}

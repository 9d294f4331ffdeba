// Package environments holds what a platform engineer may decide about an
// environment: the types behind the YAML files of this folder, their defaults,
// and the strict loading that reports every mistake at once.
//
// It knows nothing of Terraform: it imports nothing else of the project and no
// jsii type, so that a mistake in a file is found before the framework starts.
package environments

import "net/netip"

// Environment is one file of this folder. Its name is the file's name without
// the ending, so that two files can't claim the same one.
//
// A field's `default` tag holds the value that applies when the file is
// silent; the JSON Schema takes it, and the description, from here.
type Environment struct {
	// Name of the environment: the file's name without its ending.
	Name string `json:"-" yaml:"-"`

	// File that the environment was read from, for messages.
	File string `json:"-" yaml:"-"`

	// CopiedNamespaces are those whose images this environment has the account's registry copy to
	// the recovery region: its own and those of the other environments in its account and region.
	// Load sees to it; the owner of the guard rails alone has any.
	CopiedNamespaces []string `json:"-" yaml:"-"`

	// Project is the first part of every resource's name: 2 to 16 lower-case letters, digits
	// and single hyphens, starting with a letter.
	Project string `yaml:"project" json:"project" default:"strata" validate:"label,project,min=2,max=16"`

	// Account is the AWS account that the environment lives in, as 12 digits in quotes.
	// Terraform refuses to work in any other.
	Account string `yaml:"account" json:"account" validate:"required,account"`

	// Region is the AWS region that everything lives in.
	Region string `yaml:"region" json:"region" validate:"required,region"`

	// RecoveryRegion is where copies are kept for the case that the region is lost. Without
	// one, the environment keeps no copy in another region.
	RecoveryRegion string `yaml:"recovery_region" json:"recovery_region,omitempty" validate:"region"`

	// Owner is the team that answers for the environment; it becomes the tag Owner.
	Owner string `yaml:"owner" json:"owner" validate:"required,tag"`

	// CostCenter is who pays; it becomes the tag CostCenter.
	CostCenter string `yaml:"cost_center" json:"cost_center" validate:"required,tag"`

	// Protected guards what would be missed: the load balancer can't be deleted before this
	// is turned off and applied, and buckets with content are never emptied by Terraform.
	// The Terraform state is guarded always.
	Protected bool `yaml:"protected" json:"protected" default:"true"`

	// State says how Terraform's own state is kept.
	State State `yaml:"state" json:"state,omitempty"`

	// Network is the VPC and what leads out of it.
	Network Network `yaml:"network" json:"network"`

	// Domain is the DNS name that the environment answers to.
	Domain Domain `yaml:"domain" json:"domain"`

	// GuardRails are the settings of the whole account.
	GuardRails GuardRails `yaml:"guard_rails" json:"guard_rails,omitempty"`

	// CI lets a pipeline plan, deploy and push images without a stored key.
	CI CI `yaml:"ci" json:"ci,omitempty"`

	// Firewall is the web application firewall before the load balancer.
	Firewall Firewall `yaml:"firewall" json:"firewall,omitempty"`

	// LoadBalancer is the way in from the internet.
	LoadBalancer LoadBalancer `yaml:"load_balancer" json:"load_balancer,omitempty"`

	// Database is the MySQL database.
	Database Database `yaml:"database" json:"database,omitempty"`

	// Cache is the Redis cache.
	Cache Cache `yaml:"cache" json:"cache,omitempty"`

	// Bastion is the host through which people reach the database and the cache.
	Bastion Bastion `yaml:"bastion" json:"bastion,omitempty"`

	// Secrets says how the services' secrets are kept.
	Secrets Secrets `yaml:"secrets" json:"secrets,omitempty"`

	// Registry says how long the services' images are kept.
	Registry Registry `yaml:"registry" json:"registry,omitempty"`

	// Services are the product's parts that run as containers, by name. A name has up to 20
	// lower-case letters, digits and single hyphens, starting with a letter. There are at most
	// 50, since the security groups of the load balancer, the database, the cache and the
	// endpoints take 60 rules in each direction:
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
	Services map[string]Service `yaml:"services" json:"services" validate:"required,min=1,max=50,dive,keys,service_name,max=20,endkeys"`
}

// State says how Terraform's own state is kept.
type State struct {
	// Bucket holds the state of every layer. Bucket names are unique over all of AWS; the
	// default, <project>-<environment>-tfstate-<account>, is made to be.
	Bucket string `yaml:"bucket" json:"bucket,omitempty" validate:"bucket"`

	// LockFiles makes Terraform take a lock file in the bucket beside the lock in the
	// DynamoDB table.
	LockFiles bool `yaml:"lock_files" json:"lock_files" default:"true"`

	// NoncurrentDays is how many days an old version of a state file is kept.
	NoncurrentDays int `yaml:"noncurrent_days" json:"noncurrent_days" default:"90" validate:"min=1,max=3650"`
}

// Network is the VPC and what leads out of it.
type Network struct {
	// CIDR is the VPC's private IPv4 range, from /16 to /22. It must not overlap another
	// environment's. Subnets are computed from it by zone letter: adding a zone moves none.
	CIDR netip.Prefix `yaml:"cidr" json:"cidr" validate:"required,network"`

	// Zones are the letters of the availability zones to use, in the region. Three are the
	// rule; at least two are needed by the load balancer.
	Zones []string `yaml:"zones" json:"zones" default:"[\"a\",\"b\",\"c\"]" validate:"min=2,max=6,unique,dive,oneof=a b c d e f"`

	// NAT says how private subnets reach the internet: `per_zone` has one NAT gateway a zone,
	// `single` has one for all, which is cheaper and is lost with its zone.
	NAT string `yaml:"nat" json:"nat" default:"per_zone" validate:"oneof=per_zone single"`

	// EgressPorts are the TCP ports on which the private and public subnets may call the
	// internet: at most five, and neither 22 nor 3389. 443 is open whether it is named or not,
	// since S3 and DynamoDB answer there, under public addresses, through their endpoints.
	EgressPorts []int `yaml:"egress_ports" json:"egress_ports" default:"[443]" validate:"min=1,max=5,unique,dive,min=1,max=65535,open_port"`

	// InterfaceEndpoints are the AWS services that private subnets reach without the
	// internet, each for an hourly price a zone.
	InterfaceEndpoints []string `yaml:"interface_endpoints" json:"interface_endpoints" default:"[]" validate:"unique,dive,oneof=ecr logs secretsmanager kms ssm sts monitoring ecs"`

	// FlowLogDays is how many days the log of all network traffic is kept. CloudWatch Logs
	// takes only certain numbers.
	FlowLogDays int `yaml:"flow_log_days" json:"flow_log_days" default:"365" validate:"retention"`
}

// Domain is the DNS name that the environment answers to.
type Domain struct {
	// Name is the DNS name, as dev.example.com, of at most 64 characters. The certificate holds
	// for it and for every name one level below.
	Name string `yaml:"name" json:"name" validate:"required,domain"`

	// ZoneID is the Route 53 hosted zone that holds the name, if there is one already.
	// Without it a zone is created, and the parent domain must delegate to it.
	ZoneID string `yaml:"zone_id" json:"zone_id,omitempty" validate:"zone_id"`
}

// Firewall is the web application firewall before the load balancer. The limits are those of
// https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
type Firewall struct {
	// Mode is `block`, or `count` to let everything through and only count what the rules
	// would have blocked.
	Mode string `yaml:"mode" json:"mode" default:"block" validate:"oneof=block count"`

	// RateLimit is how many requests one address may send in five minutes: 10 to 2,000,000,000,
	// the limits of AWS WAF.
	RateLimit int `yaml:"rate_limit" json:"rate_limit" default:"2000" validate:"min=10,max=2000000000"`

	// RuleGroups are the AWS managed rule groups to apply, in this order. With the rate limit
	// they may take 1,500 capacity units, which is what the base price includes.
	RuleGroups []string `yaml:"rule_groups" json:"rule_groups" default:"[\"AWSManagedRulesAmazonIpReputationList\",\"AWSManagedRulesCommonRuleSet\",\"AWSManagedRulesKnownBadInputsRuleSet\",\"AWSManagedRulesSQLiRuleSet\"]" validate:"min=1,unique,dive,rule_group"`

	// LogDays is how many days the firewall's log is kept. CloudWatch Logs takes only certain
	// numbers.
	LogDays int `yaml:"log_days" json:"log_days" default:"365" validate:"retention"`
}

// LoadBalancer is the way in from the internet. The limits are those of
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
type LoadBalancer struct {
	// IdleTimeoutSeconds is after how many seconds without data a connection is closed: 1 to
	// 4,000, the limits of the load balancer.
	IdleTimeoutSeconds int `yaml:"idle_timeout_seconds" json:"idle_timeout_seconds" default:"60" validate:"min=1,max=4000"`

	// AccessLogDays is how many days the log of requests is kept.
	AccessLogDays int `yaml:"access_log_days" json:"access_log_days" default:"365" validate:"min=1,max=3650"`

	// TLSPolicy is the set of protocol versions and ciphers. `modern` takes TLS 1.3 and
	// TLS 1.2 with forward secrecy, `strict` takes TLS 1.3 alone.
	TLSPolicy string `yaml:"tls_policy" json:"tls_policy" default:"modern" validate:"oneof=modern strict"`
}

// Service is one part of the product that runs as containers behind the load balancer. The
// limits are those of
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
type Service struct {
	// Port is the TCP port that the container listens on; neither 22 nor 3389. No two services
	// share one.
	Port int `yaml:"port" json:"port" validate:"required,min=1,max=65535,open_port"`

	// Priority orders the routes, from 1 to 50,000: the lowest number that matches wins. It is
	// written here and not computed, since renumbering rules of a running load balancer is not
	// safe.
	Priority int `yaml:"priority" json:"priority" validate:"required,min=1,max=50000"`

	// Paths are the path patterns that lead to the service, as /api/*. `*` stands for any
	// characters, `?` for one. A load balancer's rule takes three paths, three hosts, five of
	// both together, and five wildcards.
	Paths []string `yaml:"paths" json:"paths,omitempty" validate:"max=3,unique,dive,path_pattern"`

	// Hosts are the host names that lead to the service: the domain itself or names one
	// level below it. Without any, every host name does.
	Hosts []string `yaml:"hosts" json:"hosts,omitempty" validate:"max=3,unique,dive,host"`

	// Uses are the stores that the service works with: `database`, `cache`. It reaches no other,
	// and gets the credentials of none.
	Uses []string `yaml:"uses" json:"uses" default:"[]" validate:"unique,dive,oneof=database cache"`

	// Serves are the services that may call this one directly, on its port. The load balancer
	// always may.
	Serves []string `yaml:"serves" json:"serves" default:"[]" validate:"unique,dive,service_name"`

	// EgressPorts are the TCP ports on which the service may call the internet, of those that
	// the network opens. What it needs of AWS, it reaches through interface endpoints where the
	// network has them, and else on 443.
	EgressPorts []int `yaml:"egress_ports" json:"egress_ports" default:"[443]" validate:"max=5,unique,dive,min=1,max=65535,open_port"`

	// Secrets are what only this service may read, by name: up to 40 lower-case letters, digits
	// and single hyphens, starting with a letter.
	Secrets map[string]Secret `yaml:"secrets" json:"secrets,omitempty" validate:"max=20,dive,keys,label,max=40,endkeys"`

	// Repository is the name of the service's image repository, as shop/backend, with at most 200
	// characters. The default is <project>-<environment>/<service>. A namespace, what stands
	// before the last /, belongs to one environment of an account.
	Repository string `yaml:"repository" json:"repository,omitempty" validate:"image_repository"`

	// Health says how the load balancer tells that a container is well.
	Health Health `yaml:"health" json:"health,omitempty"`

	// DrainSeconds is how many seconds a container that is being stopped may finish its
	// requests.
	DrainSeconds int `yaml:"drain_seconds" json:"drain_seconds" default:"30" validate:"min=0,max=3600"`
}

// Health says how the load balancer tells that a container is well. The limits are those of
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
type Health struct {
	// Path is asked for with GET.
	Path string `yaml:"path" json:"path" default:"/" validate:"health_path"`

	// Codes are the HTTP status codes of a healthy answer, as 200, 200-299 or 200,302.
	Codes string `yaml:"codes" json:"codes" default:"200" validate:"codes"`

	// IntervalSeconds is how many seconds lie between two checks.
	IntervalSeconds int `yaml:"interval_seconds" json:"interval_seconds" default:"15" validate:"min=5,max=300"`

	// TimeoutSeconds is how many seconds an answer may take; less than the interval.
	TimeoutSeconds int `yaml:"timeout_seconds" json:"timeout_seconds" default:"5" validate:"min=2,max=120"`

	// Healthy is how many checks in a row must pass before requests are sent.
	Healthy int `yaml:"healthy" json:"healthy" default:"2" validate:"min=2,max=10"`

	// Unhealthy is how many checks in a row must fail before no requests are sent.
	Unhealthy int `yaml:"unhealthy" json:"unhealthy" default:"3" validate:"min=2,max=10"`
}

// Database is the MySQL database.
type Database struct {
	// Enabled is whether the environment has one.
	Enabled bool `yaml:"enabled" json:"enabled" default:"true"`

	// PasswordVersion makes a new random password when it is raised.
	PasswordVersion int `yaml:"password_version" json:"password_version" default:"1" validate:"min=1,max=1000000"`
}

// Cache is the Redis cache.
type Cache struct {
	// Enabled is whether the environment has one.
	Enabled bool `yaml:"enabled" json:"enabled" default:"true"`

	// TokenVersion makes a new random token, with which services log in, when it is raised.
	TokenVersion int `yaml:"token_version" json:"token_version" default:"1" validate:"min=1,max=1000000"`
}

// Bastion is the host through which people reach the database and the cache. Nothing reaches it:
// people come through Session Manager of AWS.
type Bastion struct {
	// Enabled is whether the environment has one.
	Enabled bool `yaml:"enabled" json:"enabled" default:"true"`
}

// Secrets says how the services' secrets are kept.
type Secrets struct {
	// RecoveryDays is how many days a deleted secret can be brought back: 7 to 30, or 0 for not
	// at all, so that its name is free at once. The limits are those of
	// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
	RecoveryDays int `yaml:"recovery_days" json:"recovery_days" default:"30" validate:"recovery_days"`
}

// Secret is something that only one service may read.
type Secret struct {
	// Generated makes a random value of 48 letters and digits, which nobody sees and which is
	// not in Terraform's state. Otherwise somebody puts the value, as an API key of a third
	// party, with `aws secretsmanager put-secret-value`.
	Generated bool `yaml:"generated" json:"generated" default:"true"`

	// Version makes a new random value when it is raised.
	Version int `yaml:"version" json:"version" default:"1" validate:"min=1,max=1000000"`
}

// Registry says how long the services' images are kept. An image is released when it has a tag
// that begins with release-; only such a one should be deployed.
type Registry struct {
	// KeepReleases is how many released images of a service stay. At least ten do, so that the
	// one that runs, and those to go back to, are never among the lost.
	KeepReleases int `yaml:"keep_releases" json:"keep_releases" default:"30" validate:"min=10,max=1000"`

	// BuildDays is how many days an image stays that was never released.
	BuildDays int `yaml:"build_days" json:"build_days" default:"90" validate:"min=1,max=3650"`

	// UntaggedDays is how many days an image without any tag stays.
	UntaggedDays int `yaml:"untagged_days" json:"untagged_days" default:"14" validate:"min=1,max=3650"`
}

// CI lets a pipeline plan, deploy and push images without a stored key: GitHub says who asks, and
// AWS gives a role for an hour.
type CI struct {
	// Repository is the GitHub repository whose workflows may do so, as owner/name. Without one
	// there are no roles for a pipeline.
	Repository string `yaml:"repository" json:"repository,omitempty" validate:"github_repository"`

	// DeployEnvironment is the GitHub environment that a workflow must run in to deploy and to
	// push images; its protection rules say who may. The default is the environment's name.
	DeployEnvironment string `yaml:"deploy_environment" json:"deploy_environment,omitempty" validate:"github_environment"`

	// PlanEnvironment is the GitHub environment that a workflow must run in to plan. The default
	// is <environment>-plan.
	PlanEnvironment string `yaml:"plan_environment" json:"plan_environment,omitempty" validate:"github_environment"`

	// ProviderExists says that the account knows GitHub as an identity provider already. Else the
	// environment that owns the account's guard rails introduces it.
	ProviderExists bool `yaml:"provider_exists" json:"provider_exists" default:"false"`
}

// GuardRails are the settings of the whole account, in the environment's regions.
type GuardRails struct {
	// Owner is whether this environment owns them. Of the environments in an account exactly one
	// does.
	Owner bool `yaml:"owner" json:"owner" default:"true"`

	// Off are the guard rails to leave alone, as where the organization sees to them:
	// ebs_encryption, s3_public_access, imdsv2, password_policy, snapshot_sharing,
	// access_analyzer, guardduty, security_hub, inspector (with which images are scanned in
	// depth, and not only when they are pushed) and config.
	Off []string `yaml:"off" json:"off" default:"[]" validate:"unique,dive,guard_rail"`

	// CreateServiceLinkedRoles are the roles of AWS's own services that the account lacks:
	// `ecs`, `ecs_autoscaling`, `autoscaling` and `config`. AWS lets each be made once, so those
	// that are there (`aws iam list-roles --path-prefix /aws-service-role/`) are not named.
	CreateServiceLinkedRoles []string `yaml:"create_service_linked_roles" json:"create_service_linked_roles" default:"[]" validate:"unique,dive,oneof=ecs ecs_autoscaling autoscaling config"`
}

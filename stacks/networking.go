package stacks

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"strata/constructs/dns"
	"strata/constructs/endpoints"
	"strata/constructs/firewall"
	"strata/constructs/flowlog"
	"strata/constructs/key"
	"strata/constructs/loadbalancer"
	"strata/constructs/network"
	"strata/constructs/policy"
	"strata/internal/naming"
	"strata/internal/outputs"
)

// Networking is the VPC, what leads in and out of it, and the load balancer.
type Networking struct {
	*layer
	VPCID                    outputs.String
	VPCCIDR                  outputs.String
	PublicSubnetIDs          outputs.List
	PrivateSubnetIDs         outputs.List
	DataSubnetIDs            outputs.List
	PrivateCIDR              outputs.String
	DataCIDR                 outputs.String
	NATAddresses             outputs.List
	EndpointsSecurityGroupID outputs.String
	S3PrefixListID           outputs.String
	DynamoDBPrefixListID     outputs.String

	ZoneID         outputs.String
	Domain         outputs.String
	CertificateARN outputs.String

	LoadBalancerARN             outputs.String
	LoadBalancerARNSuffix       outputs.String
	LoadBalancerDNSName         outputs.String
	LoadBalancerSecurityGroupID outputs.String
	LoadBalancerLogsBucketARN   outputs.String
	HTTPSListenerARN            outputs.String
	// Of each service, by its name.
	TargetGroupARNs        outputs.Map
	TargetGroupARNSuffixes outputs.Map

	WebACLARN        outputs.String
	FlowLogGroupName outputs.String
	LogsKeyARN       outputs.String
}

// It doesn't depend on the backend's stack: no state can be opened before that is there, and cdktf
// would refuse to deploy the network alone.
func (e *environment) newNetworking() *Networking {
	l, env := e.newLayer("networking"), e.Environment
	n := &Networking{layer: l}

	vpc := n.addNetwork()
	domain := dns.New(l.stack, dns.Props{Name: env.Domain.Name, ZoneID: env.Domain.ZoneID, Emptied: !env.Protected})
	balancer := n.addLoadBalancer(vpc, domain)
	domain.PointTo(balancer.DNSName, balancer.ZoneID)
	n.addLogs(vpc, balancer)

	n.ZoneID = l.out.String("zone_id", "Route 53 zone that holds the domain", domain.ZoneID)
	n.Domain = l.out.String("domain", "Domain that the environment answers to", &env.Domain.Name)
	n.CertificateARN = l.out.String("certificate_arn", "Certificate of the domain, validated", domain.CertificateARN)
	if domain.NameServers != nil {
		l.out.List("zone_name_servers", "Name servers that the parent domain must delegate to", domain.NameServers)
	}
	return n
}

func (n *Networking) addNetwork() *network.Network {
	env := n.env
	vpc := network.New(n.stack, "vpc", network.Props{
		Name: n.names.Prefix(), CIDR: env.Network.CIDR, Region: env.Region, Zones: env.Network.Zones,
		SingleNAT: env.Network.NAT == "single",
		Ports:     ports(env),
	})
	private, data := vpc.Layout.Block(network.Private), vpc.Layout.Block(network.Data)
	ways := endpoints.New(n.stack, endpoints.Props{
		Name: n.names.Prefix(), Account: env.Account, Region: env.Region, VPCID: vpc.ID,
		RouteTableIDs: vpc.RouteTableIDs(network.Public, network.Private), SubnetIDs: vpc.SubnetIDs(network.Private),
		SecurityGroup: n.names.Generation(naming.SecurityGroup, "endpoints", env.Network.CIDR),
		Services:      env.Network.InterfaceEndpoints,
	})

	n.VPCID = n.out.String("vpc_id", "VPC of the environment", vpc.ID)
	n.VPCCIDR = n.out.String("vpc_cidr_block", "Address range of the VPC", vpc.CIDR)
	n.PublicSubnetIDs = n.out.List("public_subnet_ids", "Subnets of the load balancer and the bastion, a zone each", vpc.SubnetIDs(network.Public))
	n.PrivateSubnetIDs = n.out.List("private_subnet_ids", "Subnets of the services, a zone each", vpc.SubnetIDs(network.Private))
	n.DataSubnetIDs = n.out.List("data_subnet_ids", "Subnets of databases and caches, a zone each", vpc.SubnetIDs(network.Data))
	n.PrivateCIDR = n.out.String("private_cidr_block", "Address range of the private subnets", &private)
	n.DataCIDR = n.out.String("data_cidr_block", "Address range of the data subnets", &data)
	n.NATAddresses = n.out.List("nat_public_ips", "Addresses that the services call the internet from", vpc.NATAddresses())
	n.EndpointsSecurityGroupID = n.out.String("endpoints_security_group_id", "Security group of the interface endpoints; empty where there are none", ways.SecurityGroupID)
	n.S3PrefixListID = n.out.String("s3_prefix_list_id", "Addresses of S3", ways.S3PrefixListID)
	n.DynamoDBPrefixListID = n.out.String("dynamodb_prefix_list_id", "Addresses of DynamoDB", ways.DynamoDBPrefixListID)
	return vpc
}

func (n *Networking) addLoadBalancer(vpc *network.Network, domain *dns.Domain) *loadbalancer.LoadBalancer {
	env := n.env
	balancer := loadbalancer.New(n.stack, loadbalancer.Props{
		Name: n.names.Of(naming.LoadBalancer), SecurityGroup: n.names.Generation(naming.SecurityGroup, "load-balancer", env.Network.CIDR),
		VPCID: vpc.ID, SubnetIDs: vpc.SubnetIDs(network.Public),
		CertificateARN: domain.CertificateARN, TLS13Only: env.LoadBalancer.TLSPolicy == "strict",
		IdleTimeoutSeconds: env.LoadBalancer.IdleTimeoutSeconds, Protected: env.Protected,
		Logs: loadbalancer.Logs{
			Bucket: n.names.Of(naming.Bucket, "lb-logs", env.Account), Account: env.Account, Days: env.LoadBalancer.AccessLogDays,
		},
		After: []cdktf.ITerraformDependable{vpc.InternetGateway()},
	})
	arns, suffixes := map[string]*string{}, map[string]*string{}
	for _, name := range slices.Sorted(maps.Keys(env.Services)) {
		s := env.Services[name]
		target := balancer.Add(loadbalancer.Service{
			Name: name, TargetGroup: n.names.Generation(naming.TargetGroup, name, s.Port, env.Network.CIDR),
			Port: s.Port, Priority: s.Priority, Paths: s.Paths, Hosts: s.Hosts, DrainSeconds: s.DrainSeconds,
			Health: loadbalancer.Health(s.Health),
		})
		arns[name], suffixes[name] = target.ARN, target.ARNSuffix
	}

	n.LoadBalancerARN = n.out.String("load_balancer_arn", "Load balancer", balancer.ARN)
	n.LoadBalancerARNSuffix = n.out.String("load_balancer_arn_suffix", "Load balancer, as CloudWatch names it", balancer.ARNSuffix)
	n.LoadBalancerDNSName = n.out.String("load_balancer_dns_name", "Load balancer's own DNS name", balancer.DNSName)
	n.LoadBalancerSecurityGroupID = n.out.String("load_balancer_security_group_id", "Security group of the load balancer", balancer.SecurityGroupID)
	n.LoadBalancerLogsBucketARN = n.out.String("load_balancer_logs_bucket_arn", "Bucket of the load balancer's logs", &balancer.LogsBucketARN)
	n.HTTPSListenerARN = n.out.String("https_listener_arn", "Listener that the services' rules belong to", balancer.HTTPSListenerARN)
	n.TargetGroupARNs = n.out.Map("target_group_arns", "Target group of each service", &arns)
	n.TargetGroupARNSuffixes = n.out.Map("target_group_arn_suffixes", "Target group of each service, as CloudWatch names it", &suffixes)
	return balancer
}

// addLogs records the traffic of the VPC and puts the firewall, with its log, before the
// load balancer.
func (n *Networking) addLogs(vpc *network.Network, balancer *loadbalancer.LoadBalancer) {
	env := n.env
	flowGroup, firewallGroup := n.names.Path("flow-log"), naming.LogGroup.Name("aws-waf-logs-"+n.names.Prefix())
	logsKey := key.New(n.stack, "logs_key", key.Props{
		Alias: n.names.Of(naming.Alias, "network-logs"), Description: "Logs of the network and the firewall",
		Account: env.Account, Region: env.Region,
		Statements: []policy.Statement{key.ForLogGroups(env.Account, env.Region, flowGroup, firewallGroup)},
	})
	flow := flowlog.New(n.stack, "flow_log", flowlog.Props{
		Name: n.names.Of(naming.Role, "flow-log"), Boundary: n.boundary, LogGroup: flowGroup, VPCID: vpc.ID,
		Account: env.Account, Region: env.Region, Key: logsKey, RetentionDays: env.Network.FlowLogDays,
	})
	wall := firewall.New(n.stack, "firewall", firewall.Props{
		Name: n.names.Of(naming.WebACL), LogGroup: firewallGroup, Account: env.Account, Region: env.Region, Key: logsKey,
		RetentionDays: env.Firewall.LogDays, RuleGroups: env.Firewall.RuleGroups, RateLimit: env.Firewall.RateLimit,
		CountOnly: env.Firewall.Mode == "count",
	})
	wall.Guard(balancer.ARN)

	n.FlowLogGroupName = n.out.String("flow_log_group_name", "Log group of all network traffic", flow.GroupName)
	n.WebACLARN = n.out.String("web_acl_arn", "Firewall before the load balancer", wall.ARN)
	n.LogsKeyARN = n.out.String("logs_key_arn", "Key that encrypts the network's logs", logsKey.ARN)
}

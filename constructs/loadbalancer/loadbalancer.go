// Package loadbalancer is an application load balancer that takes requests from the internet.
//
// Default settings: port 80 only redirects to 443; TLS 1.2 with forward secrecy or TLS 1.3;
// browsers are told to come back over TLS only; headers that break the rules are dropped;
// ambiguous requests are handled defensively; every request and connection is logged; what
// no rule matches gets a 404.
package loadbalancer

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lb"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistener"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// Props of a load balancer.
type Props struct {
	// Name of the load balancer, at most 32 letters, digits and hyphens.
	Name string
	// SecurityGroup is the name of its security group.
	SecurityGroup string
	// VPCID and the public subnets to stand in, in at least two zones.
	VPCID     *string
	SubnetIDs *[]*string
	// CertificateARN of the certificate to show.
	CertificateARN *string
	// TLS13Only refuses TLS 1.2. Default: it is taken, with forward secrecy.
	TLS13Only bool
	// IdleTimeoutSeconds is after how long without data a connection is closed, 1 to 4000.
	IdleTimeoutSeconds int
	// Protected makes AWS refuse to delete it. Default: it may be deleted.
	Protected bool
	// Logs is the name of the bucket to make for its logs, the account that it is in, and how
	// many days they are kept.
	Logs Logs
	// After is what must be there first, as the internet gateway.
	After []cdktf.ITerraformDependable
}

// LoadBalancer is an application load balancer.
type LoadBalancer struct {
	ARN, ARNSuffix, DNSName, ZoneID *string
	SecurityGroupID                 *string
	HTTPSListenerARN                *string
	LogsBucketName, LogsBucketARN   string
	scope                           constructs.Construct
	props                           Props
}

// New makes a load balancer with its listeners.
func New(scope constructs.Construct, props Props) *LoadBalancer {
	l := &LoadBalancer{scope: scope, props: props}
	l.group()
	logs := l.makeLogs()
	balancer := lb.NewLb(scope, jsii.String("load_balancer"), &lb.LbConfig{
		Name:                     jsii.String(props.Name),
		LoadBalancerType:         jsii.String("application"),
		Internal:                 false,
		Subnets:                  props.SubnetIDs,
		SecurityGroups:           &[]*string{l.SecurityGroupID},
		IdleTimeout:              jsii.Number(props.IdleTimeoutSeconds),
		DropInvalidHeaderFields:  true,
		DesyncMitigationMode:     jsii.String("defensive"),
		EnableHttp2:              true,
		EnableDeletionProtection: props.Protected,
		AccessLogs:               &lb.LbAccessLogs{Bucket: logs.ID, Prefix: jsii.String(accessPrefix), Enabled: true},
		ConnectionLogs:           &lb.LbConnectionLogs{Bucket: logs.ID, Prefix: jsii.String(connectionPrefix), Enabled: true},
		Tags:                     &map[string]*string{"Name": jsii.String(props.Name)},
		// ELB writes a test object when its logs are turned on, and refuses if it can't.
		DependsOn: dependencies(append(props.After, logs.Policy())),
	})
	l.ARN, l.ARNSuffix, l.DNSName, l.ZoneID = balancer.Arn(), balancer.ArnSuffix(), balancer.DnsName(), balancer.ZoneId()
	l.listen()
	return l
}

func dependencies(d []cdktf.ITerraformDependable) *[]cdktf.ITerraformDependable { return &d }

func (l *LoadBalancer) group() {
	group := securitygroup.NewSecurityGroup(l.scope, jsii.String("load_balancer_security_group"), &securitygroup.SecurityGroupConfig{
		Name: jsii.String(l.props.SecurityGroup), Description: jsii.String("Load balancer: web from the internet, services behind"), VpcId: l.props.VPCID,
		Tags:      &map[string]*string{"Name": jsii.String(l.props.Name + "-load-balancer")},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	l.SecurityGroupID = group.Id()
	for _, in := range []struct {
		id, description string
		port            int
	}{{"load_balancer_http", "HTTP from the internet, to be redirected", 80}, {"load_balancer_https", "HTTPS from the internet", 443}} {
		vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(l.scope, jsii.String(in.id), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
			SecurityGroupId: l.SecurityGroupID, Description: jsii.String(in.description),
			CidrIpv4: jsii.String("0.0.0.0/0"), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(in.port), ToPort: jsii.Number(in.port),
		})
	}
}

func (l *LoadBalancer) listen() {
	lblistener.NewLbListener(l.scope, jsii.String("http_listener"), &lblistener.LbListenerConfig{
		LoadBalancerArn: l.ARN, Port: jsii.Number(80), Protocol: jsii.String("HTTP"),
		DefaultAction: []*lblistener.LbListenerDefaultAction{{
			Type: jsii.String("redirect"),
			Redirect: &lblistener.LbListenerDefaultActionRedirect{
				StatusCode: jsii.String("HTTP_301"), Protocol: jsii.String("HTTPS"), Port: jsii.String("443"),
			},
		}},
	})
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
	tls := "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
	if l.props.TLS13Only {
		tls = "ELBSecurityPolicy-TLS13-1-3-2021-06"
	}
	l.HTTPSListenerARN = lblistener.NewLbListener(l.scope, jsii.String("https_listener"), &lblistener.LbListenerConfig{
		LoadBalancerArn: l.ARN, Port: jsii.Number(443), Protocol: jsii.String("HTTPS"),
		CertificateArn: l.props.CertificateARN, SslPolicy: jsii.String(tls),
		RoutingHttpResponseServerEnabled:                      false,
		RoutingHttpResponseStrictTransportSecurityHeaderValue: jsii.String("max-age=31536000"),
		RoutingHttpResponseXContentTypeOptionsHeaderValue:     jsii.String("nosniff"),
		DefaultAction: []*lblistener.LbListenerDefaultAction{{
			Type: jsii.String("fixed-response"),
			FixedResponse: &lblistener.LbListenerDefaultActionFixedResponse{
				StatusCode: jsii.String("404"), ContentType: jsii.String("text/plain"), MessageBody: jsii.String("Not found"),
			},
		}},
	}).Arn()
}

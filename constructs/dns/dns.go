// Package dns is a domain name in Route 53 with a certificate that covers it and the names
// one level below, renewed by AWS for as long as the records stand.
package dns

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificate"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificatevalidation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53record"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53zone"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// Props of a domain.
type Props struct {
	// Name of the domain.
	Name string
	// ZoneID of the hosted zone that holds it. Without one a zone is created.
	ZoneID string
	// Emptied lets Terraform delete records that it did not make when it destroys the zone.
	// Default: a zone with such records is not destroyed.
	Emptied bool
}

// Domain is a domain name with a certificate.
type Domain struct {
	// ZoneID of the hosted zone.
	ZoneID *string
	// NameServers that the parent domain must delegate to; nil where the zone was there.
	NameServers *[]*string
	// CertificateARN can be used only once AWS has seen the records, and is known only then.
	CertificateARN *string

	scope constructs.Construct
	props Props
}

// New makes a domain.
func New(scope constructs.Construct, props Props) *Domain {
	d := &Domain{ZoneID: jsii.String(props.ZoneID), scope: scope, props: props}
	if props.ZoneID == "" {
		d.createZone()
	}
	d.certify()
	return d
}

func (d *Domain) createZone() {
	zone := route53zone.NewRoute53Zone(d.scope, jsii.String("zone"), &route53zone.Route53ZoneConfig{
		Name:         jsii.String(d.props.Name),
		Comment:      jsii.String("Answers for " + d.props.Name),
		ForceDestroy: d.props.Emptied,
		Tags:         &map[string]*string{"Name": jsii.String(d.props.Name)},
	})
	d.ZoneID, d.NameServers = zone.ZoneId(), zone.NameServers()
	// Nobody but AWS may issue a certificate for the domain:
	// https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html.
	issuers := []string{"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}
	var records []string
	for _, tag := range []string{"issue", "issuewild"} {
		for _, issuer := range issuers {
			records = append(records, `0 `+tag+` "`+issuer+`"`)
		}
	}
	route53record.NewRoute53Record(d.scope, jsii.String("certificate_authorities"), &route53record.Route53RecordConfig{
		ZoneId: d.ZoneID, Name: jsii.String(d.props.Name), Type: jsii.String("CAA"), Ttl: jsii.Number(300), Records: jsii.Strings(records...),
	})
}

// certify proves the domain by DNS. Its own name and the wildcard are proven by one and the
// same record, so the first option stands for both.
func (d *Domain) certify() {
	certificate := acmcertificate.NewAcmCertificate(d.scope, jsii.String("certificate"), &acmcertificate.AcmCertificateConfig{
		DomainName:              jsii.String(d.props.Name),
		SubjectAlternativeNames: jsii.Strings("*." + d.props.Name),
		ValidationMethod:        jsii.String("DNS"),
		KeyAlgorithm:            jsii.String("EC_prime256v1"),
		Tags:                    &map[string]*string{"Name": jsii.String(d.props.Name)},
		// A listener always needs one: the new one comes before the old one goes.
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	proof := certificate.DomainValidationOptions().Get(jsii.Number(0))
	record := route53record.NewRoute53Record(d.scope, jsii.String("certificate_proof"), &route53record.Route53RecordConfig{
		ZoneId: d.ZoneID, Name: proof.ResourceRecordName(), Type: proof.ResourceRecordType(), Ttl: jsii.Number(300),
		Records: &[]*string{proof.ResourceRecordValue()},
		// The record of a certificate for the same name is the same.
		AllowOverwrite: true,
	})
	d.CertificateARN = acmcertificatevalidation.NewAcmCertificateValidation(d.scope, jsii.String("certificate_validation"), &acmcertificatevalidation.AcmCertificateValidationConfig{
		CertificateArn: certificate.Arn(), ValidationRecordFqdns: &[]*string{record.Fqdn()},
	}).CertificateArn()
}

// PointTo leads the domain and every name one level below it to a load balancer.
func (d *Domain) PointTo(dnsName, zoneID *string) {
	for _, r := range []struct{ id, name string }{{"domain_record", d.props.Name}, {"wildcard_record", "*." + d.props.Name}} {
		route53record.NewRoute53Record(d.scope, jsii.String(r.id), &route53record.Route53RecordConfig{
			ZoneId: d.ZoneID, Name: jsii.String(r.name), Type: jsii.String("A"),
			Alias: &route53record.Route53RecordAlias{Name: dnsName, ZoneId: zoneID, EvaluateTargetHealth: true},
		})
	}
}

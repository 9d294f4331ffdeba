package environments

import (
	"fmt"
	"slices"
	"strings"
)

// maxName is the longest name of an environment, in characters. With it, the longest project
// and the account, the default name of the state bucket has 50 of the 63 characters allowed.
const maxName = 12

// refusedPrefixes are beginnings of names that an AWS service refuses. Names begin with the
// project, so no project may lead to one.
var refusedPrefixes = []struct{ prefix, why string }{
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
	{"internal-", "the name of a load balancer can't begin with internal-"},
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
	{"sg-", "the name of a security group can't begin with sg-"},
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	{"sthree-", "the name of a bucket can't begin with sthree-"},
	{"amzn-s3-demo-", "the name of a bucket can't begin with amzn-s3-demo-"},
	// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
	{"aws", "the name of a parameter of Systems Manager can't begin with aws"},
	{"ssm", "the name of a parameter of Systems Manager can't begin with ssm"},
}

// project says why a project can't have a name of the right alphabet.
func project(name string) *fault {
	for _, refused := range refusedPrefixes {
		if strings.HasPrefix(name+"-", refused.prefix) {
			return &fault{message: fmt.Sprintf("%q can't begin a name: %s", name, refused.why)}
		}
	}
	return nil
}

// reservedBucket says why a bucket can't have a name of the right alphabet:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
// The suffix .mrap is reserved too, and can't occur, since dots are refused.
func reservedBucket(name string) *fault {
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return &fault{message: fmt.Sprintf("%q can't be a bucket: AWS keeps names that begin with %s to itself", name, prefix)}
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", "--x-s3", "--table-s3", "-an"} {
		if strings.HasSuffix(name, suffix) {
			return &fault{message: fmt.Sprintf("%q can't be a bucket: AWS keeps names that end in %s to itself", name, suffix)}
		}
	}
	return nil
}

// environmentName says why an environment can't have a name.
func environmentName(name string) *fault {
	if len(name) > maxName {
		return &fault{message: fmt.Sprintf("the environment's name, which is the file's, has %d characters; it takes at most %d", len(name), maxName)}
	}
	rule := Rule{Pattern: labelPattern, says: "name the file after the environment, with " + labelSays}
	return rule.matches(valueOf(name))
}

// reservedNames are what the platform calls its own parts beside the services.
var reservedNames = []string{"bastion", "cache", "database", "endpoints", "internet", "load-balancer"}

// serviceName says why a service can't have a name of the right alphabet.
func serviceName(name string) *fault {
	if slices.Contains(reservedNames, name) {
		return &fault{message: fmt.Sprintf("%q is what the platform calls a part of its own; choose another name", name)}
	}
	return nil
}

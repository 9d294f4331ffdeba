//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"strata/e2e/harness"
)

// The ports of the stores.
const mysql, redis = 3306, 6379

// checkWays: the load balancer, the services, their stores and the bastion reach each other as the
// file asks for, and in no other way, and nothing leaves but where the file lets it.
func checkWays(t *testing.T, env *harness.Environment) {
	t.Helper()
	inside, outside := wantedWays(env)
	groups := securityGroups(t, env)
	names := map[string]string{}
	for name, group := range groups {
		names[aws.ToString(group.GroupId)] = name
	}
	var in, out []string
	for name, group := range groups {
		for _, end := range ends(group.IpPermissions, names) {
			// Who reaches the load balancer and the endpoints is the networking layer's business.
			if name != "load balancer" && name != "endpoints" {
				in = append(in, end.peer+" reaches "+name+end.ports)
			}
		}
		for _, end := range ends(group.IpPermissionsEgress, names) {
			out = append(out, name+" reaches "+end.peer+end.ports)
		}
	}
	slices.Sort(in)
	holds(t, slices.Equal(in, inside), fmt.Sprintf("the ways in are %q", inside), in)
	outside = append(outside, inside...)
	slices.Sort(outside)
	slices.Sort(out)
	holds(t, slices.Equal(out, outside), fmt.Sprintf("the ways out are %q", outside), out)
}

// wantedWays are those between what is ours, sorted, and those to AWS and the internet.
func wantedWays(env *harness.Environment) (inside, outside []string) {
	way := func(from, to string, port int) string { return fmt.Sprintf("%s reaches %s on tcp %d", from, to, port) }
	leave := func(from string, ports ...int) {
		outside = append(outside, way(from, "S3", 443))
		if len(env.Network.InterfaceEndpoints) > 0 {
			outside = append(outside, way(from, "endpoints", 443))
		}
		for _, port := range ports {
			outside = append(outside, way(from, everywhere, port))
		}
	}
	store := func(from string, stores ...string) {
		if env.Database.Enabled && slices.Contains(stores, "database") {
			inside = append(inside, way(from, "database", mysql))
		}
		if env.Cache.Enabled && slices.Contains(stores, "cache") {
			inside = append(inside, way(from, "cache", redis))
		}
	}
	for name, service := range env.Services {
		inside = append(inside, way("load balancer", name, service.Port))
		for _, caller := range service.Serves {
			inside = append(inside, way(caller, name, service.Port))
		}
		store(name, service.Uses...)
		leave(name, service.EgressPorts...)
	}
	if env.Bastion.Enabled {
		store("bastion", "database", "cache")
		leave("bastion", 443)
	}
	slices.Sort(inside)
	return inside, outside
}

// securityGroups are those of the environment, by what stands in them.
func securityGroups(t *testing.T, env *harness.Environment) map[string]ec2types.SecurityGroup {
	t.Helper()
	n := readNetwork(t, env)
	described, err := env.AWS.EC2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: within(n.id)})
	mustRead(t, err)
	var balancing, endpoints []string
	balancers, err := env.AWS.ELB.DescribeLoadBalancers(t.Context(), &elb.DescribeLoadBalancersInput{})
	mustRead(t, err)
	for _, balancer := range balancers.LoadBalancers {
		balancing = append(balancing, balancer.SecurityGroups...)
	}
	interfaces, err := env.AWS.EC2.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{Filters: within(n.id)})
	mustRead(t, err)
	for _, endpoint := range interfaces.VpcEndpoints {
		for _, group := range endpoint.Groups {
			endpoints = append(endpoints, aws.ToString(group.GroupId))
		}
	}
	wanted := map[string]bool{"database": env.Database.Enabled, "cache": env.Cache.Enabled, "bastion": env.Bastion.Enabled}
	for name := range env.Services {
		wanted[name] = true
	}
	found := map[string]ec2types.SecurityGroup{}
	for _, group := range described.SecurityGroups {
		switch id := aws.ToString(group.GroupId); {
		case slices.Contains(balancing, id):
			found["load balancer"] = group
		case slices.Contains(endpoints, id):
			found["endpoints"] = group
		}
		for name := range wanted {
			if tag(group.Tags, "Name") == named(env, name) {
				found[name] = group
			}
		}
	}
	for name, is := range wanted {
		_, there := found[name]
		holds(t, there == is, fmt.Sprintf("there is a security group of the %s: %t", name, is), there)
	}
	return found
}

// end is what a rule lets a group reach or be reached by.
type end struct{ peer, ports string }

// ends are what permissions let through, each group by its name.
func ends(permissions []ec2types.IpPermission, names map[string]string) (found []end) {
	for _, p := range permissions {
		ports := fmt.Sprintf(" on %s %d", aws.ToString(p.IpProtocol), aws.ToInt32(p.FromPort))
		if aws.ToInt32(p.ToPort) != aws.ToInt32(p.FromPort) {
			ports += fmt.Sprintf("-%d", aws.ToInt32(p.ToPort))
		}
		for _, group := range p.UserIdGroupPairs {
			peer, ours := names[aws.ToString(group.GroupId)]
			if !ours {
				peer = aws.ToString(group.GroupId)
			}
			found = append(found, end{peer, ports})
		}
		for _, addresses := range p.IpRanges {
			found = append(found, end{aws.ToString(addresses.CidrIp), ports})
		}
		for _, addresses := range p.Ipv6Ranges {
			found = append(found, end{aws.ToString(addresses.CidrIpv6), ports})
		}
		for range p.PrefixListIds {
			// The only list that anything names.
			found = append(found, end{"S3", ports})
		}
	}
	return found
}

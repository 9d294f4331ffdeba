package permissions

import (
	"fmt"
	"slices"
	"strings"
)

// operators of conditions, and whether one that holds ties its key to what it names:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
var operators = map[string]bool{
	"ArnEquals": true, "ArnLike": true, "ArnNotEquals": false, "ArnNotLike": false,
	"BinaryEquals": true, "Bool": true, "Null": false,
	"DateEquals": false, "DateGreaterThan": false, "DateGreaterThanEquals": false,
	"DateLessThan": false, "DateLessThanEquals": false, "DateNotEquals": false,
	"IpAddress": true, "NotIpAddress": false,
	"NumericEquals": true, "NumericGreaterThan": false, "NumericGreaterThanEquals": false,
	"NumericLessThan": false, "NumericLessThanEquals": false, "NumericNotEquals": false,
	"StringEquals": true, "StringEqualsIgnoreCase": true, "StringLike": true,
	"StringNotEquals": false, "StringNotEqualsIgnoreCase": false, "StringNotLike": false,
}

// globalKeys can be asked of every service:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
var globalKeys = strings.Fields(`
	aws:AssumedRoot aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:ChatbotSourceArn aws:CurrentTime
	aws:Ec2InstanceSourcePrivateIPv4 aws:Ec2InstanceSourceVpc aws:EpochTime aws:FederatedProvider
	aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
	aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
	aws:PrincipalServiceNamesList aws:PrincipalTag/* aws:PrincipalType aws:referer aws:RequestedRegion
	aws:RequestTag/* aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:ResourceTag/*
	aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity aws:SourceIp aws:SourceOrgID
	aws:SourceOrgPaths aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime
	aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:VpceAccount aws:VpceOrgID
	aws:VpceOrgPaths aws:VpcSourceIp
	ec2:RoleDelivery ec2:SourceInstanceARN lambda:SourceFunctionArn ssm:SourceInstanceARN`)

// unknownConditions: a condition has an operator and a key that AWS knows, and a service's own
// key goes with an action of that service. A misspelt key is never there: an Allow with it
// allows nothing, a Deny forbids nothing.
func unknownConditions(_ view, st Statement) (problems []string) {
	for _, c := range st.Conditions {
		if _, ok := operators[c.plain()]; !ok {
			problems = append(problems, fmt.Sprintf("AWS has no operator %s", c.Operator))
		}
		if problem := unknownKey(st, c.Key); problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems
}

func unknownKey(st Statement, key string) string {
	if oneOf(key, globalKeys) {
		return ""
	}
	// The keys of an identity provider begin with its host: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
	if host, _, _ := strings.Cut(key, ":"); strings.Contains(host, ".") {
		for _, p := range st.Principals {
			if strings.HasSuffix(p.ID, "oidc-provider/"+host) || p.ID == host {
				return ""
			}
		}
		return fmt.Sprintf("%s is a key of an identity provider that the statement does not name as its principal", key)
	}
	var all, services []string
	for service, keys := range aws().keys {
		if oneOf(key, keys) {
			services = append(services, service)
		}
		all = append(all, keys...)
	}
	if services == nil {
		slices.Sort(all)
		return fmt.Sprintf("AWS has no condition key %s%s", key, didYouMean(key, append(all, globalKeys...)))
	}
	for _, name := range slices.Concat(st.Actions, st.NotActions) {
		if slices.Contains(services, serviceOf(name)) || wild(serviceOf(name)) {
			return ""
		}
	}
	return fmt.Sprintf("%s is no key of what the statement speaks of: no request has it", key)
}

// oneOf tells whether a key is one of those that are known, whose open part is ${…}, <…> or *.
// Upper and lower case are the same.
func oneOf(key string, known []string) bool {
	return slices.ContainsFunc(known, func(k string) bool {
		k, _, _ = strings.Cut(k, "<")
		if strings.HasSuffix(k, "/") {
			k += "*"
		}
		return meet(strings.ToLower(blank(k, "*")), strings.ToLower(key))
	})
}

// plain is the operator without what only says how many values or whether the key is there.
func (c Condition) plain() string {
	_, operator, several := strings.Cut(c.Operator, ":")
	if !several {
		operator = c.Operator
	}
	return strings.TrimSuffix(operator, "IfExists")
}

// ties tells whether the condition holds only for the values that it names. IfExists and
// ForAllValues hold also where the key is not there.
func (c Condition) ties() bool {
	open := func(value string) bool {
		return strings.Trim(value, "*?") == "" || value == "0.0.0.0/0" || value == "::/0"
	}
	return operators[c.plain()] && !strings.HasSuffix(c.Operator, "IfExists") && !strings.HasPrefix(c.Operator, "ForAllValues:") &&
		len(c.Values) > 0 && !slices.ContainsFunc(c.Values, open)
}

// tied tells whether a condition ties one of the keys, and which.
func (st Statement) tied(keys ...string) bool {
	return slices.ContainsFunc(st.Conditions, func(c Condition) bool { return c.ties() && oneOf(c.Key, keys) })
}

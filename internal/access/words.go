package access

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"strata/internal/permissions"
)

// service is AWS's name of a service without what all have: logs of logs.eu-central-1.amazonaws.com.
func (e *environment) service(id string) string {
	id = strings.TrimSuffix(id, ".amazonaws.com")
	for _, region := range e.regions {
		id = strings.TrimSuffix(id, "."+region)
	}
	return id
}

// services are several, each once.
func (e *environment) services(ids []string) string {
	var all []string
	for _, id := range ids {
		all = once(all, e.service(id))
	}
	return strings.Join(all, ", ")
}

func once(all []string, item string) []string {
	if slices.Contains(all, item) {
		return all
	}
	return append(all, item)
}

const arnFields = 6

// types are the words for what ARNs shorten.
var types = map[string]string{
	"db": "database", "og": "option group", "pg": "parameter group", "subgrp": "subnet group",
}

// resource is the part of an ARN that tells, and what type it is of.
func (e *environment) resource(arn string) (name, kind string) {
	for _, k := range e.keys {
		if k.arn == arn {
			return k.name, "key"
		}
	}
	fields := strings.SplitN(arn, ":", arnFields)
	if len(fields) < arnFields {
		return arn, "resource"
	}
	name, service := fields[5], fields[2]
	name, _, _ = strings.Cut(name, "-${")
	if service == "s3" {
		if strings.Contains(name, "/") {
			return name, "object path"
		}
		return name, "bucket"
	}
	kind = name[:len(name)-len(strings.TrimLeftFunc(name, func(r rune) bool { return unicode.IsLetter(r) || r == '-' }))]
	return name, orElse(types[kind], kind)
}

// resources are those of a statement in a few words, "" for all.
func (e *environment) resources(arns []string) string {
	const most = 2
	var names, kinds []string
	of := map[string]int{}
	for _, arn := range arns {
		if arn == "*" {
			return ""
		}
		name, kind := e.resource(arn)
		if slices.Contains(names, name) {
			continue
		}
		if strings.Contains(name, "*") {
			kind += " pattern"
		}
		names, kinds = append(names, name), once(kinds, kind)
		of[kind]++
	}
	switch {
	case len(names) <= most && of["key"] == len(names):
		return " with the key " + code(names)
	case len(names) <= most:
		return " on " + code(names)
	}
	words := make([]string, 0, len(kinds))
	for _, kind := range kinds {
		words = append(words, count(of[kind], kind))
	}
	return " on " + strings.Join(words, ", ")
}

// code sets texts as code.
func code(texts []string) string { return "`" + strings.Join(texts, "`, `") + "`" }

func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ey"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}

// actions are the names of a few, or how many read and how many write.
func actions(service string, names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return tally(service, names)
}

func tally(service string, names []string) string {
	reads := 0
	for _, name := range names {
		if permissions.ReadOnly(service + ":" + name) {
			reads++
		}
	}
	switch writes := len(names) - reads; {
	case writes == 0:
		return fmt.Sprintf("%d read", reads)
	case reads == 0:
		return fmt.Sprintf("%d write", writes)
	default:
		return fmt.Sprintf("%d read, %d write", reads, writes)
	}
}

// conditions are what some ask for, in a few words.
func (e *environment) conditions(all []permissions.Condition) string {
	var words []string
	ours := false
	for _, c := range all {
		switch {
		case c.Key == viaService:
			words = append(words, "through "+e.services(c.Values))
		case c.Key == "aws:SourceAccount" && slices.Equal(c.Values, []string{e.account}):
			ours = true
		case c.Key == "aws:SourceArn":
			words = append(words, "for "+e.sources(c.Values))
		case strings.HasPrefix(c.Key, encryptionContext):
			words = append(words, e.contextOf(c))
		case c.Key == "kms:GrantIsForAWSResource":
			words = append(words, "for AWS services")
		case strings.HasPrefix(c.Key, resourceTag), strings.HasPrefix(c.Key, "aws:RequestTag/"):
			_, tag, _ := strings.Cut(c.Key, "/")
			if tag == "Project" || tag == "Environment" {
				words = once(words, "by the environment's tags")
				continue
			}
			words = append(words, fmt.Sprintf("by the tag `%s=%s`", tag, strings.Join(c.Values, "|")))
		default:
			words = append(words, asked(c))
		}
	}
	if ours && !strings.Contains(strings.Join(words, ""), "this account's") {
		words = append([]string{"for this account"}, words...)
	}
	return strings.Join(words, ", ")
}

// asked is a condition of which the page knows nothing in particular.
func asked(c permissions.Condition) string {
	const most = 3
	operator := " " + c.Operator + " "
	if strings.HasPrefix(c.Operator, "StringEquals") {
		operator = " is "
	}
	if len(c.Values) > most {
		return fmt.Sprintf("if %#q%sone of %d values", c.Key, operator, len(c.Values))
	}
	return "if `" + c.Key + "`" + operator + "`" + strings.Join(c.Values, "` or `") + "`"
}

// sources are whatever of AWS a service may act for.
func (e *environment) sources(arns []string) string {
	var words []string
	for _, arn := range arns {
		fields := strings.SplitN(arn, ":", arnFields)
		if len(fields) < arnFields {
			return code(arns)
		}
		word := "`" + fields[2] + ":" + fields[5] + "`"
		if fields[4] == e.account {
			word = "this account's " + word
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

const encryptionContext = "kms:EncryptionContext:"

// contextOf is an encryption context that a condition asks for.
func (e *environment) contextOf(c permissions.Condition) string {
	const most = 2
	key := strings.TrimPrefix(c.Key, encryptionContext)
	if len(c.Values) > most {
		return fmt.Sprintf("for %d values of %#q", len(c.Values), key)
	}
	return fmt.Sprintf("for %#q %s", key, e.sources(c.Values))
}

// without are the conditions but those on some keys.
func without(conditions []permissions.Condition, keys ...string) (left []permissions.Condition) {
	for _, c := range conditions {
		if !slices.ContainsFunc(keys, func(key string) bool { return permissions.Meet(key, c.Key) }) {
			left = append(left, c)
		}
	}
	return left
}

// sentence is a sid as words: refuse plain HTTP of RefusePlainHTTP.
func sentence(sid string) string {
	var words []string
	runes := []rune(sid)
	start := 0
	for i := 1; i <= len(runes); i++ {
		// A word ends before a capital that follows a small letter, or that a small one follows.
		if i < len(runes) && (!unicode.IsUpper(runes[i]) || unicode.IsUpper(runes[i-1]) && (i+1 == len(runes) || unicode.IsUpper(runes[i+1]))) {
			continue
		}
		word := string(runes[start:i])
		if strings.ToUpper(word) != word || len(word) == 1 {
			word = strings.ToLower(word)
		}
		words, start = append(words, word), i
	}
	return strings.Join(words, " ")
}

// taker is who may take a role by a statement of its trust policy.
func (e *environment) takers(st permissions.Statement) (all []string) {
	for _, p := range st.Principals {
		switch p.Kind {
		case "Service":
			word := "**" + e.service(p.ID) + "**"
			if conditions := e.conditions(st.Conditions); conditions != "" {
				word += " " + conditions
			} else {
				word += ", without a condition"
			}
			all = append(all, word)
		case "Federated":
			all = append(all, e.workflows(st, p)...)
		default:
			all = append(all, "`"+p.ID+"` "+e.conditions(st.Conditions))
		}
	}
	return all
}

// workflows are GitHub's environments, or whatever subject the identity provider vouches for.
func (e *environment) workflows(st permissions.Statement, p permissions.Principal) (all []string) {
	_, host, _ := strings.Cut(p.ID, ":oidc-provider/")
	for _, c := range st.Conditions {
		if c.Key != host+":sub" {
			continue
		}
		for _, subject := range c.Values {
			repository, environment, ok := strings.Cut(strings.TrimPrefix(subject, "repo:"), ":environment:")
			if ok {
				all = append(all, fmt.Sprintf("**GitHub**, environment %#q of %#q", environment, repository))
			} else {
				all = append(all, fmt.Sprintf("%#q of %s", subject, host))
			}
		}
	}
	if all == nil {
		all = append(all, "anybody of "+host)
	}
	return all
}

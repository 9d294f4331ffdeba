package environments

import (
	"fmt"
	"slices"
	"strings"
)

// The guard rails by name.
const (
	EBSEncryption   = "ebs_encryption"
	S3PublicAccess  = "s3_public_access"
	IMDSv2          = "imdsv2"
	PasswordPolicy  = "password_policy" //nolint:gosec // a name
	SnapshotSharing = "snapshot_sharing"
	AccessAnalyzer  = "access_analyzer"
	GuardDuty       = "guardduty"
	SecurityHub     = "security_hub"
	Inspector       = "inspector"
	Config          = "config"
)

// GuardRailNames lists the guard rails.
func GuardRailNames() []string {
	return []string{
		AccessAnalyzer, Config, EBSEncryption, GuardDuty, IMDSv2, Inspector, PasswordPolicy, S3PublicAccess, SecurityHub, SnapshotSharing,
	}
}

// Has says whether this environment sets a guard rail.
func (g GuardRails) Has(name string) bool { return g.Owner && !slices.Contains(g.Off, name) }

// Creates says whether this environment makes a service-linked role.
func (g GuardRails) Creates(role string) bool {
	return slices.Contains(g.CreateServiceLinkedRoles, role)
}

// guardRails reports guard rails that can't be as the file says.
func (d *document) guardRails() {
	g := d.env.GuardRails
	if !d.fine("guard_rails", "guard_rails.owner", "guard_rails.off", "guard_rails.create_service_linked_roles") {
		return
	}
	if !g.Owner && len(g.Off) > 0 {
		d.reportAt("guard_rails.off", "belongs to the environment that owns the account's guard rails; this one does not (owner: false)")
	}
	if !g.Owner && len(g.CreateServiceLinkedRoles) > 0 {
		d.reportAt("guard_rails.create_service_linked_roles", "belongs to the environment that owns the account's guard rails; this one does not (owner: false)")
	}
	// Security Hub's controls look at what Config records:
	// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-setup-prereqs.html
	if g.Has(SecurityHub) && !g.Has(Config) {
		d.reportAt("guard_rails.off", "security_hub needs config, which records what it judges; leave config on, or turn security_hub off too")
	}
}

// compareOwners reports accounts whose guard rails have no owner, or several.
func compareOwners(documents []*document) {
	byAccount := map[string][]*document{}
	var accounts []string
	for _, d := range documents {
		if !d.fine("account", "guard_rails", "guard_rails.owner") || d.env.Account == "" {
			continue
		}
		if byAccount[d.env.Account] == nil {
			accounts = append(accounts, d.env.Account)
		}
		byAccount[d.env.Account] = append(byAccount[d.env.Account], d)
	}
	for _, account := range accounts {
		var first *document
		for _, d := range byAccount[account] {
			switch {
			case !d.env.GuardRails.Owner:
			case first == nil:
				first = d
			default:
				d.reportOwner("%s owns the guard rails of the account %s already, and its settings are there once; write owner: false here, or there", first.env.File, account)
			}
		}
		if first == nil {
			here := byAccount[account]
			others := ""
			if len(here) > 1 {
				var names []string
				for _, d := range here[1:] {
					names = append(names, d.env.File)
				}
				others = " or in " + strings.Join(names, " or ")
			}
			here[0].reportOwner("nobody owns the guard rails of the account %s; write owner: true here%s, and turn off by name what the organization sees to", account, others)
		}
	}
}

func (d *document) reportOwner(format string, args ...any) {
	at, given := d.places["guard_rails.owner"]
	if !given {
		at = d.place("account")
	}
	d.report("guard_rails.owner", at, &fault{message: fmt.Sprintf(format, args...)})
}

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
	PasswordPolicy  = "password_policy"
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
			continue
		}
		first.copyImages(byAccount[account])
	}
}

// copyImages has the owner copy the images of all environments that are in its account and region,
// since a registry takes one list of what it copies.
func (d *document) copyImages(all []*document) {
	owner := &d.env
	for _, other := range all {
		e := &other.env
		if e.Region != owner.Region || e.RecoveryRegion == "" || !other.fine("region", "recovery_region") || !d.fine("region", "recovery_region") {
			continue
		}
		if e.RecoveryRegion != owner.RecoveryRegion {
			other.reportAt("recovery_region", "images are copied by the owner of the account's registry, %s, whose recovery_region is %q; write the same here, or there", owner.File, owner.RecoveryRegion)
			continue
		}
		owner.CopiedNamespaces = append(owner.CopiedNamespaces, e.ImageNamespaces()...)
	}
}

func (d *document) reportOwner(format string, args ...any) {
	at, given := d.places["guard_rails.owner"]
	if !given {
		at = d.place("account")
	}
	d.report("guard_rails.owner", at, &fault{message: fmt.Sprintf(format, args...)})
}

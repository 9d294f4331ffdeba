package environments

import (
	"maps"
	"slices"
)

// zoneLetters holds the regions of the commercial partition and the letters of the zones that
// each offers.
//
// Source: "AWS Regions" and "AWS Availability Zones" in
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/. A letter is a name
// within one account: AWS may map it to another place in another account, and may offer an
// account fewer zones than the region has (us-west-1 gives two of three; ap-northeast-1 closed
// its b to newcomers, so it is left out here). So a letter of this list can be missing in an
// account; one outside of it is of no use to a new account.
var zoneLetters = map[string]string{
	"af-south-1":     "abc",
	"ap-east-1":      "abc",
	"ap-east-2":      "abc",
	"ap-northeast-1": "acd",
	"ap-northeast-2": "abcd",
	"ap-northeast-3": "abc",
	"ap-south-1":     "abc",
	"ap-south-2":     "abc",
	"ap-southeast-1": "abc",
	"ap-southeast-2": "abc",
	"ap-southeast-3": "abc",
	"ap-southeast-4": "abc",
	"ap-southeast-5": "abc",
	"ap-southeast-6": "abc",
	"ap-southeast-7": "abc",
	"ca-central-1":   "abd",
	"ca-west-1":      "abc",
	"eu-central-1":   "abc",
	"eu-central-2":   "abc",
	"eu-north-1":     "abc",
	"eu-south-1":     "abc",
	"eu-south-2":     "abc",
	"eu-west-1":      "abc",
	"eu-west-2":      "abc",
	"eu-west-3":      "abc",
	"il-central-1":   "abc",
	"me-central-1":   "abc",
	"me-south-1":     "abc",
	"mx-central-1":   "abc",
	"sa-east-1":      "abc",
	"us-east-1":      "abcdef",
	"us-east-2":      "abc",
	"us-west-1":      "abc",
	"us-west-2":      "abcd",
}

// Regions are the AWS regions that an environment can live in, sorted.
func Regions() []string {
	return slices.Sorted(maps.Keys(zoneLetters))
}

// ZoneLetters are the letters of a region's availability zones, sorted; none for a region that
// does not exist.
func ZoneLetters(region string) []string {
	var letters []string
	for _, letter := range zoneLetters[region] {
		letters = append(letters, string(letter))
	}
	return letters
}

// ZoneNames are the names of the environment's availability zones, as eu-central-1a, in the
// order of the file.
func (e *Environment) ZoneNames() []string {
	names := make([]string, len(e.Network.Zones))
	for i, letter := range e.Network.Zones {
		names[i] = e.Region + letter
	}
	return names
}

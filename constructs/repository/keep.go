package repository

import "encoding/json"

// Keep says how long images stay.
type Keep struct {
	// Releases is how many released images stay: those with a tag that begins with release-.
	Releases int
	// BuildDays is how many days others stay, and UntaggedDays those without any tag.
	BuildDays, UntaggedDays int
}

type object = map[string]any

// Policy is the lifecycle policy. An image with a tag that a rule names is out of the reach of all
// rules after it, so a released image, which is what runs, is lost to newer releases alone:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules.
func (k Keep) Policy() string {
	rules := []object{{
		"description": "Released images stay until as many newer ones were released",
		"selection":   object{"tagStatus": "tagged", "tagPrefixList": []string{"release-"}, "countType": "imageCountMoreThan", "countNumber": k.Releases},
	}, {
		"description": "Images without a tag expire",
		"selection":   object{"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": k.UntaggedDays},
	}, {
		"description": "Builds that were never released expire",
		"selection":   object{"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": k.BuildDays},
	}}
	return lifecycle(rules)
}

// KeepFor is the lifecycle policy of images that are there to be used again: they expire some
// days after they were pushed.
func KeepFor(days int) string {
	return lifecycle([]object{{
		"description": "Images expire, and are fetched again when they are needed",
		"selection":   object{"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days},
	}})
}

func lifecycle(rules []object) string {
	for i, rule := range rules {
		rule["rulePriority"], rule["action"] = i+1, object{"type": "expire"}
	}
	text, err := json.Marshal(object{"rules": rules})
	if err != nil {
		panic(err)
	}
	return string(text)
}

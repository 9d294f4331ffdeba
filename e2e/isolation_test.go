//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"testing"

	"strata/e2e/harness"
)

// Whatever the user's shell leads to, a subprocess of a test can't see it.
func TestNoWayToARealAccount(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_PROFILE": "production", "AWS_ACCESS_KEY_ID": "mine", "AWS_SESSION_TOKEN": "mine", "AWS_ROLE_ARN": "mine",
		"AWS_WEB_IDENTITY_TOKEN_FILE": "mine", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "mine", "AWS_ENDPOINT_URL": "https://mine",
		"AWS_ENDPOINT_URL_S3": "https://mine", "AWS_CONFIG_FILE": "mine", "AWS_SHARED_CREDENTIALS_FILE": "mine",
		"TF_CLI_ARGS": "mine", "TF_VAR_x": "mine", "NO_PROXY": "mine", "HTTP_PROXY": "mine",
	} {
		t.Setenv(name, value)
	}
	dev := harness.Start(t, "dev")
	seen := strings.Split(dev.Must(t, t.TempDir(), "env").Output, "\n")
	for _, variable := range seen {
		if strings.Contains(variable, "mine") || strings.HasPrefix(variable, "AWS_PROFILE") {
			t.Errorf("a subprocess sees %s; pass only what harness/environ.go lists", variable)
		}
	}
	if want := "AWS_ENDPOINT_URL=" + dev.Emulator.URL; !slices.Contains(seen, want) {
		t.Errorf("a subprocess doesn't see %s, so that it would ask AWS itself; see harness/environ.go", want)
	}
}

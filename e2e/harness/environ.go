//go:build e2e

package harness

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// root is the account's root user. The key is Amazon's own example, and the emulator knows it;
// see e2e/emulator/guard/principals.py.
var root = aws.Credentials{
	AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}

// passed are the only variables of ours that a subprocess gets. Nothing in them leads to an
// AWS account.
var passed = []string{"PATH", "TMPDIR", "LANG", "SSL_CERT_FILE", "TF_CLI_CONFIG_FILE", "STRATA_PROVIDERS"}

// environ is the whole environment of a subprocess: an allow-list, so that no profile, no
// credential and no setting of the user's can reach it.
func environ(t testing.TB, endpoint, home, region string, who aws.Credentials) []string {
	t.Helper()
	if err := mustBeLoopback(endpoint); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(home, "nowhere")
	set := []string{
		"HOME=" + home,
		"AWS_ENDPOINT_URL=" + endpoint,
		"AWS_ACCESS_KEY_ID=" + who.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + who.SecretAccessKey,
		"AWS_REGION=" + region,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + nowhere,
		"AWS_SHARED_CREDENTIALS_FILE=" + nowhere,
		// Whatever is not meant for loopback ends at the emulator, too, which refuses it.
		"HTTP_PROXY=" + endpoint,
		"NO_PROXY=127.0.0.1",
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
		"CI=1",
	}
	if who.SessionToken != "" {
		set = append(set, "AWS_SESSION_TOKEN="+who.SessionToken)
	}
	if os.Getenv("STRATA_PROVIDERS") == "mirror" {
		// Nobody needs the way to a registry.
		set = append(set, "HTTPS_PROXY="+endpoint)
	} else if proxy := os.Getenv("HTTPS_PROXY"); proxy != "" {
		set = append(set, "HTTPS_PROXY="+proxy)
	}
	for _, name := range passed {
		if value, ok := os.LookupEnv(name); ok {
			set = append(set, name+"="+value)
		}
	}
	if own := filepath.Join(os.Getenv("HOME"), ".terraformrc"); os.Getenv("STRATA_PROVIDERS") == "user" && os.Getenv("TF_CLI_CONFIG_FILE") == "" {
		// The home directory is another one now.
		set = append(set, "TF_CLI_CONFIG_FILE="+own)
	}
	return set
}

// mustBeLoopback refuses any address but one of this machine's own.
func mustBeLoopback(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil || !ip.IsLoopback() || u.Scheme != "http" {
		return fmt.Errorf("%s is not on loopback: nothing is run, since it could reach a real account", endpoint)
	}
	return nil
}

// lookup finds a program on the PATH that the subprocess is to have.
func lookup(environ []string, name string) (string, error) {
	if strings.Contains(name, "/") {
		return exec.LookPath(name)
	}
	for _, variable := range environ {
		path, ok := strings.CutPrefix(variable, "PATH=")
		for _, dir := range filepath.SplitList(path) {
			if found, err := exec.LookPath(filepath.Join(dir, name)); ok && err == nil {
				return found, nil
			}
		}
	}
	return "", fmt.Errorf("there is no %s", name)
}

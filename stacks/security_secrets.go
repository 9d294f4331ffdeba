package stacks

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/jsii-runtime-go"

	"strata/constructs/secret"
)

// secrets of the environment.
type secrets struct {
	database, cache *secret.Secret
	// ofServices by the service and the secret's name.
	ofServices map[string]map[string]*secret.Secret
	uses       map[string][]string
}

// databaseUser is the name that services log in to the database with.
const databaseUser = "strata"

func (s *Security) addSecrets() secrets {
	all := secrets{ofServices: map[string]map[string]*secret.Secret{}, uses: map[string][]string{}}
	if s.env.Database.Enabled {
		// RDS takes 8 to 41 characters for MySQL:
		// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
		all.database = s.secret("database_secret", []string{"database"}, "User and password of the database", &secret.Random{
			Length: 40, Version: s.env.Database.PasswordVersion,
			Around: func(text string) string {
				return fmt.Sprintf(`jsonencode({"username" = %q, "password" = %s})`, databaseUser, text)
			},
		})
	}
	if s.env.Cache.Enabled {
		// ElastiCache takes 16 to 128 characters:
		// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html.
		all.cache = s.secret("cache_secret", []string{"cache"}, "Token of the cache", &secret.Random{Length: 64, Version: s.env.Cache.TokenVersion})
	}
	arns := map[string]*string{}
	for _, service := range s.services() {
		of := s.env.Services[service]
		all.uses[service], all.ofServices[service] = of.Uses, map[string]*secret.Secret{}
		for _, name := range slices.Sorted(maps.Keys(of.Secrets)) {
			var value *secret.Random
			if is := of.Secrets[name]; is.Generated {
				value = &secret.Random{Length: 48, Version: is.Version}
			}
			made := s.secret(service+"_"+name+"_secret", []string{service, name}, "Of the service "+service+" alone", value)
			all.ofServices[service][name], arns[service+"/"+name] = made, made.ARN
		}
	}
	s.DatabaseSecretARN = s.out.String("database_secret_arn", "User and password of the database; empty where there is none", arnOf(all.database))
	s.CacheSecretARN = s.out.String("cache_secret_arn", "Token of the cache; empty where there is none", arnOf(all.cache))
	s.ServiceSecretARNs = s.out.Map("service_secret_arns", "Secrets of the services, by <service>/<name>", &arns)
	return all
}

func (s *Security) secret(id string, path []string, description string, value *secret.Random) *secret.Secret {
	props := secret.Props{
		Name: s.names.Secret(path...), Description: description, Account: s.env.Account, Key: s.keys.secrets,
		RecoveryDays: s.env.Secrets.RecoveryDays, Value: value,
	}
	if s.recovery != nil {
		props.Replica = &secret.Replica{Region: s.env.RecoveryRegion, Key: s.keys.recoverySecrets}
	}
	return secret.New(s.stack, id, props)
}

// of are the ARNs of what a service may read.
func (a secrets) of(service string) (arns []string) {
	for _, store := range a.uses[service] {
		arns = append(arns, *map[string]*secret.Secret{"database": a.database, "cache": a.cache}[store].ARN)
	}
	for _, name := range slices.Sorted(maps.Keys(a.ofServices[service])) {
		arns = append(arns, *a.ofServices[service][name].ARN)
	}
	return arns
}

func arnOf(s *secret.Secret) *string {
	if s == nil {
		return jsii.String("")
	}
	return s.ARN
}

// Writes the peer: a TypeScript program that makes, with the provider's typed classes, the
// very resources of a rendered folder.
//
//   node generate.js RENDERED OUTPUT.ts
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const [rendered, output] = process.argv.slice(2);
const imports = new Map();
const lines = [];

// Attributes whose keys are the user's, and, by the type of the resource, those that the
// provider's classes type as anything, so that Terraform's own names are passed on.
const VERBATIM = { tags: /./, value: /^output$/, statement: /^aws_wafv2_web_acl$/ };
// Blocks that the framework knows by itself.
const META = new Set(['//', 'depends_on', 'provider']);

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

// literal writes a value of Terraform's JSON as the provider's classes take it.
function literal(type, value, verbatim) {
  if (Array.isArray(value)) {
    return `[${value.map((item) => literal(type, item, verbatim)).join(', ')}]`;
  }
  if (value !== null && typeof value === 'object') {
    return `{ ${entries(type, value, verbatim).join(', ')} }`;
  }
  return JSON.stringify(value);
}

// entries leaves out null, which stands for what is not given.
function entries(type, object, verbatim) {
  return Object.entries(object)
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) =>
        `${verbatim ? JSON.stringify(name) : camel(name)}: ${literal(type, value, verbatim || VERBATIM[name]?.test(type))}`,
    );
}

// classOf finds the provider's class for a type, which may carry a suffix where the name
// would be another's.
function classOf(type, kind) {
  const found = imports.get(kind + type);
  if (found) {
    return found.name;
  }
  const module = kind + type.replace(/^aws_/, '').replace(/_/g, '-');
  const exported = require(`@cdktf/provider-aws/lib/${module}`);
  const name = Object.keys(exported).find((each) => exported[each].tfResourceType === type);
  imports.set(kind + type, { name, module });
  return name;
}

function block(kind, type, id, body) {
  const config = entries(type, Object.fromEntries(Object.entries(body).filter(([name]) => !META.has(name))));
  if (body.depends_on) {
    config.push(`dependsOn: [${body.depends_on.map((address) => `{ fqn: ${JSON.stringify(address)} }`).join(', ')}]`);
  }
  if (body.provider) {
    config.push('provider: recovery');
  }
  lines.push(`  new ${classOf(type, kind)}(stack, ${JSON.stringify(id)}, { ${config.join(', ')} });`);
}

function stack(name, dependencies, file) {
  lines.push('{', `  const stack = new TerraformStack(app, ${JSON.stringify(name)});`);
  lines.push(`  stacks.set(${JSON.stringify(name)}, stack);`);
  for (const [key, value] of [
    ['required_version', file.terraform.required_version],
    ['required_providers.aws.version', file.terraform.required_providers.aws.version],
  ]) {
    lines.push(`  stack.addOverride('terraform.${key}', ${JSON.stringify(value)});`);
  }
  const { use_lockfile: lockfile, ...backend } = file.terraform.backend.s3;
  lines.push(`  const backend = new S3Backend(stack, ${literal('backend', backend)});`);
  if (lockfile !== undefined) {
    lines.push(`  backend.addOverride('use_lockfile', ${lockfile});`);
  }
  for (const provider of file.provider.aws) {
    const made = `new AwsProvider(stack, '${provider.alias ? `aws_${provider.alias}` : 'aws'}', ${literal('provider', provider)})`;
    lines.push(provider.alias ? `  const recovery = ${made};` : `  ${made};`);
  }
  for (const [kind, section] of [
    ['data-', file.data],
    ['', file.resource],
  ]) {
    for (const [type, named] of Object.entries(section || {})) {
      for (const [id, body] of Object.entries(named)) {
        if (type === 'terraform_remote_state') {
          lines.push(`  new DataTerraformRemoteStateS3(stack, ${JSON.stringify(id)}, ${literal(type, body.config)});`);
        } else {
          block(kind && 'data-aws-', type, id, body);
        }
      }
    }
  }
  // The framework has no classes for these.
  for (const [type, named] of Object.entries(file.ephemeral || {})) {
    for (const [id, body] of Object.entries(named)) {
      lines.push(`  stack.addOverride(${JSON.stringify(`ephemeral.${type}.${id}`)}, ${JSON.stringify(body)});`);
    }
  }
  for (const [id, body] of Object.entries(file.output || {})) {
    lines.push(`  new TerraformOutput(stack, ${JSON.stringify(id)}, ${literal('output', body)});`);
  }
  for (const on of dependencies) {
    lines.push(`  stack.addDependency(stacks.get(${JSON.stringify(on)})!);`);
  }
  lines.push('}');
}

const manifest = JSON.parse(fs.readFileSync(path.join(rendered, 'manifest.json'), 'utf8'));
const done = new Set();
const add = (name) => {
  if (done.has(name)) {
    return;
  }
  done.add(name);
  const { dependencies, synthesizedStackPath } = manifest.stacks[name];
  dependencies.forEach(add);
  stack(name, dependencies, JSON.parse(fs.readFileSync(path.join(rendered, synthesizedStackPath), 'utf8')));
};
Object.keys(manifest.stacks).forEach(add);

const head = [
  "import { App, DataTerraformRemoteStateS3, S3Backend, TerraformOutput, TerraformStack } from 'cdktf';",
  "import { AwsProvider } from '@cdktf/provider-aws/lib/provider';",
  ...[...imports.values()].map(({ name, module }) => `import { ${name} } from '@cdktf/provider-aws/lib/${module}';`),
  '',
  'const app = new App({',
  '  outdir: process.argv[2],',
  "  context: { excludeStackIdFromLogicalIds: 'true', allowSepCharsInLogicalIds: 'true' },",
  '});',
  'const stacks = new Map<string, TerraformStack>();',
];
fs.writeFileSync(output, [...head, ...lines, 'app.synth();', ''].join('\n'));

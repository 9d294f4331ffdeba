// Loaded by Node before the jsii kernel, through NODE_OPTIONS. It changes nothing in any
// file of the framework; each step first looks whether the files are as it knows them, and
// leaves them to work as they always do when they are not.
'use strict';

const Module = require('module');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const PROVIDER = `${path.sep}@cdktf${path.sep}provider-aws${path.sep}`;
const steps = [];

// note tells the program that started the kernel which step was taken; it reads this file
// after the rendering, since both streams belong to the kernel's protocol.
function note(step, failure) {
  steps.push(failure ? { step, failure: String(failure.message || failure) } : { step });
  try {
    fs.writeFileSync(process.env.STRATA_KERNEL_NOTE, JSON.stringify(steps), { mode: 0o600 });
  } catch {
    // Nobody can be told; the rendering is right all the same.
  }
}

function attempt(step, change) {
  try {
    change();
  } catch (failure) {
    note(step, failure);
  }
}

// The kernel is a second process that jsii's launcher starts and then relays every message
// to and from. Running it in the launcher's place halves the way of a message. The kernel
// reads and writes descriptor 3; here the program's pipes are 0 and 1.
function hostKernel(launcher) {
  const program = path.resolve(path.dirname(launcher), '..', 'lib', 'program.js');
  if (!/readFD: 3,\s+writeFD: 3\b/.test(fs.readFileSync(program, 'utf8').slice(-4096))) {
    throw new Error('the kernel no longer speaks through descriptor 3');
  }
  const { readSync, writeSync } = fs;
  fs.readSync = (fd, ...rest) => readSync(fd === 3 ? 0 : fd, ...rest);
  fs.writeSync = (fd, ...rest) => writeSync(fd === 3 ? 1 : fd, ...rest);
  // The launcher starts the kernel with this option, which makes it link packages, not copy.
  process.execArgv.push('--preserve-symlinks');
  // What a library prints must not get between the messages.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  redirect((request, isMain) => isMain && program);
  note('host');
}

// redirect lets choose(request, isMain, found) answer which file is loaded.
function redirect(choose) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    return choose(request, isMain) || resolve.call(this, request, parent, isMain, options);
  };
}

// The provider's index loads two thousand modules, of which an app uses fifty. The package
// ships a second index that loads a module when it is asked for.
function loadProviderLazily() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (...args) {
    const found = resolve.apply(this, args);
    if (!found.endsWith(`${PROVIDER}lib${path.sep}index.js`)) {
      return found;
    }
    Module._resolveFilename = resolve;
    const lazy = path.join(path.dirname(found), 'lazy-index.js');
    if (!fs.existsSync(lazy)) {
      note('index', 'the provider has no lazy-index.js');
      return found;
    }
    note('index');
    return lazy;
  };
}

// The provider's type metadata is 120 MB of JSON, one entry a type, sorted by name. An index
// of where each module's entries lie is made once; then only what is asked for is parsed.
function parseMetadataLazily() {
  const { readFileSync } = fs;
  fs.readFileSync = function (file, ...rest) {
    if (typeof file !== 'string' || !file.endsWith(`${PROVIDER}.jsii`)) {
      return readFileSync.call(this, file, ...rest);
    }
    fs.readFileSync = readFileSync;
    try {
      const assembly = openAssembly(file);
      note('metadata');
      return handOver(assembly);
    } catch (failure) {
      note('metadata', failure);
      return readFileSync.call(this, file, ...rest);
    }
  };
}

// handOver gives the kernel, which wants bytes to parse, a token that parses to the assembly.
function handOver(assembly) {
  const token = `strata-${crypto.randomBytes(16).toString('hex')}`;
  const { parse } = JSON;
  JSON.parse = function (text, ...rest) {
    if (text !== token) {
      return parse.call(this, text, ...rest);
    }
    JSON.parse = parse;
    return assembly;
  };
  return { toString: () => token };
}

function openAssembly(file) {
  const index = readIndex(file) || makeIndex(file);
  const descriptor = fs.openSync(file, 'r');
  const assembly = JSON.parse(index.head);
  const modules = new Map();
  const typesOf = (name) => {
    const at = index.modules[name];
    if (!at) {
      return {};
    }
    if (!modules.has(name)) {
      const text = Buffer.alloc(at[1]);
      fs.readSync(descriptor, text, 0, at[1], at[0]);
      modules.set(name, JSON.parse(`{${text.toString('utf8')}}`));
    }
    return modules.get(name);
  };
  // A type's name is <package>.<module>.<type>.
  const type = (name) => (typeof name === 'string' ? typesOf(name.split('.')[1])[name] : undefined);
  assembly.types = new Proxy({}, {
    get: (_, name) => type(name),
    has: (_, name) => type(name) !== undefined,
    ownKeys: () => Object.keys(index.modules).flatMap((name) => Object.keys(typesOf(name))),
    getOwnPropertyDescriptor: (_, name) => ({ value: type(name), enumerable: true, configurable: true }),
  });
  return assembly;
}

// identity says which metadata an index is of: jsii ends it with a fingerprint of the whole.
function identity(file) {
  const descriptor = fs.openSync(file, 'r');
  const { size } = fs.fstatSync(descriptor);
  const end = Buffer.alloc(160);
  fs.readSync(descriptor, end, 0, end.length, size - end.length);
  fs.closeSync(descriptor);
  const said = /"version": "[^"]+",\n {2}"fingerprint": "[^"]+"\n}\s*$/.exec(end.toString('utf8'));
  if (!said) {
    throw new Error('the metadata has no fingerprint');
  }
  return `${size} ${said[0]}`;
}

function indexFile(file) {
  const name = crypto.createHash('sha256').update(identity(file)).digest('hex');
  return path.join(process.env.STRATA_KERNEL_CACHE, `${name}.json`);
}

const digest = (text) => crypto.createHash('sha256').update(text).digest('hex');

// readIndex returns the index that was made of exactly this file, if it is whole.
function readIndex(file) {
  let text;
  try {
    text = fs.readFileSync(indexFile(file), 'utf8');
  } catch {
    return undefined;
  }
  const cut = text.indexOf('\n');
  const body = text.slice(cut + 1);
  if (cut !== 64 || text.slice(0, cut) !== digest(body)) {
    return undefined;
  }
  const index = JSON.parse(body);
  return index.of === identity(file) ? index : undefined;
}

function makeIndex(file) {
  const bytes = fs.readFileSync(file);
  const open = bytes.indexOf('\n  "types": {\n');
  const close = bytes.indexOf('\n  },\n  "version": ', open);
  if (open < 0 || close < 0) {
    throw new Error('the metadata is laid out in an unknown way');
  }
  const modules = {};
  const entry = '\n    "@cdktf/provider-aws.';
  const first = open + '\n  "types": {'.length;
  let current;
  for (let at = first; at >= 0 && at < close; at = bytes.indexOf(entry, at + 1)) {
    const name = bytes.toString('utf8', at + entry.length, at + entry.length + 200).split('.')[0];
    if (name !== current) {
      if (modules[name]) {
        throw new Error(`the types of ${name} do not lie together`);
      }
      modules[name] = [at, 0];
      current = name;
    }
  }
  const names = Object.keys(modules);
  names.forEach((name, i) => {
    const next = i + 1 < names.length ? modules[names[i + 1]][0] : close;
    // Without the comma behind the last entry.
    const text = bytes.toString('utf8', modules[name][0], next).trimEnd().replace(/,$/, '');
    modules[name][1] = Buffer.byteLength(text);
  });
  const head = bytes.toString('utf8', 0, open) + '\n  "types": {}' + bytes.toString('utf8', close + '\n  }'.length);
  check(bytes, head, modules);
  const index = { of: identity(file), head: JSON.stringify(JSON.parse(head)), modules };
  write(indexFile(file), JSON.stringify(index));
  return index;
}

// check holds the index against the whole: it is made once and used a thousand times.
function check(bytes, head, modules) {
  const whole = JSON.parse(bytes.toString('utf8'));
  let count = 0;
  for (const [name, [start, length]] of Object.entries(modules)) {
    const types = Object.entries(JSON.parse(`{${bytes.toString('utf8', start, start + length)}}`));
    for (const [fqn, type] of types) {
      if (fqn.split('.')[1] !== name || JSON.stringify(type) !== JSON.stringify(whole.types[fqn])) {
        throw new Error(`the index does not lead to ${fqn}`);
      }
    }
    count += types.length;
  }
  if (count !== Object.keys(whole.types).length || JSON.stringify({ ...JSON.parse(head), types: 0 }) !== JSON.stringify({ ...whole, types: 0 })) {
    throw new Error('the index leaves something out');
  }
}

// write writes the file whole or not at all, also when two runs do it at once.
function write(file, body) {
  const draft = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(draft, `${digest(body)}\n${body}`, { mode: 0o600, flag: 'wx' });
    fs.renameSync(draft, file);
  } catch (failure) {
    fs.rmSync(draft, { force: true });
    note('cache', failure);
  }
}

// Where the launcher could not host the kernel it starts it as always, with this loaded again.
const main = process.argv[1] || '';
const launched = main.endsWith(path.join('bin', 'jsii-runtime.js'));
if (process.env.STRATA_KERNEL_CACHE && (launched || main.endsWith(path.join('lib', 'program.js')))) {
  if (launched) {
    attempt('host', () => hostKernel(main));
  }
  attempt('index', loadProviderLazily);
  attempt('metadata', parseMetadataLazily);
}

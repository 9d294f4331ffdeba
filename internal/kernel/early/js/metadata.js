// The provider's type metadata is 120 MB of JSON, one entry a type, sorted by name. An index
// of where each module's entries lie is made once; then only what is asked for is parsed.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const store = require('./store.js');

const METADATA = path.join(path.sep, '@cdktf', 'provider-aws', '.jsii');

// lazily has the kernel, when it reads the metadata, get an assembly that parses its types on
// demand. told(failure) hears how that went.
exports.lazily = (told) => {
  const { readFileSync } = fs;
  fs.readFileSync = function (file, ...rest) {
    if (typeof file !== 'string' || !file.endsWith(METADATA)) {
      return readFileSync.call(this, file, ...rest);
    }
    fs.readFileSync = readFileSync;
    try {
      const assembly = open(file);
      told();
      return handOver(assembly);
    } catch (failure) {
      told(failure);
      return readFileSync.call(this, file, ...rest);
    }
  };
};

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

function open(file) {
  const descriptor = fs.openSync(file, 'r');
  const { size } = fs.fstatSync(descriptor);
  const name = `types-${store.name(identity(descriptor, size))}`;
  const known = store.read(name);
  const index = known ? JSON.parse(known.toString('utf8')) : make(file);
  if (!known) {
    store.write(name, Buffer.from(JSON.stringify(index)));
  }
  const assembly = index.head;
  const modules = new Map();
  const typesOf = (module) => {
    const at = index.modules[module];
    if (!at) {
      return {};
    }
    if (!modules.has(module)) {
      const text = Buffer.alloc(at[1]);
      fs.readSync(descriptor, text, 0, at[1], at[0]);
      modules.set(module, JSON.parse(`{${text.toString('utf8')}}`));
    }
    return modules.get(module);
  };
  // A type's name is <package>.<module>.<type>.
  const type = (fqn) => (typeof fqn === 'string' ? typesOf(fqn.split('.')[1])[fqn] : undefined);
  // Inherited, not owned: the kernel counts the types when it has loaded them, and a proxy
  // would have to parse them all for that. What was asked for once is owned from then on.
  const types = Object.create(
    new Proxy(
      {},
      {
        get: (_, fqn) => {
          const found = type(fqn);
          if (found) {
            Object.defineProperty(types, fqn, { value: found, enumerable: true });
          }
          return found;
        },
      },
    ),
  );
  assembly.types = types;
  return assembly;
}

// identity says which metadata it is: jsii ends it with a fingerprint of the whole.
function identity(descriptor, size) {
  const end = Buffer.alloc(Math.min(size, 160));
  fs.readSync(descriptor, end, 0, end.length, size - end.length);
  const said = /"version": "[^"]+",\n {2}"fingerprint": "[^"]+"\n}\s*$/.exec(end.toString('utf8'));
  if (!said) {
    throw new Error('the metadata has no fingerprint');
  }
  return `${size} ${said[0]}`;
}

// make makes the index: where each module's types lie, and all that isn't a type.
function make(file) {
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
  const head = JSON.parse(bytes.toString('utf8', 0, open) + bytes.toString('utf8', close + '\n  },'.length));
  check(bytes, head, modules);
  // A list of the modules with where each was written, which the kernel has no use for.
  delete head.submodules;
  return { head, modules };
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
  const { types, ...rest } = whole;
  if (count !== Object.keys(types).length || JSON.stringify(head) !== JSON.stringify(rest)) {
    throw new Error('the index leaves something out');
  }
}

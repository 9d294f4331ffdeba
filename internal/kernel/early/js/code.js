// Keeps what V8 has made of the framework's modules, so that they are compiled once.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const store = require('./store.js');

// What no run asks for any more is dropped when the file has grown beyond this.
const LIMIT = 32 << 20;

// keep has Node compile modules from what is kept. learning() hears of the first that has to
// be compiled anew: what came of it is written when the kernel ends.
exports.keep = (learning) => {
  const file = `code-${store.name(process.version, process.arch)}`;
  const kept = parse(store.read(file));
  const used = new Map();
  let missed = false;

  Module.prototype._compile = function (content, filename) {
    const key = keyOf(filename, content);
    const cachedData = kept.get(key);
    const script = new vm.Script(Module.wrap(content), { filename, cachedData });
    used.set(key, script);
    if (!missed && (!cachedData || script.cachedDataRejected)) {
      missed = true;
      learning();
    }
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, Module.createRequire(filename), this, filename, path.dirname(filename));
  };

  process.on('exit', () => {
    try {
      if (missed) {
        store.write(file, ...format(kept, used));
      }
    } catch {
      // The next start compiles again; nobody is there to be told.
    }
  });
};

const INSTALLED = /^(.*[\\/]jsii-kernel-\w+[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/](.*)$/;
const targets = new Map();

// keyOf names a module by its content, or, where jsii has linked its package from a folder
// that is named by the digest of the package, by its place there.
function keyOf(filename, content) {
  const [, installed, rest] = INSTALLED.exec(filename) || [];
  if (installed) {
    if (!targets.has(installed)) {
      targets.set(installed, target(installed));
    }
    if (targets.get(installed)) {
      return `${targets.get(installed)} ${rest} ${fs.statSync(filename).mtimeMs} ${content.length}`;
    }
  }
  return crypto.createHash('sha256').update(content).digest('hex');
}

function target(link) {
  try {
    const to = fs.readlinkSync(link);
    return /[\\/][0-9a-f]{64}$/.test(to) ? to : undefined;
  } catch {
    return undefined;
  }
}

// A file is a line of [key, length] pairs and, in their order, the code.
function parse(bytes) {
  const kept = new Map();
  if (bytes === undefined) {
    return kept;
  }
  let at = bytes.indexOf('\n') + 1;
  for (const [key, length] of JSON.parse(bytes.toString('utf8', 0, at))) {
    kept.set(key, bytes.subarray(at, at + length));
    at += length;
  }
  return kept;
}

function format(kept, used) {
  const entries = [...used].map(([key, script]) => [key, script.createCachedData()]);
  let size = entries.reduce((sum, [, code]) => sum + code.length, 0);
  for (const [key, code] of kept) {
    if (!used.has(key) && size + code.length < LIMIT) {
      entries.push([key, code]);
      size += code.length;
    }
  }
  const line = JSON.stringify(entries.map(([key, code]) => [key, code.length]));
  return [Buffer.from(`${line}\n`), ...entries.map(([, code]) => code)];
}

// Holds the steps of the fast start against files of the framework that are not as they know
// them: each has to say so and leave the files to be used as they are.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const js = path.join(__dirname, '..', 'early', 'js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'strata-unknown-'));
process.env.STRATA_KERNEL_CACHE = scratch;
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

function write(name, text) {
  const file = path.join(scratch, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

// A kernel that speaks through another descriptor.
const launcher = write('runtime/bin/jsii-runtime.js', '');
write('runtime/lib/program.js', 'const stdio = new SyncStdio({ readFD: 5, writeFD: 5 });');
assert.throws(() => require(path.join(js, 'host.js')).kernel(launcher), /descriptor 3/);

// Metadata of another layout, and of the known one.
const type = (module, name) =>
  `    "@cdktf/provider-aws.${module}.${name}": {\n      "fqn": "@cdktf/provider-aws.${module}.${name}"\n    }`;
const layouts = [
  ['{"name": "@cdktf/provider-aws", "types": {}}', /fingerprint/],
  ['{\n  "name": "x",\n  "types": [],\n  "version": "1",\n  "fingerprint": "f"\n}\n', /unknown way/],
  [
    `{\n  "types": {\n${[type('a', 'X'), type('b', 'Y'), type('a', 'Z')].join(',\n')}\n  },\n  "version": "1",\n  "fingerprint": "f"\n}\n`,
    /do not lie together/,
  ],
  [
    `{\n  "types": {\n${[type('a', 'X'), type('b', 'Y')].join(',\n')}\n  },\n  "version": "1",\n  "fingerprint": "g"\n}\n`,
    undefined,
  ],
];
for (const [text, failure] of layouts) {
  const file = write('@cdktf/provider-aws/.jsii', text);
  delete require.cache[require.resolve(path.join(js, 'metadata.js'))];
  let told;
  require(path.join(js, 'metadata.js')).lazily((why) => {
    told = { why };
  });
  const bytes = fs.readFileSync(file);
  const read = JSON.parse(bytes.toString('utf8'));
  if (failure) {
    assert.match(told.why.message, failure);
    assert.deepEqual(read, JSON.parse(text));
  } else {
    assert.equal(told.why, undefined);
    assert.deepEqual(read.types['@cdktf/provider-aws.b.Y'], { fqn: '@cdktf/provider-aws.b.Y' });
    assert.equal(read.types['@cdktf/provider-aws.c.Z'], undefined);
  }
}

// A provider without the index that loads on demand.
const Module = require('node:module');
let told;
require(path.join(js, 'modules.js')).lazyProvider((why) => {
  told = { why };
});
const index = write('@cdktf/provider-aws/lib/index.js', 'module.exports = 7;');
assert.equal(Module.createRequire(index)(index), 7);
assert.match(told.why.message, /lazy-index/);

// The kernel unpacks a package once and finds it again by the digest of its archive, which it
// computes at each start: of 34 MB for the provider. An archive whose size, end and samples
// are those of one that was digested before is that one: a compressed stream differs from the
// first difference on, and ends with a checksum of the whole.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');

const store = require('./store.js');

// Smaller archives are digested sooner than looked up.
const WORTHWHILE = 8 << 20;
const SAMPLES = 32;

// remember has the kernel hash an archive once. told(failure) hears when it can't be remembered.
exports.remember = (told) => {
  const { createHash } = crypto;
  const { openSync, readSync } = fs;
  let latest;
  let skipped;

  crypto.createHash = function (algorithm, ...rest) {
    const hash = createHash.call(this, algorithm, ...rest);
    latest = algorithm === 'sha256' ? hash : undefined;
    return hash;
  };
  fs.openSync = function (file, ...rest) {
    const descriptor = openSync.call(this, file, ...rest);
    const hash = latest;
    // Whatever was opened before is read by now, and this may be its number.
    latest = skipped = undefined;
    if (hash && typeof file === 'string' && file.startsWith(os.tmpdir()) && file.endsWith('.tgz')) {
      const { size } = fs.fstatSync(descriptor);
      if (size >= WORTHWHILE) {
        skipped = recall(hash, sample(descriptor, size), told) ? descriptor : undefined;
      }
    }
    return descriptor;
  };
  fs.readSync = function (descriptor, ...rest) {
    return descriptor === skipped ? 0 : readSync.call(this, descriptor, ...rest);
  };
};

// sample names an archive by its size and some of its bytes.
function sample(descriptor, size) {
  const block = Buffer.alloc(4096);
  const hash = crypto.createHash('sha1').update(String(size));
  for (let i = 0; i <= SAMPLES; i++) {
    const at = Math.floor(((size - block.length) * i) / SAMPLES);
    fs.readSync(descriptor, block, 0, block.length, at);
    hash.update(block);
  }
  return `digest-${hash.digest('hex')}`;
}

// recall has the hash yield the digest that is known, or remember what it comes to.
function recall(hash, name, told) {
  const known = store.read(name);
  const { digest } = hash;
  hash.digest = function () {
    if (known) {
      return known;
    }
    const result = digest.call(this);
    try {
      store.write(name, result);
    } catch (failure) {
      told(failure);
    }
    return result;
  };
  return known !== undefined;
}

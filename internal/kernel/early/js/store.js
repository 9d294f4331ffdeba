// Keeps bytes in the user's cache folder, in files that vouch for themselves: whoever was cut
// off, or somebody else's mistake, leaves a file that is not taken for a whole one.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const digest = (bytes) => crypto.createHash('sha256').update(bytes).digest();

exports.name = (...parts) => digest(parts.join('\n')).toString('hex').slice(0, 32);

// read returns the bytes of a file that is there and whole.
exports.read = (name) => {
  let bytes;
  try {
    bytes = fs.readFileSync(path.join(process.env.STRATA_KERNEL_CACHE, name));
  } catch {
    return undefined;
  }
  const body = bytes.subarray(32);
  return bytes.length > 32 && digest(body).equals(bytes.subarray(0, 32)) ? body : undefined;
};

// write writes a file whole or not at all, also when two runs do it at once.
exports.write = (name, ...bodies) => {
  const file = path.join(process.env.STRATA_KERNEL_CACHE, name);
  const draft = `${file}.${process.pid}`;
  const body = Buffer.concat(bodies);
  try {
    fs.writeFileSync(draft, Buffer.concat([digest(body), body]), { mode: 0o600, flag: 'wx' });
    fs.renameSync(draft, file);
  } catch (failure) {
    fs.rmSync(draft, { force: true });
    throw failure;
  }
};

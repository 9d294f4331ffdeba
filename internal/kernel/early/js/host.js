// The kernel is a second process that jsii's launcher starts and then relays every message to
// and from. Running it in the launcher's place halves the way of a message.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const modules = require('./modules.js');

exports.kernel = (launcher) => {
  const program = path.resolve(path.dirname(launcher), '..', 'lib', 'program.js');
  if (!/readFD: 3,\s+writeFD: 3\b/.test(fs.readFileSync(program, 'utf8').slice(-4096))) {
    throw new Error('the kernel no longer speaks through descriptor 3');
  }
  // The kernel reads and writes descriptor 3; here the program's pipes are 0 and 1.
  const { readSync, writeSync } = fs;
  fs.readSync = (fd, ...rest) => readSync(fd === 3 ? 0 : fd, ...rest);
  fs.writeSync = (fd, ...rest) => writeSync(fd === 3 ? 1 : fd, ...rest);
  // The launcher starts the kernel with this option, which makes it link packages, not copy.
  process.execArgv.push('--preserve-symlinks');
  // What a library prints must not get between the messages.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  modules.replaceMain(program);
};

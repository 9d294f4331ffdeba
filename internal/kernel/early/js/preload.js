// Loaded by Node before the jsii kernel, through NODE_OPTIONS. It changes nothing in any file
// of the framework; each step first looks whether the files are as it knows them, and leaves
// them to work as they always do when they are not.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const started = process.argv[1] || '';
const byLauncher = started.endsWith(path.join('bin', 'jsii-runtime.js'));
// Where the launcher could not host the kernel it starts it as always, with this loaded again.
const asKernel = started.endsWith(path.join('lib', 'program.js'));

const steps = [];

// note tells the program that started the kernel which step was taken. It reads this file
// after the rendering, since both streams belong to the kernel's protocol.
function note(step, failure) {
  steps.push({ step, failure: failure && `${step}: ${failure.message || failure}` });
  try {
    fs.writeFileSync(process.env.STRATA_KERNEL_NOTE, JSON.stringify({ pid: process.pid, steps }), { mode: 0o600 });
  } catch {
    // Nobody can be told; the rendering is right all the same.
  }
}

// attempt takes a step: at once, or later, when it calls told(failure).
function attempt(step, take, later) {
  try {
    take((failure) => note(step, failure));
    if (!later) {
      note(step);
    }
  } catch (failure) {
    note(step, failure);
  }
}

if (process.env.STRATA_KERNEL_CACHE && (byLauncher || asKernel)) {
  const { lazyArchiver, lazyProvider } = require('./modules.js');
  if (byLauncher) {
    attempt('host', () => require('./host.js').kernel(started));
  }
  attempt('code', () => require('./code.js').keep(() => note('learning')));
  attempt('archiver', lazyArchiver);
  attempt('index', lazyProvider, true);
  attempt('digest', (told) => require('./digest.js').remember(told));
  attempt('metadata', require('./metadata.js').lazily, true);
  attempt('diagnostics', () => require('./diagnostics.js').quicken());
  // The program doesn't wait for the kernel's end, and so leaves its files to it.
  process.on('exit', () => {
    if (byLauncher) {
      fs.rmSync(path.resolve(started, '..', '..'), { recursive: true, force: true });
    }
  });
}

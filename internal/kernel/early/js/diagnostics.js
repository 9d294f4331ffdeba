// The framework prepares for errors that don't happen. Of one that does happen it says the
// same as ever, but for where in the framework a token was made.
'use strict';

const util = require('node:util');

exports.quicken = () => {
  describeLess();
  forgetStacks();
};

// The kernel describes the type of each value that passes it, in case that it has none; where
// it has one, nobody reads the description.
function describeLess() {
  const { inspect } = util;
  const isType = (value) =>
    typeof value === 'object' &&
    value !== null &&
    typeof value.type === 'object' &&
    value.type !== null &&
    (value.type.primitive || value.type.fqn || value.type.collection || value.type.union);
  util.inspect = Object.assign(
    (value, ...options) => (options.length === 0 && isType(value) ? 'a type' : inspect(value, ...options)),
    inspect,
  );
}

// The framework notes for every token the whole stack that it was made on, which for a Go
// program ends in the kernel.
function forgetStacks() {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = (object, below) => {
    if (Error.stackTraceLimit !== Number.MAX_SAFE_INTEGER) {
      captureStackTrace(object, below);
    }
  };
}

// Has Node load other modules than it is asked for.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

// replaceMain has another program run than the one that Node was started with.
exports.replaceMain = (program) => {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    return isMain ? program : resolve.call(this, request, parent, isMain, options);
  };
};

const INDEX = path.join(path.sep, '@cdktf', 'provider-aws', 'lib', 'index.js');

// lazyProvider: the provider's index loads two thousand modules, of which an app uses fifty.
// The package ships a second index that loads a module when it is asked for.
exports.lazyProvider = (told) => {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (...args) {
    const found = resolve.apply(this, args);
    if (!found.endsWith(INDEX)) {
      return found;
    }
    Module._resolveFilename = resolve;
    const lazy = path.join(path.dirname(found), 'lazy-index.js');
    if (!fs.existsSync(lazy)) {
      told(new Error('the provider has no lazy-index.js'));
      return found;
    }
    told();
    return lazy;
  };
};

// lazyArchiver: half of the modules that the framework loads are for archives, which it makes
// of assets when there are any.
exports.lazyArchiver = () => {
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    if (request !== 'archiver') {
      return load.call(this, request, parent, ...rest);
    }
    const module = () => load.call(Module, request, parent, ...rest);
    return new Proxy(() => {}, {
      apply: (_, self, args) => Reflect.apply(module(), self, args),
      get: (_, name) => module()[name],
      has: (_, name) => name in module(),
    });
  };
};

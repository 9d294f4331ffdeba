import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['**/node_modules/', '.tools/', 'cdktf.out/'] },
  js.configs.recommended,
  {
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: globals.node },
    rules: { strict: ['error', 'global'], 'prefer-const': 'error', 'no-var': 'error', eqeqeq: 'error' },
  },
];

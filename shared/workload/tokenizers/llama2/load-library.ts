import { createRequire } from 'node:module';
import type llamaTokenizer from 'llama-tokenizer-js';

/**
 * Loads the tokenizer library, which builds large tables when it is loaded. It is loaded with `require` because an
 * import could be delayed only by making each count asynchronous. In a bundle, the bundler replaces the first branch.
 */
export function loadLibrary(): typeof llamaTokenizer {
  if (typeof require === 'function') return require('llama-tokenizer-js').default;
  return createRequire(import.meta.url)('llama-tokenizer-js').default;
}

import { createRequire } from 'node:module';
import type llamaTokenizer from 'llama-tokenizer-js';

/**
 * Loads the tokenizer library, which builds large tables when it is loaded. `require` loads it on demand; a dynamic
 * import would make each count asynchronous. A bundle uses the first branch, which the bundler resolves.
 */
export function loadLibrary(): typeof llamaTokenizer {
  if (typeof require === 'function') return require('llama-tokenizer-js').default;
  return createRequire(import.meta.url)('llama-tokenizer-js').default;
}

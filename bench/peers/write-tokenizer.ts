import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const unknown = '<unk>';
const end = '<end>';

/**
 * Writes a tokenizer in Hugging Face's format with one token per word, so that no tool downloads one. Returns its folder.
 */
export async function writeTokenizer(dir: string, words: readonly string[]): Promise<string> {
  const tokenizerDir = join(dir, 'tokenizer');
  await mkdir(tokenizerDir, { recursive: true });
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [unknown, end].map((content, id) => ({ id, content, ...special })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries([unknown, end, ...words].map((token, id) => [token, id])),
      unk_token: unknown,
    },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    unk_token: unknown,
    eos_token: end,
    model_max_length: 131_072,
  };
  await writeFile(join(tokenizerDir, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(tokenizerDir, 'tokenizer_config.json'), JSON.stringify(config));
  return tokenizerDir;
}

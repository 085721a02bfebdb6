import { describe, expect, test } from 'vitest';
import { providerConfigSchema } from '../../infra/provider/config/provider-config.ts';
import { oidcRuleInputSchema } from '../../shared/records/oidc-rule.ts';
import { runSpecInputSchema } from '../../shared/spec/run-spec.ts';
import { listCode, readPages } from './read-pages.ts';

const examples = readPages().flatMap(({ path, text }) =>
  listCode(text, 'json').map((code, position) => ({ name: `${path} (${position + 1})`, code })),
);

/** Parses an example. An example may be the fields of an object without its braces, and `…` shortens an id. */
function parseExample(code: string): Record<string, unknown> {
  const text = code.replaceAll(/(run|dts)_\w*…/g, '$1_01jd0000000000000000000000').trim();
  return JSON.parse(text.startsWith('{') ? text : `{${text}}`) as Record<string, unknown>;
}

const target = { baseUrl: 'https://api.example.com/v1', model: 'some-model' };

/** Completes a part of a run spec: a target, a load, fields of a load, or fields of the spec. */
function toSpec(example: Record<string, unknown>): object {
  if ('baseUrl' in example) return { targets: [example] };
  if ('mode' in example) return { targets: [target], load: example };
  if ('stopWhen' in example)
    return { targets: [target], load: { mode: 'concurrency', stages: [{ concurrency: 1 }], ...example } };
  return { targets: [target], ...example };
}

describe('JSON examples in the documentation', () => {
  test('exist', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  test.each(examples)('$name is valid', ({ code }) => {
    const example = parseExample(code);
    // AWS credentials and IAM policies are not read by Tokenmeter.
    if ('accessKeyId' in example || 'Version' in example) return;
    const own = 'models' in example ? providerConfigSchema : 'issuer' in example ? oidcRuleInputSchema : null;
    const result = own === null ? runSpecInputSchema.safeParse(toSpec(example)) : own.safeParse(example);
    expect(result.error?.issues ?? []).toEqual([]);
  });
});

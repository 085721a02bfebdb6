import { expect, test } from 'vitest';
import { checkTargetProtocol } from '../../../shared/spec/check-target-protocol.ts';
import { targetSchema } from '../../../shared/spec/target.ts';

const listFaults = (protocol: string, body: Record<string, unknown>) =>
  checkTargetProtocol(targetSchema.parse({ protocol, baseUrl: 'https://h.example/v1', model: 'm', body }), 0);

test('null removes only one reserved field: the request for usage', () => {
  expect(listFaults('openai-chat', { stream_options: null })).toEqual([]);
  expect(listFaults('openai-completions', { stream_options: null })).toEqual([]);
  expect(listFaults('openai-chat', { stream_options: { continuous_usage_stats: true, include_usage: true } })).toEqual(
    [],
  );
  expect(listFaults('openai-chat', { stream_options: { include_usage: false } })).toHaveLength(1);
  expect(listFaults('openai-chat', { stream: null, model: null })).toHaveLength(2);
});

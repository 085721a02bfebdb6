import { describe, expect, test } from 'vitest';
import { mapKinds, nameQueues } from '../../../infra/message-kinds.ts';
import { loadConfig } from '../../../shared/config.ts';
import { checkRunFrom } from '../../../shared/runs/checks/validate-run-spec.ts';
import { sendBatch } from '../../../shared/runs/send-batch.ts';
import { runSpecInputSchema, runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { makeRun } from '../../contract/make-record.ts';

const targets = [
  { id: 'home', baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null },
  { id: 'away', baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null, runFrom: 'eu-west-1' },
];

describe('a batch', () => {
  test('goes to the workers in the runFrom region of its target', async () => {
    const spec = runSpecSchema.parse({ seed: 1, targets });
    const sent: unknown[] = [];
    const queue = { send: async (...args: unknown[]) => void sent.push(args), check: async () => {} };
    const run = { ...makeRun(), spec };
    for (const stageIndex of [0, 1])
      await sendBatch({ queue }, run, { runId: run.runId, stageIndex, batchIndex: 0, attempt: 1 });
    expect(sent).toEqual([
      [expect.objectContaining({ kind: 'batch', stageIndex: 0 }), { tenantId: expect.any(String) }],
      [
        expect.objectContaining({ kind: 'batch', stageIndex: 1 }),
        { tenantId: expect.any(String), region: 'eu-west-1' },
      ],
    ]);
  });
});

describe('a runFrom region', () => {
  const url = 'https://sqs.example.com/q';
  const configWith = (regions: string) =>
    loadConfig({
      ...nameQueues(mapKinds(() => url)),
      KMS_KEY_ID: 'k',
      WORKER_QUEUE_URLS: regions,
    });
  const spec = runSpecInputSchema.parse({
    targets: targets.map(({ credentialId: _, ...target }) => target),
  });

  test('without workers is rejected with the list of regions', () => {
    const regions = JSON.stringify({ 'us-east-1': url, 'ap-south-1': url });
    expect(checkRunFrom(configWith(regions), spec)).toEqual([
      {
        pointer: '/targets/1/runFrom',
        fault: 'is a region in which this deployment has no workers',
        remedy: 'Use one of ap-south-1, us-east-1, or omit it',
      },
    ]);
    expect(checkRunFrom(configWith('{}'), spec)).toMatchObject([
      { remedy: expect.stringContaining('only one location') },
    ]);
    expect(checkRunFrom(configWith(JSON.stringify({ 'eu-west-1': url })), spec)).toEqual([]);
  });

  test('with an invalid setting stops the start', () => {
    expect(() => configWith('{"eu-west-1": 5}')).toThrow(/WORKER_QUEUE_URLS: must be a JSON object/);
  });
});

import { expect, test } from 'vitest';
import { type Answer, openApiBench } from '../../../support/service/api-bench.ts';

test('a secret never appears in an item, log line, message or response', async () => {
  const bench = await openApiBench();
  const answers: Answer[] = [];
  const ask = async (...args: Parameters<typeof bench.ask>) => {
    const answer = await bench.ask(...args);
    answers.push(answer);
    return answer;
  };
  const secret = 'sk-PLANTED-4f1d0c9e';
  const target = { baseUrl: 'https://api.example.com/v1', model: 'm' };
  const headers = { 'idempotency-key': 'planted' };

  const run = (await ask('POST', '/v1/runs', { headers, body: { targets: [{ ...target, apiKey: secret }] } })).json;
  await ask('POST', '/v1/runs', { headers, body: { targets: [{ ...target, apiKey: secret }] } });
  await ask('POST', '/v1/runs', { headers, body: { targets: [{ ...target, apiKey: `${secret}x` }] } });
  await ask('POST', '/v1/runs', { body: { targets: [{ ...target, apiKey: secret, credentialId: 'crd_1' }] } });
  await ask('POST', '/v1/runs', { body: { targets: [{ ...target, apiKey: `${secret} with spaces` }] } });
  await ask('POST', '/v1/runs', { body: { targets: [{ ...target, apiKey: [secret] }] } });
  await ask('POST', '/v1/runs', { body: { targets: [{ ...target, headers: { authorization: `Bearer ${secret}` } }] } });
  await ask('POST', '/v1/runs', { body: { targets: [{ ...target, baseUrl: `https://u:${secret}@api.example.com` }] } });
  await ask('POST', '/v1/runs', { raw: `{"targets": [{"apiKey": "${secret}" "model"` });
  await ask('POST', '/v1/runs', { raw: `apiKey=${secret}`, headers: { 'content-type': 'text/plain' } });
  await ask('POST', '/v1/estimates', { body: { targets: [{ ...target, apiKey: secret }] } });
  await ask('POST', '/v1/credentials', { headers: { 'idempotency-key': 'c' }, body: { name: 'c', apiKey: secret } });
  await ask('POST', '/v1/credentials', { body: { name: 'c', apiKey: secret, extra: secret } });
  await ask('POST', `/v1/runs/${run.runId}/rerun`, { body: { apiKeys: { 'target-1': secret } } });
  await ask('POST', `/v1/runs/${run.runId}/rerun`, { body: { apiKeys: { unknown: secret } } });
  await ask('GET', '/v1/runs', { headers: { authorization: `Bearer ${secret}` } });
  await ask('GET', `/v1/runs/${run.runId}/manifest`);
  await ask('GET', `/v1/runs/${run.runId}`);
  const put = bench.deps.credentials.put;
  bench.deps.credentials.put = async () => {
    throw new Error(`the store said: ${secret}`, { cause: new Error(`Bearer ${secret}`) });
  };
  await ask('POST', '/v1/credentials', { body: { name: 'c', apiKey: secret } });
  bench.deps.credentials.put = put;

  expect(answers.map(({ status }) => status).filter((status) => status < 300)).toHaveLength(7);
  const marks = ['PLANTED', Buffer.from(secret).toString('base64').slice(2, -4), Buffer.from(secret).toString('hex')];
  const places = [
    await bench.dump(),
    bench.logged(),
    JSON.stringify(bench.sent),
    ...answers.map(({ text, headers: sent }) => text + JSON.stringify([...sent])),
  ];
  for (const mark of marks) for (const place of places) expect(place).not.toContain(mark);
  await bench.close();
});

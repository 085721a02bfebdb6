import { composeWorker } from '../../../functions/worker/compose.ts';
import { createWorker } from '../../../functions/worker/run-batch.ts';
import { loadConfig } from '../../../shared/config.ts';
import { answerInvocations, tellPool } from './answer-invocations.ts';

/** Entry point of a local worker process. It receives events over IPC. */

const reportLease = (remainingMs: number | null) => tellPool(process, { say: 'lease', remainingMs });
answerInvocations(process, createWorker({ ...composeWorker(loadConfig()), reportLease }));

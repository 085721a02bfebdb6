import { composeWorker } from '../../../functions/worker/compose.ts';
import { createWorker } from '../../../functions/worker/run-batch.ts';
import { loadConfig } from '../../../shared/config.ts';
import { answerInvocations } from './answer-invocations.ts';

/* Local execution environment of the worker, behind an IPC channel. */

answerInvocations(process, createWorker(composeWorker(loadConfig())));

import { composeWorker } from '../../../functions/worker/compose.ts';
import { createWorker } from '../../../functions/worker/worker.ts';
import { loadConfig } from '../../../shared/config.ts';
import { answerInvocations } from './answer-invocations.ts';

/* A local execution environment of the worker: the worker's door, behind an IPC channel. */

answerInvocations(process, createWorker(composeWorker(loadConfig())));

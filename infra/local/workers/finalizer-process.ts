import { answerInvocations } from './answer-invocations.ts';

/** Entry point of a local finalizer process. It runs the same handler as Lambda and receives events over IPC. */

const { handler } = await import('../../../functions/finalizer/handler.ts');
answerInvocations(process, handler);

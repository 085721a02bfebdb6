import { type EventAnswer, type ReadEvent, readEvents } from '../../support/service/read-events.ts';

export type Followed = {
  /** The events that arrived, in the order of arrival. */
  events: ReadEvent[];
  answers: (EventAnswer & { durationMs: number })[];
};

/**
 * Reads the events of a run as an EventSource does: each answer ends, and the next request has the id of the last event.
 * Every second answer is lost on its way, as in a broken network.
 */
export async function followEvents(url: string, apiKey: string, maxAnswers: number): Promise<Followed> {
  const events: ReadEvent[] = [];
  const answers: Followed['answers'] = [];
  while (answers.at(-1)?.status !== 204) {
    if (answers.length === maxAnswers) throw new Error(`The events did not end: ${JSON.stringify(answers.at(-1))}`);
    const lastId = events.at(-1)?.id;
    const startMs = performance.now();
    const answer = await readEvents(url, {
      authorization: `Bearer ${apiKey}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    });
    answers.push({ ...answer, durationMs: performance.now() - startMs });
    if (answer.status !== 200 && answer.status !== 204) throw new Error(`status ${answer.status}: ${answer.head}`);
    if (answers.length % 2 === 1) events.push(...answer.events);
  }
  return { events, answers };
}

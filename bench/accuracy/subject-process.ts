import { measureFloor } from './measure-floor.ts';
import { measureInstrument } from './measure-instrument.ts';
import type { SubjectName } from './measurement.ts';
import type { Row } from './row.ts';

/* One subject, one row, in a process that has done nothing else: what a worker is when its batch comes. */

process.once('message', async ({ subject, row, port }: { subject: SubjectName; row: Row; port: number }) => {
  const measurement =
    subject === 'floor' ? await measureFloor(row, port) : await measureInstrument(row, port, subject === 'instrument');
  process.send?.(measurement, () => process.disconnect());
});

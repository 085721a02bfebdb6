import type { z } from 'zod';
import { formatInstantOrNull } from '../../../shared/records/format-instant.ts';

/** The record fields that a view needs. A timestamp such as `createdAt` comes from `createdAtMs`. */
type Recorded<View> = {
  [Name in keyof View as Name extends `${string}At` ? `${Name}Ms` : Name]: Name extends `${string}At`
    ? null extends View[Name]
      ? number | null
      : number
    : View[Name];
};

/** Shows only the fields of a record that a schema names, in schema order. */
export function showRecord<View extends z.ZodObject>(schema: View, record: Recorded<z.output<View>>): z.output<View> {
  const fields = new Map<string, unknown>(Object.entries(record));
  const shown = Object.keys(schema.shape).map((name) => {
    const atMs = name.endsWith('At') ? fields.get(`${name}Ms`) : undefined;
    return [name, typeof atMs === 'number' || atMs === null ? formatInstantOrNull(atMs) : fields.get(name)];
  });
  return Object.fromEntries(shown) as z.output<View>; // the type of the record is derived from the view
}

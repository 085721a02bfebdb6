import type { html } from 'hono/html';

/** Markup whose foreign parts are escaped. */
export type Html = ReturnType<typeof html>;

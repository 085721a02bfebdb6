import { registerHooks } from 'node:module';

/* The measuring thread with one additional protocol. */

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === './word-by-word/dialect.ts' ? import.meta.resolve('./dialect.ts') : specifier, context),
});
await import('../../../../shared/measure/thread/measuring-thread.ts');

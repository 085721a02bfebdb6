import type { Dialect } from '../dialect.ts';
import { createGeminiDialect } from '../gemini/dialect.ts';

/** Gemini on Vertex AI: `POST {base}/publishers/google/models/{model}:…`, where the base ends in the location. */
export const dialect: Dialect = createGeminiDialect('publishers/google/models/');

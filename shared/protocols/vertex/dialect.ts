import type { Dialect } from '../dialect.ts';
import { createGeminiDialect } from '../gemini/dialect.ts';

/** Gemini on Vertex AI: `POST {base}/publishers/google/models/{model}:…`. The base URL ends with the location. */
export const dialect: Dialect = createGeminiDialect('publishers/google/models/');

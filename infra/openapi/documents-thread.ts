import { parentPort } from 'node:worker_threads';
import { renderDocuments } from './render-documents.ts';

/* The entry module of the thread that renders the forms of openapi.yaml, and then ends. */

parentPort?.postMessage(renderDocuments());

import { handle } from 'hono/aws-lambda';
import { loadConfig } from '../../shared/config.ts';
import { composeDeps } from '../compose-deps.ts';
import { createApi } from './api.ts';

export const handler = handle(createApi(composeDeps(loadConfig())));

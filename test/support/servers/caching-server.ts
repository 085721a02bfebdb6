import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { openServer } from './open-server.ts';

const bodySchema = z.looseObject({
  temperature: z.number().optional(),
  max_tokens: z.number(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});
export type AskedBody = z.infer<typeof bodySchema>;

export type CachingServer = {
  /** API root for the `baseUrl` of a target. */
  url: string;
  /** Bodies in order of receipt. */
  asked: AskedBody[];
  /** Returns whether the request with the number `asked.length - 1` gets status 500. May wait first. */
  failIf: (body: AskedBody) => boolean | Promise<boolean>;
  /** Deletes the stored bodies and the cache, and ends failures. */
  reset(): void;
  close(): Promise<void>;
};

/** Prefixes are cached in whole blocks, as on real servers. */
const blockCharacters = 64;

/**
 * Starts a chat server that counts one token per four characters, caches prompts, and reports in its usage how much of a
 * prompt is a prefix of an earlier one.
 */
export async function startCachingServer(): Promise<CachingServer> {
  const asked: AskedBody[] = [];
  const blocks = new Set<string>();
  const controls: Pick<CachingServer, 'failIf'> = { failIf: () => false };
  const server = await openServer(async (request, response) => {
    const body = bodySchema.parse(JSON.parse(await text(request)));
    asked.push(body);
    if (await controls.failIf(body)) return void response.writeHead(500).end();
    const prompt = body.messages.map(({ role, content }) => `<${role}>${content}`).join('');
    let cached = 0;
    while (cached + blockCharacters <= prompt.length && blocks.has(prompt.slice(0, cached + blockCharacters)))
      cached += blockCharacters;
    for (let end = blockCharacters; end <= prompt.length; end += blockCharacters) blocks.add(prompt.slice(0, end));
    const usage = {
      prompt_tokens: Math.ceil(prompt.length / 4),
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: cached / 4 },
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of ['well', ' then'])
      response.write(event({ choices: [{ delta: { content }, finish_reason: null }] }));
    response.write(event({ choices: [{ delta: {}, finish_reason: 'stop' }] }));
    response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
  });
  return Object.assign(controls, {
    url: `${server.url}/v1`,
    asked,
    reset: () => {
      asked.length = 0;
      blocks.clear();
      controls.failIf = () => false;
    },
    close: server.close,
  });
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

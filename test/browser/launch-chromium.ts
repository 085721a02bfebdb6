import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate, setupLambdaEnvironment } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real Chromium from an npm package, with the libraries and fonts that come with it: nothing has to be installed. They are
 * unpacked into the directory for temporary files, once.
 */
export async function launchChromium(): Promise<Browser> {
  const packed = fileURLToPath(new URL('../bin', import.meta.resolve('@sparticuz/chromium')));
  const libraries = await inflate(join(packed, 'al2023.tar.br'));
  setupLambdaEnvironment(join(libraries, 'lib'));
  chromium.setGraphicsMode = false;
  const executablePath = await chromium.executablePath(packed);
  // One process for all is for machines that allow no other; it dies when a second context is opened.
  const args = chromium.args.filter((argument) => argument !== '--single-process' && argument !== '--no-zygote');
  return await playwright.launch({ executablePath, args, headless: true });
}

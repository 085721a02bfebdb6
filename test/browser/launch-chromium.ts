import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate, setupLambdaEnvironment } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * Launches Chromium from an npm package, which also contains its libraries and fonts. They are unpacked once into the directory
 * for temporary files.
 */
export async function launchChromium(moreArguments: readonly string[] = []): Promise<Browser> {
  const packed = fileURLToPath(new URL('../bin', import.meta.resolve('@sparticuz/chromium')));
  const libraries = await inflate(join(packed, 'al2023.tar.br'));
  setupLambdaEnvironment(join(libraries, 'lib'));
  chromium.setGraphicsMode = false;
  const executablePath = await chromium.executablePath(packed);
  // Single-process mode crashes when a second context is opened.
  const args = chromium.args.filter((argument) => argument !== '--single-process' && argument !== '--no-zygote');
  return await playwright.launch({ executablePath, args: [...args, ...moreArguments], headless: true });
}

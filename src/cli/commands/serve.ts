import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { createPageServer } from '../../server/page-server.ts';
import { packageFolder } from '../catalogue.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { listen, toldToEnd } from '../listening.ts';
import { readPort } from '../options.ts';

interface Options {
  readonly listen: number;
  readonly address: string;
}

/** Chosen by nobody else that is well known. */
const DEFAULT_PORT = 8140;

export function define(command: Command): void {
  command
    .addOption(
      new Option('--listen <port>', 'port; 0: any that is free').argParser(readPort).default(DEFAULT_PORT),
    )
    .addOption(
      new Option(
        '--address <address>',
        'where to listen; browsers run the page on localhost and https only',
      ).default('127.0.0.1'),
    )
    .addHelpText('after', '\nExit status: 0 ended by Ctrl-C, 2 usage, or the port is taken.')
    .action(async (options: Options) => {
      await serve(options);
      process.exitCode = EXIT.pass;
    });
}

async function serve({ listen: wanted, address }: Options): Promise<void> {
  const folder = join(packageFolder(), 'dist/web');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UsageError(`the page is not built (${folder} is missing): run npm run build`);
  }
  const server = createPageServer({ folder, address });
  const port = await listen(server, wanted, address);
  process.stdout.write(`http://${address.includes(':') ? `[${address}]` : address}:${port}/\n`);
  await toldToEnd();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { Gateway, type GatewayOptions } from '../../server/gateway.ts';
import { createPageServer } from '../../server/page-server.ts';
import { packageFolder } from '../catalogue.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { listen, toldToEnd } from '../listening.ts';
import { allowOption, readPort } from '../options.ts';

interface Options {
  readonly listen: number;
  readonly address: string;
  readonly allow: readonly string[];
}

/** Bytes of the token: nobody guesses it. */
const TOKEN = 18;

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
    .addOption(allowOption('let devices on the page reach a real host (* for any)'))
    .addHelpText('after', '\nExit status: 0 ended by Ctrl-C, 2 usage, or the port is taken.')
    .action(async (options: Options) => {
      await serve(options);
      process.exitCode = EXIT.pass;
    });
}

async function serve({ listen: wanted, address, allow }: Options): Promise<void> {
  const folder = join(packageFolder(), 'dist/web');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UsageError(`the page is not built (${folder} is missing): run npm run build`);
  }
  const token = randomBytes(TOKEN).toString('base64url');
  const gateway = gatewayFor({ allowed: allow, token, address });
  const server = createPageServer({ folder, address, gateway });
  const port = await listen(server, wanted, address);
  const host = address.includes(':') ? `[${address}]` : address;
  // Behind the #, so that a browser sends it to nobody.
  process.stdout.write(`http://${host}:${port}/#?token=${token}\n`);
  await toldToEnd();
  gateway.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function gatewayFor(options: GatewayOptions): Gateway {
  try {
    return new Gateway(options);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--allow: ${error.message}`);
    throw error;
  }
}

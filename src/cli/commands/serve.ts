import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { readCredentials } from '../../mirror/board/network.ts';
import { MirrorError } from '../../mirror/problem.ts';
import { Admission } from '../../server/admission.ts';
import { Gateway, type GatewayOptions } from '../../server/gateway.ts';
import { type MirrorMeans, Mirrors } from '../../server/mirrors.ts';
import { createPageServer } from '../../server/page-server.ts';
import { packageFolder } from '../catalogue.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { listen, toldToEnd } from '../listening.ts';
import { allowOption, readPort } from '../options.ts';

interface Options {
  readonly listen: number;
  readonly address: string;
  readonly allow: readonly string[];
  readonly mirror?: boolean;
  readonly wifi?: string;
  readonly host?: string;
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
    .addOption(
      new Option(
        '--mirror',
        'let the page mirror scenarios to a board on its WebSerial, with their servers on ports of this computer',
      ),
    )
    .addOption(
      new Option(
        '--wifi <file>',
        "with --mirror: the network's name on the first line, its password on the second; else TLS_SANDBOX_WIFI_SSID and TLS_SANDBOX_WIFI_PASSWORD",
      ),
    )
    .addOption(
      new Option(
        '--host <address>',
        'with --mirror: address of this computer that the board can reach (default: by the routes)',
      ),
    )
    .addHelpText('after', '\nExit status: 0 ended by Ctrl-C, 2 usage, or the port is taken.')
    .action(async (options: Options) => {
      await serve(options);
      process.exitCode = EXIT.pass;
    });
}

async function serve(options: Options): Promise<void> {
  const { listen: wanted, address, allow } = options;
  const token = randomBytes(TOKEN).toString('base64url');
  const admission = new Admission({ token, address });
  const services = [
    gatewayFor({ allowed: allow, admission }),
    new Mirrors({ admission, means: mirrorMeans(options), onDefect: (error) => console.error(error) }),
  ];
  const folder = join(packageFolder(), 'dist/web');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UsageError(`the page is not built (${folder} is missing): run npm run build`);
  }
  const server = createPageServer({ folder, address, admission, services });
  const port = await listen(server, wanted, address);
  const host = address.includes(':') ? `[${address}]` : address;
  // Behind the #, so that a browser sends it to nobody.
  process.stdout.write(`http://${host}:${port}/#?token=${token}\n`);
  await toldToEnd();
  await Promise.all(services.map((service) => service.close()));
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Undefined where the page may not. Throws UsageError. */
function mirrorMeans({ mirror, wifi, host }: Options): MirrorMeans | undefined {
  if (mirror !== true) {
    if (wifi !== undefined || host !== undefined) throw new UsageError('--wifi and --host go with --mirror');
    return undefined;
  }
  try {
    return { wifi: readCredentials(wifi, process.env), host };
  } catch (error) {
    if (error instanceof MirrorError) throw new UsageError(`--wifi: ${error.message}`);
    throw error;
  }
}

function gatewayFor(options: GatewayOptions): Gateway {
  try {
    return new Gateway(options);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--allow: ${error.message}`);
    throw error;
  }
}

import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import { buildCases, type Case, GOOD } from '../../badssl/case.ts';
import { tally } from '../../badssl/judge.ts';
import { listingData, renderListing } from '../../badssl/listing.ts';
import { renderScored, renderTally, scoreData, scoreHeader, scoreJunit } from '../../badssl/render-score.ts';
import { didYouMean } from '../../scenario/did-you-mean.ts';
import { loadScenario } from '../../scenario/load.ts';
import { fill, unknownPlaceholders } from '../badssl/client.ts';
import { score } from '../badssl/score.ts';
import { BadServer } from '../badssl/server.ts';
import { catalogue, nameOf } from '../catalogue.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { writeText } from '../files.ts';
import { toldToEnd } from '../listening.ts';
import { durationOption, readCount, readPort, seedOption } from '../options.ts';

interface BadsslOptions {
  readonly listen?: number;
  readonly host: string;
  readonly address?: string;
  readonly seed?: number;
  readonly score?: boolean;
  readonly client?: string;
  readonly timeout: Nanoseconds;
  readonly jobs: number;
  readonly junit?: string;
  readonly json?: boolean;
}

/** `badssl`: the catalogue's refusals on real ports, for any client. */
export function define(command: Command): void {
  command
    .argument('[case...]', 'these cases alone, and the good one (default: all)')
    .option(
      '--listen <port>',
      'port of the index; the cases have those after it. 0: any that are free',
      readPort,
    )
    .option('--host <name>', 'what clients call this computer: a name or an address', 'localhost')
    .option(
      '--address <address>',
      'address to listen on; 0.0.0.0 for boards on your network (default: the loopback, or --host)',
    )
    .addOption(authoritiesOption())
    .option('--score', 'run --client once a case, and say what it checks')
    .option(
      '--client <command>',
      'a command with {ca} {host} {port} {name} {url} in it; status 0 means accepted',
    )
    .addOption(durationOption('--timeout <duration>', 'end a client that takes longer', '10s'))
    .addOption(
      new Option('--jobs <n>', 'clients that run at the same time')
        .argParser(readCount)
        .default(Math.min(4, availableParallelism())),
    )
    .option('--junit <file>', 'the score as JUnit XML, too')
    .addOption(new Option('--json', 'machine-readable output alone on stdout'))
    .addHelpText(
      'after',
      `
Examples:
  tls-sandbox badssl --listen 8440
  tls-sandbox badssl --score --client 'curl -sS --cacert {ca} https://{host}:{port}/'

Exit status: 0 the client refuses all that it must, 1 it does not, or Ctrl-C ended the score, 2 usage.
Without --score: 0 ended by Ctrl-C.`,
    )
    .action(async (names: string[], options: BadsslOptions) => {
      process.exitCode = await badssl(names, options);
    });
}

function authoritiesOption(): Option {
  const option = seedOption();
  option.description = 'the same authorities and keys at every start (default: other ones each time)';
  return option;
}

async function badssl(names: readonly string[], options: BadsslOptions): Promise<number> {
  checkOptions(options);
  const cases = await chosenCases(names, options);
  return options.score ? scoreClient(cases, options) : serve(cases, options);
}

function checkOptions({ listen, score: scores, client, junit }: BadsslOptions): void {
  if (scores && client === undefined)
    throw new UsageError("--score needs --client: 'curl --cacert {ca} {url}' for instance");
  if (!scores && (client ?? junit) !== undefined)
    throw new UsageError('--client and --junit belong to --score');
  if (!scores && listen === undefined)
    throw new UsageError('--listen is needed: the port of the index, or 0');
  const [unknown] = unknownPlaceholders(client ?? '');
  if (unknown !== undefined) {
    throw new UsageError(`--client: there is no {${unknown}} here; {ca}, {host}, {port}, {name}, {url} are`);
  }
  if (client !== undefined && fill(client, { ca: '', host: '', port: '', name: '', url: '' }) === client) {
    throw new UsageError('--client: without {port} or {url} it does not know where to connect to');
  }
}

/** Only what is asked for is read and built. */
async function chosenCases(
  names: readonly string[],
  { host, seed }: BadsslOptions,
): Promise<readonly Case[]> {
  const known = catalogue().map((file) => ({ file, name: nameOf(file) }));
  const asked = new Set([GOOD.id, ...names].map((name) => named(name, known)));
  const wanted = names.length === 0 ? known : known.filter((each) => asked.has(each));
  const place = { host, addresses: await addressesOf(host), now: Math.floor(Date.now() / 1000) };
  const means = { place, seed: seed ?? randomInt(2 ** 32), crypto: nodeProvider };
  const { cases, skipped } = buildCases(
    wanted.map(({ file }) => loadScenario(file)),
    means,
  );
  for (const name of names) {
    if (cases.some(({ id, scenario }) => name === id || name === scenario)) continue;
    const reason = skipped.find((each) => each.name === name)?.reason ?? 'it is about no refusal';
    throw new UsageError(`${name} is no case for a server: ${reason}`);
  }
  return cases;
}

interface Known {
  readonly file: string;
  readonly name: string;
}

function named(name: string, known: readonly Known[]): Known {
  const scenario = name === GOOD.id ? GOOD.scenario : name;
  const found = known.find((each) => each.name === scenario);
  if (found !== undefined) return found;
  const hint = didYouMean(
    name,
    known.map((each) => each.name),
  );
  throw new UsageError(`there is no case '${name}' here${hint}`);
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host)) return [host];
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host))
    throw new UsageError(`--host ${host}: neither a name nor an address`);
  try {
    const found = await lookup(host, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch {
    // Boards may know the name although this computer does not.
    return [];
  }
}

function listenAddress({ address, host }: BadsslOptions): string {
  return address ?? (isIP(host) ? host : '127.0.0.1');
}

async function serve(cases: readonly Case[], options: BadsslOptions): Promise<number> {
  const { json, host } = options;
  const write = (text: string) => process.stdout.write(text);
  const server = await BadServer.listen(cases, {
    port: options.listen!,
    address: listenAddress(options),
    host,
    onConnection: (served, seen) =>
      write(
        json
          ? `${JSON.stringify({ connection: { case: served.id, ...seen } })}\n`
          : connectionLine(served, seen),
      ),
  });
  write(
    json
      ? `${JSON.stringify({ listening: listingData(server.listed, server.address) })}\n`
      : renderListing(server.listed, server.address, drawOptions()),
  );
  await toldToEnd();
  await server.close();
  return EXIT.pass;
}

function connectionLine(
  { id }: Case,
  {
    established,
    alerts,
    data,
    failure,
  }: Parameters<NonNullable<Parameters<typeof BadServer.listen>[1]['onConnection']>>[1],
): string {
  const parts = [
    id,
    established ?? 'no handshake',
    ...(alerts.length > 0 ? [`alert ${alerts.join(', ')}`] : []),
    ...(failure === undefined || failure === 'peer-alert' ? [] : [failure]),
    `${data} B of data`,
  ];
  return `${parts.join('  ')}\n`;
}

async function scoreClient(cases: readonly Case[], options: BadsslOptions): Promise<number> {
  const { client, jobs, junit, json, host } = options;
  const draw = drawOptions();
  const tell = (text: string) => {
    if (!json) process.stdout.write(text);
  };
  // A path that cannot be written is told before a minute of work.
  if (junit !== undefined) writeText(junit, '');
  const start = performance.now();
  const server = await BadServer.listen(cases, {
    port: options.listen ?? 0,
    address: listenAddress(options),
    host,
  });
  const controller = new AbortController();
  void toldToEnd().then(() => controller.abort());
  try {
    tell(scoreHeader(draw));
    const timeoutMs = options.timeout / MILLISECOND;
    const results = await score(server, {
      command: client!,
      timeoutMs,
      jobs,
      onScored: (scored) => tell(renderScored(scored, draw)),
      stop: controller.signal,
    });
    if (controller.signal.aborted) {
      process.stderr.write(`stopped after ${results.length} of ${cases.length} cases\n`);
      return EXIT.failed;
    }
    tell(renderTally(results, draw));
    if (json) process.stdout.write(`${JSON.stringify(scoreData(results))}\n`);
    if (junit !== undefined) writeText(junit, scoreJunit(results, performance.now() - start));
    return tally(results).passed ? EXIT.pass : EXIT.failed;
  } finally {
    await server.close();
  }
}

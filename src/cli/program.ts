import { Command, CommanderError } from 'commander';
import type { NodeWorkerPool } from '../../emulator/device/spawn.node.ts';
import { version } from '../../package.json';
import { adoptDeviceWorkers } from '../scenario/device-workers.ts';
import { answer } from './command-line.ts';
import { EXIT } from './exit-codes.ts';

interface CommandModule {
  /** Adds arguments, options and the action, which sets `process.exitCode`. */
  define(command: Command): void;
}

interface CommandEntry {
  readonly summary: string;
  /** `micropython` has none: its words are not the tool's to read, as a program's arguments may look like any option. */
  readonly load?: () => Promise<CommandModule>;
}

/** Each command is a file, imported when it is named: starting quickly is a feature of a tool that CI starts often. */
const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    summary: 'run one scenario, or a program of yours, and draw what happened',
    load: () => import('./commands/run.ts'),
  },
  test: {
    summary: 'run scenarios and hold them against what they expect',
    load: () => import('./commands/test.ts'),
  },
  compare: {
    summary: 'what RSA and elliptic-curve certificates cost each board, in one table',
    load: () => import('./commands/compare.ts'),
  },
  explain: {
    summary: 'draw a stored trace, or a capture (pcapng, pcap), as run draws a run',
    load: () => import('./commands/explain.ts'),
  },
  why: {
    summary: 'what an exception, a log or a trace comes from, and the scenarios that show and mend it',
    load: () => import('./commands/why.ts'),
  },
  lint: {
    summary: 'advice on the TLS of a program: what it leaves open, why, and what to do',
    load: () => import('./commands/lint.ts'),
  },
  merge: {
    summary: 'join the JSON reports of shards into one report',
    load: () => import('./commands/merge.ts'),
  },
  cert: {
    summary: 'certificates: cert inspect, cert verify, cert make',
    load: () => import('./commands/cert.ts'),
  },
  probe: {
    summary: 'will a stock MicroPython board connect to that server, and if not, why',
    load: () => import('./commands/probe.ts'),
  },
  'tls-server': {
    summary: 'serve HTTPS with our engine on a real port of this computer',
    load: () => import('./commands/tls-server.ts'),
  },
  badssl: {
    summary:
      'every refusal of the catalogue on a real port, for any TLS client, and a score of what it checks',
    load: () => import('./commands/badssl.ts'),
  },
  micropython: {
    summary: 'stand in for the micropython command: a device with the files and network of this computer',
  },
  multitest: {
    summary: "run MicroPython's multi-device tests on simulated devices of one Wi-Fi",
    load: () => import('./commands/multitest.ts'),
  },
  mirror: {
    summary: 'run a scenario in the emulator and on a real board, and say where the two agree',
    load: () => import('./commands/mirror.ts'),
  },
  ports: {
    summary: 'the serial ports of this computer, and what is behind each',
    load: () => import('./commands/ports.ts'),
  },
  repl: {
    summary: "a device's prompt in this terminal, in a world of its own or a scenario's",
    load: () => import('./commands/repl.ts'),
  },
  serve: {
    summary: 'the page: scenarios, terminal and ladder in your browser',
    load: () => import('./commands/serve.ts'),
  },
  serial: {
    summary: 'a device as a serial port for mpremote, Thonny and others: RFC 2217, TCP, a pseudo-terminal',
    load: () => import('./commands/serial.ts'),
  },
  init: {
    summary: 'write a commented scenario to begin with',
    load: () => import('./commands/init.ts'),
  },
  list: {
    summary: 'list the scenarios',
    load: () => import('./commands/list.ts'),
  },
};

/** Runs one command line. `workers` are those that were started for it already. Sets `process.exitCode`. */
export async function main(args: readonly string[], workers?: NodeWorkerPool): Promise<void> {
  if (workers !== undefined) adoptDeviceWorkers(workers);
  await answer(async () => {
    const program = await buildProgram(args.find((word) => Object.hasOwn(COMMANDS, word)));
    await program.parseAsync([...args], { from: 'user' }).catch(setStatus);
  });
}

/** Commander has said what there is to say. */
function setStatus(error: unknown): void {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.pass : EXIT.usage;
}

async function buildProgram(wanted: string | undefined): Promise<Command> {
  const program = new Command('tls-sandbox')
    .description(
      'A lab bench for MicroPython TLS: real MicroPython on a simulated ESP32, among simulated servers.',
    )
    .version(version, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)');
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(summary);
    if (name === wanted) (await load?.())?.define(command);
  }
  return program;
}

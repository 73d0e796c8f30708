import { type Command, Option } from 'commander';
import type { Device } from '../../../emulator/device/device.ts';
import { type Nanoseconds, SECOND } from '../../../emulator/world/time.ts';
import { Terminal } from '../../repl/terminal.ts';
import { type BenchOptions, buildBench, deviceOption, reachOption, scenarioOption } from '../bench.ts';
import { CAPTURES, openOutputs } from '../captures.ts';
import { EXIT } from '../exit-codes.ts';
import { boardOption, seedOption, timeoutOption } from '../options.ts';

interface Options extends BenchOptions {
  readonly pcap?: string;
  readonly keylog?: string;
  /** Nanoseconds. */
  readonly timeout: Nanoseconds;
}

export function define(command: Command): void {
  command
    .addOption(scenarioOption())
    .addOption(deviceOption())
    .addOption(reachOption())
    .addOption(boardOption())
    .addOption(seedOption())
    .addOption(timeoutOption())
    .addOption(new Option('--pcap <file>', 'write a capture that Wireshark opens already decrypted (pcapng)'))
    .addOption(new Option('--keylog <file>', "write the connections' secrets (NSS key log)"))
    .addHelpText(
      'after',
      '\nCtrl-] or Ctrl-X leaves, Ctrl-C interrupts the program, Ctrl-D resets it.\nExit status: 0, 2 usage, 42 the program made no call for --timeout.',
    )
    .action(async (options: Options) => {
      process.exitCode = await run(options);
      // Workers and sockets of the gateway do not outlive the prompt.
      process.exit();
    });
}

async function run(options: Options): Promise<number> {
  const keepsEvents = options.pcap !== undefined || options.keylog !== undefined;
  const write = openOutputs(options, CAPTURES);
  const { world, device, open, enter } = await buildBench(options, { keepsEvents });
  const { stdin, stdout } = process;
  const terminal = new Terminal({ device, enter, stdin, stdout, patience: options.timeout });
  if (process.stdin.isTTY) process.stderr.write(`${greeting(options, device)}\r\n`);
  const end = await Promise.race([terminal.run(), open.run()]);
  open.close();
  await write(world.trace.events);
  if (process.stdin.isTTY) process.stdout.write('\n');
  if (end !== 'hung') return EXIT.pass;
  process.stderr.write(
    `${device.name}: the program has made no call for ${options.timeout / SECOND} s, and was ended\n`,
  );
  return EXIT.timeout;
}

function greeting({ scenario }: Options, { name }: Device): string {
  const place = scenario === undefined ? '' : ` in ${scenario}`;
  return `Serial console of ${name}${place}. Ctrl-] leaves.`;
}

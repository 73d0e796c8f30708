import type { Command } from 'commander';
import { MirrorError } from '../../mirror/problem.ts';
import { type ListedPort, listPorts } from '../../mirror/transport/list.ts';
import { EXIT } from '../exit-codes.ts';

const HELP = `
A board's port is what mirror --device takes. Boards on a network are not listed: rfc2217://, socket://, ws://.`;

export function define(command: Command): void {
  command
    .option('--json', 'one JSON object a port')
    .addHelpText('after', HELP)
    .action(async ({ json }: { json?: boolean }) => {
      try {
        const ports = await listPorts();
        process.stdout.write(json ? jsonLines(ports) : table(ports));
      } catch (error) {
        if (!(error instanceof MirrorError)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = EXIT.failed;
      }
    });
}

function jsonLines(ports: readonly ListedPort[]): string {
  return ports.map((port) => `${JSON.stringify(port)}\n`).join('');
}

/** Those that may be boards first. */
function table(ports: readonly ListedPort[]): string {
  if (ports.length === 0)
    return 'no serial port: is the board plugged in, with a cable that carries data? (docs/hardware.md)\n';
  const sorted = [...ports].sort((a, b) => Number(b.mayBeBoard) - Number(a.mayBeBoard));
  const width = Math.max(...sorted.map(({ path }) => path.length));
  return sorted
    .map(
      ({ path, is, serialNumber }) =>
        `${path.padEnd(width)}  ${is}${serialNumber === undefined ? '' : `, ${serialNumber}`}\n`,
    )
    .join('');
}

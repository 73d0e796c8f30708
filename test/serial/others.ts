/** Other people's programs at the line. They run beside this process, which plays the board. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Milliseconds in which a program has said what it has to say. */
const PATIENCE = 30_000;

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** A Python 3 that has python3-serial; the one on the path may be another than the system's. */
export const PYTHON = ['python3', '/usr/bin/python3'].find((each) => works(each, ['-c', 'import serial']));
export const NO_PYSERIAL = PYTHON === undefined && 'python3-serial is not installed';

export const NO_PTY =
  !works('python3', ['-c', 'import pty, termios']) &&
  'python3, which makes pseudo-terminals, is not installed';

export const NO_MPREMOTE = !works('mpremote', ['version']) && 'mpremote is not on the path';

/** What the program prints that it is given. */
export async function python(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(PYTHON!, ['-c', program, ...args], { timeout: PATIENCE });
  return stdout;
}

export async function mpremote(device: string, folder: string, ...words: string[]): Promise<string> {
  const { stdout } = await run('mpremote', ['connect', device, ...words], { timeout: PATIENCE, cwd: folder });
  return stdout;
}

/** The prompt in a real terminal (tmux), where Ctrl-C also has to reach a loop without calls. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));
const SERVER = `tls-sandbox-${process.pid}`;
const INTERVAL = 100;
const PATIENCE = 30_000;

function tmux(...args: readonly string[]): string {
  return spawnSync('tmux', ['-L', SERVER, ...args], { encoding: 'utf8' }).stdout;
}

/** Waits until the screen shows this. */
async function shows(pattern: RegExp): Promise<void> {
  for (let waited = 0; waited < PATIENCE; waited += INTERVAL) {
    if (pattern.test(tmux('capture-pane', '-p', '-t', 'main'))) return;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
  assert.match(tmux('capture-pane', '-p', '-t', 'main'), pattern);
}

const type = (...keys: readonly string[]) => tmux('send-keys', '-t', 'main', ...keys);

const missing = spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed';

describe('the prompt in a terminal', { skip: missing }, () => {
  before(() => {
    const command = `${process.execPath} ${CLI} repl; echo status $?; stty -a; sleep 60`;
    tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'main', '-x', '90', '-y', '50', command);
  });
  after(() => tmux('kill-server'));

  it('edits lines, recalls them, and interrupts what waits', async () => {
    await shows(/^>>> ?$/m);
    type('1 + 1', 'Enter');
    await shows(/^2$/m);
    type('Up', 'BSpace', '5', 'Enter');
    await shows(/^6$/m);
    type('import time; time.sleep(1000)', 'Enter');
    type('C-c');
    await shows(/^KeyboardInterrupt:/m);
  });

  it('resets a loop that Ctrl-C cannot reach, and says what is lost', async () => {
    type('while True: pass', 'Enter', 'Enter');
    await new Promise((resolve) => setTimeout(resolve, 500));
    type('C-c');
    await shows(/Lost: variables[\s\S]*Type "help[\s\S]*>>> ?$/m);
  });

  it('leaves with Ctrl-], and the terminal is as it was', async () => {
    type('C-]');
    await shows(/status 0[\s\S]* icanon/);
  });
});

/** The command `mirror` at a board, as a person runs it, and the files that it writes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCapture } from '../../src/capture/read.ts';
import { folder, tool } from '../cli/tool.ts';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

describe('mirror at an emulated board', () => {
  let board: ChildProcess;
  let device: string;
  before(async () => {
    board = spawn(process.execPath, [CLI, 'serial', '--socket', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    while (!/socket:\/\/\S+/.test(said)) said += String((await once(board.stdout!, 'data'))[0]);
    device = /socket:\/\/\S+/.exec(said)![0];
  });
  after(() => board.kill());

  const mirror = (...args: string[]) => tool(['mirror', '--device', device, '--tolerance', '10000', ...args]);
  const written = (name: string) => readFileSync(join(folder, name));

  it('writes the trace, a capture with its secrets, a key log, a page and JUnit', () => {
    const { status, stdout, stderr } = mirror(
      ...['mode2-server-auth', 'mode1-psk', '--trace', 'trace.jsonl', '--pcap', 'run.pcapng'],
      ...['--keylog', 'keys', '--html', 'page.html', '--junit', 'junit.xml'],
    );
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /✓ mode2-server-auth +\d+ equal, 0 different.*\n✓ mode1-psk/);
    assert.match(stdout, /2 of 2 scenarios have parity/);
    const capture = readCapture(new Uint8Array(written('run.pcapng')));
    assert.ok(capture.packets.length > 40);
    const secrets = /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/gm;
    assert.equal(capture.keyLog.match(secrets)?.length, 2);
    assert.equal(String(written('keys')).match(secrets)?.length, 2);
    assert.match(String(written('page.html')), /what the scenario expects, on the board/);
    assert.match(String(written('junit.xml')), /tests="2" failures="0"/);
    const ladder = tool(['explain', 'run.pcapng']);
    assert.equal(ladder.status, 0, ladder.stderr);
    assert.match(ladder.stdout, /HTTP\/1\.1 200 OK/);
  });

  it("draws both sides of the board's run by explain", () => {
    assert.equal(mirror('mode2-server-auth', '--trace', 'one.jsonl').status, 0);
    const { stdout } = tool(['explain', 'one.jsonl']);
    for (const arrow of [
      /─ ClientHello .*►│/,
      /│◄─ ServerHello .*┤/,
      /│◄─ Certificate .*┤/,
      /│◄═ Finished .*╡/,
    ])
      assert.match(stdout, arrow);
    assert.match(stdout, /api\.example\.com: TLSv1\.2 established/);
  });

  it('has the expectations and the network in JSON', () => {
    const { status, stdout } = mirror('refuse-wrong-host', '--json');
    assert.equal(status, 0);
    const report = JSON.parse(stdout);
    assert.ok(report.network.roundTrip > 0);
    assert.equal(report.totals.different, 0);
    assert.deepEqual(
      report.expectations.map(({ verdict }: { verdict: string }) => verdict),
      ['met', 'met', 'met', 'not observable', 'met'],
    );
  });
});

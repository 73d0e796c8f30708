/**
 * The mirror of another MicroPython: the unix port with mbedTLS, at the other end of a pseudo-terminal. It has no Wi-Fi, no
 * clock that can be set and no raw REPL, and nothing of it is ours.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BoardSession } from '../../src/mirror/board/session.ts';
import { type Mirrored, mirror } from '../../src/mirror/mirror.ts';
import { openTransport } from '../../src/mirror/transport/open.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const works = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const missing =
  (!works('micropython', '-c', 'import tls') && 'no micropython with a tls module on the path') ||
  (!works('socat', '-V') && 'socat is not installed');

describe('the mirror of the unix port', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-unix-'));
  const path = join(folder, 'tty');
  let process: ChildProcess;
  let session: BoardSession;

  before(async () => {
    process = spawn('socat', [`PTY,link=${path},raw,echo=0`, 'EXEC:micropython,pty,raw,echo=0'], {
      cwd: folder,
    });
    while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50));
    session = await BoardSession.open(await openTransport(path));
  });

  after(async () => {
    await session?.close();
    process?.kill();
    await closeDeviceWorkers();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (name: string): Promise<Mirrored> =>
    mirror(session, loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml')), {
      device: path,
      tolerance: 0.25,
      timeLimit: 60e9,
    });
  const line = ({ report }: Mirrored, what: string) => report.lines.find((each) => each.what === what);

  it('shows its own hello: TLS 1.3 and other curves', async () => {
    const result = await run('mode2-server-auth');
    assert.match(line(result, 'ClientHello supported_versions')!.board, /TLS 1\.3/);
    assert.equal(line(result, 'ClientHello supported_groups')!.verdict, 'different');
    assert.equal(line(result, 'ClientHello server_name')!.verdict, 'equal');
    assert.equal(line(result, 'exception')!.verdict, 'equal');
    assert.equal(line(result, "ESP-IDF's heap, least free")!.verdict, 'not comparable');
    assert.match(result.report.remarks.join(), /clock cannot be set.*no module network, no module ssl/s);
  });

  it('shows its own exceptions', async () => {
    const result = await run('refuse-wrong-host');
    assert.equal(line(result, 'exception')!.board, 'ValueError');
    assert.match(line(result, 'exception text')!.board, /CN/);
    assert.equal(line(result, "the device's alerts")!.verdict, 'equal');
  });

  it('is left as it was found', () => {
    assert.deepEqual(readdirSync(folder), ['tty']);
  });
});

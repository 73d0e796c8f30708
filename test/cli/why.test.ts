import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { projectRoot } from '../support/project.ts';
import { file, tool } from './tool.ts';

const LOG = `time (2000, 1, 1, 0, 0, 12, 5, 1)
Traceback (most recent call last):
  File "main.py", line 26, in <module>
ValueError:\u0020
The certificate validity starts in the future
`;

describe('tls-sandbox why', () => {
  it('takes a text, a file, or standard input, and names scenario and remedy', () => {
    const path = file('serial.log', LOG);
    const { status, stdout, stderr } = tool(['why', path]);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /^1\. The board's clock was never set\n/);
    assert.match(stdout, /line 1: time \(2000, 1, 1, 0, 0, 12, 5, 1\)\n/);
    assert.match(stdout, / {3}see it {3}tls-sandbox run clock-not-set\n/);
    assert.match(stdout, / {12}tls-sandbox run mode2-server-auth\n/);
    assert.equal(tool(['why'], LOG).stdout, stdout);
    assert.equal(tool(['why', '-'], LOG).stdout, stdout);
    assert.equal(tool(['why', LOG]).stdout, stdout);
    assert.match(tool(['why', '-17040']).stdout, /tls-sandbox run heap-pressure-p256\n/);
    assert.match(tool(['why', 'OSError:', '-202']).stdout, /tls-sandbox run dns-failure\n/);
  });

  it('reads a stored trace, in which it sees more than the board does', () => {
    const { stdout: trace } = tool(['run', 'refuse-path-length', '--json']);
    const { status, stdout } = tool(['why'], trace);
    assert.equal(status, 0);
    assert.match(stdout, /^1\. A certificate in the chain may not sign others\n/);
    assert.match(stdout, /see it {3}tls-sandbox run refuse-path-length\n/);
    assert.match(stdout, /5\.\d{4} s: sensor refuses CN=Sandbox Issuing CA/);
  });

  it('reads a capture, in which it sees the alerts and the certificates on the wire', () => {
    tool(['run', 'refuse-wrong-host', '--pcap', 'wrong-host.pcapng']);
    const { status, stdout, stderr } = tool(['why', 'wrong-host.pcapng']);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, /^1\. The certificate is for another name than the one given as server_hostname\n/);
    assert.match(stdout, /fatal alert bad_certificate sent by/);
    assert.equal(tool(['why', 'serial.log', '--keylog', 'wrong-host.pcapng']).status, 2);
  });

  it('prints the same as one JSON object', () => {
    const { stdout } = tool(['why', '--json', '-30336']);
    const { known, decoded, causes } = JSON.parse(stdout);
    assert.equal(known, true);
    assert.equal(decoded[0].is, '-0x7680 = SSL_CA_CHAIN_REQUIRED');
    assert.equal(causes[0].id, 'no-authority-loaded');
    assert.equal(causes[0].reproduce.command, 'tls-sandbox run refuse-no-ca-loaded');
    assert.equal(causes[0].fix.command, 'tls-sandbox run mode2-server-auth');
  });

  it('says when it does not know, and what would help', () => {
    const { status, stdout } = tool(['why', 'KeyError: temperature']);
    assert.equal(status, 1);
    assert.match(stdout, /^I do not know this one\.\n/);
    assert.match(stdout, /idf_heap_info/);
    assert.equal(JSON.parse(tool(['why', '--json', 'KeyError']).stdout).known, false);
  });

  it('asks for no log where a run went as it should', () => {
    const trace = tool(['run', 'mode1-no-auth', '--json']).stdout;
    const { status, stdout } = tool(['why'], trace);
    assert.equal(status, 1);
    assert.equal(stdout, 'Nothing is wrong here: no exception, no handshake that failed, no fatal alert.\n');
  });

  it('refuses what it cannot read', () => {
    for (const [args, input, message] of [
      [['why', 'nowhere.log'], '', 'nowhere.log: there is no such file'],
      [['why', '.'], '', '.: a folder; name a file in it'],
      [['why'], '', 'standard input: nothing in it'],
      [
        ['why', file('zeros.bin', new Uint8Array(64))],
        '',
        'zeros.bin: neither a text, a trace nor a capture',
      ],
      [['why'], '{"t":0,"actor":"x"}\n', 'standard input: line 1: "type" is not a string'],
      [['why', '--jsn', '12'], '', "unknown option '--jsn' (--help shows what there is)"],
    ] as const) {
      const { status, stderr, stdout } = tool(args, input);
      assert.deepEqual({ status, stderr, stdout }, { status: 2, stderr: `${message}\n`, stdout: '' });
    }
  });

  it('shows what comes from the input without its control characters', () => {
    const { stdout } = tool(['why'], 'a\u001b[31m\u202e OSError: [Errno 12] ENOMEM\n');
    assert.match(stdout, /a\\x1b\[31m\\u\{202e\} OSError/);
  });

  it('bundles for a browser, where the page asks it', async () => {
    const { errors } = await build({
      absWorkingDir: projectRoot,
      entryPoints: ['src/why/why.ts', 'src/why/render.ts'],
      bundle: true,
      write: false,
      outdir: 'unused',
      platform: 'browser',
      format: 'esm',
      logLevel: 'silent',
    });
    assert.deepEqual(errors, []);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { file, folder, tool } from './tool.ts';

describe('tls-sandbox explain', () => {
  it('draws a stored trace as the run was drawn, and writes the same files', () => {
    const drawn = tool(['run', 'mode2-server-auth', '--html', 'run.html', '--mermaid', 'run.mmd']);
    assert.equal(drawn.status, 0, drawn.stderr);
    file('trace.jsonl', tool(['run', 'mode2-server-auth', '--json']).stdout);
    const explained = tool(['explain', 'trace.jsonl', '--html', 'again.html', '--mermaid', 'again.mmd']);
    assert.equal(explained.stdout, drawn.stdout);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    assert.equal(read('again.html'), read('run.html'));
    assert.equal(read('again.mmd'), read('run.mmd'));
    assert.match(read('run.mmd'), /^sequenceDiagram\n {4}participant P0 as sensor\n/);
    assert.match(read('run.mmd'), /P0->>P1: ClientHello \(TLS 1\.2, server name api\.example\.com/);
    assert.match(read('run.html'), /<b>cipher_suites<\/b>/);
    assert.match(read('run.html'), /HTTP\/1\.1 200 OK/);
  });

  it('writes the ladder as a picture that is well-formed and names nothing outside itself', () => {
    file('forged.jsonl', tool(['run', 'forged-key-exchange', '--json']).stdout);
    const { status, stderr } = tool(['explain', 'forged.jsonl', '--svg', 'forged.svg']);
    assert.equal(status, 0, stderr);
    const svg = readFileSync(join(folder, 'forged.svg'), 'utf8');
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
    assert.match(svg, /<text class="name plain"[^>]*>ClientHello /);
    assert.match(svg, /<text class="bad"[^>]*>✗ /);
    assert.doesNotMatch(svg, /href|url\(|@import|<script/);
    const opened = [...svg.matchAll(/<(\w+)(?:>| [^>]*[^/]>)/g)].map(([, name]) => name).sort();
    const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name).sort();
    assert.deepEqual(opened, closed);
    assert.doesNotMatch(svg, /&(?!(amp|lt|gt|quot|#39);)/);
  });

  it('draws a capture under the names of its run, decrypted by the secrets inside it, and as a trace', () => {
    const drawn = tool(['run', 'mode2-server-auth', '--pcap', 'run.pcapng']);
    const explained = tool(['explain', 'run.pcapng', '--html', 'capture.html', '--svg', 'capture.svg']);
    assert.equal(explained.status, 0, explained.stderr);
    const messages = (text: string) =>
      [
        ...text.matchAll(
          /[─═] (ClientHello|\w+Hello\w*|Certificate|\w+Exchange|Finished|GET \S+|HTTP\/1.1 \d+ \w+) .*?(\d+ B)/g,
        ),
      ].map(([, name, size]) => `${name} ${size}`);
    assert.ok(messages(explained.stdout).length > 8);
    assert.deepEqual(messages(explained.stdout), messages(drawn.stdout));
    assert.match(
      explained.stdout,
      /^run\.pcapng {2}· {2}a capture {2}· {2}begins 2026-03-01 12:00:00 UTC\n\n +seconds +sensor +api\.example\.com\n/,
    );
    assert.match(readFileSync(join(folder, 'capture.html'), 'utf8'), /HTTP\/1\.1 200 OK/);
    file('capture.jsonl', tool(['explain', 'run.pcapng', '--json']).stdout);
    const again = tool(['explain', 'capture.jsonl']);
    assert.equal(again.stdout, explained.stdout);
  });

  it('takes the secrets from a key log, and the capture packed', () => {
    tool(['run', 'mode2-server-auth', '--pcap', 'open.pcapng', '--keylog', 'keys.log']);
    file('packed.pcapng.gz', gzipSync(readFileSync(join(folder, 'open.pcapng'))));
    assert.match(tool(['explain', 'packed.pcapng.gz', '--keylog', 'keys.log']).stdout, /HTTP\/1\.1 200 OK/);
    const written = tool(['explain', 'open.pcapng', '--write-keylog', 'again.log']);
    assert.equal(written.status, 0, written.stderr);
    assert.equal(
      readFileSync(join(folder, 'again.log'), 'utf8'),
      readFileSync(join(folder, 'keys.log'), 'utf8'),
    );
  });

  it('says what is wrong with a file that is no trace and no capture', () => {
    const refused = (...args: string[]) => {
      const { status, stderr } = tool(['explain', ...args]);
      assert.equal(status, 2);
      return stderr;
    };
    assert.equal(refused(file('none.jsonl', '{"t":0}\n')), 'none.jsonl: line 1: "actor" is not a string\n');
    const wanted =
      'neither a trace, as `run --json` writes it, nor a capture, as `run --pcap`, Wireshark and tcpdump do (pcapng, pcap)';
    assert.equal(refused(file('program.py', 'print(1)\n')), `program.py: ${wanted}\n`);
    assert.equal(refused(file('empty', '')), `empty: ${wanted}\n`);
    assert.match(refused('absent.pcapng'), /^absent\.pcapng: there is no such file\n$/);
    tool(['run', 'mode2-server-auth', '--pcap', 'whole.pcapng']);
    const half = readFileSync(join(folder, 'whole.pcapng')).subarray(0, 3001);
    assert.match(refused(file('half.pcapng', half)), /^half\.pcapng: at byte \d+: .*the file is cut off\n$/);
    assert.match(refused('whole.pcapng', '--keylog', 'program.py'), /^program\.py is no key log: /);
    assert.match(refused(file('none2.jsonl', '{}'), '--keylog', 'program.py'), /--keylog is for captures/);
  });
});

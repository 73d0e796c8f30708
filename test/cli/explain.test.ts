import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
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

  it('says what is wrong with a file that is no trace', () => {
    const { status, stderr } = tool(['explain', file('none.jsonl', '{"t":0}\n')]);
    assert.equal(status, 2);
    assert.equal(stderr, 'none.jsonl: line 1: "actor" is not a string\n');
  });
});

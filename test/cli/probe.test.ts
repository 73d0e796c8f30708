/** `probe` with what it cannot use. With servers: test/interop/probe.test.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { file, make, tool } from './tool.ts';

function refusal(...args: string[]): string {
  const { status, stdout, stderr } = tool(['probe', ...args]);
  assert.equal(status, 2, stdout + stderr);
  assert.equal(stdout, '');
  return stderr;
}

describe('probe refuses', () => {
  it('nothing to look at, or two things', () => {
    assert.match(refusal(), /HOST:PORT, or a file with its chain, --chain FILE/);
    assert.match(refusal('api.example.com', '--chain', 'chain.pem'), /HOST:PORT, or a file/);
  });

  it('a server that is none', () => {
    assert.match(refusal('api.example.com:99999'), /cannot read 'api\.example\.com:99999' as HOST:PORT/);
  });

  it('a chain that is not there, or none', () => {
    assert.match(refusal('--chain', 'absent.pem'), /absent\.pem/);
    assert.match(refusal('--chain', file('text.pem', 'hello')), /text\.pem/);
  });

  it('a certificate without its key, or with another one', () => {
    make('one', '--host', 'api.example.com');
    make('two', '--host', 'api.example.com');
    assert.match(refusal('127.0.0.1:1', '--cert', 'one/server.pem'), /--cert and --key belong together/);
    assert.match(
      refusal('127.0.0.1:1', '--cert', 'one/server.pem', '--key', 'two/server.key'),
      /the key in two\/server\.key does not belong to the certificate in one\/server\.pem/,
    );
  });
});

describe('probe --chain', () => {
  it('answers on one screen, and says what to load', () => {
    make('saved', '--host', 'api.example.com', '--intermediate');
    const args = ['--chain', 'saved/chain.pem', '--ca', 'saved/ca.pem', '--board', 'esp32', '--no-output'];
    const { status, stdout } = tool(['probe', ...args]);
    assert.equal(status, 0, stdout);
    assert.ok(stdout.split('\n').length < 24, stdout);
    assert.match(stdout, /^✔ A stock MicroPython esp32 connects, and verifies the server\.$/m);
    assert.match(stdout, /^ {2}load .* a root from the file you gave$/m);
  });

  it('says which exception the board raises and why', () => {
    make('wrong', '--host', 'example.org');
    const args = ['--chain', 'wrong/chain.pem', '--name', 'api.example.com', '--ca', 'wrong/ca.pem'];
    const { status, stdout } = tool(['probe', ...args, '--board', 'esp32', '--no-output']);
    assert.equal(status, 1, stdout);
    assert.match(stdout, /raises +ValueError: .*CN\) does not match with the expected CN/);
    assert.match(stdout, /because +The certificate is for somebody else/);
  });
});

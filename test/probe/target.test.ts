import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTarget, targetText } from '../../src/probe/target.ts';

describe('what stands behind probe', () => {
  const read: Record<string, [string, number]> = {
    'api.example.com': ['api.example.com', 443],
    'api.example.com:8883': ['api.example.com', 8883],
    '192.0.2.1:443': ['192.0.2.1', 443],
    '[2001:db8::1]:8443': ['2001:db8::1', 8443],
    'https://api.example.com/v1/config?x=1': ['api.example.com', 443],
    'mqtts://broker.example.com:8883': ['broker.example.com', 8883],
  };
  for (const [text, [host, port]] of Object.entries(read)) {
    it(`is a server: ${text}`, () => {
      assert.deepEqual(parseTarget(text), { host, port, name: host });
    });
  }

  for (const text of [
    '',
    ':443',
    'api.example.com:',
    'api.example.com:0',
    'api.example.com:65536',
    'a b:443',
  ]) {
    it(`is none: '${text}'`, () => assert.equal(parseTarget(text), undefined));
  }

  it('is written as it was read', () => {
    for (const text of ['api.example.com:8883', '[2001:db8::1]:8443']) {
      assert.equal(targetText(parseTarget(text)!), text);
    }
  });
});

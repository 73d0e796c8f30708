import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { yamlPlace } from '../../web/src/lab/editor/yaml-path.ts';

/** Where the "¦" stands in a text, in words: keys from the whole down, "-" for an item of a list. */
function placeOf(marked: string): string | undefined {
  const cursor = marked.indexOf('¦');
  const place = yamlPlace(marked.replace('¦', ''), cursor);
  if (place === undefined) return undefined;
  const path = place.path.slice(1).map(({ key, isItem }) => (isItem ? '-' : key));
  return `${place.wants} at ${path.join(' ')}`.trim();
}

describe('the place of the cursor in a YAML text', () => {
  it('is found by indentation, in mappings and lists', () => {
    assert.equal(placeOf('net¦'), 'key at');
    assert.equal(placeOf('network:\n  wifi:\n    lat¦\nhosts: {}'), 'key at network wifi');
    assert.equal(placeOf('network:\n  wifi:\n    latency: ¦'), 'value at network wifi latency');
    assert.equal(
      placeOf('hosts:\n  api:\n    services:\n      - type: h¦'),
      'value at hosts api services - type',
    );
    assert.equal(
      placeOf('hosts:\n  api:\n    services:\n      - type: dns\n        po¦'),
      'key at hosts api services -',
    );
    assert.equal(placeOf('tags:\n- a\n- b¦'), 'key at tags -');
  });

  it('is found in braces and brackets', () => {
    assert.equal(placeOf('pki: {leaves: {api: {iss¦'), 'key at pki leaves api');
    assert.equal(placeOf('pki: {leaves: {api: {issuer: ro¦'), 'value at pki leaves api issuer');
    assert.equal(placeOf('pki: {leaves: {api: {issuer: root, k¦}}}'), 'key at pki leaves api');
    assert.equal(placeOf('pki: {roots: {}, l¦}'), 'key at pki');
    assert.equal(placeOf('chain: [a, b¦]'), 'value at chain -');
  });

  it('is nowhere in a comment or in a block of text', () => {
    assert.equal(placeOf('seed: 1 # so¦'), undefined);
    assert.equal(placeOf('why: |\n  seed: ¦\nseed: 1'), undefined);
    assert.equal(placeOf('why: |\n  text\nse¦'), 'key at');
  });

  it('knows the keys that stand beside it, above and below', () => {
    const text = 'hosts:\n  api:\n    address: 10.0.0.1\n    \n    names: [a]\n';
    const { path } = yamlPlace(text, text.indexOf('\n    \n') + 5)!;
    assert.deepEqual([...path.at(-1)!.entries.keys()], ['address', 'names']);
  });
});

/** Several panes write one patch of the settings. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutPatch, withPatch } from '../../web/src/state/patch.ts';

const TRENT = { pki: { leaves: { api: { validity: { from: '-400d', until: '-1d' } } } } };
const KEY = { pki: { leaves: { api: { key: 'rsa-2048' } } } };

describe('the patch of the settings', () => {
  it('holds what two panes say of one certificate', () => {
    assert.deepEqual(withPatch(TRENT, KEY), {
      pki: { leaves: { api: { ...TRENT.pki.leaves.api, key: 'rsa-2048' } } },
    });
  });

  it('loses what one of them takes back, and nothing else', () => {
    assert.deepEqual(withoutPatch(withPatch(TRENT, KEY), KEY), TRENT);
    assert.deepEqual(withoutPatch(withPatch(TRENT, KEY), TRENT), KEY);
  });

  it('is none when nobody says anything', () => {
    assert.equal(withoutPatch(KEY, KEY), undefined);
    assert.equal(withPatch(undefined, undefined), undefined);
  });

  it('takes lists as they are', () => {
    const versions = { hosts: { api: { services: { 0: { tls: { versions: ['TLSv1.3'] } } } } } };
    assert.deepEqual(withPatch(undefined, versions), versions);
  });
});

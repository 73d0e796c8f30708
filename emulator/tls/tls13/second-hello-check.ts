/** What may change in the ClientHello after a HelloRetryRequest: RFC 8446 section 4.1.2. */
import { sameBytes } from '../../world/bytes.ts';
import { TlsError } from '../engine.ts';
import { describeGroup } from '../groups.ts';
import { type ClientHello, clientHello } from '../messages/client-hello.ts';
import { describeExtension, extensionId, findExtension } from '../messages/extensions.ts';
import { encodeMessage } from '../messages/handshake.ts';

/** By number: key_share, early_data, pre_shared_key, padding. This server sends no cookie that could come back. */
const MAY_CHANGE: ReadonlySet<number> = new Set([51, 42, 41, 21]);

/** `group`: the one that was asked for. Throws TlsError "illegal-parameter". */
export function checkSecondHello(second: ClientHello, first: ClientHello, group: number): void {
  if (findExtension(second.extensions, 'early_data') !== undefined) {
    throw new TlsError('illegal-parameter', 'early_data after a HelloRetryRequest');
  }
  const shares = findExtension(second.extensions, 'key_share')?.shares ?? [];
  if (shares.length !== 1 || shares[0]!.group !== group) {
    throw new TlsError('illegal-parameter', `not the one key share of ${describeGroup(group)} asked for`);
  }
  if (sameBytes(unchanging(second), unchanging(first))) return;
  const known = new Set(first.extensions.map(extensionId));
  const added = second.extensions.map(extensionId).find((id) => !known.has(id) && !MAY_CHANGE.has(id));
  const what = added === undefined ? 'is not the first' : `adds ${describeExtension(added)}`;
  throw new TlsError('illegal-parameter', `the second ClientHello ${what}`);
}

function unchanging(hello: ClientHello): Uint8Array {
  const extensions = hello.extensions.filter((extension) => !MAY_CHANGE.has(extensionId(extension)));
  return encodeMessage(clientHello, { ...hello, extensions }).bytes;
}

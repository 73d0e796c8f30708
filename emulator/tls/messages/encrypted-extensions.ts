/** RFC 8446 section 4.3.1: what the server answers to the ClientHello that needs no keys to be known. */
import {
  describeExtension,
  type Extension,
  extensionId,
  readExtensionBlock,
  writeExtensionBlock,
} from './extensions.ts';
import type { MessageCodec } from './handshake.ts';

export interface EncryptedExtensions {
  readonly extensions: readonly Extension[];
}

export const encryptedExtensions: MessageCodec<EncryptedExtensions> = {
  name: 'EncryptedExtensions',
  write: (w, { extensions }) => writeExtensionBlock(w, extensions, 'EncryptedExtensions'),
  read: (r) => ({ extensions: readExtensionBlock(r, 'EncryptedExtensions') }),
  summary({ extensions }) {
    const names = extensions.map((extension) => describeExtension(extensionId(extension)));
    return [names.length === 0 ? 'none' : names.join(', ')];
  },
};

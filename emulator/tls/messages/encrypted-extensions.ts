/** RFC 8446 section 4.3.1: what the server answers to the ClientHello that needs no keys to be known. */
import {
  describeExtension,
  type Extension,
  extensionId,
  readExtensionBlock,
  writeExtensionBlock,
} from './extensions.ts';
import type { MessageCodec } from './handshake.ts';

export const encryptedExtensions: MessageCodec<readonly Extension[]> = {
  name: 'EncryptedExtensions',
  write: (w, extensions) => writeExtensionBlock(w, extensions, 'EncryptedExtensions'),
  read: (r) => readExtensionBlock(r, 'EncryptedExtensions'),
  summary(extensions) {
    const names = extensions.map((extension) => describeExtension(extensionId(extension)));
    return [names.length === 0 ? 'none' : names.join(', ')];
  },
};

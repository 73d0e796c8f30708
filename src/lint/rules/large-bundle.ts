/** A computer's bundle of authorities on a board. */
import { looksLikePem } from '../../../emulator/x509/pem.ts';
import type { Rule } from '../rule.ts';

/**
 * Bytes. A bundle is read whole into Python's heap, decoded into another buffer and parsed into the IDF heap, where a
 * certificate takes about what it has in DER once more.
 */
const LARGEST = 16 * 1024;

export const largeBundle: Rule = {
  id: 'large-bundle',
  check: (subject) =>
    subject.uses
      .flatMap(({ anchors = [] }) => anchors)
      .flatMap((expression) => {
        const bytes = subject.bytesOf(expression);
        if (bytes === undefined || bytes.length <= LARGEST) return [];
        return [
          {
            line: expression.line,
            message: `${bytes.length} bytes of authorities${counted(bytes)}`,
            why: 'all of them lie in the heap, twice while they are loaded, and leave the handshake short: MemoryError, or OSError(-17040)',
            remedy:
              'load only the root that signs your server, as DER, and a second one for the day it changes',
          },
        ];
      }),
};

function counted(bytes: Uint8Array): string {
  if (!looksLikePem(bytes)) return '';
  // Whether they can be read is another question.
  const { length } = new TextDecoder('latin1').decode(bytes).match(/-----BEGIN /g) ?? [];
  return `: ${length} ${length === 1 ? 'certificate' : 'certificates'} in PEM`;
}

/** PEM as mbedTLS takes it: what looks right to a person and is refused by the device. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodePem, encodePem } from '../../emulator/x509/pem.ts';

const DER = Uint8Array.from({ length: 100 }, (_, i) => i);
const PEM = encodePem('CERTIFICATE', DER);

describe('PEM', () => {
  const taken: Readonly<Record<string, string>> = {
    'with CR LF': PEM.replaceAll('\n', '\r\n'),
    'with spaces at the ends of lines': PEM.replaceAll('\n', '  \n'),
    'with empty lines': PEM.replaceAll('\n', '\n\n'),
    'after text': `subject=CN = a: b\n${PEM}more`,
    'with only its first and last line indented': PEM.replaceAll('-----BEGIN', '  -----BEGIN').replace(
      '-----END',
      '  -----END',
    ),
  };
  for (const [how, text] of Object.entries(taken)) {
    it(`is read ${how}`, () => {
      assert.deepEqual(decodePem(text), [{ label: 'CERTIFICATE', der: DER }]);
    });
  }

  const refused: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    'indented, as in the middle of a program': [PEM.replaceAll('\n', '\n    '), /is indented/],
    'indented with tabs': [PEM.replaceAll('\n', '\n\t'), /is indented/],
    'in one line': [PEM.replaceAll('\n', ''), /does not begin on a line of its own/],
    'with spaces for line ends': [PEM.replaceAll('\n', ' '), /does not begin on a line of its own/],
    'with a header that is none of encryption': [PEM.replace('\n', '\nComment: mine\n'), /spaces within/],
    'with other characters': [PEM.replace('AA', '!!'), /is not base64/],
  };
  for (const [how, [text, message]] of Object.entries(refused)) {
    it(`is refused ${how}`, () => assert.throws(() => decodePem(text), message));
  }
});

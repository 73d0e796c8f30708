/**
 * The command line of openssl (3.0 and later) that comes to the same. What is random in a scheme, the seed of OAEP, the salt
 * of PSS, the nonce of ECDSA, is openssl's own each time: there the command undoes or verifies what was made here.
 */
import type { UseKeySpec } from '../schema/use-key.ts';

/** What is no text would make a mess of a terminal. */
const IN_HEX = 'od -An -tx1';

export interface CommandFiles {
  /** Names of files, all in one folder. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly input: string;
  readonly output: string;
  readonly signature: string;
  readonly peer: string;
}

export function opensslCommand(
  { to, scheme, hash }: Pick<UseKeySpec, 'to' | 'scheme' | 'hash'>,
  files: CommandFiles,
): string {
  const { privateKey, publicKey, input, output, signature, peer } = files;
  const oaep = `-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:${hash} -pkeyopt rsa_mgf1_md:${hash}`;
  const pss = '-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest';
  const options = scheme === 'RSA-PSS' ? ` ${pss}` : '';
  const verify = (sealed: string) =>
    `openssl dgst -${hash} -verify ${publicKey}${options} -signature ${sealed} ${input}`;
  switch (to) {
    case 'encrypt':
      return `openssl pkeyutl -decrypt -inkey ${privateKey} ${oaep} -in ${output}`;
    case 'decrypt':
      return `openssl pkeyutl -decrypt -inkey ${privateKey} ${oaep} -in ${input}`;
    case 'sign':
      return scheme === 'RSA-PKCS1'
        ? `openssl dgst -${hash} -sign ${privateKey} ${input} | ${IN_HEX}`
        : verify(output);
    case 'verify':
      return verify(signature);
    case 'agree':
      return `openssl pkeyutl -derive -inkey ${privateKey} -peerkey ${peer} | ${IN_HEX}`;
  }
}

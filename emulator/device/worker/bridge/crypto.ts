/** `hashlib` and `cryptolib`: the board's units for hashes and AES, with the CPU time they take. */
import type { CryptoProvider, Hash, HashName } from '../../../crypto/provider.ts';
import type { Session } from '../session.ts';
import { deviceCrypto } from '../tls/crypto.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

const BLOCK = 16;
const ZEROS = new Uint8Array(BLOCK);

export function cryptoFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  /** Hashes that were begun; the digest ends one. */
  const hashes = new Map<number, Hash>();
  let begun = 0;
  let metered: CryptoProvider | undefined;
  const crypto = () => {
    current().chargeLocal(current().board.localCall);
    metered ??= deviceCrypto(current());
    return metered;
  };

  return {
    hash_new(name: HashName) {
      hashes.set(++begun, crypto().createHash(name));
      return begun;
    },
    hash_update(handle: number, address: number, length: number) {
      crypto();
      hashes.get(handle)!.update(memory.read(address, length));
      return 0;
    },
    hash_digest(handle: number, address: number) {
      const digest = hashes.get(handle)!.digest();
      hashes.delete(handle);
      memory.write(address, digest);
      return digest.length;
    },

    /** Whole blocks, each on its own; mbedTLS goes to the unit for each, and each costs as much. */
    aes_ecb(encrypt: boolean, key: number, keyLength: number, input: number, output: number, length: number) {
      const process = encrypt ? crypto().cbcEncrypt : crypto().cbcDecrypt;
      const keyBytes = memory.read(key, keyLength);
      for (let at = 0; at < length; at += BLOCK) {
        memory.write(output + at, process('aes', keyBytes, ZEROS, memory.read(input + at, BLOCK)));
      }
      return length;
    },

    /** Leaves in the 16 bytes at `iv` what the next call goes on with. */
    aes_cbc(
      encrypt: boolean,
      key: number,
      keyLength: number,
      iv: number,
      input: number,
      output: number,
      length: number,
    ) {
      if (length === 0) return 0;
      const process = encrypt ? crypto().cbcEncrypt : crypto().cbcDecrypt;
      const before = memory.read(input, length);
      const after = process('aes', memory.read(key, keyLength), memory.read(iv, BLOCK), before);
      memory.write(output, after);
      memory.write(iv, (encrypt ? after : before).subarray(length - BLOCK));
      return length;
    },
  };
}

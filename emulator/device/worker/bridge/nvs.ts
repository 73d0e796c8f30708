/** ESP-IDF's non-volatile storage. */
import type { Session } from '../session.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

export function nvsFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  const stored = (namespace: string, key: string) => current().kept.nvsGet(namespace, key)?.value;
  return {
    /** "" when there is no such key. */
    nvs_type(namespace: string, key: string) {
      const value = stored(namespace, key);
      if (value === undefined) return '';
      return typeof value === 'number' ? 'i32' : 'blob';
    },
    nvs_get_i32: (namespace: string, key: string) => stored(namespace, key) as number,
    nvs_set_i32(namespace: string, key: string, value: number) {
      current().kept.nvsSet({ namespace, key, value });
      return 0;
    },
    /** Returns the length, or -1 when it does not fit. */
    nvs_get_blob(namespace: string, key: string, address: number, room: number) {
      const value = stored(namespace, key) as Uint8Array;
      if (value.length > room) return -1;
      memory.write(address, value);
      return value.length;
    },
    nvs_set_blob(namespace: string, key: string, address: number, length: number) {
      current().kept.nvsSet({ namespace, key, value: memory.read(address, length) });
      return 0;
    },
    nvs_erase: (namespace: string, key: string) => current().kept.nvsErase(namespace, key),
  };
}

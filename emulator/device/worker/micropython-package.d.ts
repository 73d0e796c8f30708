declare module '@micropython/micropython-webassembly-pyscript/micropython.mjs' {
  import type { LoadMicroPython } from './micropython.ts';

  export const loadMicroPython: LoadMicroPython;
}

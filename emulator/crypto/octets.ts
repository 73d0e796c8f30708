export const NO_OCTETS: Uint8Array = new Uint8Array(0);

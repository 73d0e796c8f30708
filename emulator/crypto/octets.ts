/** The parts one after another, in a new array. */
export const NO_OCTETS: Uint8Array = new Uint8Array(0);

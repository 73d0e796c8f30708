/**
 * What the firmware can call. Python integers arrive as 32 bits and leave so (a longer time travels as a
 * floating-point number or a string); nothing is thrown but `Unwind`.
 */
export type BridgeValue = number | string | boolean;
export type BridgeFunctions = Readonly<Record<string, (...args: never[]) => BridgeValue>>;

/** A timeout as the firmware states it: seconds, negative for none. */
export function nanoseconds(seconds: number): number {
  return seconds < 0 ? -1 : Math.round(seconds * 1e9);
}

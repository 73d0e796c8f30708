/**
 * What a signal strength means for a link. An estimate: 802.11 repeats a frame that is not acknowledged, so
 * little is lost until the signal nears the sensitivity of the receiver. "Loss 2–4 % on a poor link" was
 * measured, and is put at −85 dBm; the rest of the curve is drawn through it.
 */

/** Below this no beacon is heard, dBm: about what the ESP32's data sheet gives for the lowest rates. */
export const SENSITIVITY = -92;

const LOSS_BY_RSSI: readonly (readonly [rssi: number, loss: number])[] = [
  [-75, 0],
  [-80, 0.01],
  [-85, 0.03],
  [-88, 0.1],
  [-90, 0.25],
  [SENSITIVITY, 0.6],
];

/** Share of frames that are lost for good, 0..1. */
export function lossAt(rssi: number): number {
  if (rssi < SENSITIVITY) return 1;
  for (let i = 1; i < LOSS_BY_RSSI.length; i++) {
    const [strong, less] = LOSS_BY_RSSI[i - 1]!;
    const [weak, more] = LOSS_BY_RSSI[i]!;
    if (rssi >= strong) return less;
    if (rssi >= weak) return less + ((strong - rssi) / (strong - weak)) * (more - less);
  }
  return 1;
}

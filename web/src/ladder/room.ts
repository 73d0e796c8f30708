/** Whether lanes have room side by side. */
/** In rem: two lanes, and what each further one takes so that a message between neighbours can be read. */
const TWO_LANES = 32;
const LANE = 13;

/** Of so many lanes, in rem. */
export function roomFor(lanes: number): number {
  return TWO_LANES + LANE * Math.max(0, lanes - 2);
}

/** Whether lanes have room side by side. */
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** In rem: two lanes, and what each further one takes so that a message between neighbours can be read. */
const TWO_LANES = 32;
const LANE = 13;

/** Of so many lanes, in rem. */
export function roomFor(lanes: number): number {
  return TWO_LANES + LANE * Math.max(0, lanes - 2);
}

/** Of an element, in rem; it follows the element's changes. */
export function useWidth(element: RefObject<HTMLElement | null>): Signal<number> {
  const width = useSignal(0);
  useLayoutEffect(() => {
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const pixels = element.current?.clientWidth ?? 0;
      // Hidden, it has none, and keeps what it had.
      if (pixels > 0) width.value = pixels / rem;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}

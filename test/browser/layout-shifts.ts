/** Whether things move on a page that nobody has moved. */
import type { Page } from 'playwright-core';

export interface Shift {
  readonly value: number;
  /** What moved, and from where to where. */
  readonly moved: readonly string[];
}

/** From now on; what it returns gives the shifts so far, by the browser's own measure. */
export async function watchShifts(page: Page): Promise<() => Promise<Shift[]>> {
  await page.evaluate(() => {
    const shifts: Shift[] = [];
    Object.assign(globalThis, { shifts });
    const place = ({ x, y, width, height }: DOMRectReadOnly) =>
      [x, y, width, height].map(Math.round).join(' ');
    // The browser's own types know no such entry yet.
    type Entry = PerformanceEntry & {
      value: number;
      sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
    };
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as Entry[]) {
        const moved = sources.map(({ node, previousRect, currentRect }) => {
          const name = node instanceof Element ? `${node.localName}.${node.className}` : 'text';
          return `${name} "${node?.textContent?.slice(0, 60)}": ${place(previousRect)} to ${place(currentRect)}`;
        });
        // To who looks at it, another text in the same place is none, nor is what was nowhere before.
        const isSeen = ({ previousRect, currentRect }: (typeof sources)[number]) =>
          previousRect.width * previousRect.height > 0 && place(previousRect) !== place(currentRect);
        if (sources.some(isSeen)) {
          shifts.push({ value, moved });
        }
      }
    }).observe({ type: 'layout-shift' });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts);
}

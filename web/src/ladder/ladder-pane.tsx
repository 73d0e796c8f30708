/** What happened, as it happens: actors side by side, time downwards. Each row can be looked at closer. */
import './ladder.css';
import { useComputed, useSignal } from '@preact/signals';
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Row } from '../../../src/report/ladder/model.ts';
import { inspect } from '../inspector/inspect.ts';
import { useWidth } from '../shell/width.ts';
import { traceEvents, worldNumber, worldState } from '../state/run.ts';
import { select, selected } from '../state/selection.ts';
import { type Block, blocksOf } from './blocks.ts';
import { follow, follows } from './follow.ts';
import { LaneHeads, LaneLines, type Lanes, lanesOf } from './lanes.tsx';
import { ladder } from './live-rows.ts';
import { roomFor } from './room.ts';
import { RowView } from './row.tsx';
import { moveAmongRows } from './row-keys.ts';

/** Rows that come to the page in one frame. */
const BATCH = 120;

export function LadderPane() {
  const lanes = useComputed(() => lanesOf(ladder.value.lanes, ladder.value.expected));
  const pane = useRef<HTMLDivElement>(null);
  const width = useWidth(pane);
  return (
    <div class={`ladder ${width.value >= roomFor(lanes.value.all.length) ? 'in-lanes' : ''}`} ref={pane}>
      <div class="ladder-head">
        <LaneHeads lanes={lanes.value} />
        <button
          type="button"
          class="follow"
          aria-pressed={follows.value}
          title="Keep the newest row in sight"
          onClick={() => follow(!follows.value)}
        >
          ↧ Follow
        </button>
      </div>
      <Rows lanes={lanes.value} />
    </div>
  );
}

function Rows({ lanes }: { lanes: Lanes }) {
  const scroller = useRef<HTMLDivElement>(null);
  const blocks = useRef<readonly Block[]>([]);
  const limit = useSignal(BATCH);
  const stop = useSignal<number | undefined>(undefined);
  const world = worldNumber.value;
  const { rows } = ladder.value;

  useLayoutEffect(() => {
    limit.value = BATCH;
    stop.value = undefined;
    scroller.current?.scrollTo(0, 0);
  }, [world]);
  useEffect(() => {
    if (limit.value >= rows.length) return;
    const frame = requestAnimationFrame(() => {
      limit.value += BATCH;
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, limit.value]);
  useLayoutEffect(() => {
    if (follows.value) scroller.current?.scrollTo(0, scroller.current.scrollHeight);
  });

  const shown = rows.slice(0, limit.value);
  blocks.current = blocksOf(shown, blocks.current);
  const current = worldState.value.phase === 'paused' ? rows.at(-1)?.order : undefined;
  const tabStop = stop.value ?? selected.value ?? rows[0]?.order;
  return (
    <div
      class="ladder-rows"
      ref={scroller}
      onWheel={({ deltaY }) => deltaY < 0 && follows.value && follow(false)}
      onTouchMove={() => follows.value && follow(false)}
    >
      <div class="ladder-canvas">
        <LaneLines lanes={lanes} />
        <ol
          aria-label="What happened"
          onFocusCapture={({ target }) => {
            stop.value = orderOf(target) ?? stop.value;
          }}
          onClick={({ target }) => look(orderOf(target))}
          onKeyDown={(event) => {
            if (moveAmongRows(event) && follows.value) follow(false);
          }}
        >
          {blocks.current.map((block, i) => (
            <BlockView
              key={i}
              block={block}
              lanes={lanes}
              stop={within(block, tabStop)}
              chosen={within(block, selected.value)}
              current={within(block, current)}
            />
          ))}
        </ol>
      </div>
    </div>
  );
}

interface BlockProps {
  readonly block: Block;
  readonly lanes: Lanes;
  readonly stop: number | undefined;
  readonly chosen: number | undefined;
  readonly current: number | undefined;
}

/** Drawn again only where its properties are others. */
const BlockView = memo(({ block, lanes, stop, chosen, current }: BlockProps) => (
  <>
    {block.map((row) => (
      <RowView
        key={keyOf(row)}
        row={row}
        lanes={lanes}
        marks={{ stop: row.order === stop, selected: row.order === chosen, current: row.order === current }}
      />
    ))}
  </>
));

function keyOf(row: Row): string {
  return row.kind === 'arrow' ? `${row.order} ${row.from} ${row.name}` : `${row.order} ${row.kind}`;
}

function within(block: Block, order: number | undefined): number | undefined {
  return block.some((row) => row.order === order) ? order : undefined;
}

function orderOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('button.row') : null;
  return row === null ? undefined : Number(row.dataset.order);
}

/** A row that stands beside its event, and tells of no event itself, has nothing more to show. */
function look(order: number | undefined): void {
  if (order === undefined || !Number.isInteger(order)) return;
  const event = traceEvents()[order];
  if (event === undefined) return;
  select(order);
  inspect(event);
}

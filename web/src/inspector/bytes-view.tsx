/** Bytes beside the fields that they are made of. Whatever is pointed at in one is marked in the other, and explained. */
import './bytes.css';
import { type Signal, useSignal } from '@preact/signals';
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { toHex } from '../../../emulator/world/bytes.ts';
import type { AnnotatedField } from '../../../emulator/world/trace-events.ts';
import { useWidth } from '../shell/width.ts';
import {
  type Explanation,
  explained,
  type FieldTree,
  fieldTree,
  hexLines,
  type NumberedField,
  type Run,
} from './field-tree.ts';
import { moveInTree } from './tree-keys.ts';

/** In one line: as many as have room. */
const WIDE = 16;
const NARROW = 8;
/** Room that a wide line takes, in rem. */
const ROOM = 33;
/** What is longer is shown up to here until somebody wants the rest: bytes. */
const FIRST_PART = 2048;

interface BytesProps {
  readonly bytes: Uint8Array;
  readonly fields: readonly AnnotatedField[];
  readonly explain: (field: AnnotatedField) => Explanation;
  /** Of the whole, for fields of which nothing more exact is known. */
  readonly section?: string | undefined;
}

export function BytesView({ bytes, fields, explain, section }: BytesProps) {
  const tree = useMemo(() => fieldTree(fields), [fields]);
  const active = useSignal<number | undefined>(undefined);
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  useLayoutEffect(() => {
    active.value = undefined;
  }, [fields]);
  useLayoutEffect(() => active.subscribe((number) => mark(root.current, number)), []);
  useLayoutEffect(() => listen(root.current!, active), []);
  return (
    <div class="bytes" ref={root}>
      <Meaning active={active} tree={tree} bytes={bytes} explain={explain} section={section} />
      <div class="bytes-parts">
        <Hex tree={tree} bytes={bytes} perLine={width.value < ROOM ? NARROW : WIDE} />
        <Tree tree={tree} />
      </div>
    </div>
  );
}

/** For all parts at once: by mouse, finger and keyboard. */
function listen(root: HTMLElement, active: Signal<number | undefined>): () => void {
  let mouse = '';
  const point = (event: Event) => {
    if (event.type === 'mouseover' || event.type === 'mousemove') {
      const { clientX, clientY } = event as MouseEvent;
      const before = mouse;
      mouse = `${clientX} ${clientY}`;
      // What scrolls below a mouse that stands still is not pointed at.
      if (mouse === before || event.type === 'mousemove') return;
    }
    const number = numberOf(event.target);
    if (number !== undefined) active.value = number;
  };
  const kinds = ['mouseover', 'mousemove', 'focusin', 'click'] as const;
  for (const kind of kinds) root.addEventListener(kind, point);
  return () => {
    for (const kind of kinds) root.removeEventListener(kind, point);
  };
}

function numberOf(target: EventTarget | null): number | undefined {
  const part = target instanceof Element ? target.closest<HTMLElement>('[data-field]') : null;
  return part === null ? undefined : Number(part.dataset.field);
}

/** By hand: a message has hundreds of parts, of which two or three change. */
function mark(root: HTMLElement | null, number: number | undefined): void {
  for (const part of root?.querySelectorAll('.active') ?? []) part.classList.remove('active');
  if (number === undefined) return;
  for (const part of root?.querySelectorAll(`[data-path~="${number}"], [data-field="${number}"]`) ?? [])
    part.classList.add('active');
  const hex = root?.querySelector('.hex');
  const first = root?.querySelector('.octets .active');
  if (hex && first) bringInSight(hex, first);
}

/** Only its own part of the page moves. */
function bringInSight(within: Element, part: Element): void {
  const [outer, inner] = [within.getBoundingClientRect(), part.getBoundingClientRect()];
  if (inner.top < outer.top) within.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) within.scrollTop += inner.bottom - outer.bottom;
}

/** Has its place from the start, so that nothing moves when it is filled. */
function Meaning({
  active,
  tree,
  bytes,
  explain,
  section: around,
}: { active: Signal<number | undefined>; tree: FieldTree } & Omit<BytesProps, 'fields'>) {
  const numbered = active.value === undefined ? undefined : tree.all[active.value];
  if (numbered === undefined) {
    return (
      <p class="meaning faint">Point at bytes or at a field, or go to one with Tab and the arrow keys.</p>
    );
  }
  const { name, value, offset, length } = numbered.field;
  const { meaning, section } = explained(tree, numbered, explain, around);
  const last = offset + length - 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what has no room in it is scrolled to with keys
    <p class="meaning" aria-live="polite" tabIndex={0}>
      <b>{name}</b>
      {value && <span class="value"> {value}</span>}{' '}
      <small class="faint">
        {length === 1 ? `byte ${offset}` : `bytes ${offset}–${last}`} of {bytes.length}
        {section && ` · ${section}`}
      </small>
      {meaning && <span class="words">{meaning}</span>}
    </p>
  );
}

interface HexProps {
  readonly tree: FieldTree;
  readonly bytes: Uint8Array;
  readonly perLine: number;
}

const Hex = memo(({ tree, bytes, perLine }: HexProps) => {
  const wanted = useSignal(FIRST_PART);
  const shown = useSignal(FIRST_PART);
  const length = Math.min(bytes.length, wanted.value);
  const parts = useMemo(
    () => inParts(hexLines(tree, length, perLine), FIRST_PART / perLine),
    [tree, length, perLine],
  );
  // All at once would keep the page from listening: a part comes with each frame.
  useEffect(() => {
    if (shown.value >= length) return;
    const frame = requestAnimationFrame(() => {
      shown.value += FIRST_PART;
    });
    return () => cancelAnimationFrame(frame);
  }, [shown.value, length]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with keys, and nothing in it takes the focus
    <section class="hex" aria-label="Bytes" tabIndex={0}>
      {parts.slice(0, Math.ceil(shown.value / FIRST_PART)).map((lines, i) => (
        <HexPart key={i} lines={lines} bytes={bytes} />
      ))}
      {length < bytes.length && (
        <button
          type="button"
          onClick={() => {
            wanted.value = bytes.length;
          }}
        >
          Show all {bytes.length} bytes
        </button>
      )}
    </section>
  );
});

function inParts<T>(lines: readonly T[], count: number): T[][] {
  return Array.from({ length: Math.ceil(lines.length / count) }, (_, i) =>
    lines.slice(i * count, (i + 1) * count),
  );
}

/** A table of its own, so that those before it are not laid out anew. */
const HexPart = memo(({ lines, bytes }: { lines: readonly Run[][]; bytes: Uint8Array }) => (
  <table aria-label={`Bytes in hexadecimal, from ${lines[0]![0]!.offset} on`}>
    <tbody>
      {lines.map((runs) => (
        <tr key={runs[0]!.offset}>
          <th scope="row">{runs[0]!.offset.toString(16).padStart(4, '0')}</th>
          <td class="octets">
            {runs.map(({ offset, length: count, field }) => (
              <span key={offset} data-field={field?.number} data-path={field?.path.join(' ')}>
                {toHex(bytes.subarray(offset, offset + count), ' ')}
              </span>
            ))}
          </td>
          <td class="characters" aria-hidden="true">
            {runs.map(({ offset, length: count, field }) => (
              <span key={offset} data-field={field?.number} data-path={field?.path.join(' ')}>
                {characters(bytes.subarray(offset, offset + count))}
              </span>
            ))}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
));

function characters(bytes: Uint8Array): string {
  return [...bytes].map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
}

const Tree = memo(({ tree }: { tree: FieldTree }) => (
  <ul class="fields" aria-label="Fields" onKeyDown={moveInTree}>
    {tree.roots.map((field) => (
      <Field key={field.number} numbered={field} />
    ))}
  </ul>
));

function Field({ numbered }: { numbered: NumberedField }) {
  const { number, field, children } = numbered;
  return (
    <li>
      <button type="button" class="field" data-field={number} tabIndex={number === 0 ? 0 : -1}>
        <b>{field.name}</b> <span>{field.value}</span>
      </button>
      {children.length > 0 && (
        <ul>
          {children.map((child) => (
            <Field key={child.number} numbered={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

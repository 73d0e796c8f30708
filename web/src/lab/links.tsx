import { settings } from '../state/settings.ts';
import type { LinkSettings } from '../world/settings.ts';
import { NumberField } from './number.tsx';
import { turn } from './turn.ts';

const LINKS = { wifi: 'Wi-Fi', internet: 'Internet' } as const;
type LinkName = keyof typeof LINKS;

/** Milliseconds; percent. More makes a world in which nothing arrives. */
const LARGEST = { latency: 10_000, loss: 90 } as const;

/** How good the lines are. */
export function Links() {
  return (Object.keys(LINKS) as LinkName[]).map((link) => <Link key={link} link={link} />);
}

function Link({ link }: { link: LinkName }) {
  const quality = settings.value[link] ?? {};
  const change = (changes: { [K in 'latency' | 'loss']?: string | undefined }) => {
    const entries = Object.entries({ ...quality, ...changes }).filter(([, value]) => value !== undefined);
    turn(link, entries.length === 0 ? undefined : (Object.fromEntries(entries) as LinkSettings));
  };
  return (
    <fieldset>
      <legend>{LINKS[link]}</legend>
      <NumberField
        label="Delay one way"
        unit="ms"
        usual="as written"
        max={LARGEST.latency}
        value={numberIn(quality.latency)}
        onChoose={(ms) => change({ latency: ms === undefined ? undefined : `${ms}ms` })}
      />
      <NumberField
        label="Loss of frames"
        unit="%"
        usual="as written"
        max={LARGEST.loss}
        value={numberIn(quality.loss)}
        onChoose={(percent) => change({ loss: percent === undefined ? undefined : `${percent}%` })}
      />
    </fieldset>
  );
}

function numberIn(quantity: unknown): number | undefined {
  return typeof quantity === 'string' ? Number.parseFloat(quantity) : undefined;
}

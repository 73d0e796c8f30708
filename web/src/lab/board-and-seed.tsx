import { settings } from '../state/settings.ts';
import type { Survey } from '../world/survey.ts';
import { NumberField } from './number.tsx';
import { Select } from './select.tsx';
import { turn } from './turn.ts';

export function BoardAndSeed({ what: { boards, devices, seed } }: { what: Survey }) {
  const written = [...new Set(devices.map(({ board }) => board))].join(', ');
  return (
    <fieldset>
      <legend>World</legend>
      <Select
        label="Board"
        hint="Of every device: each has its own speed and memory"
        value={settings.value.board}
        usual={written === '' ? 'there is no device' : `as written: ${written}`}
        disabled={devices.length === 0}
        options={boards.map((board) => ({ value: board, text: board }))}
        onChoose={(board) => turn('board', board)}
      />
      <NumberField
        label="Seed"
        usual={String(seed)}
        max={Number.MAX_SAFE_INTEGER}
        value={settings.value.seed}
        onChoose={(number) => turn('seed', number)}
      />
    </fieldset>
  );
}

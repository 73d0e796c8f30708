import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderTable } from './table.ts';

describe('the table', () => {
  it('has a row for what was asked, a column for whom, and a mark for how it went', () => {
    const place = { section: 'Keys', row: 'RSA', column: 'server' };
    const table = renderTable([
      { ...place, outcome: 'passed' },
      { ...place, column: 'client', outcome: 'not possible', reason: 'too old' },
      { ...place, row: 'EC', variant: 'P-256', outcome: 'passed' },
      { ...place, row: 'EC', variant: 'P-384', outcome: 'failed' },
      { ...place, row: 'EC', column: 'client', outcome: 'not possible', reason: 'too old' },
    ]);
    assert.equal(
      table,
      `| Keys | server | client |
|------|:------:|:------:|
| RSA  | ✓      | –      |
| EC   | ✗      | –      |

Not possible:

- 2 × too old

2 passed, 1 failed, 2 not possible
`,
    );
  });
});

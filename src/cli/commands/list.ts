import { type Command, Option } from 'commander';
import { loadScenario } from '../../scenario/load.ts';
import { catalogue, nameOf } from '../catalogue.ts';

export function define(command: Command): void {
  command
    .addOption(new Option('--json', 'one JSON object a scenario').conflicts('markdown'))
    .option('--markdown', 'a table, as docs/catalogue.md has it')
    .action((options: { json?: boolean; markdown?: boolean }) => {
      const entries = catalogue().map((file) => {
        const { title, why, tags } = loadScenario(file).scenario;
        return { name: nameOf(file), title, tags, why: why.trim(), file };
      });
      process.stdout.write(
        options.json ? jsonLines(entries) : options.markdown ? page(entries) : table(entries),
      );
    });
}

function jsonLines(entries: readonly object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function table(entries: readonly { name: string; title: string }[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return entries.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}

/** Links lead from docs/ to scenarios/. */
function page(entries: readonly { name: string; title: string; tags: readonly string[] }[]): string {
  const rows = entries.map(
    ({ name, title, tags }) =>
      `| [\`${name}\`](../scenarios/${name}/scenario.yaml) | ${title} | ${tags.join(', ')} |`,
  );
  return `# The catalogue

${entries.length} scenarios. \`tls-sandbox run NAME\` draws one, \`run NAME --without-defect\` shows the good case of one that goes wrong,
\`test --tag TAG\` runs those with a tag. In each folder \`scenario.yaml\` says why it matters and what to do, and what must
come out; the \`.py\` files run unchanged on a board.

This page is what \`tls-sandbox list --markdown\` prints.

| name | what happens | tags |
|---|---|---|
${rows.join('\n')}
`;
}

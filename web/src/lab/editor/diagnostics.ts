/** What is wrong with the file in the editor, and what could be better: asked of the world's worker. */
import { ensureSyntaxTree } from '@codemirror/language';
import type { Diagnostic } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';
import { SCENARIO_FILE } from '../../../../src/scenario/scenario-file.ts';
import { world } from '../../state/run.ts';
import { source } from '../../state/source.ts';

/** Milliseconds that the editor may take to read a program: the rest is read when there is time. */
const PARSE_PATIENCE = 50;

export async function diagnose(state: EditorState, file: string): Promise<Diagnostic[]> {
  const now = source.peek();
  if (now === undefined) return [];
  const scenario = { name: now.name, files: { ...now.files, [file]: state.doc.toString() } };
  try {
    if (file === SCENARIO_FILE) {
      const problems = await world.request({ what: 'check', source: scenario, settings: {} });
      return problems.map(({ line, column, message }) => ({
        ...rangeAt(state, line, column),
        severity: 'error',
        message,
      }));
    }
    if (!file.endsWith('.py')) return [];
    const broken = syntaxError(state);
    if (broken !== undefined) return [broken];
    const findings = await world.request({ what: 'lint', source: scenario });
    return findings
      .filter((finding) => finding.file === file)
      .map(({ line, message, why, remedy, rule }) => ({
        ...rangeAt(state, line, 1),
        severity: 'warning',
        source: rule,
        message: `${message}. Why: ${why}. Do: ${remedy}.`,
      }));
  } catch {
    // Its worker was stopped; the next change asks again.
    return [];
  }
}

/** From the place to the end of the word there, or of the line. */
function rangeAt({ doc }: EditorState, line: number, column: number): { from: number; to: number } {
  const { from, text, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const indent = text.length - text.trimStart().length;
  const at = Math.max(column - 1, indent);
  const word = /^[^\s:,{}[\]]+/.exec(text.slice(at))?.[0].length;
  const end = column > 1 && word !== undefined ? from + at + word : to;
  return { from: Math.min(from + at, to), to: end };
}

function syntaxError(state: EditorState): Diagnostic | undefined {
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_PATIENCE);
  let found: Diagnostic | undefined;
  tree?.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError && found === undefined) {
        found = {
          from,
          to: Math.max(to, Math.min(from + 1, state.doc.length)),
          severity: 'error',
          message: 'This is not Python',
        };
      }
      return found === undefined;
    },
  });
  return found;
}

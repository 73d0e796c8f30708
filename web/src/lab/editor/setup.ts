/** A file in CodeMirror: its language, completion, what is wrong with it, and the keys. */
import { autocompletion } from '@codemirror/autocomplete';
import { indentWithTab } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { yaml } from '@codemirror/lang-yaml';
import { indentUnit, LanguageSupport } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { SCENARIO_FILE } from '../../../../src/scenario/scenario-file.ts';
import { world } from '../../state/run.ts';
import type { ModuleMembers } from '../../world/modules.ts';
import { diagnose } from './diagnostics.ts';
import { programWords, pythonCompletion } from './python-completion.ts';
import type { JsonSchema } from './schema-walk.ts';
import { theme } from './theme.ts';
import { yamlCompletion } from './yaml-completion.ts';
import { yamlHover } from './yaml-hover.ts';

/** Milliseconds without a change until the file is looked at. */
const PAUSE = 400;

export interface FileEditorOptions {
  readonly file: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

export function editorState({ file, text, onChange, onRun }: FileEditorOptions): EditorState {
  const run = () => {
    onRun();
    return true;
  };
  return EditorState.create({
    doc: text,
    extensions: [
      keymap.of([{ key: 'Mod-Enter', run }]),
      basicSetup,
      keymap.of([indentWithTab]),
      indentUnit.of(file.endsWith('.py') ? '    ' : '  '),
      languageOf(file),
      linter((view) => diagnose(view.state, file), { delay: PAUSE }),
      lintGutter(),
      theme,
      EditorView.contentAttributes.of({ 'aria-label': file, tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
    ],
  });
}

function languageOf(file: string): Extension {
  if (file.endsWith('.py')) {
    return [
      new LanguageSupport(pythonLanguage),
      autocompletion({ override: [pythonCompletion(modules), programWords] }),
    ];
  }
  if (file === SCENARIO_FILE)
    return [yaml(), autocompletion({ override: [yamlCompletion(schema)] }), yamlHover(schema)];
  return [];
}

/** Asked for once; again where the worker was stopped before it answered. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

const schema = once(() => world.request({ what: 'schema' }) as Promise<JsonSchema>);
const modules = once((): Promise<ModuleMembers> => world.request({ what: 'modules' }));

/** The scenario's files, to be changed. What is typed is what runs next. */
import './editor.css';
import type { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'preact/hooks';
import { moveFocus } from '../shell/roving.ts';
import { changeFile, keepProblem, sourceVersion } from '../state/editing.ts';
import { openFile } from '../state/open-file.ts';
import { runScenario } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { edited, foreign, source } from '../state/source.ts';
import { editorState } from './editor/setup.ts';
import { FileMenu } from './file-menu.tsx';
import { textFiles } from './files.ts';
import { ScenarioMenu } from './scenario-menu.tsx';

/** Files as they were left: with what can be undone, and where the cursor stood. */
const left = new Map<string, EditorState>();

export function EditorPane() {
  const scenario = source.value;
  if (scenario === undefined) return null;
  const files = textFiles(scenario);
  const file = files.includes(openFile.value) ? openFile.value : files[0]!;
  return (
    <div class="editor">
      <div class="editor-bar">
        <div class="tabs" role="tablist" aria-label="Files of the scenario" onKeyDown={moveFocus}>
          {files.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`file-tab-${name}`}
              aria-controls="file-editor"
              aria-selected={name === file}
              tabIndex={name === file ? 0 : -1}
              onClick={() => {
                openFile.value = name;
              }}
              onFocus={() => {
                openFile.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <span class="editor-state" role="status">
          {edited.value !== undefined &&
            !foreign.value &&
            (keepProblem.value === undefined ? 'changed' : 'not kept')}
        </span>
        <FileMenu scenario={scenario} file={file} />
        <ScenarioMenu />
      </div>
      {keepProblem.value && (
        <p class="bad editor-problem" role="alert">
          {keepProblem.value}
        </p>
      )}
      <FileEditor key={keyOf(scenario.name, file)} id={keyOf(scenario.name, file)} file={file} />
      <p class="editor-hint">
        Ctrl-Enter runs, Ctrl-Space completes, Tab indents; Escape, then Tab leaves the editor
      </p>
    </div>
  );
}

/** What was put in the place of the text makes another editor. */
function keyOf(scenario: string, file: string): string {
  return `${sourceVersion.value} ${scenario} ${file}`;
}

function FileEditor({ id, file }: { id: string; file: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const text = source.peek()?.files[file];
    const fresh = () =>
      editorState({
        file,
        text: typeof text === 'string' ? text : '',
        onChange: (changed) => changeFile(file, changed),
        onRun: run,
      });
    const view = new EditorView({ state: left.get(id) ?? fresh(), parent: place.current! });
    return () => {
      for (const each of left.keys()) if (!each.startsWith(`${sourceVersion.peek()} `)) left.delete(each);
      left.set(id, view.state);
      view.destroy();
    };
  }, [id]);
  return (
    <div
      ref={place}
      class="editor-place"
      id="file-editor"
      role="tabpanel"
      aria-labelledby={`file-tab-${file}`}
    />
  );
}

function run(): void {
  const next = source.peek();
  if (next !== undefined) runScenario(next, settings.peek());
}

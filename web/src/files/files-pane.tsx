/** What lies in a device's flash: to look at, to take away, to put there. */
import './files.css';
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { formatBytes } from '../../../src/report/format.ts';
import { download } from '../shell/download.ts';
import { editFile } from '../state/open-file.ts';
import { worldNumber, worldState } from '../state/run.ts';
import { shownContents } from './contents.ts';
import {
  chooseDevice,
  create,
  device,
  editable,
  files,
  isLive,
  list,
  problem,
  read,
  remove,
  upload,
} from './flash.ts';
import { type Folder, treeOf } from './tree.ts';

export function FilesPane() {
  const { devices } = worldState.value;
  const open = useSignal<string | undefined>(undefined);
  if (devices.length === 0) return <p class="files faint">This scenario has no device, and so no flash.</p>;
  return (
    <div class="files" {...dropInto('/')}>
      <div class="files-bar">
        {devices.length > 1 && (
          <select
            aria-label="Device"
            value={device.value}
            onChange={({ currentTarget }) => chooseDevice(currentTarget.value)}
          >
            {devices.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        <UploadButton />
        <NewFile />
        {isLive.value && (
          <button type="button" onClick={() => void list()}>
            Read again
          </button>
        )}
      </div>
      <p class="faint">
        {isLive.value
          ? 'What you change is written into the device, at its prompt.'
          : 'What you change goes into your copy of the scenario, which then runs again. Files can be dropped here.'}
      </p>
      <p class="bad" role="alert">
        {problem}
      </p>
      <FolderList folder={treeOf(files.value)} open={open.value} onOpen={(path) => (open.value = path)} />
      {open.value !== undefined && files.value.some(({ path }) => path === open.value) && (
        <Contents key={`${worldNumber.value} ${device.value} ${open.value}`} path={open.value} />
      )}
    </div>
  );
}

function UploadButton() {
  const id = useId();
  return (
    <label class="upload" for={id}>
      Upload …
      <input
        id={id}
        class="unseen"
        type="file"
        multiple
        onChange={({ currentTarget }) => {
          void upload('/', [...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
    </label>
  );
}

function NewFile() {
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="new-file"
      onSubmit={(event) => {
        event.preventDefault();
        const { value } = field.current!;
        field.current!.value = '';
        void create(value);
      }}
    >
      <input ref={field} aria-label="Path of a new file" placeholder="/lib/helper.py" required />
      <button type="submit">New</button>
    </form>
  );
}

interface FolderListProps {
  readonly folder: Folder;
  readonly open: string | undefined;
  readonly onOpen: (path: string) => void;
}

function FolderList({ folder, open, onOpen }: FolderListProps) {
  return (
    <ul aria-label={`Files in ${folder.path}`}>
      {folder.folders.map((below) => (
        <li key={below.path} {...dropInto(below.path)}>
          <details open>
            <summary>{below.name}</summary>
            <FolderList folder={below} open={open} onOpen={onOpen} />
          </details>
        </li>
      ))}
      {folder.files.map(({ path, name, size }) => (
        <li key={path} class="file-row">
          <button
            type="button"
            class="quiet file-name"
            aria-pressed={path === open}
            onClick={() => onOpen(path)}
          >
            {name}
          </button>
          <small>{formatBytes(size)}</small>
          <button type="button" class="quiet" aria-label={`Download ${path}`} onClick={() => save(path)}>
            ↓
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`Delete ${path}`}
            disabled={path === '/main.py' && !isLive.value}
            onClick={() => void remove(path)}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

function Contents({ path }: { path: string }) {
  const text = useSignal('');
  const local = editable(path);
  useEffect(() => {
    read(path).then(
      (bytes) => {
        text.value = shownContents(bytes);
      },
      (error: Error) => {
        text.value = error.message;
      },
    );
  }, [path]);
  return (
    <section aria-label={`Contents of ${path}`}>
      <div class="contents-head">
        <h2>{path}</h2>
        {local !== undefined && (
          <button type="button" onClick={() => editFile(local)}>
            Edit
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}

async function save(path: string): Promise<void> {
  try {
    const contents = await read(path);
    download({ name: path.split('/').at(-1)!, type: 'application/octet-stream', contents });
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

/** For what files can be dropped onto. */
function dropInto(folder: string) {
  return {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = 'copy';
      mark(event, true);
    },
    onDragLeave: (event: DragEvent) => mark(event, false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      event.stopPropagation();
      mark(event, false);
      void upload(folder, [...(event.dataTransfer?.files ?? [])]);
    },
  };
}

/** Shows where what is dragged would go. */
function mark({ currentTarget }: DragEvent, isTarget: boolean): void {
  (currentTarget as HTMLElement).classList.toggle('drop-target', isTarget);
}

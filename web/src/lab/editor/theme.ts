/** The editor in the colours of the page, which change with its theme by themselves. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const surfaces = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--pane)', fontSize: '0.9rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.45' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)',
  },
  '.cm-gutters': { backgroundColor: 'var(--pane)', color: 'var(--faint)', border: '0' },
  // A ground as dark as a marker's would leave too little contrast to coloured words.
  '.cm-selectionMatch, .cm-searchMatch': {
    backgroundColor: 'color-mix(in srgb, var(--warn) 8%, transparent)',
    outline: '1px solid var(--warn)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selection)' },
  '.cm-tooltip': {
    color: 'var(--text)',
    backgroundColor: 'var(--pane)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    maxWidth: 'min(34rem, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--on-accent)',
    backgroundColor: 'var(--accent)',
  },
  '.cm-completionDetail': { color: 'inherit' },
  '.cm-completionInfo': { padding: '0.3rem 0.5rem' },
  '.cm-meaning': { padding: '0.3rem 0.5rem', fontSize: '0.85rem' },
  '.cm-meaning p': { margin: '0' },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--page)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search .cm-button, .cm-panel.cm-search .cm-textfield': {
    border: '1px solid var(--line)',
    color: 'inherit',
    backgroundColor: 'var(--pane)',
    backgroundImage: 'none',
  },
  '.cm-diagnostic': { whiteSpace: 'normal' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warn)',
    textUnderlineOffset: '3px',
  },
});

const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--peer)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--sealed)' },
  { tag: tags.comment, color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--device)' },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.className], color: 'var(--sealed)' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

export const theme = [surfaces, syntaxHighlighting(words)];

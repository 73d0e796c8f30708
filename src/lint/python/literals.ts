/** The text of Python's string and bytes literals. */
import type { SyntaxNode } from '@lezer/common';

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

/** What an expression is, or begins with; undefined when that is no literal. Bytes are characters below 256. */
export function literalText(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string | undefined {
  switch (node.name) {
    case 'String':
      return unquoted(textOf(node));
    case 'ContinuedString':
      return node
        .getChildren('String')
        .map((part) => unquoted(textOf(part)))
        .join('');
    case 'FormatString': {
      const replacement = node.getChild('FormatReplacement');
      const whole = textOf(node);
      return replacement === null
        ? unquoted(whole)
        : opened(whole.slice(0, replacement.from - node.from)).body;
    }
    case 'ParenthesizedExpression':
      return literalText(node.firstChild!.nextSibling!, textOf);
    case 'BinaryExpression':
      return literalText(node.firstChild!, textOf);
    default:
      return undefined;
  }
}

function unquoted(literal: string): string {
  const { body, quote, isRaw } = opened(literal);
  const inner = body.slice(0, body.length - quote.length);
  return isRaw ? inner : inner.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/gs, unescaped);
}

/** Without its prefix and opening quote. */
function opened(literal: string): { body: string; quote: string; isRaw: boolean } {
  const start = literal.search(/["']/);
  const quote =
    literal.slice(start, start + 3) === literal[start]!.repeat(3)
      ? literal[start]!.repeat(3)
      : literal[start]!;
  const isRaw = literal.slice(0, start).toLowerCase().includes('r');
  return { body: literal.slice(start + quote.length), quote, isRaw };
}

function unescaped(whole: string, code: string): string {
  if (code.length > 1 && code.startsWith('x')) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
  return ESCAPES[code] ?? (/["'\\]/.test(code) ? code : whole);
}

/** Whether a literal has the prefix of bytes. */
export function isBytesLiteral(node: SyntaxNode, textOf: (node: SyntaxNode) => string): boolean {
  if (node.name === 'String') return /^r?b/i.test(textOf(node));
  const inner = ['ContinuedString', 'BinaryExpression'].includes(node.name)
    ? node.firstChild
    : node.name === 'ParenthesizedExpression'
      ? node.firstChild!.nextSibling
      : null;
  return inner !== null && isBytesLiteral(inner, textOf);
}

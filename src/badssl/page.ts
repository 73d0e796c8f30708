/** The index as a page: one file, no script, nothing to fetch but what it links. */
import { isDeepStrictEqual } from 'node:util';
import { html, Markup } from '../report/html/markup.ts';
import { type Address, type Listed, urlOf } from './listing.ts';
import { RISKS } from './risks-data.ts';

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--quiet:#6b7280;--bad:#b42318;--good:#157347;--either:#7a5c00}
@media(prefers-color-scheme:dark){:root{--quiet:#9ca3af;--bad:#ff8a7a;--good:#6fd39b;--either:#e0c060}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 4rem;font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .5rem}
h2{font-size:1.1rem;margin:2rem 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:48rem}
code,pre{font:.875rem/1.5 ui-monospace,monospace}
pre{overflow-x:auto;padding:.75rem;border:1px solid var(--line);border-radius:.4rem}
table{border-collapse:collapse;width:100%;margin-top:1rem}
th{text-align:left;font-weight:600;color:var(--quiet)}
th,td{padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line);vertical-align:top}
td small{display:block;color:var(--quiet)}
td a{white-space:nowrap}
.refuse{color:var(--bad)}.accept{color:var(--good)}.either{color:var(--either)}
.refuse,.accept,.either{font-weight:600}
@media(max-width:40rem){thead{display:none}tr{display:block;border-top:1px solid var(--line);padding:.5rem 0}td{display:block;border:0;padding:.1rem 0}}
`;

export function renderIndex(listed: readonly Listed[], address: Address): string {
  const { host, port } = address;
  const index = `http://${host}:${port}`;
  const [good] = listed;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>badssl for devices</title><style>${new Markup(STYLE)}</style></head><body>
<h1>Servers that a client must refuse</h1>
<p>Each line is a server with a port and a name of its own, and one thing wrong with it. Connect with the client that you want to try;
the first one is good, and a client that refuses it tells nothing by refusing the others.</p>
<p>Authorities: <a href="/ca.pem">ca.pem</a> (<a href="/ca.der">DER</a>) for all cases but those with a link of their own. The list as JSON: <a href="/cases.json">cases.json</a>.
They are made for this server alone: give them to nothing but what you test.</p>
<pre>curl -O ${index}/ca.pem
curl --cacert ca.pem ${good === undefined ? '' : urlOf(good, host)}</pre>
<table><thead><tr><th>case</th><th>what is wrong</th><th>a client should</th><th>authorities</th></tr></thead><tbody>
${listed.map((each) => row(each, good, address))}
</tbody></table></body></html>
`.text;
}

function row(listed: Listed, good: Listed | undefined, { host }: Address): Markup {
  const { id, title, kind, expected, name } = listed.case;
  const wanted = { refuse: 'refuse', accept: 'accept', either: 'do as it can' }[expected];
  return html`<tr id="${id}"><td><a href="${urlOf(listed, host)}">${id}</a><small><code>${name}:${listed.port}</code></small></td>
<td>${title}<small>${expected === 'refuse' ? 'Else: ' : ''}${RISKS[kind].means}</small></td>
<td><span class="${expected}">${wanted}</span></td>
<td>${authorities(listed, good)}</td></tr>
`;
}

function authorities({ case: { id, anchors } }: Listed, good: Listed | undefined): Markup {
  if (good !== undefined && isDeepStrictEqual(anchors, good.case.anchors))
    return html`<a href="/ca.pem">ca.pem</a>`;
  return html`<a href="/ca/${id}.pem">its own PEM</a> · <a href="/ca/${id}.der">DER</a>`;
}

/** The picture's looks; the colours are those of the HTML report. */
export const SVG_STYLE = `
svg{--ink:#1d2430;--paper:#fff;--quiet:#5d6878;--line:#d9dee6;--good:#17703a;--bad:#b3261e;--warning:#8a5a00;--sealed:#7a3ea8;--actor:#0b6477}
@media(prefers-color-scheme:dark){svg{--ink:#e4e8ee;--paper:#12161c;--quiet:#98a3b3;--line:#2c3440;--good:#6fd08c;--bad:#ff8a80;--warning:#f0c060;--sealed:#cf9cf5;--actor:#6cd0e4}}
text{font:12px/1 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:var(--ink);white-space:pre}
.paper{fill:var(--paper)}.name{font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}
path{fill:none;stroke:var(--actor);stroke-width:1.5}
.lane{stroke:var(--line)}.thin{stroke:var(--quiet);stroke-dasharray:2 3}path.sealed{stroke:var(--sealed);stroke-width:2.5}
path.bad{stroke:var(--bad)}
path.head{fill:var(--actor);stroke:none}path.head.thin{fill:var(--quiet)}path.head.sealed{fill:var(--sealed)}
.rule{fill:var(--sealed);fill-opacity:.12}
.dot{fill:var(--quiet)}
text.quiet{fill:var(--quiet)}text.actor{fill:var(--actor)}text.sealed{fill:var(--sealed)}
text.good,.dot.good{fill:var(--good)}text.bad,.dot.bad,path.head.bad{fill:var(--bad)}text.warning,.dot.warning{fill:var(--warning)}
`;

/** The report's looks: light and dark, from a telephone's width on, nothing from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--paper:#fff;--quiet:#5d6878;--line:#d9dee6;--panel:#f5f7fa;
--good:#17703a;--bad:#b3261e;--warning:#8a5a00;--sealed:#7a3ea8;--actor:#0b6477}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--paper:#12161c;--quiet:#98a3b3;--line:#2c3440;--panel:#1a2028;
--good:#6fd08c;--bad:#ff8a80;--warning:#f0c060;--sealed:#cf9cf5;--actor:#6cd0e4}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:74rem;padding:1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:.2rem 0}h3{font-size:1rem;margin:1.2rem 0 .4rem}h4{font-size:.95rem;margin:.2rem 0}
small,time,.way{color:var(--quiet)}
section{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;overflow:hidden}
section>details>summary{cursor:pointer;padding:.5rem .75rem;background:var(--panel);display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap}
section>details>summary small{margin-left:auto}
.body{padding:0 .75rem .75rem}.why{max-width:48rem}.diagram>div{overflow:auto}.diagram svg{max-width:none}
.good{color:var(--good)}.bad{color:var(--bad)}.warning{color:var(--warning)}
.failure{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.6rem 0;padding:.6rem;border-left:3px solid var(--bad);background:var(--panel)}
.failure dt{color:var(--quiet)}.failure dd{margin:0;white-space:pre-wrap}
.lanes span{display:inline-block;margin-right:1.2rem}.lanes .device b{color:var(--actor)}
ol.ladder{list-style:none;margin:0;padding:0;border-top:1px solid var(--line)}
ol.ladder>li{display:grid;grid-template-columns:4.6rem minmax(0,1fr);gap:.6rem;padding:.25rem 0;border-bottom:1px solid var(--line)}
ol.ladder time{font-variant-numeric:tabular-nums;font-size:.85rem}
.way{font-size:.85rem;display:block}
.arrow>div{border-left:3px solid var(--line);padding-left:.6rem}
.arrow.in>div{border-left:0;border-right:3px solid var(--line);padding:0 .6rem 0 1.6rem}
.arrow.plain>div{border-color:var(--actor)}.arrow.sealed>div{border-color:var(--sealed)}.arrow.bad>div{border-color:var(--bad)}
.rule{color:var(--sealed)}
.items .plain{color:var(--ink)}.items .quiet{color:var(--quiet)}
ul.items,ul.fields,ul.fields ul{margin:.2rem 0;padding-left:1rem;list-style:none}
ul.sentences{margin:.2rem 0;padding-left:1rem;list-style:none}
details summary{cursor:pointer;color:var(--quiet)}section>details>summary{color:inherit}
code,pre{font:13px/1.45 ui-monospace,monospace}code{color:var(--quiet)}
pre{background:var(--panel);padding:.6rem;border-radius:6px;overflow:auto;white-space:pre-wrap}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.15rem .6rem .15rem 0}
th{font-weight:normal;color:var(--quiet);overflow-wrap:normal}
.figures td:nth-child(2){text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.quiet{color:var(--quiet)}
.chain{border:1px solid var(--line);border-radius:8px;margin:.4rem 0;padding:.4rem .75rem}
.chain>summary{color:var(--ink)}.verdict{display:inline-block;margin-left:.8rem}
.certificate{border-left:3px solid var(--actor);padding-left:.75rem;margin:.6rem 0}
.certificate th{width:11rem;white-space:normal}.certificate td{font-variant-numeric:tabular-nums}
.checks{margin-top:.6rem;table-layout:fixed}.checks th:first-child{width:11rem}.checks td,.checks th{border-top:1px solid var(--line);padding:.3rem .8rem .3rem 0}
.checks .of th{color:var(--ink);font-weight:bold;background:var(--panel);padding-left:.4rem}
.fields li:hover,.items li:hover{background:var(--panel)}
@media(max-width:40rem){.certificate th,.checks th:first-child{width:6.5rem}.certificate tr{display:block}.certificate th,.certificate td{display:block;width:auto;padding:0}
.checks,.checks tbody,.checks tr,.checks th,.checks td{display:block;width:auto!important}.checks thead{display:none}.checks th,.checks td+td{border-top:0}
.checks td::before{color:var(--quiet);font-size:.8rem;display:block}.checks td:nth-child(2)::before{content:"mbedTLS"}.checks td:nth-child(3)::before{content:"RFC 5280"}
.figures tr{display:grid;grid-template-columns:1fr max-content;border-top:1px solid var(--line)}.figures td:nth-child(3){grid-column:1/3;color:var(--quiet)}}
`;

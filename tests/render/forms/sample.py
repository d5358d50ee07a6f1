"""Documents with every element and class of the vocabulary, in English, in Chinese and of hostile words."""

from __future__ import annotations

from html import escape

from protocol_dsl.render.markup import Document, read_markup

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7 * 7 }} {% raw %} | *b* _i_ ~~s~~ a#b [x](javascript:y) "
    "`c` ``` ```` \\ \\| \\n https://x.org www.y.org &lt; &amp; $a$ #eval(1) @cite =SUM(A1) ]]> --> 'q' \"d\" <!-- c"
)
RIGHT_TO_LEFT = "before \u202eevil\u202c after \u0639\u0631\u0628\u064a \u200f(1) end"
LONG_WORD = "w" * 10_000
LONG_TEXT = "long words " * 909

STATEMENT = """\
any of:
  - weight is at least 3 kg
  - all of:
    - FVC is at least 50 % of the predicted value
    - for every night in screening nights:
        time below 90% saturation ≤ 2 %"""

_SAMPLE = """\
<article lang="en" title="Eligibility criteria of TEST-01">
<header class="running"><p>TEST-01, version 1.2</p><p>Eligibility criteria</p></header>
<footer class="running"><p>SHA-256 2d8c26e0</p><p>Page <span class="page"/> of <span class="pages"/></p></footer>
<h1>Eligibility criteria of TEST-01</h1>
<p class="lead">A trial of <b>cells</b> in <i>amyotrophic</i> lateral sclerosis, ≥ 40 kg/m², 5 µg</p>
<div class="stamp"><p><b>DRAFT.</b> Two questions about its criteria are open.</p></div>
<dl><dt>Sponsor</dt><dd>Example Ltd</dd><dt>Version</dt><dd>1.2, of <span class="nowrap">16 March 2026</span></dd></dl>
<nav class="contents"/>
<h2 id="population">Population</h2>
<p>Adults, see <a href="#I1">I1</a> and <a href="#data">the data</a>.<br/>Second line.</p>
<ul><li>one</li><li>two with <code>code</code><ol><li>first</li><li>second</li></ol></li></ul>
<ol><li>alpha</li><li>beta</li></ol>
<h2 id="inclusion">Inclusion criteria</h2>
<p class="quiet">A patient must meet each of these.</p>
<section class="keep">
<h3 id="I1">I1 Weight and lungs</h3>
<p class="part">Source wording</p>
<blockquote><p>Body weight ≥ 3 kg, or lungs</p><p>– that suffice (see 4.1)</p></blockquote>
<p class="part">Rule</p>
<div class="statement" data-statement="I1"><div><span data-lead="">any of:</span><ul><li><span data-lead="  - ">weight is at least 3 kg</span></li><li><span data-lead="  - ">all of:</span><ul><li><span data-lead="    - ">FVC is at least 50 % of the predicted value</span></li><li><span data-lead="    - ">for every night in screening nights:</span><div class="under"><div><span data-lead="        ">time below 90% saturation ≤ 2 %</span></div></div></li></ul></li></ul></div></div>
<p class="note"><b>Interpretation:</b> the weight without clothes.</p>
</section>
<section>
<h3 id="E1">E1 A folded part</h3>
<details><summary>Two reasons</summary><p>The first of the folded reasons.</p><div class="under"><p>Set in.</p></div></details>
</section>
<h4>A small heading</h4>
<p>Result: <span class="pass">passes</span>, <span class="fail">fails</span>, <span class="unknown">open</span>, <span class="not_applicable">does not apply</span>.</p>
<h2 id="data">Data</h2>
<table class="grid" data-widths="40 30 30">
<caption>Measured values</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Unit</th><th scope="col">Value</th></tr></thead>
<tbody>
<tr><th scope="row">Weight</th><td>kg</td><td class="num">61.4</td></tr>
<tr><th scope="row">Height | length</th><td>m<br/>or cm</td><td class="num">1.72</td></tr>
<tr><th scope="row">Both</th><td colspan="2">two columns wide</td></tr>
</tbody>
</table>
<table class="plain" data-widths="20 80"><tbody><tr><td>Left</td><td><p>One.</p><p>Two.</p></td></tr><tr><td>List</td><td><ul><li>x</li><li>y</li></ul></td></tr></tbody></table>
<div class="pagebreak"/>
<h2 id="form" class="unlisted">A form to fill in</h2>
<div class="row">
<p>Date: <span class="blank" data-size="date"/> Weight: <span class="blank" data-size="short"/> kg</p>
<p>Name: <span class="blank" data-size="long"/></p>
<p>Remarks: <span class="blank" data-size="line"/></p>
<p>Met: <span class="nowrap"><span class="box"/> yes</span> <span class="nowrap"><span class="box ticked"/> no</span></p>
<p>Recorded: <span class="given">61.4 kg</span>, <span class="quiet">read from</span> <span class="mono">2d8c26e0</span></p>
</div>
</article>
"""

_CHINESE = """\
<article lang="zh" title="TEST-01 入选标准">
<header class="running"><p>TEST-01，版本 1.2</p><p>入选标准</p></header>
<footer class="running"><p>SHA-256 2d8c26e0</p><p>第 <span class="page"/> 页，共 <span class="pages"/> 页</p></footer>
<h1>TEST-01 入选标准</h1>
<p class="lead">细胞治疗肌萎缩侧索硬化的临床试验</p>
<div class="stamp"><p><b>草案。</b>尚有两个问题未解决。</p></div>
<nav class="contents"/>
<h2 id="inclusion">入选标准</h2>
<section class="keep"><h3 id="I1">I1 体重</h3>
<blockquote><p>体重不低于 40 kg，体重指数 ≤ 30 kg/m²。</p></blockquote>
<div class="statement" data-statement="I1"><div><span data-lead="">体重不低于 40 kg</span></div></div>
<p class="note"><b>解释：</b>不含衣物的体重。</p></section>
<h2 id="data">数据</h2>
<table class="grid"><caption>数据项</caption><thead><tr><th scope="col">项目</th><th scope="col">单位</th></tr></thead><tbody><tr><td>体重</td><td>kg</td></tr></tbody></table>
<div class="row"><p>日期：<span class="blank" data-size="date"/> <span class="nowrap"><span class="box"/> 是</span> <span class="nowrap"><span class="box ticked"/> 否</span></p></div>
<details><summary>原因</summary><p>折叠的内容。</p></details>
</article>
"""


def sample_document() -> Document:
    """Every element and class of the vocabulary."""
    return read_markup(_SAMPLE, "sample")


def chinese_document() -> Document:
    """A document in Simplified Chinese."""
    return read_markup(_CHINESE, "chinese")


def hostile_document() -> Document:
    """Words that are markup in some form, marks that turn the direction, and very long words, in every place."""
    texts = {"H": HOSTILE, "R": RIGHT_TO_LEFT, "W": LONG_WORD, "L": LONG_TEXT}
    h, r, w, long = (escape(text) for text in texts.values())
    return read_markup(
        f"""\
<article lang="en" title="{h} {r}">
<header class="running"><p>{h}</p><p>{r}</p></header>
<footer class="running"><p>{w}</p><p>{h} <span class="page"/> of <span class="pages"/></p></footer>
<h1>{h} {r} {w}</h1>
<nav class="contents"/>
<h2 id="one">{h}</h2>
<p class="lead">{h}</p>
<p>- no list</p>
<p>1. no list</p>
<p># no heading</p>
<p>--- | ---</p>
<p>===</p>
<p>&gt; no quotation</p>
<p>:::</p>
<p>    no code</p>
<h3 id="two">{r}</h3>
<p>{r}</p>
<p>{w}</p>
<p>{long}</p>
<blockquote><p>{h}</p><p>- no list</p><p>{w}</p></blockquote>
<ul><li>{h}</li><li>- {r}</li></ul>
<p><b>{h}</b><i>{h}</i><code>{h}</code><span class="mono">{h}</span><span class="given">{r}</span></p>
<div class="statement" data-statement="{h}"><div><span data-lead="">{h}</span><ul><li><span data-lead="  - ">{h}</span></li></ul></div></div>
<table class="grid"><caption>{h}</caption><thead><tr><th scope="col">{h}</th><th scope="col">{r}</th></tr></thead>
<tbody><tr><td>{h}</td><td>{r}</td></tr><tr><td>{w}</td><td>\\</td></tr><tr><td>{h}<br/>{h}</td><td>{long}</td></tr></tbody></table>
<details><summary>{h}</summary><p>{r}</p></details>
</article>
""",
        "hostile",
    )

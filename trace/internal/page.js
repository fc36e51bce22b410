"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const labels = data.labels;
  const end = Math.max(data.end, 1);
  // The part of time that is shown, in nanoseconds.
  const view = { from: 0, to: end };
  const pictures = [];
  const colours = 8;

  // ---- numbers for people

  function bytes(n) {
    const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (n >= 1024 && unit < 4) { n /= 1024; ++unit; }
    const digits = unit === 0 || n >= 100 ? 0 : n >= 10 ? 1 : 2;
    return unit === 0 && n === 1 ? "1 byte" : n.toFixed(digits) + " " + units[unit];
  }
  function time(ns, step) {
    const [unit, size] = ns >= 1e9 || step >= 1e9 ? ["s", 1e9] : ns >= 1e6 || step >= 1e6 ?
      ["ms", 1e6] : ns >= 1e3 ? ["µs", 1e3] : ["ns", 1];
    const digits = Math.max(0, Math.min(3, Math.ceil(Math.log10(size / (step || ns / 100 || 1)))));
    return (ns / size).toFixed(size === 1 ? 0 : digits) + " " + unit;
  }
  const count = (n) => n.toLocaleString("en");
  const plural = (n, word) => count(n) + " " + word + (n === 1 ? "" : "s");

  // ---- elements

  function make(name, parent, text, attributes) {
    const element = document.createElement(name);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const key in attributes || {}) element.setAttribute(key, attributes[key]);
    if (parent) parent.appendChild(element);
    return element;
  }
  const page = document.getElementById("page");
  const tip = make("div", document.body, null, { id: "tip", role: "status", "aria-live": "polite" });

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  // ---- where addresses are drawn: stretches in use, without the gaps between them

  function layout(ranges) {
    ranges.sort((x, y) => x[0] - y[0]);
    const stretches = [];
    for (const [from, to] of ranges) {
      const last = stretches[stretches.length - 1];
      if (last && from - last.to <= 256) last.to = Math.max(last.to, to);
      else stretches.push({ from, to });
    }
    const used = stretches.reduce((sum, s) => sum + s.to - s.from, 0);
    const gap = stretches.length > 40 ? 0 : used / 100;
    let at = 0;
    for (const s of stretches) { s.at = at; at += s.to - s.from + gap; }
    return { stretches, size: Math.max(at - gap, 1) };
  }
  function place(map, address) {
    let low = 0, high = map.stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (map.stretches[middle].from <= address) low = middle; else high = middle - 1;
    }
    return map.stretches[low].at + address - map.stretches[low].from;
  }

  const asBlock = (b) => ({ address: b[0], size: b[1], from: b[2], to: b[3], site: b[4],
    endSite: b[5], end: b[6], thread: b[7] });
  const grounds = data.lanes.filter((l) => l.pages).flatMap((l) => l.blocks.map(asBlock))
    .sort((x, y) => x.address - y.address);

  // The pages that blocks of this lane stand on.
  function pagesUnder(blocks) {
    const found = new Set();
    for (const block of blocks) {
      let low = 0, high = grounds.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (grounds[middle].address <= block.address) low = middle + 1; else high = middle;
      }
      // Pages of other times may have begun at the same address.
      for (let i = low - 1, looked = 0; i >= 0 && looked < 64; --i, ++looked) {
        const p = grounds[i];
        if (block.address + block.size <= p.address + p.size && p.from <= block.from &&
            block.from <= p.to) { found.add(p); break; }
      }
    }
    return [...found];
  }

  // ---- one lane

  const kRow = 9, kCurve = 58, kMap = 170, kAxis = 20, kTop = 6, kGap = 8;

  function picture(lane, section) {
    const blocks = lane.blocks.map(asBlock);
    const pages = lane.pages ? [] : pagesUnder(blocks);
    const rows = Math.min(8, lane.scopes.reduce((most, s) => Math.max(most, s[2]), 0));
    const map = layout(blocks.concat(pages).map((b) => [b.address, b.address + b.size]));
    // A colour for each of the sites that asked for most.
    const rank = new Map();
    lane.sites.slice(0, colours).forEach((s, i) => rank.set(s.site, i));
    const hue = labels.map((label) => rank.has(label) ? "c" + rank.get(label) : "other");

    const canvas = make("canvas", section, null, { tabindex: "0", role: "img",
      "aria-label": lane.name + ": memory over time. Arrow keys go from block to block, plus " +
        "and minus zoom, 0 shows all." });
    const p = { lane, canvas, shapes: [], chosen: null, cursor: null };
    const height = kTop + (rows ? rows * kRow + kGap : 0) + kMap + kGap + kCurve + kAxis;
    canvas.style.height = height + "px";

    p.draw = function () {
      const width = canvas.clientWidth, scale = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      const g = canvas.getContext("2d");
      g.setTransform(scale, 0, 0, scale, 0, 0);
      g.clearRect(0, 0, width, height);
      const names = ["page", "page-edge", "curve", "curve-fill", "bracket", "bad", "other", "soft",
        "line", "ink"];
      for (let i = 0; i < colours; ++i) names.push("c" + i);
      const c = Object.fromEntries(names.map((n) => [n, colour(n)]));
      const x = (t) => (t - view.from) / (view.to - view.from) * width;
      const seen = (from, to) => to >= view.from && from <= view.to;
      p.shapes = [];
      let top = kTop;

      // Scopes.
      g.lineWidth = 1;
      for (const s of lane.scopes) {
        if (!seen(s[0], s[1]) || s[2] > rows) continue;
        const x0 = Math.max(x(s[0]), -2), x1 = Math.min(x(s[1]), width + 2);
        const y = top + (s[2] - 1) * kRow + 1.5;
        g.strokeStyle = c.bracket;
        g.beginPath();
        g.moveTo(x0 + .5, y + 5); g.lineTo(x0 + .5, y); g.lineTo(Math.max(x1 - .5, x0 + 1), y);
        if (!s[5]) g.lineTo(Math.max(x1 - .5, x0 + 1), y + 5);
        g.stroke();
        p.shapes.push({ scope: s, x: x0, y: y - 2, w: Math.max(x1 - x0, 1), h: kRow });
      }
      if (rows) top += rows * kRow + kGap;

      // Pages, and blocks on them.
      const y = (a) => top + place(map, a) / map.size * kMap;
      const rect = (b, least) => {
        const x0 = Math.max(x(b.from), -1), x1 = Math.min(x(b.to), width + 1);
        const y0 = y(b.address), h = b.size / map.size * kMap;
        return { block: b, x: x0, y: y0, w: Math.max(x1 - x0, least), h: Math.max(h, least) };
      };
      for (const b of pages) {
        if (!seen(b.from, b.to)) continue;
        const r = rect(b, 1);
        g.fillStyle = c.page;
        g.fillRect(r.x, r.y, r.w, r.h);
        if (r.h > 5) {
          g.strokeStyle = c["page-edge"];
          g.strokeRect(r.x + .5, r.y + .5, Math.max(r.w - 1, .5), r.h - 1);
        }
        r.isPage = true;
        p.shapes.push(r);
      }
      for (const b of blocks) {
        if (!seen(b.from, b.to)) continue;
        const r = rect(b, .7);
        g.fillStyle = c[hue[b.site]];
        // Edges where there is room for them.
        const inset = r.h > 3 ? .6 : 0;
        g.fillRect(r.x, r.y, r.w > 3 ? r.w - inset : r.w, r.h - inset);
        p.shapes.push(r);
      }
      if (p.chosen) {
        const r = rect(p.chosen, 2);
        g.strokeStyle = c.ink;
        g.lineWidth = 2;
        g.strokeRect(r.x, r.y, r.w, r.h);
        g.lineWidth = 1;
      }
      p.mapTop = top;
      top += kMap + kGap;

      // Bytes.
      const peak = Math.max(lane.totals.peak_bytes, 1), series = lane.series;
      const up = (v) => top + kCurve - v / peak * (kCurve - 12);
      g.strokeStyle = c.line;
      g.beginPath(); g.moveTo(0, top + kCurve + .5); g.lineTo(width, top + kCurve + .5); g.stroke();
      g.beginPath();
      g.moveTo(x(0), up(0));
      for (let i = 0; i < series.length; i += 2) {
        g.lineTo(x(series[i]), up(i ? series[i - 1] : 0));
        g.lineTo(x(series[i]), up(series[i + 1]));
      }
      g.lineTo(x(end), up(series.length ? series[series.length - 1] : 0));
      g.strokeStyle = c.curve;
      g.lineWidth = 1.4;
      g.stroke();
      g.lineTo(x(end), up(0));
      g.fillStyle = c["curve-fill"];
      g.fill();
      g.lineWidth = 1;
      g.font = "11px system-ui, sans-serif";
      g.fillStyle = c.soft;
      g.fillText("peak " + bytes(lane.totals.peak_bytes), 2, top + 8);
      p.curveTop = top;

      // Failures, all the way down.
      for (const f of lane.failures) {
        if (!seen(f[0], f[0])) continue;
        g.fillStyle = c.bad;
        g.fillRect(x(f[0]) - .5, p.mapTop, 1.5, kMap + kGap + kCurve);
        p.shapes.push({ failure: f, x: x(f[0]) - 3, y: p.mapTop, w: 6, h: kMap });
      }

      // Time.
      const wish = (view.to - view.from) / Math.max(2, width / 110);
      const power = Math.pow(10, Math.floor(Math.log10(wish)));
      const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wish);
      g.fillStyle = c.soft;
      for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
        g.fillRect(x(t), top + kCurve, 1, 4);
        const text = time(t, step), room = g.measureText(text).width;
        if (x(t) + room + 2 < width) g.fillText(text, x(t) + 2, top + kCurve + 14);
      }
      if (p.cursor !== null) {
        g.fillStyle = c.soft;
        g.fillRect(p.cursor, kTop, 1, height - kAxis - kTop);
      }
      canvas.dataset.shapes = p.shapes.length;
    };

    // What is under a point: the smallest of all that are.
    p.at = function (px, py) {
      let best = null, least = Infinity;
      for (const s of p.shapes) {
        const slack = Math.max(0, 3 - Math.min(s.w, s.h)) / 2;
        if (px < s.x - slack || px > s.x + s.w + slack) continue;
        if (py < s.y - slack || py > s.y + s.h + slack) continue;
        const area = s.w * s.h + (s.isPage ? 1e9 : 0);
        if (area <= least) { best = s; least = area; }
      }
      return best;
    };
    p.timeAt = (px) => view.from + px / canvas.clientWidth * (view.to - view.from);
    p.bytesAt = function (t) {
      let value = 0;
      for (let i = 0; i < lane.series.length && lane.series[i] <= t; i += 2) {
        value = lane.series[i + 1];
      }
      return value;
    };
    p.blocks = blocks;
    pictures.push(p);
    return p;
  }

  // ---- what is said of a thing

  function sayBlock(b, isPage) {
    const how = b.end === 0 ? "still live at the end" :
      data.ends[b.end] + " after " + time(b.to - b.from) +
      (b.endSite ? ", " + labels[b.endSite] : "");
    return [(isPage ? "page of " : "") + bytes(b.size) + " (" + count(b.size) + ")", labels[b.site],
      "from " + time(b.from, 1000) + ", " + how,
      "thread " + b.thread + ", address 0x" + b.address.toString(16)];
  }
  function say(p, shape, t) {
    if (shape && shape.block) return sayBlock(shape.block, shape.isPage || p.lane.pages);
    if (shape && shape.scope) {
      const s = shape.scope;
      return ["scope, depth " + s[2], labels[s[3]],
        "from " + time(s[0], 1000) + (s[5] ? ", still open" : " for " + time(s[1] - s[0])),
        "thread " + s[4]];
    }
    if (shape && shape.failure) {
      const f = shape.failure;
      return [f[1] ? "failed: no memory for " + bytes(f[1]) : "failed: no memory for a scope",
        labels[f[2]], "at " + time(f[0], 1000), "thread " + f[3]];
    }
    return [bytes(p.bytesAt(t)) + " live", "at " + time(t, 1000)];
  }
  function showTip(lines, x, y) {
    tip.textContent = "";
    lines.forEach((line, i) => make(i === 0 ? "b" : "div", tip, line, i > 1 ? { class: "soft" } : {}));
    const room = tip.getBoundingClientRect();
    const left = x + 16 + room.width > innerWidth ? x - 16 - room.width : x + 16;
    const top = y + 16 + room.height > innerHeight ? y - 16 - room.height : y + 16;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = Math.max(8, top) + "px";
    tip.style.visibility = "visible";
  }
  function hideTip() { tip.style.visibility = "hidden"; }

  // ---- zooming and going about

  function drawAll() { for (const p of pictures) p.draw(); }
  let isDue = false;
  function drawSoon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => { isDue = false; drawAll(); });
  }
  function setView(from, to) {
    const length = Math.min(end, Math.max(to - from, Math.min(end, 100)));
    view.from = Math.max(0, Math.min(from, end - length));
    view.to = view.from + length;
    drawSoon();
  }
  function zoom(factor, around) {
    const at = around === undefined ? (view.from + view.to) / 2 : around;
    setView(at - (at - view.from) * factor, at + (view.to - at) * factor);
  }
  function choose(p, block) {
    p.chosen = block;
    const middle = (block.from + Math.min(block.to, view.to)) / 2;
    if (block.to < view.from || block.from > view.to) {
      const length = view.to - view.from;
      setView(middle - length / 2, middle + length / 2);
    }
    p.draw();
    const r = p.shapes.find((s) => s.block === block);
    const box = p.canvas.getBoundingClientRect();
    showTip(sayBlock(block, p.lane.pages), box.left + (r ? Math.min(r.x + r.w, box.width) : 0),
      box.top + (r ? r.y + r.h : 0));
  }

  function listen(p) {
    const canvas = p.canvas;
    let drag = null;
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const look = (event) => {
      const [px, py] = point(event);
      const shape = p.at(px, py);
      p.cursor = px;
      p.chosen = shape && shape.block ? shape.block : null;
      p.draw();
      showTip(say(p, shape, p.timeAt(px)), event.clientX, event.clientY);
    };
    canvas.addEventListener("pointerdown", (event) => {
      drag = { x: event.clientX, from: view.from, to: view.to };
      look(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (drag && event.buttons && view.to - view.from < end) {
        const shift = (event.clientX - drag.x) / canvas.clientWidth * (drag.to - drag.from);
        setView(drag.from - shift, drag.to - shift);
        hideTip();
      } else {
        look(event);
      }
    });
    const release = () => { drag = null; };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", (event) => {
      drag = null;
      if (event.pointerType !== "touch") { p.cursor = null; p.chosen = null; hideTip(); drawSoon(); }
    });
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      zoom(event.deltaY + event.deltaX > 0 ? 1.25 : .8, p.timeAt(point(event)[0]));
    }, { passive: false });
    canvas.addEventListener("blur", hideTip);
    canvas.addEventListener("keydown", (event) => {
      const blocks = p.blocks, at = p.chosen ? blocks.indexOf(p.chosen) : -1;
      if (event.key === "ArrowRight" && blocks.length) {
        choose(p, blocks[Math.min(at + 1, blocks.length - 1)]);
      } else if (event.key === "ArrowLeft" && blocks.length) {
        choose(p, blocks[Math.max(at - 1, 0)]);
      } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && at >= 0) {
        // The next one by address that is live when this one begins.
        const sign = event.key === "ArrowDown" ? 1 : -1, from = p.chosen.from;
        let best = null;
        for (const b of blocks) {
          const distance = (b.address - p.chosen.address) * sign;
          if (distance <= 0 || b.from > from || b.to < from) continue;
          if (!best || distance < (best.address - p.chosen.address) * sign) best = b;
        }
        if (best) choose(p, best);
      } else if (event.key === "+" || event.key === "=") {
        zoom(.5, p.chosen ? p.chosen.from : undefined);
      } else if (event.key === "-") {
        zoom(2);
      } else if (event.key === "0") {
        setView(0, end);
      } else if (event.key === "Escape") {
        p.chosen = null; hideTip(); p.draw();
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  // ---- the page

  function facts(lane) {
    const t = lane.totals;
    const parts = ["peak " + bytes(t.peak_bytes) + " in at most " +
      plural(t.peak_blocks, lane.pages ? "page" : "block"), plural(t.allocations, "allocation")];
    if (t.reallocations) {
      parts.push(plural(t.reallocations, "resize") + " (" + count(t.moves) + " moved)");
    }
    parts.push(plural(t.frees, "free"));
    if (t.scopes) parts.push(plural(t.scopes, "scope") + ", " + count(t.max_depth) + " deep");
    if (t.failures) parts.push(plural(t.failures, "failure"));
    parts.push(bytes(t.live_bytes) + " live at the end");
    return parts.join(" · ");
  }
  function honesty(lane) {
    const parts = [];
    if (lane.blocks.length < lane.blocks_total) {
      parts.push("drawn are the " + count(lane.blocks.length) + " of " + count(lane.blocks_total) +
        " blocks with the most bytes × time");
    }
    if (lane.scopes.length < lane.scopes_total) {
      parts.push("the " + count(lane.scopes.length) + " longest of " + count(lane.scopes_total) +
        " scopes");
    }
    if (lane.failures.length < lane.totals.failures) {
      parts.push("marked are the first " + count(lane.failures.length) + " of " +
        count(lane.totals.failures) + " failures");
    }
    if (lane.changes_per_sample > 1) {
      parts.push("the curve has the highest of every " + count(lane.changes_per_sample) +
        " changes");
    }
    if (!lane.totals.live_is_exact) {
      parts.push("live and peak figures are too small: the table of live blocks got no memory");
    }
    return parts.length ? "Not everything is shown: " + parts.join("; ") + ". Totals count all." : "";
  }
  function table(parent, heads, rows) {
    const t = make("table", make("div", parent, null, { class: "scroll" }));
    const head = make("tr", make("thead", t));
    heads.forEach((h) => make("th", head, h, { scope: "col" }));
    const body = make("tbody", t);
    for (const row of rows) {
      const line = make("tr", body);
      for (const cell of row) {
        const isText = typeof cell !== "object";
        const td = make("td", line, isText ? cell : cell.text, isText ? {} : { class: cell.class });
        if (!isText && cell.class === "fill") {
          make("i", td).style.width = Math.max(cell.part * 100, cell.part > 0 ? 1 : 0) + "%";
        }
      }
    }
  }
  function laneSection(lane) {
    const section = make("section", page);
    make("h2", section, lane.name);
    make("p", section, facts(lane), { class: "soft" });
    const p = picture(lane, section);
    const legend = make("ul", section, null, { class: "legend" });
    lane.sites.slice(0, colours).forEach((s, i) => {
      const item = make("li", legend);
      make("i", item).style.background = "var(--c" + i + ")";
      item.appendChild(document.createTextNode(s.site));
    });
    if (lane.sites_total > colours) {
      const item = make("li", legend);
      make("i", item).style.background = "var(--other)";
      item.appendChild(document.createTextNode(plural(lane.sites_total - colours, "other site")));
    }
    const words = honesty(lane);
    if (words) make("p", section, words, { class: "note" });
    const more = make("details", section);
    make("summary", more, "Sites and sizes of " + lane.name);
    make("h3", more, lane.sites_total > lane.sites.length ?
      "The " + lane.sites.length + " of " + count(lane.sites_total) +
      " sites that asked for the most bytes" : "Sites, by bytes asked for");
    table(more, ["site", "bytes", "blocks", "peak", "failures"], lane.sites.map((s) =>
      [{ text: s.site, class: "site" }, bytes(s.bytes), count(s.allocations), bytes(s.peak_bytes),
        count(s.failures)]));
    make("h3", more, "Sizes of blocks");
    const most = Math.max(1, ...lane.sizes);
    const first = lane.sizes.findIndex((n) => n > 0);
    table(more, ["size", "", "blocks"], lane.sizes.slice(Math.max(first, 0)).map((n, i) => {
      const low = Math.pow(2, i + Math.max(first, 0));
      return [low === 1 ? "1 byte" : bytes(low) + " to " + bytes(low * 2 - 1),
        { class: "fill", part: n / most }, count(n)];
    }));
    listen(p);
  }

  document.title = data.title;
  make("h1", page, data.title);
  make("p", page, time(data.end) + ", " + plural(data.events, "event") + ", " +
    plural(data.lanes_total, "allocator") + ". Time runs to the right. From the top: brackets " +
    "are scopes; areas are blocks at their addresses, coloured by the site that asked for " +
    "them, on the pages they lie in; the curve is bytes in use.", { class: "soft" });
  if (data.lanes.length < data.lanes_total) {
    make("p", page, "Not everything is shown: of the allocators the " + count(data.lanes.length) +
      " that were asked for the most bytes.", { class: "note" });
  }
  if (data.lost) {
    make("p", page, "The trace reached its limit, or was out of memory: the picture ends early, " +
      "or lacks blocks. " + plural(data.lost, "event") + " are in the totals only.",
      { class: "note" });
  }
  if (data.unwrapped) {
    make("p", page, plural(data.unwrapped, "allocator") +
      " could not be traced: no memory, or too many.", { class: "note" });
  }
  const bar = make("div", page, null, { class: "bar" });
  const buttons = [["+", "zoom in", () => zoom(.5)], ["−", "zoom out", () => zoom(2)],
    ["◀", "earlier", () => shift(-.5)], ["▶", "later", () => shift(.5)],
    ["all", "show all of the time", () => setView(0, end)]];
  function shift(part) {
    const by = (view.to - view.from) * part;
    setView(view.from + by, view.to + by);
  }
  for (const [text, title, act] of buttons) {
    make("button", bar, text, { type: "button", title, "aria-label": title })
      .addEventListener("click", act);
  }
  make("span", bar, "hover or tap for the site; drag to move; Ctrl and wheel to zoom",
    { class: "soft" });
  for (const lane of data.lanes) laneSection(lane);
  const totals = make("section", page);
  make("h2", totals, "Totals");
  table(totals, ["allocator", "allocations", "resizes", "frees", "by scope", "failures", "asked for",
    "peak", "live"], data.lanes.map((l) => [l.name, count(l.totals.allocations),
    count(l.totals.reallocations), count(l.totals.frees), count(l.totals.ended_by_scope),
    count(l.totals.failures), bytes(l.totals.bytes_requested), bytes(l.totals.peak_bytes),
    bytes(l.totals.live_bytes)]));

  drawAll();
  addEventListener("resize", drawSoon);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawSoon);

  // ---- #selftest: what a reader would do, done by the page; the result is in the DOM

  function selfTest() {
    const wrong = [];
    const check = (ok, what) => { if (!ok) wrong.push(what); };
    for (const p of pictures) {
      const name = p.lane.name;
      const pixels = p.canvas.getContext("2d")
        .getImageData(0, 0, p.canvas.width, p.canvas.height).data;
      const found = new Set();
      for (let i = 0; i < pixels.length; i += 4) {
        if (pixels[i + 3]) found.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
      }
      check(!p.blocks.length || found.size > 3, name + ": the picture is empty");
      const drawn = p.shapes.filter((s) => s.block && !s.isPage)
        .sort((x, y) => y.w * y.h - x.w * x.h);
      check(drawn.length || p.lane.pages || !p.blocks.length, name + ": no block is drawn");
      // A place where the pointer is on a block: a failure may have come in the middle of one.
      const spot = drawn.flatMap((s) => [.5, .3, .7, .1, .9].map((part) =>
        ({ x: s.x + s.w * part, y: s.y + s.h / 2 }))).find((at) => (p.at(at.x, at.y) || {}).block);
      check(spot || !drawn.length, name + ": the pointer finds no block");
      if (spot) {
        const box = p.canvas.getBoundingClientRect();
        p.canvas.dispatchEvent(new PointerEvent("pointermove", { bubbles: true,
          clientX: box.left + spot.x, clientY: box.top + spot.y }));
        check(tip.style.visibility === "visible", name + ": hovering shows nothing");
        check(p.chosen && tip.textContent.includes(labels[p.chosen.site]) &&
          tip.textContent.includes(count(p.chosen.size)), name + ": hovering shows no site");
        p.canvas.dispatchEvent(new PointerEvent("pointerleave", { bubbles: true }));
        check(tip.style.visibility === "hidden", name + ": the site stays");
        const press = (key) => p.canvas.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        press("ArrowRight");
        check(p.chosen === p.blocks[0] && tip.textContent.includes(labels[p.chosen.site]),
          name + ": the arrow key shows no site");
        press("+");
        check(end <= 200 || view.to - view.from < end, name + ": the plus key does not zoom");
        press("0");
        check(view.from === 0 && view.to === end, name + ": 0 does not show all");
        press("Escape");
      }
      const scope = p.shapes.find((s) => s.scope);
      if (scope) {
        check(say(p, scope, 0)[1] === labels[scope.scope[3]], name + ": a scope has no site");
      }
    }
    document.documentElement.dataset.selftest = wrong.length ? "failed: " + wrong.join("; ") :
      "passed";
  }
  if (location.hash === "#selftest") selfTest();
})();

// The link chart of the page. Reads the data and texts that stand beside it, draws with Cytoscape.js, and writes into the
// page by text alone: nothing of a record is ever markup, style or code. Nothing is asked for from outside.
(function () {
  "use strict";
  const by = (id) => document.getElementById(id);
  const section = by("chart"), tool = by("chart-tool"), canvas = by("chart-canvas"), details = by("chart-details");
  if (!section || !tool || typeof cytoscape !== "function") return;
  let data, words;
  try {
    data = JSON.parse(by("chart-data").textContent);
    words = JSON.parse(by("chart-words").textContent);
  } catch (_) {
    return;
  }

  // ---- the data ------------------------------------------------------------------------------------------------
  const SEPARATOR = "u";
  // Whole numbers of the smallest unit: exact, whatever their size.
  const whole = (parted) => { const text = parted.replaceAll("t", ""), n = Number(text); return Number.isSafeInteger(n) ? n : BigInt(text); };
  const add = (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    return BigInt(a) + BigInt(b);
  };
  const list = (text) => (text ? text.split(SEPARATOR).map(Number) : []);
  const PERIODS = Number(data.periods), START = Number(data.start);
  const nodes = data.nodes.map((node, at) => ({
    at, label: node.label, kind: node.kind, holder: node.holder || "", all: Number(node.ties), found: !!node.found,
    traced: !!node.traced, guarded: !!node.guarded, findings: list(node.findings), more: Number(node.more || 0), ties: [],
  }));
  const ties = data.ties.map((text, at) => {
    const part = text.split(SEPARATOR);
    const tie = { at, from: Number(part[0]), to: Number(part[1]), told: part.length > 2, currency: -1, sums: [], n: 0, amount: 0 };
    if (tie.told) {
      tie.currency = Number(part[2]);
      tie.transfers = Number(part[3]);
      tie.total = whole(part[4]);
      tie.first = part[5];
      tie.last = part[6];
      for (let at = 7; at + 2 < part.length; at += 3) {
        tie.sums.push([part[at] === "" ? -1 : Number(part[at]), Number(part[at + 1]), whole(part[at + 2])]);
      }
    }
    nodes[tie.from].ties.push(tie);
    nodes[tie.to].ties.push(tie);
    return tie;
  });
  const rows = new Map(list(data.rows).map((tie, at) => [tie, "tie-" + (at + 1)]));
  const other = (tie, node) => (tie.from === node ? tie.to : tie.from);

  // ---- texts ---------------------------------------------------------------------------------------------------
  const say = (name, values) => words[name].replace(/\{(\w+)\}/g, (all, key) =>
    (values && Object.hasOwn(values, key) ? String(values[key]) : all));
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
  const money = (amount, currency) => {
    const { code, digits } = data.currencies[currency];
    let text = String(amount), sign = "";
    if (text.startsWith("-")) { sign = "\u2212"; text = text.slice(1); }
    text = text.padStart(digits + 1, "0");
    const cut = text.length - digits;
    const shown = sign + grouped(text.slice(0, cut)) + (digits ? "." + text.slice(cut) : "");
    return code ? shown + "\u00a0" + code : shown + " (" + say("no_currency") + ")";
  };
  const day = (number) => (number === "" ? "" : new Date(Number(number) * 86400000).toISOString().slice(0, 10));
  const period = (at) => {
    if (at < 0) return say("undated");
    const month = START + at * data.unit, year = String(Math.floor(month / 12)).padStart(4, "0");
    if (data.unit === 12) return year;
    if (data.unit === 3) return say("quarter", { year, n: Math.floor((month % 12) / 3) + 1 });
    return year + "-" + String((month % 12) + 1).padStart(2, "0");
  };
  const isFull = () => filter.from === 0 && filter.to === PERIODS - 1;
  const tieText = (tie) => {
    const values = { payer: nodes[tie.from].label, payee: nodes[tie.to].label };
    if (!tie.told) return say("tie_withheld", values);
    return say("tie_label", { ...values, amount: money(tie.amount, tie.currency) });
  };

  // ---- filters -------------------------------------------------------------------------------------------------
  const filter = { from: 0, to: PERIODS - 1, least: null, most: null, currency: -1 };
  const isFiltered = () => !isFull() || filter.least !== null || filter.most !== null || filter.currency >= 0;
  const unitOf = data.currencies.map((currency) => 10 ** currency.digits);
  // Sums a tie over the chosen time, and says whether it is shown. What is withheld has neither time nor amount.
  const weigh = (tie) => {
    if (!tie.told) return (tie.isOn = true);
    if (isFull()) {
      tie.n = tie.transfers;
      tie.amount = tie.total;
    } else {
      let n = 0, amount = 0;
      for (const [at, transfers, sum] of tie.sums) {
        if (at >= filter.from && at <= filter.to) { n += transfers; amount = add(amount, sum); }
      }
      tie.n = n;
      tie.amount = amount;
    }
    const unit = unitOf[tie.currency];
    tie.isOn = tie.n > 0 && (filter.currency < 0 || filter.currency === tie.currency)
      && (filter.least === null || tie.amount >= filter.least * unit)
      && (filter.most === null || tie.amount <= filter.most * unit);
    return tie.isOn;
  };
  ties.forEach(weigh);

  // ---- what is on the chart ------------------------------------------------------------------------------------
  const FIRST = 24, STEP = 25, ARRANGED = 220, LARGE = 1200;
  const shown = new Set(), pinned = new Set(), seeds = new Set(), brought = new Map();
  const linked = (node) => {
    const found = new Set();
    for (const tie of nodes[node].ties) if (tie.isOn) found.add(other(tie, node));
    return [...found].sort((a, b) => a - b);
  };
  const firstView = () => {
    const first = new Set();
    for (const node of nodes) {
      if (first.size < FIRST - 1 && node.found) first.add(node.at);
    }
    if (first.size === 0) {
      for (const tie of rows.keys()) {
        if (first.size < 12) { first.add(ties[tie].from); first.add(ties[tie].to); }
      }
    }
    // Neighbours by turns, so that each account stands among some of what it is tied to.
    const from = [...first];
    for (let turn = 0; first.size < FIRST && turn < 8; turn++) {
      for (const node of from) {
        const next = linked(node).find((near) => !first.has(near));
        if (next !== undefined && first.size < FIRST) first.add(next);
      }
    }
    const gathered = nodes.find((node) => node.kind === "gathered");
    if (gathered && linked(gathered.at).some((near) => first.has(near))) first.add(gathered.at);
    return first;
  };

  // ---- drawing -------------------------------------------------------------------------------------------------
  const forced = matchMedia("(forced-colors: active)"), dark = matchMedia("(prefers-color-scheme: dark)");
  const system = (name) => {
    const probe = document.createElement("span");
    probe.style.color = name;
    tool.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  const colours = () => {
    if (forced.matches) {
      return { paper: system("Canvas"), ink: system("CanvasText"), quiet: system("CanvasText"), accent: system("LinkText"),
        out: system("Highlight"), in: system("CanvasText"), guard: system("Highlight") };
    }
    const style = getComputedStyle(document.documentElement);
    const of = (name, otherwise) => style.getPropertyValue("--" + name).trim() || otherwise;
    return { paper: of("paper", "#ffffff"), ink: of("ink", "#1b2430"), quiet: of("quiet", "#55606e"), accent: of("accent", "#0d5263"),
      out: of("out", "#b0703a"), in: of("in", "#2b7a8f"), guard: of("guard", "#5b3f86") };
  };
  const FONT = "system-ui, sans-serif";
  const look = (isLarge) => {
    const c = colours();
    const curve = isLarge
      ? { "curve-style": "haystack", "haystack-radius": 0, "line-opacity": 0.35, width: 1, events: "no" }
      : { "curve-style": "bezier", "control-point-step-size": 36, "target-arrow-shape": "triangle", "arrow-scale": 0.9,
          "line-opacity": 0.6, width: "data(width)" };
    return [
      { selector: "node", style: { width: "data(size)", height: "data(size)", shape: "ellipse", "background-color": c.paper,
        "border-color": c.accent, "border-width": 2, label: "data(label)", color: c.ink, "font-family": FONT, "font-size": 11,
        "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 130, "text-outline-color": c.paper,
        "text-outline-width": 2, "min-zoomed-font-size": 7, "text-overflow-wrap": "anywhere", "overlay-opacity": 0 } },
      { selector: "node[kind = 'seized']", style: { "background-color": c.accent } },
      { selector: "node[kind = 'cash'], node[kind = 'bank']", style: { shape: "rectangle", "border-color": c.quiet } },
      { selector: "node[?traced]", style: { "border-color": c.out, "border-style": "dashed" } },
      { selector: "node[?found]", style: { "border-color": c.out, "border-style": "double", "border-width": 5 } },
      { selector: "node[?guarded]", style: { shape: "diamond", "background-color": c.guard, "border-color": c.guard } },
      { selector: "edge", style: { "line-color": c.in, "target-arrow-color": c.in, "overlay-opacity": 0, ...curve } },
      { selector: "edge[?withheld]", style: { "line-style": "dashed", "line-color": c.guard, "target-arrow-color": c.guard } },
      { selector: ".pinned", style: { "underlay-color": c.quiet, "underlay-opacity": 0.25, "underlay-padding": 5 } },
      { selector: "edge.near", style: { "line-opacity": 1, "line-color": c.out, "target-arrow-color": c.out, "z-index": 9 } },
      { selector: "edge.told", style: { label: "data(text)", color: c.ink, "font-family": FONT, "font-size": 10,
        "text-outline-color": c.paper, "text-outline-width": 2, "min-zoomed-font-size": 7 } },
      { selector: "node.chosen", style: { "underlay-color": c.out, "underlay-opacity": 0.45, "underlay-padding": 7, "z-index": 10,
        "min-zoomed-font-size": 0 } },
      { selector: ".off", style: { display: "none" } },
    ];
  };

  section.classList.add("is-live");
  tool.hidden = false;
  let cy;
  try {
    cy = cytoscape({ container: canvas, elements: [], style: look(false), minZoom: 0.01, maxZoom: 4, boxSelectionEnabled: false,
      autounselectify: true, userZoomingEnabled: false, layout: { name: "null" } });
  } catch (_) {
    section.classList.remove("is-live");
    tool.hidden = true;
    return;
  }
  let isLarge = false, chosen = null;
  const nodeOf = (at) => cy.getElementById("n" + at);
  const edgeOf = (at) => cy.getElementById("t" + at);
  const tell = (text) => { by("chart-status").textContent = text; };

  const elementsOf = (fresh) => {
    const made = [];
    for (const at of fresh) {
      const node = nodes[at];
      made.push({ group: "nodes", data: { id: "n" + at, label: node.label, kind: node.kind, found: node.found, traced: node.traced,
        guarded: node.guarded, size: 14 + Math.min(34, Math.round(3.6 * Math.log2(1 + node.all))) },
        position: { x: node.x || 0, y: node.y || 0 } });
    }
    for (const at of fresh) {
      for (const tie of nodes[at].ties) {
        const far = other(tie, at);
        if (!shown.has(far) || (fresh.has(far) && far < at)) continue;
        made.push({ group: "edges", data: { id: "t" + tie.at, source: "n" + tie.from, target: "n" + tie.to, withheld: !tie.told,
          width: 1, text: "" } });
      }
    }
    return made;
  };
  const put = (fresh) => {
    for (const at of fresh) shown.add(at);
    const made = elementsOf(fresh);
    restyle(cy.edges().length + made.reduce((n, one) => n + (one.group === "edges"), 0));
    cy.add(made);
    refresh();
  };
  const take = (gone) => {
    for (const at of gone) { shown.delete(at); pinned.delete(at); seeds.delete(at); brought.delete(at); }
    cy.batch(() => { for (const at of gone) nodeOf(at).remove(); });
    if (chosen && !cy.getElementById(chosen).nonempty()) choose(null);
    restyle(cy.edges().length);
    refresh();
  };
  // Many ties are drawn without curves and arrows, and while the chart is moved as a picture of it.
  const restyle = (edges) => {
    const large = edges > LARGE;
    const renderer = cy.renderer();
    renderer.textureOnViewport = large;
    renderer.hideEdgesOnViewport = large;
    renderer.hideLabelsOnViewport = large;
    if (large !== isLarge) {
      isLarge = large;
      cy.style().fromJson(look(isLarge)).update();
    }
  };

  // Shows what passes the filters; thickness by the amount in the chosen time, each currency by itself.
  const refresh = () => {
    const most = data.currencies.map(() => 0);
    let drawn = 0;
    const on = new Set(), used = new Set();
    for (const at of shown) {
      for (const tie of nodes[at].ties) {
        if (tie.from !== at || !shown.has(tie.to) || !tie.isOn) continue;
        drawn++;
        on.add(tie.at);
        used.add(tie.from);
        used.add(tie.to);
        if (tie.told) most[tie.currency] = Math.max(most[tie.currency], Number(tie.amount));
      }
    }
    const keeps = (at) => used.has(at) || !isFiltered() || pinned.has(at) || chosen === "n" + at;
    cy.batch(() => {
      cy.edges().forEach((edge) => {
        const tie = ties[Number(edge.id().slice(1))], isOn = on.has(tie.at);
        if (edge.hasClass("off") === isOn) edge.toggleClass("off", !isOn);
        if (isOn && tie.told && !isLarge) {
          const width = 1 + 6 * Math.sqrt(Math.max(0, Number(tie.amount)) / (most[tie.currency] || 1));
          edge.data({ width, text: money(tie.amount, tie.currency) });
        }
      });
      cy.nodes().forEach((node) => {
        const isOff = !keeps(Number(node.id().slice(1)));
        if (node.hasClass("off") !== isOff) node.toggleClass("off", isOff);
      });
    });
    const accounts = [...shown].filter(keeps).length;
    section.dataset.accounts = accounts;
    section.dataset.ties = drawn;
    const hidden = nodes.length - accounts;
    const values = { accounts: grouped(String(accounts)), ties: grouped(String(drawn)), hidden: grouped(String(hidden)) };
    tell(say(hidden ? "status_more" : "status", values) + (isLarge ? " " + say("arrows_off") : ""));
  };

  // ---- places --------------------------------------------------------------------------------------------------
  const TURN = Math.PI * (3 - Math.sqrt(5));
  // Accounts tied to one alone lie around it as seeds lie in a sunflower; groups lie in rings around what ties them.
  const spread = (members) => {
    const within = new Set(members), seen = new Set(), parent = new Map(), under = new Map();
    const order = [...members].sort((a, b) => nodes[b].all - nodes[a].all || a - b);
    const roots = [];
    for (const root of order) {
      if (seen.has(root)) continue;
      seen.add(root);
      roots.push(root);
      const open = [root];
      for (let at = 0; at < open.length; at++) {
        const node = open[at], below = [];
        for (const near of linked(node)) {
          if (within.has(near) && !seen.has(near)) { seen.add(near); parent.set(near, node); below.push(near); open.push(near); }
        }
        under.set(node, below);
      }
    }
    const GAP = 26, radius = new Map(), offset = new Map();
    const pack = (leaves, groups, own) => {
      let reach = own;
      leaves.forEach((leaf, at) => {
        const far = own + GAP * Math.sqrt(at + 0.7);
        offset.set(leaf, [far * Math.cos(at * TURN), far * Math.sin(at * TURN)]);
        reach = Math.max(reach, far + 10);
      });
      let at = 0;
      const sorted = [...groups].sort((a, b) => radius.get(b) - radius.get(a) || a - b);
      while (at < sorted.length) {
        const size = radius.get(sorted[at]), ring = reach + size + 6;
        let angle = 0, last = size;
        while (at < sorted.length) {
          const own = radius.get(sorted[at]), half = Math.asin(Math.min(1, (own + 2) / ring));
          if (angle > 0 && angle + 2 * half > 2 * Math.PI) break;
          offset.set(sorted[at], [ring * Math.cos(angle + half), ring * Math.sin(angle + half)]);
          angle += 2 * half;
          last = own;
          at++;
        }
        reach = ring + Math.max(size, last);
      }
      return reach;
    };
    const deepest = [];
    for (const root of roots) {
      const open = [root];
      for (let at = 0; at < open.length; at++) open.push(...under.get(open[at]));
      deepest.push(...open.reverse());
    }
    for (const node of deepest) {
      const below = under.get(node);
      const leaves = below.filter((near) => under.get(near).length === 0);
      radius.set(node, pack(leaves, below.filter((near) => under.get(near).length > 0), 12));
    }
    pack([], roots, 0);
    if (roots.length === 1) offset.set(roots[0], [0, 0]);
    for (const node of deepest.reverse()) {
      const base = parent.has(node) ? nodes[parent.get(node)] : { x: 0, y: 0 };
      const [x, y] = offset.get(node) || [0, 0];
      nodes[node].x = base.x + x;
      nodes[node].y = base.y + y;
    }
  };
  const arrange = () => {
    const members = [...shown];
    const kept = new Map([...pinned].map((at) => [at, { ...nodeOf(at).position() }]));
    spread(members);
    cy.batch(() => {
      for (const at of members) nodeOf(at).position(kept.get(at) || { x: nodes[at].x, y: nodes[at].y });
    });
    if (members.length <= ARRANGED) {
      cy.elements().not(".off").layout({ name: "cose", animate: false, randomize: false, fit: false, numIter: 900, nodeOverlap: 24,
        idealEdgeLength: () => 90, nodeRepulsion: () => 90000, edgeElasticity: () => 90, gravity: 0.6, componentSpacing: 90,
        nodeDimensionsIncludeLabels: true }).run();
      if (pinned.size === 0) stretch();
      if (members.length <= 80) part(members.filter((at) => !pinned.has(at)));
    }
    fit();
  };
  // As wide and high as the canvas, so that names can be read where there are few.
  const stretch = () => {
    const seen = cy.nodes().not(".off"), places = seen.map((node) => ({ ...node.position() }));
    const side = (of) => [Math.min(...places.map((place) => place[of])), Math.max(...places.map((place) => place[of]))];
    let [[left, right], [top, bottom]] = [side("x"), side("y")];
    const times = Math.max(1, Math.sqrt(places.length / 40));
    const wide = (cy.width() - 150) * times, high = (cy.height() - 90) * times;
    if ((bottom - top > right - left) !== (high > wide)) {
      for (const place of places) [place.x, place.y] = [place.y, place.x];
      [left, right, top, bottom] = [top, bottom, left, right];
    }
    cy.batch(() => seen.forEach((node, at) => node.position({
      x: right - left > 1 ? ((places[at].x - left) / (right - left)) * wide : wide / 2,
      y: bottom - top > 1 ? ((places[at].y - top) / (bottom - top)) * high : high / 2,
    })));
  };
  const fit = () => {
    const seen = cy.elements().not(".off");
    if (seen.empty()) return;
    if (isLarge) {
      // By places alone: how far names and lines of so many reach takes long to find.
      let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
      seen.nodes().forEach((node) => {
        const { x, y } = node.position();
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      });
      const level = Math.min(1, (cy.width() - 60) / Math.max(1, right - left), (cy.height() - 60) / Math.max(1, bottom - top));
      cy.viewport({ zoom: level, pan: { x: cy.width() / 2 - (level * (left + right)) / 2, y: cy.height() / 2 - (level * (top + bottom)) / 2 } });
      return;
    }
    cy.fit(seen, 36);
    if (cy.zoom() > 1.4) { cy.zoom(1.4); cy.center(seen); }
  };

  // ---- what a person does --------------------------------------------------------------------------------------
  const expand = (at) => {
    const near = linked(at).filter((node) => !shown.has(node));
    const label = nodes[at].label;
    if (near.length === 0) { tell(say("nothing_more", { label })); return; }
    const fresh = near.slice(0, STEP), centre = nodeOf(at).position();
    // Away from where its neighbours stand already.
    let away = 0, dx = 0, dy = 0;
    for (const node of linked(at)) {
      if (shown.has(node)) { const place = nodeOf(node).position(); dx += centre.x - place.x; dy += centre.y - place.y; }
    }
    if (dx || dy) away = Math.atan2(dy, dx);
    const wide = dx || dy ? Math.min(2 * Math.PI, 0.5 * fresh.length) : 2 * Math.PI;
    fresh.forEach((node, number) => {
      const ring = Math.floor(number / 13), angle = away + wide * ((number % 13 + 0.5) / Math.min(13, fresh.length) - 0.5);
      const far = 130 + 85 * ring;
      nodes[node].x = centre.x + far * Math.cos(angle + ring * 0.2);
      nodes[node].y = centre.y + far * Math.sin(angle + ring * 0.2);
    });
    put(new Set(fresh));
    for (const node of fresh) brought.set(node, at);
    part(fresh);
    const box = cy.extent();
    const isOut = fresh.some((node) => {
      const { x, y } = nodeOf(node).position();
      return x < box.x1 || x > box.x2 || y < box.y1 || y > box.y2;
    });
    if (isOut) fit();
    show("n" + at);
    const values = { label, n: fresh.length, more: near.length - fresh.length };
    tell(say(values.more ? "expanded_some" : "expanded", values));
  };
  // Moves accounts that have just come away from others that they would cover; those that stood there stay.
  const WIDE = 112, HIGH = 54;
  const part = (fresh) => {
    const places = [...shown].map((at) => [at, { ...nodeOf(at).position() }]), moving = new Set(fresh);
    const loose = places.filter(([at]) => moving.has(at));
    for (let turn = 0; turn < 60; turn++) {
      let isMoved = false;
      for (const [at, place] of loose) {
        for (const [far, there] of places) {
          if (far === at) continue;
          const dx = (place.x - there.x) / WIDE, dy = (place.y - there.y) / HIGH, near = Math.hypot(dx, dy);
          if (near >= 1) continue;
          const push = (1 - near) * 0.5, turned = near > 0.01 ? [dx / near, dy / near] : [Math.cos(at), Math.sin(at)];
          place.x += turned[0] * push * WIDE;
          place.y += turned[1] * push * HIGH;
          isMoved = true;
        }
      }
      if (!isMoved) break;
    }
    cy.batch(() => { for (const [at, place] of loose) nodeOf(at).position(place); });
  };
  const collapse = (at) => {
    const gone = linked(at).filter((node) => shown.has(node) && !pinned.has(node) && !seeds.has(node)
      && (brought.get(node) === at || linked(node).every((far) => far === at || !shown.has(far))));
    if (gone.length) take(gone);
    show("n" + at);
    tell(say("collapsed", { label: nodes[at].label, n: gone.length }));
  };
  const pin = (at) => {
    const isPinned = !pinned.has(at);
    if (isPinned) pinned.add(at); else pinned.delete(at);
    const node = nodeOf(at);
    node.toggleClass("pinned", isPinned);
    if (isPinned) node.lock(); else node.unlock();
    show("n" + at);
  };
  const showAll = () => {
    tell(say("drawing"));
    setTimeout(() => {
      const fresh = new Set(nodes.map((node) => node.at).filter((at) => !shown.has(at)));
      spread(nodes.map((node) => node.at));
      cy.batch(() => cy.nodes().not(".pinned").forEach((node) => {
        const { x, y } = nodes[Number(node.id().slice(1))];
        node.position({ x, y });
      }));
      put(fresh);
      if (nodes.length <= ARRANGED) arrange(); else fit();
    }, 20);
  };
  const reset = () => {
    choose(null);
    cy.elements().remove();
    shown.clear();
    pinned.clear();
    seeds.clear();
    brought.clear();
    Object.assign(filter, { from: 0, to: PERIODS - 1, least: null, most: null, currency: -1 });
    for (const id of ["chart-find", "chart-least", "chart-most"]) by(id).value = "";
    for (const id of ["chart-least", "chart-most"]) by(id).removeAttribute("aria-invalid");
    by("chart-currency").value = "";
    by("chart-found").replaceChildren();
    showTime();
    ties.forEach(weigh);
    const first = firstView();
    for (const at of first) seeds.add(at);
    put(first);
    arrange();
  };

  // ---- what is chosen ------------------------------------------------------------------------------------------
  const el = (tag, text, name) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (name) made.className = name;
    return made;
  };
  const button = (text, act) => {
    const made = el("button", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  const fact = (box, term, ...values) => {
    const dd = el("dd");
    dd.append(...values);
    box.append(el("dt", term), dd);
  };
  const choose = (id) => {
    if (chosen) {
      cy.elements(".near, .told").removeClass("near told");
      cy.getElementById(chosen).removeClass("chosen");
    }
    chosen = id;
    if (!id) return;
    const one = cy.getElementById(id);
    one.addClass("chosen");
    const near = one.isNode() ? one.connectedEdges() : one;
    near.addClass("near");
    if (near.length <= 30) near.addClass("told");
  };
  const show = (id) => {
    choose(id);
    details.replaceChildren();
    if (!id) return;
    details.append(...(id[0] === "n" ? ofNode(Number(id.slice(1))) : ofTie(ties[Number(id.slice(1))])));
    details.scrollTop = 0;
  };
  const nodeText = (at) => {
    const node = nodes[at], drawn = node.ties.filter((tie) => tie.isOn && shown.has(other(tie, at))).length;
    const count = say("ties_shown", { shown: grouped(String(drawn)), all: grouped(String(node.all)) });
    return say("node_label", { label: node.label, kind: say(node.kind), ties: count });
  };
  const link = (anchor, text) => {
    if (!by(anchor)) return el("span", text);
    const made = el("a", text);
    made.href = "#" + encodeURIComponent(anchor);
    return made;
  };
  const ofNode = (at) => {
    const node = nodes[at], made = [];
    const title = el("h3");
    title.append(el("bdi", node.label, "name"));
    made.push(title);
    if (node.guarded && node.kind !== "gathered") made.push(el("p", say("guarded"), "protect"));
    const facts = el("dl");
    fact(facts, say("kind"), say(node.kind) + (node.traced ? "; " + say("traced") : "") + (pinned.has(at) ? "; " + say("pinned") : ""));
    if (node.holder) fact(facts, say("holder"), el("bdi", node.holder, "name"));
    const drawn = node.ties.filter((tie) => tie.isOn && shown.has(other(tie, at))).length;
    fact(facts, say("ties_of"), say("ties_shown", { shown: grouped(String(drawn)), all: grouped(String(node.all)) }));
    // Sums of what is told alone, so that nothing that is withheld can be found by subtraction.
    for (const [name, side] of [["in", "to"], ["out", "from"]]) {
      data.currencies.forEach((_, currency) => {
        const own = node.ties.filter((tie) => tie.told && tie.isOn && tie[side] === at && tie.currency === currency);
        if (own.length) fact(facts, say(name), money(own.reduce((sum, tie) => add(sum, tie.amount), 0), currency));
      });
    }
    made.push(facts, el("p", say(isFull() ? "whole_time" : "in_period") + ". " + say("sums_note"), "note"));
    const actions = el("div", undefined, "actions");
    const isPinned = pinned.has(at);
    actions.append(button(say("expand"), () => expand(at)), button(say("collapse"), () => collapse(at)),
      button(say(isPinned ? "unpin" : "pin"), () => pin(at)), button(say("hide"), () => { take([at]); details.replaceChildren(); }));
    made.push(actions);
    if (node.findings.length) {
      made.push(el("h4", say("findings")));
      const items = el("ul");
      for (const number of node.findings) {
        const item = el("li");
        item.append(link(data.findings[number].anchor, data.findings[number].rule));
        items.append(item);
      }
      if (node.more) items.append(el("li", say("more_findings", { n: node.more })));
      made.push(items);
    }
    const own = node.ties.filter((tie) => tie.isOn).sort((a, b) => (a.told - b.told) || a.currency - b.currency
      || (b.amount > a.amount ? 1 : b.amount < a.amount ? -1 : a.at - b.at));
    if (own.length) {
      made.push(el("h4", say("largest_ties")));
      const items = el("ul");
      for (const tie of own.slice(0, 12)) {
        const item = el("li");
        item.append(button(tieText(tie), () => pickTie(tie)));
        items.append(item);
      }
      made.push(items);
      if (own.length > 12) made.push(el("p", say("more_ties", { n: own.length - 12 }), "note"));
    }
    return made;
  };
  const pickTie = (tie) => {
    const fresh = new Set([tie.from, tie.to].filter((at) => !shown.has(at)));
    if (fresh.size) {
      for (const at of fresh) {
        const base = nodeOf(other(tie, at)).position();
        nodes[at].x = base.x + 120;
        nodes[at].y = base.y + 60;
      }
      put(fresh);
    }
    show("t" + tie.at);
    tell(tieText(tie));
  };
  const ofTie = (tie) => {
    const made = [el("h3", say("tie"))], facts = el("dl");
    const name = (at) => button(nodes[at].label, () => { show("n" + at); tell(nodeText(at)); });
    fact(facts, say("from"), name(tie.from));
    fact(facts, say("to"), name(tie.to));
    made.push(facts);
    if (!tie.told) { made.push(el("p", say("withheld"), "protect")); return made; }
    fact(facts, say("amount"), money(tie.amount, tie.currency));
    fact(facts, say("transfers"), grouped(String(tie.n)));
    if (tie.first !== "") fact(facts, say("first"), day(tie.first));
    if (tie.last !== "") fact(facts, say("last"), day(tie.last));
    made.push(el("p", isFull() ? say("whole_time") : say("in_period"), "note"));
    if (rows.has(tie.at)) {
      const note = el("p");
      note.append(link(rows.get(tie.at), say("in_table")));
      made.push(note);
    }
    const fold = el("details"), table = el("table"), head = el("tr"), body = el("tbody"), thead = el("thead");
    for (const text of [say("period"), say("transfers"), say("amount")]) {
      const cell = el("th", text);
      cell.scope = "col";
      head.append(cell);
    }
    for (const [at, transfers, sum] of tie.sums) {
      if (!isFull() && (at < filter.from || at > filter.to)) continue;
      const row = el("tr"), first = el("th", period(at));
      first.scope = "row";
      row.append(first, el("td", grouped(String(transfers)), "number"), el("td", money(sum, tie.currency), "number"));
      body.append(row);
    }
    thead.append(head);
    table.append(thead, body);
    fold.append(el("summary", say("by_period")), table);
    made.push(fold);
    return made;
  };

  // ---- the bar -------------------------------------------------------------------------------------------------
  let isAsked = false;
  const later = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      ties.forEach(weigh);
      const again = chosen;
      refresh();
      if (again) show(again);
    });
  };
  const showTime = () => {
    by("chart-from").value = by("chart-slide-from").value = String(filter.from);
    by("chart-to").value = by("chart-slide-to").value = String(filter.to);
    by("chart-slide-from").setAttribute("aria-valuetext", period(filter.from));
    by("chart-slide-to").setAttribute("aria-valuetext", period(filter.to));
  };
  const setTime = (from, to, isFrom) => {
    filter.from = isFrom ? from : Math.min(from, to);
    filter.to = isFrom ? Math.max(from, to) : to;
    showTime();
    later();
  };
  for (const [id, isFrom] of [["chart-from", true], ["chart-slide-from", true], ["chart-to", false], ["chart-slide-to", false]]) {
    const field = by(id);
    if (field.tagName === "SELECT") {
      for (let at = 0; at < PERIODS; at++) field.append(new Option(period(at), String(at)));
    } else {
      field.max = String(PERIODS - 1);
    }
    field.addEventListener("input", () => {
      const value = Number(field.value);
      setTime(isFrom ? value : filter.from, isFrom ? filter.to : value, isFrom);
    });
  }
  by("chart-slider").hidden = PERIODS < 2;
  // `1.000,50`, `1,000.50`, `1 000`: a sign with three digits behind it parts thousands.
  const number = (text) => {
    let plain = text.replace(/[\s\u00a0\u202f'’]/g, "");
    if (plain === "") return null;
    const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
    if (last >= 0) {
      const isThousands = plain.length - last - 1 === 3 && !(/[.,]/.test(plain.slice(0, last)) && plain[last] !== plain[plain.search(/[.,]/)]);
      const head = plain.slice(0, last).replace(/[.,]/g, ""), tail = plain.slice(last + 1);
      plain = isThousands ? head + tail : head + "." + tail;
    }
    return /^\d+(\.\d*)?$/.test(plain) ? Number(plain) : NaN;
  };
  for (const [id, name] of [["chart-least", "least"], ["chart-most", "most"]]) {
    by(id).addEventListener("input", () => {
      const value = number(by(id).value);
      if (Number.isNaN(value)) { by(id).setAttribute("aria-invalid", "true"); return; }
      by(id).removeAttribute("aria-invalid");
      filter[name] = value;
      later();
    });
  }
  data.currencies.forEach(({ code }, at) => by("chart-currency").append(new Option(code || say("no_currency"), String(at))));
  by("chart-currency").parentElement.hidden = data.currencies.length < 2;
  by("chart-currency").addEventListener("input", () => {
    const value = by("chart-currency").value;
    filter.currency = value === "" ? -1 : Number(value);
    later();
  });
  const MOST_FOUND = 8;
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\s.-]/g, "").toLowerCase();
  const labels = nodes.map((node) => plain(node.label + " " + node.holder));
  const reveal = (at) => {
    if (!shown.has(at)) {
      const near = linked(at).find((node) => shown.has(node));
      const box = cy.extent(), middle = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
      const base = near === undefined ? middle : nodeOf(near).position();
      nodes[at].x = base.x + 90;
      nodes[at].y = base.y + 70;
      put(new Set([at]));
    }
    show("n" + at);
    refresh();
    if (cy.zoom() < 0.6) cy.zoom(0.9);
    cy.center(nodeOf(at));
    tell(nodeText(at));
  };
  by("chart-find").addEventListener("input", () => {
    const wanted = plain(by("chart-find").value), box = by("chart-found");
    box.replaceChildren();
    if (!wanted) return;
    const hits = nodes.filter((node) => labels[node.at].includes(wanted));
    for (const node of hits.slice(0, MOST_FOUND)) {
      const item = el("li"), act = button(undefined, () => {
        box.replaceChildren();
        reveal(node.at);
        canvas.focus({ preventScroll: true });
      });
      act.append(el("bdi", node.label, "name"));
      item.append(act);
      box.append(item);
    }
    tell(hits.length === 0 ? say("found_none") : hits.length > MOST_FOUND
      ? say("found_many", { n: grouped(String(hits.length)), shown: MOST_FOUND }) : say("found_some", { n: hits.length }));
  });
  by("chart-find").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { by("chart-find").value = ""; by("chart-found").replaceChildren(); }
    if (event.key === "Enter" || event.key === "ArrowDown") {
      const first = by("chart-found").querySelector("button");
      if (first) { event.preventDefault(); if (event.key === "Enter") first.click(); else first.focus(); }
    }
  });
  by("chart-found").addEventListener("keydown", (event) => {
    const all = [...by("chart-found").querySelectorAll("button")], at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && all[at + 1]) { event.preventDefault(); all[at + 1].focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); (all[at - 1] || by("chart-find")).focus(); }
    if (event.key === "Escape") { by("chart-found").replaceChildren(); by("chart-find").focus(); }
  });
  const zoom = (times) => cy.zoom({ level: cy.zoom() * times, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  by("chart-fit").addEventListener("click", fit);
  by("chart-in").addEventListener("click", () => zoom(1.3));
  by("chart-out").addEventListener("click", () => zoom(1 / 1.3));
  by("chart-arrange").addEventListener("click", arrange);
  by("chart-all").addEventListener("click", showAll);
  by("chart-reset").addEventListener("click", () => { details.replaceChildren(); reset(); });

  // ---- the canvas ----------------------------------------------------------------------------------------------
  cy.on("tapstart", () => canvas.focus({ preventScroll: true }));
  cy.on("tap", (event) => {
    if (event.target === cy) { show(null); return; }
    show(event.target.id());
    tell(event.target.isNode() ? nodeText(Number(chosen.slice(1))) : tieText(ties[Number(chosen.slice(1))]));
  });
  cy.on("dbltap", "node", (event) => expand(Number(event.target.id().slice(1))));
  // The wheel moves the page until the chart is asked for.
  canvas.addEventListener("focus", () => cy.userZoomingEnabled(true));
  canvas.addEventListener("blur", () => cy.userZoomingEnabled(false));
  const step = (dx, dy) => {
    const from = chosen && chosen[0] === "n" ? nodeOf(Number(chosen.slice(1))).position() : null;
    let best = null, least = Infinity;
    cy.nodes().not(".off").forEach((node) => {
      const place = node.position();
      if (!from) {
        if (Number(node.id().slice(1)) < least) { least = Number(node.id().slice(1)); best = node; }
        return;
      }
      const x = place.x - from.x, y = place.y - from.y, along = x * dx + y * dy, aside = Math.abs(x * dy - y * dx);
      if (along <= 1 || node.id() === chosen) return;
      const cost = along + 2 * aside;
      if (cost < least) { least = cost; best = node; }
    });
    if (!best) return;
    show(best.id());
    const box = cy.extent(), { x, y } = best.position();
    if (x < box.x1 || x > box.x2 || y < box.y1 || y > box.y2) cy.center(best);
    tell(nodeText(Number(best.id().slice(1))));
  };
  let turn = 0;
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = chosen && chosen[0] === "n" ? Number(chosen.slice(1)) : null;
    const acts = {
      ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
      Enter: () => at !== null && expand(at), Backspace: () => at !== null && collapse(at),
      Delete: () => { if (at !== null) { take([at]); details.replaceChildren(); } },
      p: () => { if (at !== null) { pin(at); tell(nodes[at].label + ": " + say(pinned.has(at) ? "pinned" : "unpin")); } },
      f: fit, "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3),
      t: () => {
        const from = at !== null ? at : chosen ? ties[Number(chosen.slice(1))].from : null;
        if (from === null) return;
        const own = nodes[from].ties.filter((tie) => tie.isOn && shown.has(other(tie, from)));
        if (own.length) { const tie = own[turn++ % own.length]; show("t" + tie.at); tell(tieText(tie)); }
      },
      Escape: () => show(null),
    };
    const act = acts[event.key] || acts[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
  const redraw = () => cy.style().fromJson(look(isLarge)).update();
  forced.addEventListener("change", redraw);
  dark.addEventListener("change", redraw);

  // ---- saving --------------------------------------------------------------------------------------------------
  const escaped = (text) => String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  const save = (blob, file) => {
    const url = URL.createObjectURL(blob), made = el("a");
    made.href = url;
    made.download = file;
    made.click();
    setTimeout(() => URL.revokeObjectURL(url), 20000);
    tell(say("saved", { file }));
  };
  const LIGHT = { paper: "#ffffff", ink: "#1b2430", quiet: "#55606e", accent: "#0d5263", out: "#b0703a", in: "#2b7a8f", guard: "#5b3f86" };
  const svg = () => {
    const seen = cy.elements().not(".off"), box = seen.boundingBox({ includeLabels: true }), c = LIGHT;
    const pad = 30, top = data.marking ? 26 : 0, r = (n) => Math.round(n * 10) / 10;
    const width = r(box.w + 2 * pad), height = r(box.h + 2 * pad + top);
    const out = ['<?xml version="1.0" encoding="UTF-8"?>',
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${r(box.x1 - pad)} ${r(box.y1 - pad - top)} ${width} ${height}" font-family="sans-serif">`,
      `<title>${escaped(say("chart_title"))}</title>`,
      `<rect x="${r(box.x1 - pad)}" y="${r(box.y1 - pad - top)}" width="${width}" height="${height}" fill="${c.paper}"/>`,
      `<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="${c.ink}"/></marker></defs>`];
    if (data.marking) {
      out.push(`<text x="${r(box.x1 - pad + 10)}" y="${r(box.y1 - pad - top + 20)}" font-size="13" font-weight="bold" fill="${c.ink}">${escaped(data.marking)}</text>`);
    }
    const beside = new Map();
    seen.edges().forEach((edge) => {
      const tie = ties[Number(edge.id().slice(1))], key = Math.min(tie.from, tie.to) + " " + Math.max(tie.from, tie.to);
      if (!beside.has(key)) beside.set(key, []);
      beside.get(key).push(edge);
    });
    for (const edges of beside.values()) {
      edges.forEach((edge, number) => {
        const tie = ties[Number(edge.id().slice(1))], a = edge.source().position(), b = edge.target().position();
        const far = Math.hypot(b.x - a.x, b.y - a.y) || 1, flip = tie.from < tie.to ? 1 : -1;
        const bow = (number - (edges.length - 1) / 2) * 30 * flip;
        const mid = { x: (a.x + b.x) / 2 + (-(b.y - a.y) / far) * bow, y: (a.y + b.y) / 2 + ((b.x - a.x) / far) * bow };
        const near = edge.target().width() / 2 + 4, last = Math.hypot(b.x - mid.x, b.y - mid.y) || 1;
        const end = { x: b.x - ((b.x - mid.x) / last) * near, y: b.y - ((b.y - mid.y) / last) * near };
        const stroke = tie.told ? `stroke="${c.in}" stroke-width="${r(Number(edge.data("width")))}"` : `stroke="${c.guard}" stroke-dasharray="6 4"`;
        out.push(`<path d="M${r(a.x)} ${r(a.y)}Q${r(mid.x)} ${r(mid.y)} ${r(end.x)} ${r(end.y)}" fill="none" stroke-opacity="0.7" ${stroke} marker-end="url(#end)"><title>${escaped(tieText(tie))}</title></path>`);
      });
    }
    seen.nodes().forEach((one) => {
      const node = nodes[Number(one.id().slice(1))], { x, y } = one.position(), size = one.width() / 2;
      const line = node.guarded ? c.guard : node.found || node.traced ? c.out : node.kind === "cash" || node.kind === "bank" ? c.quiet : c.accent;
      const fill = node.guarded ? c.guard : node.kind === "seized" ? c.accent : c.paper;
      const paint = `fill="${fill}" stroke="${line}" stroke-width="${node.found ? 4 : 2}"${node.traced && !node.found ? ' stroke-dasharray="4 3"' : ""}`;
      const shape = node.guarded ? `<path d="M${r(x)} ${r(y - size)}L${r(x + size)} ${r(y)}L${r(x)} ${r(y + size)}L${r(x - size)} ${r(y)}z" ${paint}/>`
        : node.kind === "cash" || node.kind === "bank" ? `<rect x="${r(x - size)}" y="${r(y - size)}" width="${r(2 * size)}" height="${r(2 * size)}" ${paint}/>`
          : `<circle cx="${r(x)}" cy="${r(y)}" r="${r(size)}" ${paint}/>`;
      out.push(`<g><title>${escaped(node.label)}</title>${shape}<text x="${r(x)}" y="${r(y + size + 14)}" text-anchor="middle" font-size="11" fill="${c.ink}" stroke="${c.paper}" stroke-width="3" paint-order="stroke" unicode-bidi="plaintext">${escaped(node.label)}</text></g>`);
    });
    out.push("</svg>", "");
    return out.join("\n");
  };
  by("chart-svg").addEventListener("click", () => save(new Blob([svg()], { type: "image/svg+xml" }), "link-chart.svg"));
  // The marking stands in the picture too.
  by("chart-png").addEventListener("click", () => {
    const picture = new Image();
    picture.addEventListener("load", () => {
      const sheet = document.createElement("canvas"), top = data.marking ? 40 : 0, paint = sheet.getContext("2d");
      sheet.width = picture.width;
      sheet.height = picture.height + top;
      paint.fillStyle = colours().paper;
      paint.fillRect(0, 0, sheet.width, sheet.height);
      paint.drawImage(picture, 0, top);
      if (data.marking) {
        paint.fillStyle = colours().ink;
        paint.font = "bold 20px sans-serif";
        paint.fillText(data.marking, 16, 28, sheet.width - 32);
      }
      sheet.toBlob((blob) => { if (blob) save(blob, "link-chart.png"); }, "image/png");
    });
    picture.src = cy.png({ full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: colours().paper });
  });

  reset();
})();

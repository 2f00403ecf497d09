// Draws what Python has computed: groups of a drawing, and the same facts as cells to walk through
// and as a table. Stands behind draw.js.

const SLIDE = 400;
// The drawing's words have 13 px: in a drawing made this much smaller they still have 12.
const SMALLEST = 0.925;
const LARGEST = 1.15;
const CELL = 104;
const SIDES = 220;

function icon(state, protocol, symbols) {
  const colour = { lost: "lost", never: "line" }[state] ?? (protocol || "soft");
  const made = canvas(46, 36, [["g", { color: colour }, symbols[state] ?? []]], symbols);
  made.setAttribute("class", "lm-icon");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function copies(row) {
  const said = row.holder ? `${row.copies}, ${row.holder}` : row.copies;
  return element("span", `lm-plate lm-${row.tone}`, said);
}

function facts(view, keep) {
  const heads = [view.words.message, ...view.places.map((place) => place.head), view.words.copies];
  const titles = () =>
    heads.map((head) => {
      const made = element("th", "", head);
      made.scope = "col";
      return made;
    });
  const line = (row) => {
    if (row.more) {
      const cell = element("td", "", row.more);
      cell.colSpan = heads.length;
      return element("tr", "", cell);
    }
    const name = element("th", "", row.name);
    name.scope = "row";
    const cells = row.cells.map((cell) =>
      element("td", "", (cell.changed ? "▶ " : "") + cell.label),
    );
    return element("tr", "", name, ...cells, element("td", "", copies(row)));
  };
  const said = ({ top, height, ...row }) => [row, heads.length];
  const caption = `${view.title}. ${view.label}`;
  const body = keep("body", [], () => element("tbody", ""));
  settle(body, view.rows.map((row, n) => keep(rowName(row, n), said(row), () => line(row))));
  const table = keep("table", [], () => element("table", ""));
  settle(table, [
    keep("caption", [caption], () => element("caption", "", caption)),
    keep("heads", heads, () => element("thead", "", element("tr", "", ...titles()))),
    body,
  ]);
  return table;
}

// Rows that were left out stand as one line: there is a place for it, and no message.
const rowName = (row, n) => (row.more ? `more-${n}` : `row-${row.key}`);

// The drawing: a group is made again only if it differs; one that has moved is only moved.
function painter(symbols) {
  const { keep, forget } = keeper();
  const made = canvas(1, 1, [], symbols);
  made.setAttribute("class", "lm-picture");
  made.setAttribute("role", "img");
  const group = ([tag, { transform = "", ...attributes }, children]) => {
    const facts = [tag, attributes, children];
    const kept = keep(attributes["data-key"], facts, () => draw(facts, symbols));
    change(kept, "transform", transform);
    return kept;
  };
  return (view) => {
    change(made, "viewBox", `0 0 ${view.width} ${view.height}`);
    change(made, "aria-label", view.label);
    settle(made, view.nodes.map(group));
    forget();
    return made;
  };
}

function gridCell(role, column, label, ...children) {
  const made = element("div", "lm-cell", ...children);
  made.setAttribute("role", role);
  made.dataset.column = column;
  if (role !== "columnheader") made.tabIndex = -1;
  if (label) made.setAttribute("aria-label", label);
  return made;
}

// Rows lie over the drawing, and cells in their rows, in parts of it; where there is no drawing,
// that says nothing.
function put(made, top, right, bottom, left) {
  const inset = [top, right, bottom, left].map((part) => `${(100 * part).toFixed(3)}%`).join(" ");
  if (made.lmInset !== inset) made.style.inset = made.lmInset = inset;
}

function rowHead(row) {
  return gridCell(
    "rowheader",
    0,
    row.name,
    element("b", "lm-letter", row.letter),
    element("span", "lm-subject", element("b", "", row.subject), element("span", "lm-soft", row.byline)),
  );
}

function placeCell(row, cell, n, view, symbols) {
  const words = cell.words.map((word, at) => element("span", at ? "lm-soft" : "", word));
  if (cell.arrow) {
    const carrier = cell.up ? "imap" : cell.protocol;
    words.push(element("code", `lm-by lm-${carrier}`, cell.up ? `↑ ${cell.arrow}` : cell.arrow));
  }
  if (!words.length && cell.label) words.push(element("span", "lm-soft lm-never", cell.label));
  if (cell.tied) words.push(element("span", "lm-soft", `o—o ${view.words.tied}`));
  const made = gridCell(
    "gridcell",
    n + 1,
    `${row.letter || row.subject}, ${cell.place}: ${cell.label}${cell.changed ? " ▶" : ""}`,
    element("b", "lm-where", cell.place),
    icon(cell.state, cell.protocol, symbols),
    element("span", "lm-words", ...words),
  );
  if (view.places[n].kind === "server") made.classList.add("lm-server");
  if (cell.changed) made.classList.add("lm-changed");
  made.dataset.wire = cell.wire;
  return made;
}

function countCell(row, view) {
  return gridCell(
    "gridcell",
    row.cells.length + 1,
    `${view.words.copies}: ${row.copies} ${row.holder}`,
    element("b", "lm-where", view.words.copies),
    copies(row),
  );
}

function gridRow(row, view, symbols, keep) {
  const part = (what, facts, make) => keep(`${row.key}-${what}`, facts, make);
  const across = (cell, x, width) => put(cell, 0, 1 - (x + width) / view.width, 0, x / view.width);
  const first = view.places[0];
  const last = view.places.at(-1);
  const head = part("head", [row.name, row.letter, row.subject, row.byline], () => rowHead(row));
  across(head, 8, first.x - 12);
  const cells = row.cells.map((cell, n) => {
    const place = view.places[n];
    const facts = [cell, place.kind, row.letter || row.subject];
    const made = part(n, facts, () => placeCell(row, cell, n, view, symbols));
    across(made, place.x + 2, place.width - 4);
    return made;
  });
  const facts = [row.copies, row.holder, row.tone, row.cells.length];
  const count = part("count", facts, () => countCell(row, view));
  across(count, last.x + last.width + 4, view.width - last.x - last.width - 8);
  const made = part("row", [], () => {
    const empty = element("div", "");
    empty.setAttribute("role", "row");
    empty.dataset.key = row.key;
    return empty;
  });
  const tone = `lm-row lm-row-${row.tone}`;
  if (made.className !== tone) made.className = tone;
  put(made, row.top / view.height, 0, 1 - (row.top + row.height) / view.height, 0);
  settle(made, [head, ...cells, count]);
  return made;
}

function gridHead(view) {
  const cells = view.places.map((place, n) => {
    const server = place.kind === "server";
    // The title says already whose mail it is.
    const said = server
      ? element("span", "", place.foot)
      : element("span", place.lost ? "lm-gone" : "lm-soft", place.line);
    const made = gridCell("columnheader", n + 1, place.head, element("b", "", place.name), said);
    if (server) made.classList.add("lm-server");
    return made;
  });
  const made = element(
    "div",
    "lm-row lm-heads",
    gridCell("columnheader", 0, "", element("b", "", view.words.message)),
    ...cells,
    gridCell("columnheader", cells.length + 1, "", element("b", "", view.words.copies)),
  );
  made.setAttribute("role", "row");
  return made;
}

function aside(className, ...children) {
  const made = element("p", className, ...children);
  made.setAttribute("role", "presentation");
  return made;
}

// Rows stand below the name of their mailbox; those refused below all of them.
function gridRows(view, symbols, keep) {
  const heads = [view.places, view.words.message, view.words.copies];
  const made = [keep("heads", heads, () => gridHead(view))];
  const rows = (shelf) =>
    view.rows.forEach((row, n) => {
      if (row.shelf !== shelf) return;
      made.push(
        row.more
          ? keep(rowName(row, n), row.more, () => aside("lm-more", row.more))
          : gridRow(row, view, symbols, keep),
      );
    });
  const heading = (n, said, note) =>
    made.push(
      keep(`shelf-${n}`, [said, note], () =>
        aside("lm-shelf", element("b", "", said), note ? ` · ${note}` : ""),
      ),
    );
  view.shelves.forEach((shelf, n) => {
    heading(n, shelf.name, shelf.note);
    rows(n);
  });
  if (view.rows.some((row) => row.shelf < 0)) {
    heading(-1, view.words.door, "");
    rows(-1);
  }
  return made;
}

function wireLine(wire) {
  const badge = element("b", wire.open ? "lm-badge lm-open" : "lm-badge", wire.badge);
  badge.style.setProperty("--lm-own", `var(--lm-${wire.protocol})`);
  const secured = wire.secured ? ` · ${wire.secured}` : "";
  const said = wire.lines.map((line) => element("code", line.startsWith("▶") ? "lm-did" : "", line));
  const made = element(
    "li",
    "",
    element("span", "lm-who", badge, ` ${wire.who} · ${wire.state}${secured}`),
    element("span", "lm-said", ...said),
  );
  made.dataset.wire = wire.number;
  made.tabIndex = -1;
  return made;
}

function wires(view, keep) {
  const note = (said) => keep(`note-${said}`, [], () => element("p", "lm-soft", said));
  if (!view.wires.length) return view.words.none ? [note(view.words.none)] : [];
  const list = keep("list", view.words.connections, () => {
    const made = element("ul", "lm-wires");
    made.setAttribute("aria-label", view.words.connections);
    return made;
  });
  settle(list, view.wires.map((wire) => keep(wire.number, wire, () => wireLine(wire))));
  return [list, ...(view.more_wires ? [note(view.more_wires)] : [])];
}

function legend(key, words, symbols) {
  const entry = (picture, word, note) =>
    element("li", "", picture, element("span", "", element("b", "", word), note ? ` ${note}` : ""));
  const shapes = key.shapes.map((each) => entry(icon(each.symbol, "", symbols), each.word, each.note));
  const colours = key.colours.map((each) => {
    const patch = element("span", "lm-patch");
    patch.style.background = `var(--lm-${each.colour})`;
    return entry(patch, each.word, "");
  });
  const marks = key.marks.map((each) => {
    const made = canvas(46, 36, each.nodes, symbols);
    made.setAttribute("class", "lm-icon");
    made.setAttribute("aria-hidden", "true");
    return entry(made, "", each.word);
  });
  return [
    element("p", "lm-soft", words.shape),
    element("ul", "", ...shapes),
    element("p", "lm-soft", words.colour),
    element("ul", "", ...colours),
    element("p", "lm-soft", words.marks),
    element("ul", "", ...marks),
  ];
}

// A card slides from the server to the device that fetched it.
function slide(drawn, symbols) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const arrow of drawn.querySelectorAll(".lm-arrow")) {
    const [near, far] = ["near", "far"].map((end) => Number(arrow.getAttribute(`data-${end}`)));
    const top = arrow.getBBox().y;
    const colour = arrow.getAttribute("data-protocol");
    const moving = draw(["g", { color: colour }, symbols.whole], symbols);
    arrow.parentNode.append(moving);
    const place = (x) => `translate(${x - 23}px, ${top - 4}px)`;
    const moved = moving.animate([{ transform: place(near) }, { transform: place(far) }], {
      duration: SLIDE,
      easing: "ease-in-out",
    });
    const away = () => moving.remove();
    moved.finished.then(away, away);
  }
}

// The map is one stop for Tab: arrow keys walk by message and place.
function walker(grid, strip, status, words) {
  let at = null;
  const rows = () => [...grid.querySelectorAll('[role="row"]:not(.lm-heads)')];
  const cells = (row) => [...row.children];
  const keep = () => {
    const all = rows();
    const row = all.find((each) => each.dataset.key === at?.key) ?? all[0];
    const cell = row && (cells(row)[at?.column ?? 0] ?? row.firstChild);
    for (const each of grid.querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
    if (cell) cell.tabIndex = 0;
    return cell;
  };
  const go = (cell) => {
    if (!cell) return;
    at = { key: cell.parentElement.dataset.key, column: Number(cell.dataset.column) };
    keep()?.focus();
  };
  const out = () => leave(grid.closest(".lm-map"));
  const line = (number) => {
    const found = number !== "0" && strip.querySelector(`li[data-wire="${number}"]`);
    if (found) found.focus();
    return Boolean(found);
  };
  grid.addEventListener("focusin", (event) => {
    const cell = event.target.closest(".lm-cell");
    if (!cell) return;
    at = { key: cell.parentElement.dataset.key, column: Number(cell.dataset.column) };
    keep();
  });
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".lm-cell");
    if (!cell || event.altKey || event.metaKey) return;
    const all = rows();
    const row = all.indexOf(cell.parentElement);
    const column = Number(cell.dataset.column);
    const side = cells(cell.parentElement);
    const steps = {
      ArrowUp: () => go(all[row - 1]?.children[column]),
      ArrowDown: () => go(all[row + 1]?.children[column]),
      ArrowLeft: () => go(side[column - 1]),
      ArrowRight: () => go(side[column + 1]),
      Home: () => go(event.ctrlKey ? all[0].firstChild : side[0]),
      End: () => go(event.ctrlKey ? all.at(-1).lastChild : side.at(-1)),
      Enter: () => line(cell.dataset.wire ?? "0") || status.tell(words().no_line),
      Escape: out,
    };
    if (!steps[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    steps[event.key]();
  });
  strip.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    keep()?.focus();
  });
  const refocus = () => keep()?.focus();
  return { keep, line, focused: () => grid.contains(document.activeElement), refocus };
}

function toggle(label, panel) {
  const made = element("button", "lm-tool", label);
  made.type = "button";
  made.setAttribute("aria-pressed", "false");
  panel.hidden = true;
  made.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    made.setAttribute("aria-pressed", String(!panel.hidden));
  });
  return made;
}

// Back and on through the log, and live again; all of the lab's pictures go along.
function stepper(words, wish) {
  const made = element("div", "lm-steps");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", words.steps);
  const buttons = {};
  for (const [name, sign] of [["back", "◀"], ["on", "▶"], ["live", words.live]]) {
    const button = element("button", "lm-tool", sign);
    button.type = "button";
    button.setAttribute("aria-label", words[name]);
    button.title = words[name];
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") wish(name);
    });
    buttons[name] = button;
  }
  const at = element("span", "lm-at", "");
  made.append(buttons.back, at, buttons.on, buttons.live);
  return {
    made,
    update(steps, over) {
      made.hidden = !steps.at;
      at.textContent = steps.at ?? "";
      // A button that has the focus keeps it: it says that it can do nothing, and stays.
      buttons.back.setAttribute("aria-disabled", String(!steps.back));
      buttons.on.setAttribute("aria-disabled", String(steps.live));
      buttons.live.setAttribute("aria-pressed", String(steps.live && !over));
    },
  };
}

function render({ model, el }) {
  const words = () => model.get("view").words;
  const symbols = model.get("symbols");
  const root = element("div", "lm-map");
  root.dataset.lmSuppressShortcuts = "";
  const title = element("p", "lm-title");
  const sentence = element("p", "lm-sentence");
  const over = element("p", "lm-over");
  const paths = element("div", "lm-paths");
  const grid = element("div", "lm-grid");
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", words().grid);
  const stage = element("div", "lm-stage");
  const strip = element("div", "lm-strip");
  const sheet = element("div", "lm-sheet");
  // A narrow page scrolls the table sideways: the keyboard must get there too.
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "region");
  const key = element("div", "lm-key", ...legend(model.get("key"), words(), symbols));
  const tools = element(
    "div",
    "lm-tools",
    toggle(words().table_button, sheet),
    toggle(words().key_button, key),
  );
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", words().tools);
  const status = herald();
  const probe = prober();
  let wishes = 0;
  const steps = stepper(words(), (go) => {
    // The same wish twice is two wishes.
    model.set("wish", { go, count: (wishes += 1) });
    model.save_changes();
  });
  const head = element("div", "lm-head", title, steps.made, tools);
  root.append(head, over, sentence, key, paths, stage, strip, sheet, status, probe);
  el.append(root);
  const paint = painter(symbols);
  const [cells, lines, entries] = [keeper(), keeper(), keeper()];
  const cry = crier(status);
  const walk = walker(grid, strip, cry, words);
  // Which line has changed this? The replay goes there, if there is one.
  const seek = (event) => {
    const cell = event.target.closest('[role="gridcell"]');
    if (!model.get("view").held || !cell || (event.type === "keydown" && event.key !== "Enter")) return;
    const row = view_row(cell.parentElement.dataset.key);
    if (row === undefined) return;
    const count = (model.get("sought")?.count ?? 0) + 1;
    model.set("sought", { message: row, place: Number(cell.dataset.column) - 1, count });
    model.save_changes();
  };
  const view_row = (key) => model.get("view").rows.find((row) => String(row.key) === key)?.key;
  grid.addEventListener("click", seek);
  grid.addEventListener("keydown", seek);
  let changed = null;
  let tabled = false;
  let arranged = "";

  function arrange() {
    const view = model.get("view");
    const room = stage.clientWidth;
    if (!room) return;
    const usual = plain(probe);
    const matrix = room >= (usual ? 1 : 1.5) * (SIDES + CELL * view.places.length);
    const mode = usual && room >= view.width * SMALLEST ? "wide" : matrix ? "matrix" : "cards";
    if (root.dataset.mode !== mode) root.dataset.mode = mode;
  }

  function table() {
    if (tabled) return;
    tabled = true;
    settle(sheet, [facts(model.get("view"), entries.keep)]);
    entries.forget();
  }

  function update() {
    const view = model.get("view");
    const focused = walk.focused();
    const talked = strip.contains(document.activeElement) && document.activeElement.closest("li");
    const drawn = paint(view);
    if (drawn.parentElement !== stage) stage.append(drawn, grid);
    stage.style.maxWidth = `${view.width * LARGEST}px`;
    grid.style.setProperty("--columns", view.places.length);
    write(title, view.title);
    write(sentence, view.label);
    steps.update(view.steps, view.over);
    write(over, [view.past, view.over ? view.words.over : ""].filter(Boolean).join(" · "));
    over.hidden = !over.textContent;
    settle(paths, view.paths.map((said, n) => lines.keep(`path-${n}`, said, () => element("p", "", said))));
    settle(grid, gridRows(view, symbols, cells.keep));
    cells.forget();
    settle(strip, wires(view, lines.keep));
    lines.forget();
    // A table that nobody sees can wait until the page has drawn what they do see.
    tabled = false;
    if (sheet.hidden && changed !== null) setTimeout(table, 20);
    else table();
    sheet.setAttribute("aria-label", view.title);
    root.classList.toggle("lm-blank", view.blank);
    root.dataset.step = view.step;
    const shape = JSON.stringify([view.width, view.places.length]);
    if (shape !== arranged) arrange();
    arranged = shape;
    walk.keep();
    if (focused && !walk.focused()) walk.refocus();
    if (talked && !talked.isConnected) walk.line(talked.dataset.wire) || walk.refocus();
    if (changed !== null && view.changed !== changed) {
      slide(drawn, symbols);
      // In the past, the replay tells what changed.
      if (view.news && !view.past) cry.tell(view.news);
    }
    changed = view.changed;
  }

  const sized = new ResizeObserver(arrange);
  for (const each of [root, probe]) sized.observe(each);
  model.on("change:view", update);
  update();
  return () => {
    model.off("change:view", update);
    sized.disconnect();
    cry.end();
  };
}

export default { render };

// Draws the rows that Python has read from the log, a page at a time, and says what the row means
// that somebody points at. Stands behind draw.js.

// A line as it is written; what acts has its name in a frame: few fonts have the pictures of it.
function written(text, controls) {
  const parts = text.split(/([\u2400-\u2421])/);
  return element(
    "code",
    "",
    ...parts.map((part) => (controls[part] ? element("span", "lm-acts", controls[part]) : part)),
  );
}

// A text, and what the lab has to say beside it.
function said(text, beside, controls) {
  const code = written(text, controls);
  return beside ? [code, element("span", "lm-beside", beside)] : [code];
}

function inside(row, { words, controls }, ask) {
  const lines = row.inside.map(([text, beside]) => element("div", "lm-in", ...said(text, beside, controls)));
  const made = element("div", "lm-inside", ...lines);
  if (row.left) {
    const more = element("button", "", `${row.left}: ${words.more}`);
    more.type = "button";
    more.tabIndex = -1;
    more.addEventListener("click", (event) => {
      event.stopPropagation();
      ask(row.key);
    });
    made.append(more);
  }
  return made;
}

const WHO = { C: "client", S: "server", "": "lab" };

function head(row) {
  const cell = element("div", "lm-title", row.text);
  cell.setAttribute("role", "gridcell");
  cell.setAttribute("aria-colspan", "3");
  return [cell];
}

function cells(row, view, unfolded, ask) {
  const { words, controls } = view;
  if (row.kind === "head") return head(row);
  const number = element("span", "lm-number", row.number || "");
  const who = element("span", "lm-who", row.who ? `${row.who}:` : "–");
  who.setAttribute("aria-label", words[WHO[row.who]]);
  const foldable = row.inside.length > 0;
  const mark = foldable ? (unfolded.has(row.key) ? "▾ " : "▸ ") : "";
  const text = element("div", "lm-said", ...said(mark + row.text, row.beside, controls));
  if (foldable && unfolded.has(row.key)) text.append(inside(row, view, ask));
  for (const cell of [number, who, text]) cell.setAttribute("role", "gridcell");
  return [number, who, text];
}

// The controls above the lines: one tab stop, arrow keys from one to the next.
function controls(root, choose) {
  const bar = element("div", "lm-bar");
  bar.setAttribute("role", "toolbar");
  root.append(bar);
  const groups = new Map();
  const selects = new Map();

  function rove(to) {
    for (const each of bar.querySelectorAll("button, select")) each.tabIndex = -1;
    to.tabIndex = 0;
  }

  bar.addEventListener("focusin", (event) => rove(event.target));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...bar.querySelectorAll("button:not(:disabled), select")];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
  });

  function toggles(name, values, words) {
    const group = element("span", "lm-group", element("span", "lm-label", words[name]));
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words[name]);
    const made = values.map((value) => {
      const button = element("button", "", words[value]);
      button.type = "button";
      button.addEventListener("click", () => choose({ [name]: value, start: null }));
      group.append(button);
      return [value, button];
    });
    groups.set(name, new Map(made));
    bar.append(group);
  }

  function select(name, label) {
    const made = element("select", "");
    made.addEventListener("change", () => {
      const value = name === "connection" ? Number(made.value) : made.value;
      choose({ [name]: value, start: null });
    });
    bar.append(element("label", "lm-group", element("span", "lm-label", label), made));
    selects.set(name, { made, shown: "" });
  }

  function update(view) {
    const { words, chosen, offers } = view;
    if (!groups.size) {
      bar.setAttribute("aria-label", words.title);
      toggles("look", ["text", "bytes", "decoded"], words);
      toggles("order", ["connection", "time"], words);
      select("protocol", words.protocol);
      select("device", words.device);
      select("connection", words.which);
      rove(bar.querySelector("button"));
    }
    for (const [name, buttons] of groups) {
      for (const [value, button] of buttons) {
        button.setAttribute("aria-pressed", String(chosen[name] === value));
      }
    }
    for (const [name, control] of selects) {
      const all = [[name === "connection" ? 0 : "", words.all], ...offers[name]];
      const shown = JSON.stringify(all);
      if (shown !== control.shown) {
        const options = all.map(([value, text]) => {
          const option = element("option", "", text);
          option.value = value;
          return option;
        });
        control.made.replaceChildren(...options);
        control.shown = shown;
      }
      control.made.value = chosen[name];
    }
  }

  return update;
}

function render({ model, el }) {
  const root = element("div", "lm-transcript");
  root.dataset.lmSuppressShortcuts = "";
  el.append(root);

  const choose = (wish) => {
    model.set("choice", { ...model.get("choice"), ...wish });
    model.save_changes();
  };
  const updateBar = controls(root, choose);
  const pager = element("div", "lm-pager");
  const showing = element("span", "lm-showing", "");
  const before = element("p", "lm-before", "");
  const lines = element("div", "lm-lines");
  lines.setAttribute("role", "treegrid");
  const meaning = element("div", "lm-meaning");
  meaning.setAttribute("role", "region");
  meaning.tabIndex = 0;
  const status = herald();
  const cry = crier(status);
  root.append(pager, before, element("div", "lm-both", lines, meaning), status);

  const turn = {};
  for (const name of ["earlier", "later", "newest"]) {
    turn[name] = element("button", "", "");
    turn[name].type = "button";
    turn[name].addEventListener("click", () => go(name));
  }
  pager.append(showing, turn.earlier, turn.later, turn.newest);

  const unfolded = new Set();
  const drawn = new Map(); // key -> { made, row, shown }
  let current = null;
  let pinned = null;
  // Where the lines stand when they are next drawn: one reads from the top, and follows from the end.
  let stand = null;

  function go(where) {
    stand = where === "newest" ? "end" : "top";
    const view = model.get("view");
    const start = { earlier: view.first - view.page, later: view.first + view.page }[where];
    const end = start === undefined || start + view.page >= view.total;
    choose({ start: end ? null : Math.max(0, start) });
  }

  function ask(key) {
    choose({ open: [...new Set([...model.get("choice").open, key])] });
  }

  function explain(key) {
    const view = model.get("view");
    const row = drawn.get(key)?.row;
    for (const [name, each] of drawn) each.made.classList.toggle("lm-lit", name === key);
    const { words } = view;
    if (!row) {
      meaning.replaceChildren(element("p", "lm-soft", words.hint));
      return;
    }
    const parts = [element("p", "lm-quoted", written(row.text, view.controls))];
    for (const n of row.notes) {
      const [term, says, here, source] = view.notes[n];
      const note = element("div", "lm-note", element("code", "lm-term", term), element("p", "", says));
      if (here) note.append(element("p", "lm-here", here));
      note.append(element("p", "lm-source", source));
      parts.push(note);
    }
    if (!row.notes.length && row.kind !== "head") {
      parts.push(element("p", "", row.kind === "remark" ? words.nothing : words.inside));
    }
    if (row.state) parts.push(element("p", "lm-state", `${words.state}: ${row.state}`));
    meaning.replaceChildren(...parts);
  }

  // The line is read because it has the focus; what it means is said after it, in a sentence.
  function announce(key) {
    const view = model.get("view");
    const row = drawn.get(key)?.row;
    if (row?.notes.length) cry.tell(view.notes[row.notes[0]][1].replace(/(?<=[.!?]) .*/s, ""));
    else if (row?.kind === "remark") cry.tell(view.words.nothing);
  }

  // The replay, if there is one, goes to what follows from the line.
  function point(key) {
    const step = drawn.get(key)?.row.step;
    if (!step || !model.get("view").held) return;
    model.set("line", { step, count: (model.get("line")?.count ?? 0) + 1 });
    model.save_changes();
  }

  function fold(key, wish) {
    const held = drawn.get(key);
    if (!held || !held.row.inside.length) {
      // A long reply that Python has laid open has its lines below it.
      if (held?.row.kind === "fold") {
        const open = new Set(model.get("choice").open);
        if (wish === open.has(key)) return;
        open.has(key) ? open.delete(key) : open.add(key);
        choose({ open: [...open] });
      }
      return;
    }
    const is = unfolded.has(key);
    if (wish === is) return;
    is ? unfolded.delete(key) : unfolded.add(key);
    held.shown = "";
    update();
  }

  function focusRow(key, { scroll = true } = {}) {
    const held = drawn.get(key);
    if (!held) return;
    for (const each of drawn.values()) each.made.tabIndex = -1;
    held.made.tabIndex = 0;
    current = key;
    if (scroll) held.made.focus();
  }

  lines.addEventListener("focusin", (event) => {
    const key = event.target.closest(".lm-row")?.dataset.key;
    if (key === undefined) return;
    focusRow(key, { scroll: false });
    explain(key);
    announce(key);
  });
  lines.addEventListener("pointerover", (event) => {
    const key = event.target.closest(".lm-row")?.dataset.key;
    if (key !== undefined && pinned === null) explain(key);
  });
  lines.addEventListener("pointerleave", () => explain(pinned ?? (lines.contains(document.activeElement) ? current : null)));
  lines.addEventListener("click", (event) => {
    const key = event.target.closest(".lm-row")?.dataset.key;
    if (key === undefined || String(getSelection())) return;
    focusRow(key);
    pinned = pinned === key ? null : key;
    explain(key);
    fold(key);
    point(key);
  });
  lines.addEventListener("keydown", (event) => {
    const keys = [...lines.children].map((made) => made.dataset.key);
    const at = keys.indexOf(current);
    const view = model.get("view");
    const last = keys.length - 1;
    switch (event.key) {
      case "ArrowDown":
        if (at < last) focusRow(keys[at + 1]);
        else if (view.first + view.page < view.total) go("later");
        break;
      case "ArrowUp":
        if (at > 0) focusRow(keys[at - 1]);
        else if (view.first > 0) go("earlier");
        break;
      case "Home":
        focusRow(keys[0]);
        break;
      case "End":
        focusRow(keys[last]);
        break;
      case "PageDown":
        focusRow(keys[Math.min(last, at + 10)]);
        break;
      case "PageUp":
        focusRow(keys[Math.max(0, at - 10)]);
        break;
      case "ArrowRight":
        fold(current, true);
        break;
      case "ArrowLeft":
        fold(current, false);
        break;
      case "Enter":
      case " ":
        if (event.target.tagName === "BUTTON") return;
        pinned = pinned === current ? null : current;
        explain(current);
        fold(current);
        point(current);
        break;
      case "Escape":
        pinned = null;
        explain(null);
        root.querySelector(".lm-bar [tabindex='0']")?.focus();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  });

  function updateRows(view) {
    const open = new Set(view.chosen.open);
    const made = view.rows.map((row) => {
      const isOpen = unfolded.has(row.key) || (row.kind === "fold" && open.has(row.key));
      const shown = JSON.stringify([row, isOpen]);
      const held = drawn.get(row.key);
      if (held?.shown === shown) return [row.key, { ...held, row }];
      const drawnRow = held?.made ?? element("div", "");
      const kinds = `lm-row lm-${row.kind} lm-${row.protocol || "lab"} lm-from-${row.who}`;
      drawnRow.className = drawnRow.classList.contains("lm-lit") ? `${kinds} lm-lit` : kinds;
      drawnRow.dataset.key = row.key;
      drawnRow.setAttribute("role", "row");
      drawnRow.setAttribute("aria-level", row.kind === "head" ? "1" : "2");
      if (row.inside.length || row.kind === "fold") {
        drawnRow.setAttribute("aria-expanded", String(isOpen));
      } else {
        drawnRow.removeAttribute("aria-expanded");
      }
      drawnRow.replaceChildren(...cells(row, view, unfolded, ask));
      return [row.key, { made: drawnRow, row, shown }];
    });
    drawn.clear();
    for (const [key, held] of made) drawn.set(key, held);
    settle(lines, made.map(([, held]) => held.made));
    if (!drawn.has(current)) current = null;
    // Where nobody has been, Tab leads to the first.
    const stop = current ?? made[0]?.[0];
    for (const [key, held] of made) {
      const index = key === stop ? "0" : "-1";
      if (held.made.getAttribute("tabindex") !== index) held.made.setAttribute("tabindex", index);
    }
    if (pinned !== null && !drawn.has(pinned)) pinned = null;
  }

  // Where the lab's pictures are: what comes later is dim, what changed them bears a ring.
  let went = 0;
  function mark(view) {
    const lit = new Set(view.lit);
    let last = null;
    for (const { made, row } of drawn.values()) {
      const here = Boolean(view.at) && lit.has(row.step);
      made.classList.toggle("lm-later", Boolean(view.at) && row.step > view.at);
      made.classList.toggle("lm-changed", here);
      if (here || (view.at && row.step && row.step <= view.at && !last?.here && row.step >= (last?.step ?? 0))) {
        last = { made, step: row.step, here };
      }
    }
    if (view.at && view.at !== went && last) {
      const box = last.made.getBoundingClientRect();
      const room = lines.getBoundingClientRect();
      // The page itself stays where it is.
      if (box.top < room.top || box.bottom > room.bottom) lines.scrollTop += box.top - room.top - room.height / 2;
    }
    went = view.at;
  }

  function take() {
    if (stand === null) return;
    if (!lines.isConnected) {
      requestAnimationFrame(take);
      return;
    }
    lines.scrollTop = stand === "end" ? lines.scrollHeight : 0;
    stand = null;
  }

  function update() {
    const view = model.get("view");
    const { words } = view;
    const held = lines.contains(document.activeElement);
    const low = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 8;
    updateBar(view);
    updateRows(view);
    mark(view);
    lines.setAttribute("aria-label", words.title);
    lines.setAttribute("aria-rowcount", view.total);
    meaning.setAttribute("aria-label", words.meaning);
    showing.textContent = [view.showing || view.none, view.closed].filter(Boolean).join(" · ");
    before.textContent = view.before;
    before.hidden = !view.before;
    for (const [name, button] of Object.entries(turn)) button.textContent = words[name];
    turn.earlier.disabled = view.first === 0;
    turn.later.disabled = turn.newest.disabled = view.first + view.page >= view.total;
    const pages = view.total > view.page;
    for (const button of Object.values(turn)) button.hidden = !pages;
    lines.hidden = !view.rows.length;
    root.dataset.step = view.step;
    if (!meaning.children.length) explain(null);
    if (held && !lines.contains(document.activeElement)) focusRow(current ?? view.rows[0]?.key);
    stand ??= low && view.live && view.follows ? "end" : null;
    take();
  }

  model.on("change:view", update);
  stand = model.get("view").first ? "end" : "top";
  update();
  return () => {
    model.off("change:view", update);
    stand = null;
    cry.end();
  };
}

export default { render };

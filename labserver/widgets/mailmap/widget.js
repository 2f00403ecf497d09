// Draws what Python has computed: nodes of a drawing, and the same facts as a table and as cards.
// Stands behind draw.js.

const SLIDE = 400;

function icon(cell, symbols) {
  const colour = { lost: "lost", never: "line" }[cell.state] ?? (cell.protocol || "soft");
  const made = canvas(46, 36, [["g", { color: colour }, symbols[cell.state]]], symbols);
  made.setAttribute("class", "lm-icon");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function copies(row) {
  const said = row.holder ? `${row.copies}, ${row.holder}` : row.copies;
  return element("span", `lm-plate lm-${row.tone}`, said);
}

function facts(view) {
  const heads = [view.words.message, ...view.places, view.words.copies].map((head) => {
    const made = element("th", "", head);
    made.scope = "col";
    return made;
  });
  const rows = view.rows.map((row) => {
    if (row.more) {
      const cell = element("td", "", row.more);
      cell.colSpan = heads.length;
      return element("tr", "", cell);
    }
    const name = element("th", "", `${row.letter}: ${row.subject}, ${row.exactly}`);
    name.scope = "row";
    const cells = row.cells.map((cell) =>
      element("td", "", (cell.changed ? "▶ " : "") + cell.label),
    );
    return element("tr", "", name, ...cells, element("td", "", copies(row)));
  });
  return element(
    "table",
    "",
    element("caption", "", `${view.title}. ${view.label}`),
    element("thead", "", element("tr", "", ...heads)),
    element("tbody", "", ...rows),
  );
}

function card(row, symbols) {
  if (row.more) return element("li", "lm-more", row.more);
  const head = element(
    "div",
    "lm-card-head",
    element("b", "lm-letter", row.letter),
    element("span", "lm-subject", element("b", "", row.subject), element("span", "lm-soft", row.byline)),
    copies(row),
  );
  const cells = row.cells.map((cell) =>
    element(
      "li",
      cell.changed ? "lm-changed" : "",
      icon(cell, symbols),
      element("span", "", element("b", "", cell.place), ` ${cell.label}`),
    ),
  );
  return element("li", `lm-card lm-row-${row.tone}`, head, element("ul", "", ...cells));
}

function wires(view) {
  if (!view.wires.length) return [element("p", "lm-soft", view.words.none)];
  const list = view.wires.map((wire) => {
    const badge = element("b", "lm-badge", wire.badge);
    badge.style.setProperty("--lm-own", `var(--lm-${wire.protocol})`);
    const said = wire.lines.map((line) => element("code", "", line));
    return element("li", "", badge, ` ${wire.who} · ${wire.state}`, ...said);
  });
  const more = view.more_wires ? [element("p", "lm-soft", view.more_wires)] : [];
  return [element("ul", "lm-wires", ...list), ...more];
}

function cards(view, symbols) {
  const places = view.places.map((place) => element("li", "", place));
  const rows = view.rows.length
    ? view.rows.map((row) => card(row, symbols))
    : [element("li", "lm-more", view.words.empty)];
  return element(
    "div",
    "lm-narrow",
    element("p", "lm-title", view.title),
    element("p", "", view.label),
    element("ul", "lm-places", ...places),
    element("ul", "lm-rows", ...rows),
    ...wires(view),
  );
}

// A card slides from the server to the device that fetched it.
function slide(drawn, symbols) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const arrow of drawn.querySelectorAll(".lm-arrow")) {
    const [near, far] = ["near", "far"].map((end) => Number(arrow.getAttribute(`data-${end}`)));
    const top = arrow.getBBox().y;
    const colour = arrow.getAttribute("data-protocol");
    const moving = draw(["g", { color: colour }, symbols.whole], symbols);
    drawn.append(moving);
    const place = (x) => `translate(${x - 23}px, ${top - 4}px)`;
    const moved = moving.animate([{ transform: place(near) }, { transform: place(far) }], {
      duration: SLIDE,
      easing: "ease-in-out",
    });
    const away = () => moving.remove();
    moved.finished.then(away, away);
  }
}

function arrows(view) {
  const found = view.nodes.filter((node) => node[1].class === "lm-arrow");
  return JSON.stringify([view.changed, found]);
}

function render({ model, el }) {
  const gone = new AbortController();
  const root = element("div", "lm-map");
  root.dataset.lmSuppressShortcuts = "";
  const stage = element("div", "lm-stage");
  const summary = element("summary", "", "");
  const sheet = element("div", "lm-sheet");
  // A narrow page scrolls the table sideways: the keyboard must get there too.
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "region");
  const status = element("p", "lm-unseen", "");
  status.setAttribute("role", "status");
  root.append(stage, element("details", "lm-table", summary, sheet), status);
  el.append(root);
  let last = null;

  function update() {
    const view = model.get("view");
    const symbols = model.get("symbols");
    const drawn = picture(view, symbols);
    stage.replaceChildren(drawn, cards(view, symbols));
    sheet.replaceChildren(facts(view));
    summary.textContent = view.words.table;
    sheet.setAttribute("aria-label", view.title);
    root.dataset.step = view.step;
    const now = arrows(view);
    if (last !== null && now !== last) slide(drawn, symbols);
    if (last !== null && status.textContent !== view.label) status.textContent = view.label;
    last = now;
  }

  model.on("change:view", update);
  gone.signal.addEventListener("abort", () => model.off("change:view", update), { once: true });
  update();
  return () => gone.abort();
}

export default { render };

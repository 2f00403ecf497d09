// Draws the state diagram that Python has laid out, and the same facts as a table. Stands behind
// draw.js.

function facts(view) {
  const heads = ["state", "stays", "leads"].map((name) => {
    const made = element("th", "", view.words[name]);
    made.scope = "col";
    return made;
  });
  const rows = view.rows.map(([state, stays, leads], n) => {
    const name = element("th", "", (n === view.here ? "▶ " : "") + state);
    name.scope = "row";
    return element("tr", n === view.here ? "lm-now" : "", name, element("td", "", stays), element("td", "", leads));
  });
  return element(
    "table",
    "",
    element("caption", "", view.label),
    element("thead", "", element("tr", "", ...heads)),
    element("tbody", "", ...rows),
  );
}

// Where there is no room for the drawing: one card a state.
function cards(view) {
  const made = view.rows.map(([state, stays, leads], n) => {
    const name = element("b", "", (n === view.here ? "▶ " : "") + state);
    const here = n === view.here;
    const told = view.told[n] ? [element("span", here ? "lm-plate" : "lm-soft", view.told[n])] : [];
    const said = [[view.words.stays, stays], [view.words.leads, leads]].filter(([, text]) => text);
    const parts = said.map(([label, text]) => element("p", "", element("span", "lm-soft", `${label}: `), element("code", "", text)));
    return element("li", here ? "lm-card lm-now" : "lm-card", name, " ", ...told, ...parts);
  });
  return element(
    "div",
    "lm-narrow",
    element("p", "lm-title", view.title),
    element("p", "", view.label),
    element("ul", "", ...made),
  );
}

function render({ model, el }) {
  const root = element("div", "lm-states");
  root.dataset.lmSuppressShortcuts = "";
  const label = element("span", "lm-soft", "");
  const select = element("select", "");
  const stage = element("div", "lm-stage");
  const way = element("p", "lm-way", "");
  const closed = element("p", "lm-way", "");
  const summary = element("summary", "", "");
  const sheet = element("div", "lm-sheet");
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "region");
  const status = herald();
  const cry = crier(status);
  const probe = prober();
  const bar = element("label", "lm-bar", label, select);
  root.append(bar, stage, way, closed, element("details", "lm-table", summary, sheet), status, probe);
  el.append(root);
  select.addEventListener("change", () => {
    model.set("choice", { connection: Number(select.value) });
    model.save_changes();
  });
  let offered = "";
  let told = null;

  function arrange() {
    const room = stage.clientWidth;
    if (!room) return;
    const mode = plain(probe) && room >= model.get("view").width ? "wide" : "cards";
    if (root.dataset.mode !== mode) root.dataset.mode = mode;
  }

  function update() {
    const view = model.get("view");
    const { words } = view;
    const all = [[0, view.offers.length ? words.newest : words.none], ...view.offers];
    const now = JSON.stringify(all);
    if (now !== offered) {
      const options = all.map(([value, text]) => {
        const option = element("option", "", text);
        option.value = value;
        return option;
      });
      select.replaceChildren(...options);
      offered = now;
    }
    select.value = view.chosen;
    label.textContent = `${words.session} `;
    stage.replaceChildren(picture(view, {}), cards(view));
    sheet.replaceChildren(facts(view));
    sheet.setAttribute("aria-label", view.title);
    summary.textContent = words.table;
    way.replaceChildren(element("b", "", `${words.way}: `), view.way);
    way.hidden = !view.way;
    closed.textContent = view.closed;
    closed.hidden = !view.closed;
    root.dataset.step = view.step;
    arrange();
    if (told !== null && told !== view.label) cry.tell(view.label);
    told = view.label;
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

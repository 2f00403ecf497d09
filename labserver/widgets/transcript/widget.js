// Draws the sessions that Python has read from the log. Text only ever becomes a text node.

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function words(part, key, unfolded, signal) {
  if (!part.inside.length) return element("code", "", part.text);
  const made = element(
    "details",
    "",
    element("summary", "", part.text),
    ...part.inside.map((line) => element("code", "", line)),
  );
  made.open = unfolded.has(key);
  const toggle = () => (made.open ? unfolded.add(key) : unfolded.delete(key));
  made.addEventListener("toggle", toggle, { signal });
  return made;
}

function session(one, unfolded, signal) {
  const rows = one.parts.map((part, n) => {
    const who = element("th", "", part.direction ? `${part.direction}:` : "–");
    who.scope = "row";
    const key = `${one.connection}/${n}`;
    const said = element("td", "", words(part, key, unfolded, signal));
    return element("tr", `lm-from-${part.direction}`, element("td", "lm-number", part.number || ""), who, said);
  });
  const made = element(
    "table",
    `lm-session lm-${one.protocol}`,
    element("caption", "", one.title),
    element("tbody", "", ...rows),
  );
  return made;
}

function render({ model, el }) {
  const gone = new AbortController();
  const root = element("div", "lm-transcript");
  root.dataset.lmSuppressShortcuts = "";
  root.tabIndex = 0;
  el.append(root);
  const unfolded = new Set();

  function update() {
    const view = model.get("view");
    const made = view.sessions.map((one) => session(one, unfolded, gone.signal));
    const low = root.scrollHeight - root.scrollTop - root.clientHeight < 8;
    root.replaceChildren(...(made.length ? made : [element("p", "", view.none)]));
    if (low && view.live) root.scrollTop = root.scrollHeight;
  }

  model.on("change:view", update);
  gone.signal.addEventListener("abort", () => model.off("change:view", update), { once: true });
  update();
  return () => gone.abort();
}

export default { render };

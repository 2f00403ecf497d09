// Takes all pictures of a lab through its log. Stands behind draw.js.

const KEYS = { ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "live" };

function render({ model, el }) {
  const root = element("div", "lm-replay");
  root.dataset.lmSuppressShortcuts = "";
  root.setAttribute("role", "group");
  const buttons = {};
  const bar = element("div", "lm-bar");
  for (const [name, sign] of [["first", "|◀"], ["back", "◀"], ["on", "▶"], ["live", ""]]) {
    const made = element("button", `lm-${name}`, sign);
    made.type = "button";
    made.addEventListener("click", () => wish({ go: name }));
    buttons[name] = made;
  }
  const slider = element("input", "");
  slider.type = "range";
  slider.step = 1;
  const at = element("span", "lm-at", "");
  bar.append(buttons.first, buttons.back, slider, buttons.on, buttons.live, at);
  const line = element("code", "lm-line", "");
  const what = element("ul", "lm-what");
  const dropped = element("p", "lm-soft", "");
  const told = element("div", "lm-told", line, what, dropped);
  const status = herald();
  const cry = crier(status);
  root.append(bar, told, status);
  el.append(root);
  let count = 0;
  let asked = null;
  let was = null;

  function wish(what_) {
    // The same wish twice is two wishes.
    model.set("wish", { ...what_, count: (count += 1) });
    model.save_changes();
  }

  slider.addEventListener("input", () => {
    if (asked === null) {
      requestAnimationFrame(() => {
        wish({ step: asked });
        asked = null;
      });
    }
    asked = Number(slider.value);
  });
  root.addEventListener("keydown", (event) => {
    const go = KEYS[event.key];
    if (!go || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    wish({ go });
  });

  function update() {
    const view = model.get("view");
    const { words } = view;
    root.setAttribute("aria-label", words.title);
    for (const name of ["first", "back", "on"]) {
      buttons[name].setAttribute("aria-label", words[name]);
      buttons[name].title = words[name];
    }
    buttons.live.textContent = words.live;
    buttons.live.setAttribute("aria-pressed", String(view.live));
    // A button that has the focus keeps it: it says that it can do nothing, and stays.
    for (const name of ["first", "back"]) buttons[name].setAttribute("aria-disabled", String(!view.back));
    buttons.on.setAttribute("aria-disabled", String(view.live));
    slider.min = view.first;
    slider.max = view.newest;
    if (asked === null) slider.value = view.step;
    slider.setAttribute("aria-label", words.slider);
    slider.setAttribute("aria-valuetext", view.at);
    at.textContent = view.live ? `${view.at}. ${words.newest}` : view.at;
    line.textContent = view.line ? `▶ ${view.line}` : "";
    line.hidden = !view.line;
    const sentences = view.what.map((each) => element("li", "", each));
    if (what.textContent !== sentences.map((each) => each.textContent).join("")) what.replaceChildren(...sentences);
    dropped.textContent = view.dropped;
    dropped.hidden = !view.dropped;
    // While the pictures are live, the map announces what happens.
    if (was !== null && !(was.live && view.live) && was.step !== view.step) {
      cry.tell([view.line, view.what.join(" ")].filter(Boolean).join(": "));
    } else if (was !== null && view.live && !was.live) cry.tell(view.words.newest);
    was = view;
    root.dataset.step = view.step;
    root.classList.toggle("lm-past", !view.live);
  }

  model.on("change:view", update);
  update();
  return () => {
    model.off("change:view", update);
    cry.end();
  };
}

export default { render };

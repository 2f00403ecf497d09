// What came of an exercise, and its hints one by one. Stands behind draw.js.

function render({ model, el }) {
  const root = element("div", "lm-outcome");
  root.dataset.lmSuppressShortcuts = "";
  root.setAttribute("role", "group");
  const head = element("strong", "", "");
  const said = element("span", "", "");
  const facts = element("dl", "");
  const hints = element("ol", "lm-hints");
  const label = element("p", "lm-title", "");
  const code = element("code", "", "");
  const solution = element("pre", "", code);
  const helps = element("div", "", hints, label, solution);
  helps.setAttribute("role", "log");
  const button = element("button", "", "");
  button.type = "button";
  root.append(element("p", "lm-says", head, " ", said), facts, helps, button);
  el.append(root);
  leavable(root);
  let over = false;

  button.addEventListener("click", () => {
    if (over) return;
    model.set("wish", { hint: model.get("view").given });
    model.save_changes();
  });

  function update() {
    const view = model.get("view");
    const { words } = view;
    root.classList.toggle("lm-done", view.done);
    root.setAttribute("aria-label", view.head);
    head.textContent = `${view.done ? "✓ " : ""}${view.head}`;
    said.replaceChildren(...prose(view.says));
    const rows = view.facts.map(([name, text]) => element("div", "", element("dt", "", name), element("dd", "", ...prose(text))));
    facts.replaceChildren(...rows);
    facts.hidden = !rows.length;
    // What is there already stays as it is: only what is new is read out.
    for (const [name, text] of view.hints.slice(hints.children.length)) {
      hints.append(element("li", "", element("b", "", `${name}: `), ...prose(text)));
    }
    hints.hidden = !view.hints.length;
    helps.setAttribute("aria-label", words.hints);
    label.textContent = view.solution ? words.solution : "";
    label.hidden = solution.hidden = !view.solution;
    if (code.textContent !== view.solution) code.textContent = view.solution;
    over = view.over;
    button.textContent = view.button;
    button.hidden = !view.button;
    button.setAttribute("aria-disabled", String(over));
  }

  model.on("change:view", update);
  update();
  return () => model.off("change:view", update);
}

export default { render };

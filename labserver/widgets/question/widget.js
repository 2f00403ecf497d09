// Questions with options, each with its own button and what is said of the choice. Stands behind
// draw.js.

const LOOK_MS = 150;
const STILL_LOOKS = 4;
const SETTLE_LOOKS = 60;

// JupyterLab follows a link to a cell itself, in this notebook and in others, if it is told to.
async function lead(model, anchor, link) {
  const manager = model.widget_manager;
  const rendermime = manager?.rendermime;
  const fragment = `#cell-id=${link.cell}`;
  anchor.href = `${encodeURI(link.notebook)}${fragment}`;
  if (!rendermime?.linkHandler || !rendermime?.resolver) return;
  const path = link.notebook
    ? await rendermime.resolver.resolveUrl(encodeURI(link.notebook))
    : (manager.context?.path ?? rendermime.resolver.path);
  if (!path) return;
  rendermime.linkHandler.handleLink(anchor, decodeURI(path), fragment);
  if (link.notebook) anchor.addEventListener("click", (event) => event.isTrusted && leadAgain(anchor));
}

// JupyterLab scrolls to the cell while those before it still grow: when all are still, it is told
// once more, unless the reader has gone on by then.
function leadAgain(anchor) {
  const acts = ["wheel", "keydown", "pointerdown"];
  const shape = () => [...document.querySelectorAll(".jp-Cell")].map((cell) => cell.offsetHeight).join();
  const own = shape();
  let last = own;
  let still = 0;
  let looks = SETTLE_LOOKS;
  const watch = setInterval(() => {
    const now = shape();
    still = now === last && now !== own ? still + 1 : 0;
    last = now;
    looks -= 1;
    if (still < STILL_LOOKS && looks > 0) return;
    leave();
    if (now !== own) anchor.click();
  }, LOOK_MS);
  function leave() {
    clearInterval(watch);
    for (const act of acts) window.removeEventListener(act, leave, true);
  }
  for (const act of acts) window.addEventListener(act, leave, true);
}

function option(name, value, given) {
  const input = element("input", "");
  input.type = "radio";
  input.name = name;
  input.value = value;
  const mark = element("span", "lm-mark", "");
  const text = element("span", "lm-text", ...prose(given.text), " ", mark);
  const made = element("label", "lm-option", input, element("span", "lm-letter", given.letter), text);
  return { made, input, mark };
}

function question(model, wish, at, given, name) {
  const head = given.head ? [element("span", "lm-soft", `${given.head} `)] : [];
  const legend = element("legend", "", ...head, ...prose(given.ask));
  const options = given.options.map((each, n) => option(name, n, each));
  const commit = element("button", "lm-commit", "");
  const press = element("button", "lm-press", "");
  const said = element("div", "lm-said");
  const made = element("fieldset", "", legend, ...options.map((each) => each.made), said, element("div", "lm-bar", commit, press));
  for (const button of [commit, press]) button.type = "button";
  said.setAttribute("role", "status");
  let open = given.open;
  let words = {};
  let shown = "";
  let homeless = false;

  function chosen() {
    return options.findIndex((each) => each.input.checked);
  }

  commit.addEventListener("click", () => {
    if (!open) return;
    const now = chosen();
    if (now < 0) {
      said.replaceChildren(element("p", "", words.choose));
      shown = "";
      options[0].input.focus();
    } else {
      wish({ commit: [at, now] });
    }
  });
  press.addEventListener("click", () => wish({ press: at }));
  made.addEventListener("change", () => {
    if (open && !shown) said.replaceChildren();
  });
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "radio" || !open) return;
    event.preventDefault();
    // Where none is chosen yet, the focus stands on one that is not: it is what is meant.
    if (chosen() < 0) {
      event.target.click();
      return;
    }
    // The options cannot be changed after this: the focus stands where it can stay.
    commit.focus();
    commit.click();
  });

  function update(view, now) {
    words = view.words;
    const reopened = now.open && !open;
    open = now.open;
    options.forEach(({ input, mark, made: label }, n) => {
      const said_ = now.options[n].mark;
      input.disabled = !open;
      if (!open || reopened) input.checked = n === now.chosen;
      mark.textContent = said_ && `(${said_})`;
      // What is right stands out, once it is known: the eye goes there.
      label.classList.toggle("lm-heavy", n === (now.right < 0 ? now.chosen : now.right));
    });
    commit.textContent = open ? view.commit : words.committed;
    commit.hidden = !open && now.chosen < 0;
    commit.setAttribute("aria-disabled", String(!open));
    const text = JSON.stringify([now.says, now.tone, now.link]);
    if (text !== shown) {
      const lines = now.says.map((each) => element("p", "", ...prose(each)));
      if (now.link) {
        const anchor = element("a", "", now.link.text);
        lead(model, anchor, now.link);
        lines.push(element("p", "", anchor));
      }
      said.replaceChildren(...lines);
      shown = text;
    }
    made.dataset.tone = now.tone;
    homeless ||= document.activeElement === press && !now.button;
    press.textContent = now.button;
    press.hidden = !now.button;
    // The button that opened the question again is gone: the focus goes where one goes on.
    if (open && homeless && document.activeElement === document.body) options[0].input.focus();
    if (open) homeless = false;
  }

  return { made, update };
}

function render({ model, el }) {
  const root = element("div", "lm-question");
  root.dataset.lmSuppressShortcuts = "";
  root.setAttribute("role", "group");
  const title = element("p", "lm-title", "");
  const intro = element("p", "lm-soft", "");
  const all = element("div", "");
  const foot = element("p", "lm-foot", "");
  foot.setAttribute("role", "status");
  root.append(title, intro, all, foot);
  el.append(root);
  leavable(root);
  // Each panel is a module of its own, and radio buttons of one name in a page exclude each other.
  const panel = (globalThis.mailLabPanels = (globalThis.mailLabPanels ?? 0) + 1);

  function wish(what) {
    // The same wish twice is two wishes, also in two views.
    model.set("wish", { ...what, count: (model.get("wish").count ?? 0) + 1 });
    model.save_changes();
  }

  const made = model
    .get("view")
    .questions.map((each, at) => question(model, wish, at, each, `lm-question-${panel}-${at}`));
  all.append(...made.map((each) => each.made));

  function update() {
    const view = model.get("view");
    root.setAttribute("aria-label", view.title);
    title.textContent = view.title;
    intro.replaceChildren(...prose(view.intro));
    intro.hidden = !view.intro.length;
    if (foot.textContent !== view.foot) foot.textContent = view.foot;
    made.forEach((each, at) => each.update(view, view.questions[at]));
  }

  model.on("change:view", update);
  update();
  return () => model.off("change:view", update);
}

export default { render };

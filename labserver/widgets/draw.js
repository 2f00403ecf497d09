// What all pictures share: elements, prose, and drawings that Python has made as nodes. A picture's own
// script stands behind this one in the same module. Text only ever becomes a text node.

const SVG = "http://www.w3.org/2000/svg";
const TAGS = new Set(["g", "rect", "path", "circle", "text"]);
const COLOURS = new Set(["fill", "stroke", "color"]);
const KEYED = new Set(["a", "button", "input", "select", "summary"]);
const PLAIN = new Set(["none", "currentColor"]);

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  // JupyterLab takes keys away from what has the focus, unless that itself bears this mark.
  if (KEYED.has(tag)) made.dataset.lmSuppressShortcuts = "";
  made.append(...children);
  return made;
}

// Out of a panel or picture, to the cell around it: there the notebook's own keys work again.
function leave(root) {
  const around = root.parentElement.closest("[tabindex]");
  if (around) around.focus();
  else document.activeElement.blur();
}

function leavable(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    leave(root);
  });
}

// Text in pieces, as Python has split it: every second one is code.
function prose(pieces) {
  return pieces.map((text, n) => (n % 2 ? element("code", "", text) : text));
}

function attribute(made, name, value) {
  if (COLOURS.has(name)) {
    made.style.setProperty(name, PLAIN.has(value) ? value : `var(--lm-${value})`);
  } else {
    made.setAttribute(name, value);
  }
}

function draw([tag, attributes, children], symbols) {
  if (tag === "use") {
    const { href, x, y, ...rest } = attributes;
    return draw(["g", { ...rest, transform: `translate(${x} ${y})` }, symbols[href.slice(1)]], symbols);
  }
  if (!TAGS.has(tag)) throw new Error(`unexpected node ${tag}`);
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) attribute(made, name, value);
  for (const child of children) {
    made.append(typeof child === "string" ? child : draw(child, symbols));
  }
  return made;
}

function canvas(width, height, nodes, symbols) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", `0 0 ${width} ${height}`);
  made.append(...nodes.map((node) => draw(node, symbols)));
  return made;
}

function picture(view, symbols) {
  const made = canvas(view.width, view.height, view.nodes, symbols);
  made.setAttribute("class", "lm-picture");
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", view.label);
  made.style.maxWidth = `${view.width}px`;
  return made;
}

// As wide as its words are set: it tells when a reader has words set wider or larger.
function prober() {
  const made = element("span", "lm-unseen lm-probe", "mmmm mmmm mmmm");
  made.setAttribute("aria-hidden", "true");
  return made;
}

// A drawing has room if no word of it gets smaller than it was made, and none is set wider.
function plain(probe) {
  const { letterSpacing, wordSpacing, fontSize } = getComputedStyle(probe);
  const spaced = (parseFloat(letterSpacing) || 0) + (parseFloat(wordSpacing) || 0) > 0.5;
  return !spaced && parseFloat(fontSize) <= 14;
}

// One sentence a change, and at most one a second: of several, the newest.
const CALM = 1000;

function crier(status) {
  let last = 0;
  let timer = 0;
  const say = (sentence) => {
    last = performance.now();
    status.textContent = sentence;
  };
  return {
    tell(sentence) {
      clearTimeout(timer);
      const rest = last + CALM - performance.now();
      if (last === 0 || rest <= 0) say(sentence);
      else timer = setTimeout(() => say(sentence), rest);
    },
    end: () => clearTimeout(timer),
  };
}

function herald() {
  const made = element("p", "lm-unseen");
  made.setAttribute("role", "status");
  return made;
}

function change(made, name, value) {
  if (made.getAttribute(name) !== value) made.setAttribute(name, value);
}

function write(made, text) {
  if (made.textContent !== text) made.textContent = text;
}

// Puts children in their order. What stands already is not moved: it may have the focus, and the
// browser would measure it again.
function settle(parent, wanted) {
  const staying = new Set(wanted);
  for (const each of [...parent.children]) if (!staying.has(each)) each.remove();
  let next = parent.firstElementChild;
  for (const each of wanted) {
    if (each === next) next = next.nextElementSibling;
    else parent.insertBefore(each, next);
  }
}

// What is made of facts, by name: made again only if they differ from those it was made of.
function keeper() {
  let before = new Map();
  let now = new Map();
  return {
    keep(name, facts, make) {
      const said = JSON.stringify(facts);
      const old = before.get(name);
      const entry = old?.said === said ? old : { said, made: make() };
      now.set(name, entry);
      return entry.made;
    },
    // What was not asked for since the last time is forgotten.
    forget() {
      before = now;
      now = new Map();
    },
  };
}

// The results of an inline query above the composer: writing `@bot words` asks the bot, a tap posts a result.

import { make } from "./text.js";

const [input, panel] = ["input", "results"].map((id) => document.getElementById(id));
const WAIT_MS = 300; // until the writer pauses
let name = "", tools = {}, timer = 0, asked = 0;

// `ask(words, offset)` answers a query, `choose(query, result)` posts a result, `start(parameter)` follows the button.
export function onTools(given) {
  tools = given;
}

// The user name of a bot that answers inline queries, "" for one that does not.
export function setBot(username) {
  name = username;
}

export function hide() {
  clearTimeout(timer);
  asked += 1;
  panel.hidden = true;
  panel.replaceChildren();
}

// Asks what stands in the composer, if it is a query; true when it is.
export function offer() {
  const words = query();
  if (words === null) hide();
  else {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT_MS, words);
  }
  return words !== null;
}

export function query() {
  const [, said, words] = /^@(\w+)\s([^]*)$/.exec(input.value) ?? [];
  return name && said?.toLowerCase() === name.toLowerCase() ? words.trim() : null;
}

async function show(words, offset = "") {
  const mine = ++asked, answer = await tools.ask(words, offset);
  if (mine !== asked || !answer) return;
  const rows = answer.results.map((one) => resultNode(one, answer.query));
  const more = answer.next_offset && moreNode(words, answer.next_offset);
  const above = answer.button && make("button", { class: "switch", type: "button" }, answer.button.text);
  above?.addEventListener("click", () => tools.start(answer.button.start_parameter));
  const none = !rows.length && !above && !offset && make("p", { class: "none" }, answer.timed_out ? "The bot did not answer" : "No results");
  if (!offset) panel.replaceChildren();
  panel.querySelector(".more")?.remove();
  panel.append(...[above, ...rows, more, none].filter(Boolean));
  panel.hidden = false;
}

function resultNode(one, query) {
  const picture = one.photo && make("img", { src: one.photo, alt: "", loading: "lazy" });
  const text = make("span", { class: "lines" }, make("b", { dir: "auto" }, one.title || "Photo"),
    make("span", { dir: "auto" }, one.description));
  const node = make("button", { class: "result", type: "button", "data-result": one.id }, ...[picture, text].filter(Boolean));
  node.addEventListener("click", () => tools.choose(query, one.id));
  return node;
}

function moreNode(words, offset) {
  const node = make("button", { class: "more", type: "button" }, "More");
  node.addEventListener("click", () => show(words, offset));
  return node;
}

// The menu of commands above the composer: opened by its button or by typing "/", led by the arrow keys.

import { make } from "./text.js";

const [input, menu, slash] = ["input", "menu", "slash"].map((id) => document.getElementById(id));
let commands = [], suffix = "", chosen = 0, all = false, choose = () => {};

// `run` is called with the command line that the reader chose.
export function onChoice(run) {
  choose = run;
}

export function setCommands(list, mention) {
  [commands, suffix] = [list, mention];
  slash.hidden = !list.length;
}

export function hide() {
  menu.hidden = true;
  all = false;
  mark();
}

// Offers what fits the text in the composer: everything after "/", nothing once words follow.
export function offer(everything = false) {
  all = everything;
  const word = /^\/(\S*)$/.exec(input.value)?.[1].split("@")[0].toLowerCase();
  const found = commands.filter((one) => all || (word !== undefined && one.command.startsWith(word)));
  chosen = 0;
  menu.replaceChildren(...found.map(optionNode));
  menu.hidden = !found.length;
  mark();
}

function optionNode(one, index) {
  const line = `/${one.command}${suffix}`, attributes = { class: "option", role: "option", id: `option-${index}` };
  return make("div", { ...attributes, "data-command": line }, make("b", {}, `/${one.command}`),
    make("span", { dir: "auto" }, one.description));
}

function mark() {
  [...menu.children].forEach((node, index) => node.setAttribute("aria-selected", index === chosen));
  slash.setAttribute("aria-expanded", !menu.hidden);
  if (menu.hidden) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", `option-${chosen}`);
  menu.children[chosen].scrollIntoView({ block: "nearest" });
}

// Enter sends the chosen command as it is, Tab writes it out so that words can follow. True when the key was ours.
export function key(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (menu.hidden) return false;
  if (event.key === "Escape") hide();
  else if (event.key === "Enter") pick(menu.children[chosen]);
  else if (event.key === "Tab" && !event.shiftKey) writeOut(menu.children[chosen]);
  else if (step) {
    chosen = (chosen + step + menu.children.length) % menu.children.length;
    mark();
  } else return false;
  event.preventDefault();
  return true;
}

function pick(option) {
  if (!all) input.value = "";
  hide();
  choose(option.dataset.command);
}

function writeOut(option) {
  input.value = `${option.dataset.command} `;
  hide();
}

slash.addEventListener("click", () => {
  if (!menu.hidden) return hide();
  offer(true);
  input.focus();
});
menu.addEventListener("mousedown", (event) => event.preventDefault());
menu.addEventListener("click", (event) => event.target.closest(".option") && pick(event.target.closest(".option")));
document.addEventListener("focusin", (event) => event.target.closest("#composer") || hide());

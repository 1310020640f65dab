"""What tests ask the page in its own language."""

# Every text on the page against the nearest background under it; the figure is WCAG's ratio.
PALE_TEXTS = """() => {
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (css) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = css;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const light = (color) => color.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    const color = rgba(getComputedStyle(node).backgroundColor);
    return color[3] === 255 || !node.parentElement ? color : ground(node.parentElement);
  };
  const speaks = (node) => node.checkVisibility() && !node.closest(".spoiler, .unseen, [hidden]")
    && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const ratio = (node) => {
    const [a, b] = [rgba(getComputedStyle(node).color), ground(node)].map(light).sort();
    return (b + 0.05) / (a + 0.05);
  };
  const texts = [...document.querySelectorAll("body *")].filter(speaks);
  const pale = texts.filter((node) => ratio(node) < 4.5);
  return [texts.length, pale.map((node) => `${node.className || node.tagName}: ${ratio(node).toFixed(2)}`)];
}"""
# Weaves each case and returns, for every character that is left, the kinds of the elements around it.
WOVEN = """async (cases) => {
  const { weave } = await import("/static/text.js");
  const kinds = { STRONG: "bold", EM: "italic", U: "underline", BLOCKQUOTE: "blockquote", A: "text_link" };
  const around = (node, root) => node === root ? [] : [...around(node.parentNode, root), kinds[node.tagName]];
  return cases.map(([text, entities]) => {
    const root = document.createElement("div"), found = [];
    weave(root, text, 0, text.length, entities);
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const cover = around(walk.currentNode.parentNode, root).sort();
      for (const unit of walk.currentNode.data) found.push([unit, cover]);
    }
    return found;
  });
}"""

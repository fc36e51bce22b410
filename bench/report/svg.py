"""The little of SVG that plots need.

No plotting library in Debian writes SVG whose colours follow the reader's theme, so
this does: elements have classes, and STYLE gives those their colours, light and dark.
"""

from xml.sax.saxutils import escape, quoteattr

# One palette for the page and for files that stand alone. `c0`… are the curves of peers.
STYLE = """
:root, svg.alone { --paper: #ffffff; --ink: #1c2430; --faint: #5b6675; --line: #d5dae1;
  --ours: #2a6fdb; --floor: #6f7680; --peer: #a9b4c2; --bad: #b3261e; --c0: #b45309; --c1: #00796b;
  --c2: #a3258c; --c3: #66750a; --c4: #b3392b; --c5: #6a4bc0; --c6: #46627a; --c7: #8a5a2b; }
@media (prefers-color-scheme: dark) {
:root, svg.alone { --paper: #14181f; --ink: #e6eaf0; --faint: #a3adba; --line: #39424f;
  --ours: #6ba6ff; --floor: #9aa3ae; --peer: #5d6b7c; --bad: #ff8a80; --c0: #f0a04b; --c1: #4cc9b5;
  --c2: #ec8ad6; --c3: #c3d04f; --c4: #ff8f80; --c5: #b9a3ff; --c6: #9fbcd3; --c7: #d9ab7c; } }
svg { font: 12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
svg text { fill: var(--ink); }
svg .faint { fill: var(--faint); font-size: 11px; }
svg .strong { font-weight: 600; }
svg .title { font-weight: 600; font-size: 13px; }
svg .over { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg .paper { fill: var(--paper); }
svg .grid { stroke: var(--line); stroke-width: 1; fill: none; }
svg .cache { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 2 4; fill: none; }
svg .whisker { stroke: var(--ink); stroke-width: 1.2; fill: none; }
svg .bar { fill: var(--peer); }
svg .bar.ours { fill: var(--ours); }
svg .bar.floor { fill: var(--floor); }
svg .bar.worse { fill: var(--bad); }
svg .curve { fill: none; stroke-width: 1.8; }
svg .curve.ours { stroke-width: 3; }
svg .dashed { stroke-dasharray: 6 4; }
""" + "".join(
    f"svg .curve.{name} {{ stroke: var(--{name}); }} svg .dot.{name} {{ fill: var(--{name}); }}\n"
    for name in ("ours", "floor", *(f"c{i}" for i in range(8))))


def element(_name, _content="", **attributes):
    """An element; `cls` is its class, and a _ in a name stands for a -."""
    text = "".join(
        f" {'class' if key == 'cls' else key.replace('_', '-')}="
        + quoteattr(f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value))
        for key, value in attributes.items())
    return f"<{_name}{text}>{_content}</{_name}>" if _content else f"<{_name}{text}/>"


def text(x, y, content, cls="", anchor="start"):
    return element("text", escape(content), x=float(x), y=float(y), cls=cls,
                   **({} if anchor == "start" else {"text_anchor": anchor}))


def line(x1, y1, x2, y2, cls):
    return element("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", cls=cls)


def hint(content):
    """What a pointer that rests on the element shows."""
    return element("title", escape(content))


class Panel:
    """A drawing of a known size."""

    def __init__(self, width, height, content, title, description):
        self.width, self.height = width, height
        self.content, self.title, self.description = content, title, description

    def inline(self):
        """For a page that has STYLE itself."""
        return self._svg("", "", self.title)

    def alone(self):
        """A file: with its colours and a ground, as it may lie on any."""
        # :root is the svg element there.
        ground = element("rect", width="100%", height="100%", rx=6, cls="paper")
        return self._svg(" class=\"alone\"", f"<style>{STYLE}</style>" + ground, self.title) + "\n"

    def _svg(self, extra, before, title):
        label = f"{title}. {self.description}"
        return (f"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{self.width:.0f}\" "
                f"height=\"{self.height:.0f}\" viewBox=\"0 0 {self.width:.0f} {self.height:.0f}\" "
                f"role=\"img\" aria-label={quoteattr(label)}{extra}>"
                f"{before}{self.content}</svg>")


def sheet(panels, title, columns=2, margin=14):
    """Panels beside and below each other on one sheet."""
    columns = min(columns, len(panels))
    width = max(panel.width for panel in panels)
    parts, top = [], margin + 24
    for start in range(0, len(panels), columns):
        row = panels[start:start + columns]
        for i, panel in enumerate(row):
            parts.append(element("g", panel.content,
                                 transform=f"translate({margin + i * (width + margin)} {top})"))
        top += max(panel.height for panel in row) + margin
    whole = columns * (width + margin) + margin
    return Panel(whole, top, text(margin, margin + 10, title, "title") + "".join(parts), title,
                 " ".join(panel.description for panel in panels[:6]))

"use strict";

/* What folium's map needs to look and answer like Beffroi's: marks, names on the ground, popups from the list, printing. */
const beffroi = (() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const LEAST_MARK = 0.34;
  const SPACING_PX = 25;

  const shape = (name, attributes, parent) => {
    const made = L.SVG.create(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.appendChild(made);
    return made;
  };

  /* A thing drawn once about (0, 0) that only moves and grows afterwards. */
  const Drawn = L.CircleMarker.extend({ options: { radius: 14 } });

  const Mark = Drawn.extend({
    draw(group) {
      const { s: state, g: glyph, u: unacknowledged, h: heading } = this.feature.properties;
      const path = told.pictograms[glyph];
      const turned = heading === undefined ? {} : { transform: `rotate(${heading})` };
      if (heading !== undefined) {
        shape("path", { d: "M0 -17L4.4 -11H-4.4Z", fill: "#46515C", stroke: "#FFFFFF", "stroke-width": 1, ...turned }, group);
      }
      if (path) {
        shape("path", { d: told.plaque, fill: "#46515C", stroke: "#FFFFFF", "stroke-width": 1.4 }, group);
        shape("path", { d: path, fill: "#FFFFFF", "fill-rule": "evenodd", ...turned }, group);
      }
      if (path && state === 0) return;
      const held = path ? shape("g", { transform: "translate(9 -9) scale(.86)" }, group) : group;
      this.drawState(held, told.marks[state], unacknowledged);
    },

    drawState(group, mark, unacknowledged) {
      if (unacknowledged) {
        shape("circle", { r: 15, fill: "none", stroke: mark.fill, "stroke-width": 2, "stroke-dasharray": "5 2.5" }, group);
      }
      shape("path", { d: mark.outline, fill: mark.fill, stroke: mark.stroke, "stroke-width": 1.5 }, group);
      if (mark.strokes) {
        shape("path", { d: mark.strokes, fill: "none", stroke: mark.ink, "stroke-width": 1.6 }, group);
      }
      if (mark.sign) {
        const letter = shape("text", { class: "sign", y: mark.sign_y + 4.4, fill: mark.ink }, group);
        letter.textContent = mark.sign;
      }
    },

    scale(dense) {
      const { s: state, g: glyph } = this.feature.properties;
      const least = state === 0 ? (told.pictograms[glyph] ? 0.5 : LEAST_MARK) : state < 3 ? 0.45 : dense < 0.5 ? 0.62 : 0.8;
      return Math.max(least, dense);
    },
  });

  const Writing = Drawn.extend({
    options: { interactive: false, radius: 60 },
    draw(group) {
      group.setAttribute("class", `writing ${this.options.kind}`);
      this.options.lines.forEach((line, number) => {
        const words = shape("text", { y: 4 + number * 15, class: number ? "figure" : "name" }, group);
        words.textContent = line;
      });
    },
    scale: () => 1,
  });

  const Renderer = L.SVG.extend({
    _initPath(layer) {
      if (!layer.draw) {
        L.SVG.prototype._initPath.call(this, layer);
        return;
      }
      layer._path = L.SVG.create("g");
      if (layer.options.interactive) L.DomUtil.addClass(layer._path, "leaflet-interactive");
      layer.draw(layer._path);
      this._layers[L.stamp(layer)] = layer;
    },
    _updateStyle(layer) {
      if (!layer.draw) L.SVG.prototype._updateStyle.call(this, layer);
    },
    _updateCircle(layer) {
      if (!layer.draw) {
        L.SVG.prototype._updateCircle.call(this, layer);
        return;
      }
      const at = layer._point;
      const size = layer.scale(this.dense || 1);
      const turn = layer.options.angle ? ` rotate(${layer.options.angle})` : "";
      layer._path.setAttribute("transform", `translate(${at.x} ${at.y})${turn} scale(${size})`);
      layer._path.setAttribute("visibility", layer._empty() ? "hidden" : "visible");
    },
  });

  const STREETS = { 1: ["#D9DEE3", 1.1], 2: ["#C9D0D7", 2.2], 3: ["#BCC5CD", 3.4], 4: ["#AEB9C3", 4.6] };

  const ground = ({ properties }) => {
    if (properties.kind === "outline") {
      return { color: "#7C8894", weight: 1.3, dashArray: "7 3 2 3", fill: false, interactive: false };
    }
    const [color, weight] = STREETS[properties.weight] || STREETS[1];
    return { color, weight, fill: false, interactive: false, lineJoin: "round", smoothFactor: 0.6 };
  };

  const area = ({ properties }) => {
    const known = properties.shade >= 0;
    return {
      color: "#5B6670",
      weight: 1.2,
      dashArray: known ? null : "4 4",
      fillColor: known ? told.shades[properties.shade] : "#FFFFFF",
      fillOpacity: known ? 0.85 : 0.3,
      interactive: false,
    };
  };

  const cone = () => ({
    color: "#51606E", weight: 0.8, opacity: 0.7, fillColor: "#51606E", fillOpacity: 0.13, interactive: false,
  });

  const mark = (feature, place) => {
    const made = new Mark(place, { interactive: true });
    made.feature = feature;
    return made;
  };

  const rowOf = (number) => document.getElementById(`asset-${number}`);

  const popupOf = (number) => {
    const row = rowOf(number);
    const box = L.DomUtil.create("dl", "card");
    if (!row) return box;
    const heads = row.closest("table").tHead.rows[0].cells;
    [...row.cells].forEach((cell, column) => {
      const text = cell.textContent.trim();
      if (!text) return;
      L.DomUtil.create("dt", "", box).textContent = heads[column].textContent.trim();
      L.DomUtil.create("dd", "", box).textContent = text;
    });
    return box;
  };

  const corner = (position, className, text) => {
    const made = new L.Control({ position });
    made.onAdd = () => {
      const box = L.DomUtil.create("div", className);
      box.textContent = text;
      return box;
    };
    return made;
  };

  const density = (map) => {
    const size = map.getSize();
    const whole = map.project(told.bounds[1]).subtract(map.project(told.bounds[0]));
    const pixels = Math.abs(whole.x * whole.y) || size.x * size.y;
    return Math.min(1, Math.sqrt(pixels / Math.max(told.drawn, 1)) / SPACING_PX);
  };

  const widen = (layers, near) => {
    for (const layer of layers) {
      layer.eachLayer((line) => {
        const known = line.feature && STREETS[line.feature.properties.weight];
        if (known) line.setStyle({ weight: known[1] * near });
      });
    }
  };

  const listen = (map, marks) => {
    const byNumber = new Map();
    marks.eachLayer((made) => byNumber.set(made.feature.properties.n, made));
    const open = (made) => {
      L.popup({ maxWidth: 340, minWidth: 220 })
        .setLatLng(made.getLatLng())
        .setContent(popupOf(made.feature.properties.n))
        .openOn(map);
    };
    marks.on("click", (event) => {
      open(event.propagatedFrom || event.layer);
      L.DomEvent.stopPropagation(event);
    });
    document.querySelector(".assets tbody")?.addEventListener("click", (event) => {
      const made = byNumber.get(Number(event.target.closest("button")?.dataset.row ?? -1));
      if (!made) return;
      map.setView(made.getLatLng(), Math.max(map.getZoom(), 17), { animate: false });
      open(made);
      map.getContainer().scrollIntoView({ block: "nearest" });
    });
  };

  const filterList = () => {
    const field = document.getElementById("filter");
    const found = document.getElementById("found");
    if (!field) return;
    const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const rows = [...document.querySelectorAll(".assets tbody tr")].map((row) => [row, fold(row.textContent)]);
    field.closest("p").hidden = false;
    field.addEventListener("input", () => {
      const words = fold(field.value).split(/\s+/).filter(Boolean);
      let count = 0;
      for (const [row, text] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        count += row.hidden ? 0 : 1;
      }
      found.textContent = told.words.found.replace("{count}", count).replace("{total}", rows.length);
    });
  };

  const printWell = (map) => {
    const [centre, zoom] = [map.getCenter(), map.getZoom()];
    let view = null;
    window.addEventListener("beforeprint", () => {
      const hasMoved = map.getZoom() !== zoom || !map.getCenter().equals(centre);
      view = hasMoved ? map.getBounds() : L.latLngBounds(told.bounds);
      document.body.classList.add("printing");
      map.closePopup();
      map.invalidateSize({ animate: false });
      map.fitBounds(view, { animate: false });
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("printing");
      map.invalidateSize({ animate: false });
      if (view) map.fitBounds(view, { animate: false });
    });
  };

  const furnish = (map, layers) => {
    map.setMinZoom(3).setMaxZoom(20);
    const renderer = map.options.renderer;
    map.on("zoomend viewreset resize", () => {
      renderer.dense = density(map);
      const near = map.getZoom() >= 18 ? 3 : map.getZoom() >= 16.5 ? 1.8 : 1;
      widen(layers.ground, near);
    });
    L.control.zoom({ zoomInTitle: told.words.zoom_in, zoomOutTitle: told.words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 150 }).addTo(map);
    corner("topright", "north", "▲ N").addTo(map);
    corner("bottomright", "credits", told.credits).addTo(map);
    const figures = [];
    for (const name of told.names) {
      const writing = new Writing(name.at, { kind: name.kind, lines: name.lines, angle: name.angle }).addTo(map);
      if (name.kind === "area") figures.push(writing);
    }
    layers.marks.eachLayer((made) => made.feature.properties.s > 2 && made.bringToFront());
    figures.forEach((writing) => writing.bringToFront());
    map.fitBounds(told.bounds, { animate: false, padding: [4, 4] });
    renderer.dense = density(map);
    renderer._update();
    map.eachLayer((layer) => layer.draw && layer.redraw());
    listen(map, layers.marks);
    filterList();
    printWell(map);
    document.body.classList.add("ready");
  };

  return { Renderer, mark, ground, area, cone, furnish };
})();

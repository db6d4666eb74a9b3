// Suggestions under the search box (the combobox pattern of ARIA). Every page works without it.
"use strict";

(() => {
  const WAIT_MS = 80;
  const LABELS = { code: "Codes", term: "Words" };
  const box = document.getElementById("q");
  const form = box && box.form;
  if (!form) {
    return;
  }
  const address = new URL("suggest", form.action);

  const list = document.createElement("ul");
  list.id = "q-suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  box.closest(".field-row").append(list);
  form.classList.add("suggesting");
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let typed = "";
  let active = -1;
  let timer = 0;
  let pending = null;

  const options = () => [...list.querySelectorAll("[role=option]")];

  const close = () => {
    window.clearTimeout(timer);
    if (pending) {
      pending.abort();
      pending = null;
    }
    active = -1;
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const mark = (to) => {
    const all = options();
    active = to;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === to)));
    if (to < 0) {
      box.removeAttribute("aria-activedescendant");
      box.value = typed;
      return;
    }
    box.setAttribute("aria-activedescendant", all[to].id);
    box.value = all[to].dataset.text;
    all[to].scrollIntoView({ block: "nearest" });
  };

  // Offsets are of characters; a string of the browser counts most of them as one, some as two.
  const marked = (text, spans) => {
    const chars = Array.from(text);
    const line = document.createElement("span");
    let at = 0;
    for (const [begin, end] of spans) {
      line.append(chars.slice(at, begin).join(""));
      const hit = document.createElement("mark");
      hit.textContent = chars.slice(begin, end).join("");
      line.append(hit);
      at = end;
    }
    line.append(chars.slice(at).join(""));
    return line;
  };

  const optionOf = (suggestion, place) => {
    const option = document.createElement("li");
    option.id = `q-suggestion-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.text = suggestion.text;
    option.append(marked(suggestion.text, suggestion.highlight));
    const more = [suggestion.title, suggestion.status === "active" ? null : suggestion.status];
    if (suggestion.group === "code") {
      const note = document.createElement("span");
      note.className = "soft";
      note.textContent = ` ${more.filter(Boolean).join(" – ")}`;
      option.append(note);
    }
    return option;
  };

  const show = (suggestions) => {
    list.replaceChildren();
    let group = "";
    suggestions.forEach((suggestion, place) => {
      if (suggestion.group !== group) {
        group = suggestion.group;
        const heading = document.createElement("li");
        heading.setAttribute("role", "presentation");
        heading.className = "heading";
        heading.textContent = LABELS[group] || group;
        list.append(heading);
      }
      list.append(optionOf(suggestion, place));
    });
    active = -1;
    list.hidden = !suggestions.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const wanted = new AbortController();
    pending = wanted;
    const params = new URLSearchParams({ q: typed });
    for (const name of ["kind", "as_of"]) {
      const field = form.elements.namedItem(name);
      if (field && field.value && field.value !== "all") {
        params.set(name, field.value);
      }
    }
    try {
      const answer = await fetch(`${address}?${params}`, { signal: wanted.signal });
      const body = answer.ok ? await answer.json() : { suggestions: [] };
      if (pending === wanted) {
        pending = null;
        // What stands in the box already is no suggestion.
        const here = typed.trim().toLowerCase();
        show(body.suggestions.filter((each) => each.group === "code" || each.text.toLowerCase() !== here));
      }
    } catch (error) {
      if (pending === wanted) {
        close();
      }
    }
  };

  box.addEventListener("input", () => {
    close();
    typed = box.value;
    if (typed.trim()) {
      timer = window.setTimeout(ask, WAIT_MS);
    }
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const count = options().length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.value = typed;
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && count) {
      event.preventDefault();
      // One step beyond either end is the text as it was typed.
      const step = event.key === "ArrowDown" ? 1 : count;
      mark(((active + 1 + step) % (count + 1)) - 1);
    } else if (event.key === "ArrowDown" && list.hidden && box.value.trim()) {
      event.preventDefault();
      typed = box.value;
      close();
      ask();
    } else if (event.key === "Enter" || event.key === "Tab") {
      close();
    }
  });

  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    // The box keeps the focus.
    event.preventDefault();
    if (option) {
      box.value = option.dataset.text;
      close();
      form.requestSubmit();
    }
  });

  box.addEventListener("blur", close);
})();

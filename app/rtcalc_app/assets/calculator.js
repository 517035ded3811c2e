/* The calculator while somebody types: one function from the fields and the last action to everything that is shown. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.calculator = (() => {
    const FIELDS = ["total", "fractions", "each", "isodose"], DOSES = ["total", "fractions", "each"];
    const PAINTED = new WeakMap();

    /* An element. Texts stay texts: what a person typed is never read as markup. */
    function html(type, props, ...children) {
        const made = document.createElement(type);
        for (const [name, value] of Object.entries(props)) {
            if (name === "className") made.className = value;
            else if (name === "disabled") made.disabled = value;
            else made.setAttribute(name, value);
        }
        made.append(...children.flat());
        return made;
    }

    /* Lists and the table are drawn here and not by components: a component costs a millisecond, an element does not.
       What did not change stays as it is, and the focus stays on the button that was pressed. */
    function paint(id, nodes) {
        const target = document.getElementById(id);
        if (!target) { requestAnimationFrame(() => paint(id, nodes)); return; }
        const box = html("div", {}, nodes), drawn = box.innerHTML;
        if (PAINTED.get(target) === drawn) return;
        PAINTED.set(target, drawn);
        const held = target.contains(document.activeElement) ? document.activeElement.dataset.calculator : undefined;
        target.replaceChildren(...box.childNodes);
        if (held !== undefined) [...target.querySelectorAll("button")].find((one) => one.dataset.calculator === held)?.focus();
    }

    /* What stays the same needs no new drawing; the first answer of a page is always given in full. */
    let last = [];
    const changed = (values) => values.map((value, at) => {
        const now = JSON.stringify(value);
        if (last[at] === now) return dash_clientside.no_update;
        last[at] = now;
        return value;
    });
    const button = (words, action, props = {}) => html("Button", {
        type: "button", className: "plain small", "data-calculator": JSON.stringify(action), ...props }, words);
    const text = (value) => (typeof value === "string" ? value : "");

    /* One change, and then everything is shown from the state alone. */
    function update(total, fractions, each, isodose, tumourTissue, tumour, lateTissue, late, unitChoice, mark, command, state, first, tissues) {
        const unit = unitChoice === "cgy" ? "cGy" : "Gy", comma = mark === "comma";
        const triggered = dash_clientside.callback_context.triggered.map((entry) => entry.prop_id.split(".")[0]);
        let next, typed = false;
        if (!state) {
            last = [];
            next = rtcalc.state.start(first, tissues);
            rtcalc.state.toMark(next, comma);
        } else {
            next = structuredClone(state);
            if (triggered.includes("calculator-command")) rtcalc.state.act(next, command);
            else if (triggered.includes("decimal")) rtcalc.state.toMark(next, comma);
            else if (!triggered.includes("unit")) typed = merge(next, { total, fractions, each, isodose },
                [["tumour", tumourTissue, tumour], ["late", lateTissue, late]], tissues, comma);
        }
        rtcalc.state.toUnit(next, unit, comma);
        rtcalc.state.keep(next);
        return shown(next, rtcalc.rows.display(unit, comma), tissues, typed);
    }

    /* What was typed; false where the fields must be written because a tissue was chosen. */
    function merge(next, fields, sides, tissues, comma) {
        const one = next.schedules[next.selected];
        for (const name of FIELDS) one[name] = text(fields[name]);
        let typed = true;
        for (const [side, tissue, ratio] of sides) {
            const chosen = text(tissue) || "own";
            if (chosen !== next[side].tissue) {
                const preset = tissues[chosen] ? tissues[chosen].values[0][0] : text(ratio);
                next[side] = { tissue: chosen, ratio: comma ? preset.replace(".", ",") : preset };
                typed = false;
            } else next[side].ratio = text(ratio);
        }
        return typed;
    }

    function shown(state, show, tissues, typed) {
        const none = dash_clientside.no_update;
        const readings = state.schedules.map((form) => rtcalc.reading.read(form, state.unit));
        const ratios = {};
        for (const [side, what] of [["tumour", "Tumour alpha/beta"], ["late", "Late alpha/beta"]])
            ratios[side] = rtcalc.reading.attempt(() => rtcalc.reading.ratio(state[side].ratio, what));
        const form = state.schedules[state.selected], reading = readings[state.selected];
        const values = [...FIELDS.map((name) => form[name]), state.tumour.tissue, state.tumour.ratio, state.late.tissue, state.late.ratio];
        paint("calculator-tumour-origin", origin("tumour", state, ratios.tumour, tissues, show));
        paint("calculator-late-origin", origin("late", state, ratios.late, tissues, show));
        paint("calculator-offers", reading.offers.map((offer) =>
            button(offer.words, { do: "fields", row: state.selected, fields: offer.fields })));
        paint("calculator-rows", table(state, readings, ratios, show));
        paint("calculator-banner", banner(state));
        return [
            ...(typed ? values.map(() => none) : values),
            ...changed([
                ...FIELDS.map((name) => reading.problems[name] || ""), ratios.tumour.problem || "", ratios.late.problem || "",
                ...DOSES.map((name) => described(name, form, reading, show)),
                ...DOSES.map((name) => (reading.derived === name ? derived(name, reading, show) : "")),
                maximumWords(reading, show), state.unit, state.unit,
                `Schedule ${state.selected + 1} of ${state.schedules.length}${state.selected ? "" : " (reference)"}`,
                state,
            ]),
        ];
    }

    const derived = (name, { schedule }, show) => ({
        total: () => show.digits(schedule.total),
        fractions: () => String(schedule.fractions),
        each: () => rtcalc.rows.each(schedule, show).replace(` ${show.unit}`, ""),
    })[name]();

    function described(name, form, reading, show) {
        if (reading.derived === name) {
            const unit = name === "fractions" ? "" : ` ${show.unit}`;
            return `derived: ${derived(name, reading, show)}${unit}`;
        }
        return form[name].trim() ? "typed" : "";
    }

    function maximumWords(reading, show) {
        if (reading.schedule === null || "isodose" in reading.problems) return "";
        const words = rtcalc.rows.row(reading, null, null, show, null).maximum;
        return words || "prescription is the maximum";
    }

    /* Which published value stands in the field, or that it was edited, with the way back. */
    function origin(side, state, { value }, tissues, show) {
        const tissue = tissues[state[side].tissue];
        if (!tissue) return [html("Span", {}, "Own value, without a source.")];
        const known = tissue.values.find(([digits]) => Number(digits) === value);
        const [preset] = tissue.values[0];
        const others = tissue.values.filter((one) => one !== known).map(([digits, words]) =>
            button(`${show.mark(digits)} Gy`, { do: "ratio", side, digits: show.mark(digits) }, { title: words, "aria-label": `take ${words}` }));
        if (known) {
            const more = others.length ? [html("Details", {}, html("Summary", {}, `Also published: ${others.length}`), ...others)] : [];
            return [html("Span", {}, known[1]), ...more];
        }
        return [
            html("Strong", {}, `edited, preset ${show.mark(preset)} Gy `),
            button("reset", { do: "ratio", side, digits: show.mark(preset) }, { "aria-label": `reset to ${preset} Gy` }),
            html("Span", {}, ` ${tissue.values[0][1]}`),
        ];
    }

    function table(state, readings, ratios, show) {
        const tumour = ratios.tumour.problem ? null : ratios.tumour.value, late = ratios.late.problem ? null : ratios.late.value;
        const named = (ratio) => (ratio === null ? "α/β —" : `α/β ${show.mark(rtcalc.decimals.plain(ratio))} Gy`);
        const heads = ["Schedule", ["Tumour, ", named(tumour)], "BED ≥ 100 Gy?", ["Late tissue, ", named(late)], "EQD2 − reference", html("Span", { className: "hidden" }, "Actions")];
        const reference = readings[0].schedule;
        const rows = readings.map((reading, row) => line(state, row, reading,
            rtcalc.rows.row(reading, tumour, late, show, row ? reference : null)));
        return [html("Table", {},
            html("Caption", { className: "hidden" }, "BED and EQD2 of each schedule in tumour and late tissue; the first is the reference"),
            html("Thead", {}, html("Tr", {}, ...heads.map((head) => html("Th", { scope: "col" }, head)))),
            html("Tbody", {}, ...rows))];
    }

    function line(state, row, reading, texts) {
        const pair = (label, value) => html("Div", { className: "pair" }, html("Span", { className: "unit" }, label), html("Span", { className: "value" }, value));
        const small = (...words) => words.filter(Boolean).map((each) => html("Div", { className: "aside" }, each));
        const problem = Object.values(reading.problems)[0], chosen = row === state.selected;
        const known = { reached: "reached", "reached exactly": "reached", "not reached": "not-reached" }[texts.reached];
        const one = state.schedules.length === 1;
        return html("Tr", { className: chosen ? "chosen" : "" },
            html("Td", { className: "name" },
                button(reading.schedule ? texts.schedule : "incomplete", { do: "select", row },
                    { className: "plain schedule", "aria-pressed": String(chosen), title: "Edit this schedule" }),
                ...small(row === 0 ? "reference" : "", texts.each, texts.maximum, reading.schedule ? "" : problem)),
            html("Td", {}, pair("BED", texts.tumour_bed), pair("EQD2", texts.tumour_eqd2)),
            html("Td", {}, known ? html("Span", { className: `reach ${known}` }, texts.reached) : "—",
                ...small(known && reading.isodose !== 100 ? "at the prescription" : "", texts.break_even, texts.at_maximum)),
            html("Td", {}, pair("BED", texts.late_bed), pair("EQD2", texts.late_eqd2)),
            html("Td", {}, ...(row ? [pair("tumour", texts.tumour_difference), pair("late", texts.late_difference)] : ["—"])),
            html("Td", { className: "actions no-print" },
                button("Copy", { do: "copy", row }, { "aria-label": `Copy schedule ${row + 1}` }),
                button("Delete", { do: "remove", row }, { "aria-label": `Delete schedule ${row + 1}`, disabled: one }),
                ...(row ? [button("First", { do: "first", row }, { "aria-label": `First: make schedule ${row + 1} the reference` })] : [])));
    }

    function banner(state) {
        const said = [];
        if (state.undo) said.push(html("Div", { className: "notice" }, `Schedule ${state.undo.row + 1} was deleted. `, button("Undo", { do: "undo" })));
        if (state.left.length) said.push(html("Div", { className: "notice notice-caution", role: "status" },
            "Not everything was taken over: ", html("Ul", {}, ...state.left.map((words) => html("Li", {}, words))), button("Close", { do: "dismiss" })));
        return said;
    }

    /* Only the open tab asks the server. */
    function ask(state, unit, mark, tab, tabs) {
        return tabs.map((name) => (name === tab ? { form: state, unit, mark } : dash_clientside.no_update));
    }

    return { update, ask };
})();

(() => {
    const command = (data) => dash_clientside.set_props("calculator-command", { data: { ...data, at: performance.now() } });
    const say = (words) => dash_clientside.set_props("calculator-said", { children: words });

    async function copyNote() {
        const note = document.getElementById("calculator-note");
        try { await navigator.clipboard.writeText(note.value); say("Copied."); } catch {
            note.focus(); note.select(); say("This browser does not let a page copy here; press Ctrl+C.");
        }
    }

    function open() {
        const picker = Object.assign(document.createElement("input"), { type: "file", accept: ".json,application/json" });
        picker.addEventListener("change", async () => {
            const [file] = picker.files;
            if (file) dash_clientside.set_props("calculator-file", { data: {
                name: file.name, size: file.size, text: file.size <= 200000 ? await file.text() : "", at: performance.now() } });
        });
        picker.click();
    }

    document.addEventListener("click", (event) => {
        const pressed = event.target.closest("[data-calculator]");
        if (!pressed || pressed.disabled) return;
        const action = JSON.parse(pressed.dataset.calculator);
        if (action.do === "note") copyNote();
        else if (action.do === "open") open();
        else if (action.do === "print") window.print();
        else {
            command(action);
            if (["add", "select"].includes(action.do)) setTimeout(() => document.getElementById("calculator-total")?.focus(), 0);
        }
    });
    /* The whole text of a tissue is chosen, so that typing looks for another one. */
    for (const happened of ["focusin", "click"]) document.addEventListener(happened, (event) => {
        if (["calculator-tumour-tissue", "calculator-late-tissue"].includes(event.target.id)) event.target.select();
    });
    /* Arrow keys step the number of fractions. */
    document.addEventListener("keydown", (event) => {
        const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!step || event.target.id !== "calculator-fractions" || !/^\d+$/.test(event.target.value.trim())) return;
        event.preventDefault();
        const next = Math.min(200, Math.max(1, Number(event.target.value) + step));
        dash_clientside.set_props("calculator-fractions", { value: String(next) });
    });
})();

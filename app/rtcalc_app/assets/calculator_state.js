/* The state of the calculator, {schedules, selected, tumour, late, unit, undo, left}, and what a person can do to it. */
window.rtcalc = window.rtcalc || {};
window.rtcalc.state = (() => {
    const MOST_SCHEDULES = 6, KEPT = "rtcalc-calculator", PATH = "/";
    const BLANK = { total: "", fractions: "", each: "", isodose: "100" };

    /* What is kept in this tab comes back with its address, or without any; another address is read. */
    function start(first, tissues) {
        const search = window.location.pathname === PATH ? window.location.search : "";
        let kept = null;
        try { kept = JSON.parse(sessionStorage.getItem(KEPT)); } catch { kept = null; }
        if (kept && (search === "" || search === kept.address)) return { ...kept.state, left: [] };
        if (search === "") return { ...structuredClone(first), undo: null, left: [] };
        const { form, left } = rtcalc.address.read(search, first, tissues);
        return { ...form, unit: "Gy", undo: null, left };
    }

    function keep(state) {
        if (window.location.pathname !== PATH) return;  // another page is shown and this one waits hidden
        const address = rtcalc.address.write(state);
        sessionStorage.setItem(KEPT, JSON.stringify({ address, state }));
        if (address !== window.location.search) history.replaceState(history.state, "", PATH + address);
    }

    /* Bare numbers in dose fields change with the unit that stands at them; what has its own unit stays. */
    function toUnit(state, unit, comma) {
        if (state.unit === unit) return;
        const shown = rtcalc.rows.display(unit, comma);
        for (const schedule of state.schedules) for (const name of ["total", "each"]) {
            if (/y$/.test(schedule[name].trim())) continue;
            const found = rtcalc.reading.attempt(() => rtcalc.fields.gray(schedule[name], name, state.unit));
            if (!found.problem && Number.isFinite(found.value)) schedule[name] = shown.digits(found.value);
        }
        state.unit = unit;
    }

    function toMark(state, comma) {
        const number = /^\s*[+-]?\d*[.,]\d+\s*(c?Gy|%)?\s*$/;  // what is not a number stays as it was typed
        const swap = (text) => (number.test(text) ? text.replace(/[.,]/, comma ? "," : ".") : text);
        for (const schedule of state.schedules) for (const name of Object.keys(BLANK)) schedule[name] = swap(schedule[name]);
        for (const side of ["tumour", "late"]) state[side].ratio = swap(state[side].ratio);
    }

    const has = (state, row) => Number.isInteger(row) && row >= 0 && row < state.schedules.length;
    function insert(state, at, schedule) {
        if (state.schedules.length >= MOST_SCHEDULES) { state.left = [`a schedule: ${MOST_SCHEDULES} are the most`]; return; }
        state.schedules.splice(at, 0, schedule);
        state.selected = at;
    }

    const ACTIONS = {
        select(state, { row }) { if (has(state, row)) state.selected = row; },
        add(state, { fields }) { insert(state, state.schedules.length, { ...BLANK, ...fields }); },
        copy(state, { row }) { if (has(state, row)) insert(state, row + 1, { ...state.schedules[row] }); },
        remove(state, { row }) {
            if (!has(state, row) || state.schedules.length === 1) return;
            state.undo = { row, schedule: state.schedules.splice(row, 1)[0] };
            state.selected = Math.max(0, state.selected >= row ? state.selected - 1 : state.selected);
        },
        undo(state) {
            if (!state.undo) return;
            insert(state, Math.min(state.undo.row, state.schedules.length), state.undo.schedule);
            state.undo = null;
        },
        first(state, { row }) {
            if (!has(state, row)) return;
            state.schedules.unshift(state.schedules.splice(row, 1)[0]);
            state.selected = 0;
        },
        /* The reference stays first; what cannot be read goes last. */
        sort(state, { key }) {
            const ratio = key === "late" ? state.late.ratio : state.tumour.ratio;
            const found = rtcalc.reading.attempt(() => rtcalc.reading.ratio(ratio, "alpha/beta"));
            const value = (form) => {
                const { schedule } = rtcalc.reading.read(form, state.unit);
                if (schedule === null || (found.problem && key !== "fractions")) return null;
                return key === "fractions" ? -schedule.fractions : rtcalc.rows.bed(schedule, found.value) * (key === "late" ? -1 : 1);
            };
            const chosen = state.schedules[state.selected], [reference, ...others] = state.schedules;
            const ranked = others.map((form) => [value(form), form]);
            ranked.sort(([a], [b]) => (a === null) - (b === null) || b - a);
            state.schedules = [reference, ...ranked.map(([, form]) => form)];
            state.selected = state.schedules.indexOf(chosen);
        },
        fields(state, { row = state.selected, fields }) {
            if (!has(state, row)) return;
            state.schedules[row] = { ...state.schedules[row], ...fields };
            state.selected = row;
        },
        ratio(state, { side, digits }) { state[side].ratio = digits; },
        load(state, { form }) { Object.assign(state, structuredClone(form), { undo: null, left: [] }); },
        append(state, { schedules, left }) {
            for (const schedule of schedules) insert(state, state.schedules.length, { ...BLANK, ...schedule });
            state.left = [...state.left, ...left];
        },
        dismiss(state) { state.left = []; },
    };

    function act(state, command) {
        state.left = [];
        if (command && Object.hasOwn(ACTIONS, command.do)) ACTIONS[command.do](state, command);
    }

    return { start, keep, toUnit, toMark, act };
})();

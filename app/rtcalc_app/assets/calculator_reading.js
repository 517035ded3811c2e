/* The typed fields of one schedule, read as in services/calculator/reading.py: the same values, the same words. */
window.rtcalc = window.rtcalc || {};
window.rtcalc.reading = (() => {
    const MOST_FRACTIONS = 200, LEAST_DOSE = 0.001, MOST_TOTAL = 10000, MOST_EACH = 1000, LEAST_ISODOSE = 10;
    const LEAST_RATIO = 0.01, MOST_RATIO = 1000, RATIO_DECIMALS = 6;
    const NAMES = { total: "Total dose", fractions: "Fractions", each: "Dose per fraction" };
    const FIELDS = Object.keys(NAMES);
    const plain = (x) => rtcalc.decimals.plain(x);

    const within = (value, least, most) => value >= least && value <= most;
    function refuse(words) { throw new rtcalc.fields.Problem(words); }

    /* The value, or the words that say why there is none; anything else is a fault of this page. */
    function attempt(reader) {
        try { return { value: reader() }; } catch (problem) {
            if (!(problem instanceof rtcalc.fields.Problem)) throw problem;
            return { problem: problem.message };
        }
    }

    function dose(text, name, most, unit) {
        const value = rtcalc.fields.gray(text, NAMES[name], unit);
        if (!within(value, LEAST_DOSE, most)) refuse(`${NAMES[name]} must be from ${plain(LEAST_DOSE)} Gy to ${plain(most)} Gy`);
        return value;
    }

    function count(text) {
        const value = rtcalc.fields.whole(text, NAMES.fractions);
        if (!within(value, 1, MOST_FRACTIONS)) refuse(`Fractions must be a whole number from 1 to ${MOST_FRACTIONS}`);
        return value;
    }

    function isodose(text) {
        if (["unknown", "?"].includes(text.trim().toLowerCase())) return null;
        const value = rtcalc.fields.number(text, "Prescription isodose", "%");
        if (!within(value, LEAST_ISODOSE, 100))
            refuse(`Prescription isodose must be from ${plain(LEAST_ISODOSE)} % to 100 %, or unknown`);
        return value;
    }

    function ratio(text, what) {
        const value = rtcalc.fields.gray(text, what);
        if (!within(value, LEAST_RATIO, MOST_RATIO)) refuse(`${what} must be from ${plain(LEAST_RATIO)} Gy to ${plain(MOST_RATIO)} Gy`);
        if (Number(value.toFixed(RATIO_DECIMALS)) !== value) refuse(`${what} may have at most ${RATIO_DECIMALS} decimals`);
        return value;
    }

    /* {schedule: {total, fractions} | null, derived, isodose, problems, offers: [{words, fields}]} */
    function read(form, unit) {
        const values = {}, problems = {};
        const readers = {
            total: (text) => dose(text, "total", MOST_TOTAL, unit), fractions: count,
            each: (text) => dose(text, "each", MOST_EACH, unit),
        };
        for (const name of FIELDS) {
            if (!form[name].trim()) continue;
            const found = attempt(() => readers[name](form[name]));
            if (found.problem) problems[name] = found.problem; else values[name] = found.value;
        }
        const at = attempt(() => isodose(form.isodose));
        if (at.problem) problems.isodose = at.problem;
        const line = at.problem ? null : at.value;
        if (FIELDS.some((name) => name in problems)) return result({ isodose: line, problems });
        const found = together(values);
        return result({ ...found, isodose: line, problems: { ...found.problems, ...problems } });
    }
    const result = (given) => ({ schedule: null, derived: "", isodose: null, problems: {}, offers: [], ...given });

    function together(values) {
        const { total, fractions, each } = values;
        const has = (name) => name in values;
        if (has("total") && has("fractions") && has("each")) return three(total, fractions, each);
        if (has("total") && has("fractions")) return { schedule: { total, fractions }, derived: "each" };
        if (has("fractions") && has("each")) {
            // On ten digits, because 3 * 8.2 is 24.599999999999998 and nobody typed that.
            const made = Number(plain(each * fractions));
            if (made > MOST_TOTAL) return { problems: { each: `${NAMES.total} must be at most ${plain(MOST_TOTAL)} Gy` } };
            return { schedule: { total: made, fractions }, derived: "total" };
        }
        if (has("total") && has("each")) return whole(total, each);
        if (has("fractions")) return { problems: { each: "Enter dose per fraction or total dose" } };
        if (!has("total") && !has("each"))
            return { problems: { total: "Enter two of total dose, fractions and dose per fraction" } };
        return { problems: { fractions: `Enter fractions or ${has("total") ? "dose per fraction" : "total dose"}` } };
    }

    function three(total, fractions, each) {
        const product = each * fractions;
        if (rtcalc.decimals.compare(total, product) === 0) return { schedule: { total, fractions } };
        const said = `${fractions} fractions of ${plain(each)} Gy are ${plain(product)} Gy, not ${plain(total)} Gy: ` +
            `${plain(Math.abs(product - total))} Gy apart; drop one`;
        const offers = FIELDS.map((name) => ({ words: `drop ${NAMES[name].toLowerCase()}`, fields: { [name]: "" } }));
        return { problems: { total: said }, offers };
    }

    function whole(total, each) {
        const exact = total / each, nearest = Math.floor(exact + 0.5);
        if (within(nearest, 1, MOST_FRACTIONS) && rtcalc.decimals.compare(total, each * nearest) === 0)
            return { schedule: { total, fractions: nearest }, derived: "fractions" };
        if (exact > MOST_FRACTIONS)
            return { problems: { fractions: `More than ${MOST_FRACTIONS} fractions of ${plain(each)} Gy` } };
        const low = Math.floor(exact), high = low + 1;
        const offers = [low, high].filter((n) => within(n, 1, MOST_FRACTIONS)).map((n) => (
            { words: `${n} x ${plain(each)} Gy = ${plain(each * n)} Gy`, fields: { total: "", fractions: String(n) } }));
        if (high <= MOST_FRACTIONS)
            offers.push({ words: `${plain(total)} Gy / ${high}`, fields: { each: "", fractions: String(high) } });
        const said = `${plain(total)} Gy in fractions of ${plain(each)} Gy is ${rtcalc.decimals.fixed(exact, 2)} fractions, ` +
            "not a whole number";
        return { problems: { fractions: said }, offers };
    }

    return { read, ratio, attempt, NAMES, FIELDS };
})();

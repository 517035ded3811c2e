/* What a person types in a form, as in rtcalc_app/fields.py: the same texts are taken and refused, with the same words. */
window.rtcalc = window.rtcalc || {};
window.rtcalc.fields = (() => {
    const LONGEST = 40;
    const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?$/;

    class Problem extends Error {}

    function tidy(text, what) {
        if (Array.from(text).length > LONGEST)
            throw new Problem(`${what}: ${Array.from(text).length} characters; a number has at most ${LONGEST}`);
        const bare = text.replace(/\u2212/g, "-").replace(/[\u200b\ufeff]/g, "");
        const shown = bare.normalize("NFKC").split(/\s+/).filter(Boolean).join(" ");
        if (!shown) throw new Problem(`Enter ${what[0].toLowerCase()}${what.slice(1)}`);
        return shown;
    }

    function decimal(shown, what) {
        if (shown.includes(",") && shown.includes(".") && /^[+-]?[\d.,]+$/.test(shown)) {
            const bare = (text) => text.replace(/[.,]/g, "");
            const joined = bare(shown);
            const first = bare(shown.slice(0, shown.search(/[.,]/))).length;
            const last = bare(shown.slice(0, Math.max(shown.lastIndexOf(","), shown.lastIndexOf(".")))).length;
            throw new Problem(`${what}: "${shown}" has two meanings; write ` +
                `${joined.slice(0, last)}.${joined.slice(last)} or ${joined.slice(0, first)}.${joined.slice(first)}`);
        }
        if (!NUMBER.test(shown)) throw new Problem(`${what}: "${shown}" is not a number`);
        return Number(shown.replace(",", "."));
    }

    function number(text, what, unit) {
        let shown = tidy(text, what);
        if (unit && shown.endsWith(unit)) shown = shown.slice(0, -unit.length).trimEnd();
        return decimal(shown, what);
    }

    /* In gray. A hundredth is taken of the decimal text, so 180 cGy is the float of "1.8". */
    function gray(text, what, unit = "Gy") {
        let shown = tidy(text, what);
        for (const known of ["cGy", "Gy"]) {
            if (shown.endsWith(known)) { shown = shown.slice(0, -known.length).trimEnd(); unit = known; break; }
        }
        const value = decimal(shown, what);
        if (unit !== "cGy") return value;
        const [mantissa, power = "0"] = shown.replace(",", ".").toLowerCase().split("e");
        return Number(`${mantissa}e${Number(power) - 2}`);
    }

    function whole(text, what) {
        const shown = tidy(text, what);
        if (!/^[+-]?[0-9]+$/.test(shown)) throw new Problem(`${what} must be a whole number, not "${shown}"`);
        return Number(shown);
    }

    return { Problem, number, gray, whole };
})();

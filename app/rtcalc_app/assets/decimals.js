/* The rounding of rtcalc/decimals.py, digit for digit: ten significant decimal digits half up, then the places.
   Works on the shortest decimal text of the number, never on its binary value. */
window.rtcalc = window.rtcalc || {};
window.rtcalc.decimals = (() => {
    const DIGITS = 10;

    /* A number as sign * digits * 10 ** exponent, rounded to ten digits. */
    function rounded(x) {
        if (!Number.isFinite(x)) throw new RangeError("not finite");
        const [mantissa, power] = Math.abs(x).toExponential().split("e");
        let digits = BigInt(mantissa.replace(".", ""));
        let exponent = Number(power) - (mantissa.length > 1 ? mantissa.length - 2 : 0);
        const excess = String(digits).length - DIGITS;
        if (excess > 0) {
            digits = divided(digits, 10n ** BigInt(excess), "half-up", false);
            exponent += excess;
        }
        return { negative: x < 0, digits, exponent };
    }

    function divided(value, by, mode, negative) {
        const whole = value / by, rest = value % by;
        if (rest === 0n) return whole;
        if (mode === "half-up") return 2n * rest >= by ? whole + 1n : whole;
        return (mode === "up") !== negative ? whole + 1n : whole;
    }

    function fixed(x, places, mode = "half-up") {
        const { negative, digits, exponent } = rounded(x);
        const shift = exponent + places;
        const units = shift >= 0 ? digits * 10n ** BigInt(shift) : divided(digits, 10n ** BigInt(-shift), mode, negative);
        const text = String(units).padStart(places + 1, "0");
        const point = text.length - places;
        return (negative && units !== 0n ? "-" : "") + text.slice(0, point) + (places ? "." + text.slice(point) : "");
    }

    function compare(a, b) {
        const left = scaled(rounded(a)), right = scaled(rounded(b));
        const low = Math.min(left.exponent, right.exponent);
        const one = left.value * 10n ** BigInt(left.exponent - low), two = right.value * 10n ** BigInt(right.exponent - low);
        return one < two ? -1 : one > two ? 1 : 0;
    }
    const scaled = ({ negative, digits, exponent }) => ({ value: negative ? -digits : digits, exponent });

    /* A value next to a bound, with as many decimals as the truth needs. */
    function beside(value, bound, places, mode = "half-up") {
        const side = compare(value, bound);
        if (side === 0) return fixed(value, places, mode);
        for (let more = places; ; more += 1) {
            const text = fixed(value, more, mode);
            const shown = [bound, Number(fixed(bound, more, mode)), Number(fixed(bound, more, "half-up"))];
            if (shown.every((other) => compare(Number(text), other) === side)) return text;
        }
    }

    function plain(x) {
        const { negative, digits, exponent } = rounded(x);
        const text = fixed(x, Math.max(0, -exponent));
        const bare = text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
        return negative && digits === 0n ? "0" : bare;
    }

    return { fixed, compare, beside, plain };
})();

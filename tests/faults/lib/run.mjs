// How much a run does, and its random numbers: `./dev test faults` runs all of it, `./dev test` a sample. Every number
// comes from one seed, which a failure prints.
export const isLong = process.env.CAMEO_FAULTS_RUN === 'long';
export const seed = Number(process.env.CAMEO_FAULTS_SEED ?? Math.floor(Math.random() * 1e9));

/** Numbers from a seed (mulberry32): next() in [0, 1), below(n), pick(list), chance(p). */
export function randomFrom(start) {
    let state = start >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const below = (limit) => Math.floor(next() * limit);
    return { next, below, pick: (list) => list[below(list.length)], chance: (p) => next() < p };
}


/** The error with `text` before what it says; reporters show the stack. */
export function explained(error, text) {
    error.message = `${text}\n${error.message}`;
    error.stack = `${text}\n${error.stack}`;
    return error;
}

// Errors in Graph's shape.
export class Refusal extends Error {
    constructor(status, code, message, headers = {}) {
        super(message);
        Object.assign(this, { status, code, headers });
    }
}

export const refuse = (...args) => new Refusal(...args);

export const bodyOf = ({ code, message }) => JSON.stringify({ error: { code, message, innerError: {} } });

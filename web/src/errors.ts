// Graph's errors as the page shows them.

/** A reply that is not 2xx: `message` is the server's own sentence. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
        /** Seconds of Retry-After. */
        readonly retryAfter?: number,
    ) {
        super(message);
        this.name = 'ApiError';
    }
}

/** The error of a reply with Graph's body; a proxy's reply without one keeps its status line. */
export async function readError(reply: Response): Promise<ApiError> {
    const text = await reply.text().catch(() => '');
    return errorOf(reply.status, text, reply.headers.get('Retry-After'), reply.statusText);
}

export function errorOf(status: number, body: string, retryAfter: string | null, reason: string): ApiError {
    const seconds = retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
    try {
        const { code, message } = JSON.parse(body).error;
        return new ApiError(status, String(code), String(message), seconds);
    } catch {
        return new ApiError(status, '', `${status} ${reason}`.trim(), seconds);
    }
}

/** What to show for anything that was thrown. */
export const messageOf = (error: unknown): string =>
    error instanceof Error ? error.message : String(error);

/** Whether the error is one of these statuses. */
export const hasStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
    error instanceof ApiError && statuses.includes(error.status);

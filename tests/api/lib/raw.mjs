// A plain socket, for bytes that HTTP libraries do not send. Answers are split from the stream by their framing.
import net from 'node:net';
import tls from 'node:tls';

export class RawConnection {
    #buffer = Buffer.alloc(0);
    #wake = () => {};
    closed = false;

    static async open(server) {
        const connection = new RawConnection();
        const to = { host: '127.0.0.1', port: server.port, noDelay: true };
        connection.socket = server.secure ? tls.connect({ ...to, ca: server.ca }) : net.connect(to);
        connection.socket.on('data', (part) => {
            connection.#buffer = Buffer.concat([connection.#buffer, part]);
            connection.#wake();
        });
        const end = () => {
            connection.closed = true;
            connection.#wake();
        };
        connection.socket.on('error', end).on('end', end).on('close', end);
        const ready = server.secure ? 'secureConnect' : 'connect';
        await new Promise((done) => connection.socket.once(ready, done).once('close', done));
        return connection;
    }

    write(bytes) {
        return new Promise((done) => this.socket.write(bytes, done));
    }

    /** The next answer: { status, version, headers, raw, body }; null when the server closed instead. */
    async answer({ to = 'GET', within = 5000 } = {}) {
        const until = Date.now() + within;
        for (;;) {
            const cut = parse(this.#buffer, to, this.closed);
            if (cut) {
                this.#buffer = this.#buffer.subarray(cut.length);
                return cut.answer;
            }
            if (this.closed) return null;
            await this.#more(until);
        }
    }

    /** True if the server closes the connection within this many milliseconds. */
    async closes(within = 5000) {
        const until = Date.now() + within;
        try {
            while (!this.closed) await this.#more(until);
        } catch {
            return false;
        }
        return true;
    }

    /** Received bytes that are not yet split into answers. */
    get pending() {
        return this.#buffer;
    }

    close() {
        this.socket.destroy();
    }

    #more(until) {
        return new Promise((done, fail) => {
            const late = setTimeout(
                () => fail(new Error(`no answer in time; got ${this.#buffer}`)),
                until - Date.now(),
            );
            this.#wake = () => {
                clearTimeout(late);
                done();
            };
        });
    }
}

function parse(buffer, method, closed) {
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first, ...lines] = buffer.subarray(0, end).toString('latin1').split('\r\n');
    const [, version, status] = /^(HTTP\/1\.[01]) (\d{3})/.exec(first);
    const raw = lines.map((line) => [
        line.slice(0, line.indexOf(':')),
        line.slice(line.indexOf(':') + 1).trim(),
    ]);
    const headers = Object.fromEntries(raw.map(([name, value]) => [name.toLowerCase(), value]));
    const answer = { version, status: Number(status), raw, headers };
    const bodyless =
        method === 'HEAD' || answer.status < 200 || answer.status === 204 || answer.status === 304;
    const length = bodyless
        ? 0
        : headers['content-length'] === undefined
          ? null
          : Number(headers['content-length']);
    if (length === null && !closed) return null;
    const stop = length === null ? buffer.length : end + 4 + length;
    if (buffer.length < stop) return null;
    answer.body = buffer.subarray(end + 4, stop);
    answer.json = () => JSON.parse(answer.body.toString('utf8'));
    return { answer, length: stop };
}

/** One connection, these bytes, the first answer (or null), then closed. */
export async function exchange(server, bytes, options) {
    const connection = await RawConnection.open(server);
    await connection.write(bytes);
    const answer = await connection.answer(options);
    connection.close();
    return answer;
}

// A bar on one line of a terminal; elsewhere a line for each tenth.
const width = 40;

export class Progress {
    #done = 0;
    #began = performance.now();

    constructor(total, out = process.stdout) {
        this.total = total;
        this.out = out;
    }

    step() {
        const tenth = (done) => Math.floor((done * 10) / this.total);
        const before = tenth(this.#done++);
        if (this.out.isTTY) this.#draw();
        else if (tenth(this.#done) > before) this.out.write(`${this.#text()}\n`);
    }

    /** A line that remains. */
    note(line) {
        this.out.write(this.out.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
    }

    end() {
        if (this.out.isTTY) this.out.write('\r\x1b[K');
    }

    #draw() {
        const full = Math.round((this.#done * width) / this.total);
        this.out.write(`\r${'#'.repeat(full)}${'.'.repeat(width - full)} ${this.#text()}\x1b[K`);
    }

    #text() {
        const seconds = Math.round((performance.now() - this.#began) / 1000);
        return `${this.#done} of ${this.total} pictures, ${seconds} s`;
    }
}

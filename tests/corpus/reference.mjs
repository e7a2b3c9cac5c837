// reference.py as a process: one question at a time, each within a minute.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('reference.py', import.meta.url));
// Debian's python3-pil belongs to this one; another python3 in PATH may lack it.
const python = '/usr/bin/python3';

/** Whether the machine has what reference.py imports. */
export const isInstalled = () => spawnSync(python, ['-c', 'import numpy, PIL.ImageCms']).status === 0;

export class Reference {
    #child;
    #answer;

    #start() {
        this.#child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
        const lines = createInterface({ input: this.#child.stdout });
        lines.on('line', (line) => this.#answer?.(JSON.parse(line)));
        this.#child.on('close', () => {
            this.#child = undefined;
            this.#answer?.({ unreadable: 'the reference ended' });
        });
        this.#child.stdin.on('error', () => {}); // it ended; `close` answers
    }

    /** { renditions }, { size } or { unreadable }: see reference.py. */
    async compare(picture, renditions) {
        if (!this.#child) this.#start();
        let late;
        const answer = await new Promise((done) => {
            this.#answer = done;
            late = setTimeout(() => this.#child?.kill('SIGKILL'), 60_000);
            this.#child.stdin.write(`${JSON.stringify({ picture, renditions })}\n`);
        });
        clearTimeout(late);
        this.#answer = undefined;
        return answer;
    }

    stop() {
        this.#child?.stdin.end();
    }
}

// A data folder, its server, commands beside it, and a ledger of the expected state. Faults can be injected into the server
// and into the commands, each by its own control file.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beginIn } from '../../api/lib/command.mjs';
import { Server, temporaryFolder } from '../../api/lib/server.mjs';
import { Injection } from './injection.mjs';
import { Ledger } from './ledger.mjs';

const config = `
[http]
threads = 2
[image]
workers = 1
[log]
access = "off"
audit = "off"
[limits]
uploads_per_second = 0
requests_per_second = 0
`;

export class Place {
    root = temporaryFolder();
    data = join(this.root, 'data');
    serverFaults = new Injection(this.root);
    commandFaults = new Injection(this.root);
    ledger = new Ledger();

    static async make(more = '') {
        const place = new Place();
        place.server = await Server.startOn(place.data, {
            config: config + more,
            environment: place.serverFaults.environment,
        });
        await place.ledger.learn(place.server);
        return place;
    }

    get isServing() {
        return this.server.child.exitCode === null && this.server.child.signalCode === null;
    }

    /** Starts a new server process; the old one, if it still runs, gets `signal`. */
    async restart(signal = 'SIGKILL') {
        await this.stop(signal);
        await this.server.start();
    }

    async stop(signal = 'SIGTERM') {
        if (this.isServing) this.server.child.kill(signal);
        await this.ended();
    }

    /** Waits for the server's end, also where nothing else keeps this process alive. */
    async ended() {
        const awake = setInterval(() => {}, 1_000);
        await this.server.ended;
        clearInterval(awake);
    }

    /** A command with `--data` of this place: { child, ended }. */
    begin(name, ...args) {
        return beginIn(this.commandFaults.environment, name, ...args, '--data', this.data);
    }

    command(name, ...args) {
        return this.begin(name, ...args).ended;
    }

    async assertSound() {
        const checked = await this.command('fsck');
        assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    }

    /** Restores `backup` into a folder of its own and returns that. */
    async restore(backup) {
        const data = join(this.root, 'restored');
        rmSync(data, { recursive: true, force: true });
        const restored = await beginIn({}, 'restore', backup, '--data', data).ended;
        assert.equal(restored.status, 0, restored.stdout + restored.stderr);
        return data;
    }

    /** Checks what is served from a restored `backup` against `ledger`. */
    async verifyBackup(backup, ledger) {
        await this.verifyFolder(await this.restore(backup), ledger);
    }

    async verifyFolder(data, ledger) {
        const other = await Server.startOn(data, { config });
        try {
            await ledger.verify(other);
        } finally {
            await other.kill();
        }
    }
}

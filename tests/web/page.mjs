// Chromium, and pages that collect what they must never have: violations of the policy and errors in the console.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const options = (
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync'
).split(' ');

export const openBrowser = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: options });

/**
 * A page of `site` in a context of its own. `account` is signed in by a link; without it the page has no code.
 * `dark`, `width`, `height`, `language`, `touch` set the device. `problems` grows while the page lives.
 */
export async function openPage(browser, site, { account, dark, width = 1200, height = 900, language = 'en-GB', touch, route } = {}) {
    const context = await browser.newContext({
        viewport: { width, height },
        locale: language,
        colorScheme: dark ? 'dark' : 'light',
        hasTouch: touch === true,
        isMobile: touch === true,
        reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const problems = await watch(page);
    if (route) await route(page);
    await page.goto(account ? await site.link(account) : `${site.origin}/`);
    await page.locator('h1').waitFor();
    return { page, context, problems, close: () => context.close() };
}

/** The browser itself reports replies such as 404 as errors; those are the page's business. */
const reportedByBrowser = /^Failed to load resource/;

export async function watch(page) {
    const problems = [];
    page.on('pageerror', (error) => problems.push(`error: ${error.stack}`));
    page.on('console', (message) => {
        if (!['error', 'warning'].includes(message.type()) || reportedByBrowser.test(message.text())) return;
        problems.push(`${message.type()}: ${message.text()}`);
    });
    await page.exposeFunction('reportViolation', (text) => problems.push(`policy: ${text}`));
    await page.addInitScript(() =>
        document.addEventListener('securitypolicyviolation', (event) =>
            window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
        ),
    );
    return problems;
}

/** axe-core finds nothing in the page as it is. The policy applies to pages, not to evaluate(). */
export async function assertAccessible(page, where) {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
        (values) => window.axe.run(document, { runOnly: { type: 'tag', values } }),
        tags,
    );
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
    assert.deepEqual(found, [], where);
}

const pictures = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));

/** A picture of the page for people to look at: build/screenshots/NAME.png. */
export async function shoot(page, name, fullPage = true) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: `${pictures}${name}.png`, fullPage });
}

/** The file as the person's drop or paste would give it: the event is dispatched at `selector`. */
export async function giveByEvent(page, type, { name, mimeType, buffer }, selector = 'main') {
    const data = await page.evaluateHandle(
        async ({ name, mimeType, base64 }) => {
            const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: mimeType }));
            return transfer;
        },
        { name, mimeType, base64: buffer.toString('base64') },
    );
    if (type === 'drop') {
        await page.dispatchEvent(selector, 'dragover', { dataTransfer: data });
        await page.dispatchEvent(selector, 'drop', { dataTransfer: data });
    } else {
        await page.evaluate((clipboardData) => {
            const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }, data);
    }
}

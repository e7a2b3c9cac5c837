// Bodies and strictness once more, over HTTPS: nothing may differ (contract section 8).
import { useHttps } from './lib/server.mjs';

useHttps();
await import('./bodies.test.mjs');
await import('./http_strictness.test.mjs');

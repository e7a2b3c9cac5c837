// The tests of bodies and strictness over HTTPS, with the same results (docs/tls.md).
import { useHttps } from './lib/server.mjs';

useHttps();
await import('./bodies.test.mjs');
await import('./http_strictness.test.mjs');

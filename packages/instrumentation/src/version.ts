/** The name and version under which this package makes spans. */
export const SCOPE_NAME = '@heartwood/instrumentation';
/** Equal to the version in package.json; a test holds it. */
export const SCOPE_VERSION = '0.1.0';

/** What is delivered. */

/** What is sent: each signal has an address of its own. */
export type Signal = 'traces' | 'logs' | 'metrics';

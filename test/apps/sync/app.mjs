/** Syncs leads batch by batch, each when it is told so on its input, so that a test knows how far it is. */
import { createInterface } from 'node:readline';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { startOperation } from '@heartwood/instrumentation';

const BATCHES = 7;
const { OTEL_SERVICE_NAME: service, COMPONENT: component = 'sync' } = process.env;

const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': service }),
  processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});
const logger = provider.getLogger('sync');
const log = (severityText, body, attributes = {}) =>
  logger.emit({
    severityText,
    severityNumber: SeverityNumber[severityText],
    body,
    attributes: { 'feature.component': component, ...attributes },
  });

const operation = startOperation('sync_leads', {
  description: 'Syncs leads of the CRM',
  unit: 'batches',
  component,
});
log('INFO', `Syncing ${BATCHES} batches`);

let batch = 0;
for await (const line of createInterface(process.stdin)) {
  if (line === 'batch') {
    batch += 1;
    operation.update({ message: `Syncing batch ${batch}`, current: batch, total: BATCHES });
    log('INFO', `✓ batch ${batch} synced`);
  }
  if (line === 'fail') {
    const refused = 'connect ECONNREFUSED 10.0.3.7:443: the API of the CRM does not answer';
    log('ERROR', `❌ ${refused}`, { 'error.type': 'FetchError' });
    // What was seen last stands first in lists, which in one millisecond nobody can tell.
    for (const at = Date.now(); Date.now() === at;);
    log('ERROR', '❌ SQLITE_BUSY: database is locked', { 'error.type': 'SqliteError' });
    operation.fail(Object.assign(new Error(refused), { name: 'FetchError' }));
    break;
  }
}
await provider.shutdown();
